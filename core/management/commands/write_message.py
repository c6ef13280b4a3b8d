"""Write to the other side on a case, as an officer or as one of the issuer's people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from core import cases
from core.commands import AnsweringCommand, bytes_of, day
from core.correspondence import send_message
from core.errors import Refused
from core.models import Case, CaseNote, User
from core.uploads import check_document


class Command(AnsweringCommand):
    help = "send a message on a case to the other side"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("case", metavar="REFERENCE", help="the case, such as BRC-2026-0042")
        parser.add_argument("--as", dest="author", required=True, metavar="EMAIL", help="who writes")
        parser.add_argument("--text", required=True, help="what is said")
        parser.add_argument("--file", action="append", default=[], type=Path, metavar="PATH",
                            help="a document that goes with it; may be given several times")
        parser.add_argument("--answer-by", type=day, metavar="DAY", help="by when an answer is asked for (officers)")
        parser.add_argument("--key", default="", help="what you call the message by: under one key it is sent once")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        author = User.objects.filter(email__iexact=options["author"], is_active=True).first()
        if author is None:
            raise Refused(_("There is nobody with the address %(email)s.") % {"email": options["author"]},
                          code="unknown_person")
        case: Case | None = cases.cases_for(author).filter(reference=options["case"]).first()
        if case is None:
            raise Refused(_("There is no case %(reference)s.") % {"reference": options["case"]}, code="unknown_case")
        files = [check_document(bytes_of(path), path.name) for path in options["file"]]
        note = send_message(case, text=options["text"], files=files, answer_by=options["answer_by"],
                            key=options["key"], actor=author)
        return sent(case, note)

    def table(self, answer: dict[str, Any]) -> list[str]:
        return [
            _("Message %(id)d on case %(case)s is sent, with %(count)d files.")
            % {"id": answer["id"], "case": answer["case"], "count": len(answer["files"])}
        ]


def sent(case: Case, note: CaseNote) -> dict[str, Any]:
    """Return the message as the command answers it."""
    return {
        "id": note.pk, "case": case.reference, "from": "issuer" if note.from_issuer else "authority",
        "text": note.text, "written_at": note.written_at, "answer_by": note.answer_by,
        "files": [each.filename for each in note.enclosures.all()],
    }
