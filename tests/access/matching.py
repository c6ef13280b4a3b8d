"""A break of the issuer's coin on a day after the others', explained with a file."""

from __future__ import annotations

from datetime import timedelta

from core.uploads import check_document
from reserves.models import BreakNote
from reserves.services.break_life import explain_break
from tests.api.conftest import DAY
from tests.issuers.licensing import small_pdf
from tests.reserves.broken import broken_day

_BREAK = {"reference": "matching_break"}
PARTS = {
    "officer:break": _BREAK,
    "officer:break_decide": _BREAK,
    "officer:break_file": _BREAK | {"pk": "matching_note"},
    "portal:break": _BREAK,
    "portal:break_explain": _BREAK,
    "portal:break_file": _BREAK | {"pk": "matching_note"},
    "api:break": _BREAK,
    "api:break_explain": _BREAK,
}


def build(world, request) -> None:
    standing = broken_day(request.getfixturevalue("coin"), DAY + timedelta(days=3))
    explain_break(standing, text="The bank's advice.", file=check_document(small_pdf(), "advice.pdf"),
                  actor=request.getfixturevalue("ann"))
    world |= {"matching_break": standing.reference, "matching_note": BreakNote.objects.get(standing=standing).pk}
