"""A mail of each kind of reader's own, and a message with a file on the issuer's case."""

from __future__ import annotations

from core import cases
from core.access import SYSTEM
from core.correspondence import send_message
from core.models import Message
from core.uploads import CheckedFile

_CASE = {"reference": "inbox_case"}
_FILE = _CASE | {"pk": "inbox_file"}
PARTS = {
    "officer:case_message": _CASE, "officer:case_draft": _CASE, "officer:case_settle": _CASE, "officer:case_file": _FILE,
    "portal:case_message": _CASE, "portal:case_draft": _CASE, "portal:case_file": _FILE,
    "officer:inbox_message": {"pk": "inbox_officers"}, "portal:inbox_message": {"pk": "inbox_issuers"},
    "api:case_messages": _CASE, "api:case_file": _CASE | {"id": "inbox_file"},
}


def build(world, request) -> None:
    ann, bo = (request.getfixturevalue(name) for name in ("ann", "bo"))
    owner = request.getfixturevalue("issuer").organisation
    case = cases.open_case("issuers.breach", subject="LRHKD", owner=owner, key=f"inbox:{owner.slug}", actor=SYSTEM,
                            params={"rule": "HK-RES-01", "as_of": "2026-10-16"})
    file = CheckedFile(b"%PDF-1.7", "paper.pdf", "application/pdf", 1)
    asked = send_message(case, text="Why?", files=[file], actor=bo)
    said = send_message(case, text="So.", actor=ann)
    waits = Message.objects.filter(notice="core/message_waits")  # of other mails the key may hold the same number
    mails = {side: waits.filter(recipient=who, key__contains=f":{note.pk}:").get().pk
             for side, who, note in (("issuers", ann, asked), ("officers", bo, said))}
    world |= {"inbox_case": case.reference, "inbox_file": asked.enclosures.get().pk,
              "inbox_issuers": mails["issuers"], "inbox_officers": mails["officers"]}
