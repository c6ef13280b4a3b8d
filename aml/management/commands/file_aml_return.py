"""Files the AML return of a quarter from the shell, in the name of one of the issuer's people."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from aml.services.aml_returns import COUNTS, file_aml_return
from core.commands import AnsweringCommand, aligned, bytes_of, day
from core.errors import Refused
from core.models import User
from issuers.selectors.duties import own_issuer


class Command(AnsweringCommand):
    help = "File the AML return of a quarter: a JSON object that gives every count."

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--quarter", required=True, type=day, metavar="DAY", help="first day of the quarter")
        parser.add_argument("--as", dest="by", required=True, metavar="EMAIL", help="one of the issuer's people")
        parser.add_argument("counts", type=Path, metavar="COUNTS.json", help=", ".join(COUNTS))

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        person = User.objects.filter(email=options["by"], is_active=True).first()
        if person is None:
            raise Refused(_("Nobody signs in as %(email)s.") % {"email": options["by"]}, code="unknown_person")
        counts = _counts(options["counts"])
        filed = file_aml_return(own_issuer(person), period_start=options["quarter"], actor=person, remarks="",
                                **counts)
        return {"reference": filed.reference, "period_start": filed.period_start.isoformat(),
                "period_end": filed.period_end.isoformat(), "version": filed.version, "sha256": filed.digest, **counts}

    def table(self, answer: dict[str, Any]) -> list[str]:
        return aligned([(name, str(value)) for name, value in answer.items()])


def _counts(path: Path) -> dict[str, int]:
    try:
        given = json.loads(bytes_of(path))
    except ValueError:
        raise Refused(_("%(file)s is not JSON.") % {"file": path}, code="unreadable")
    good = isinstance(given, dict) and given.keys() == set(COUNTS) and all(
        isinstance(value, int) and not isinstance(value, bool) and value >= 0 for value in given.values())
    if not good:
        raise Refused(_("%(file)s has to give a whole number for each of these, and nothing else: %(names)s.")
                      % {"file": path, "names": ", ".join(COUNTS)}, code="counts")
    return given
