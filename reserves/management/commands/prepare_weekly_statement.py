"""``prepare_weekly_statement --coin SYM --as EMAIL``: prepares the statement of a week, for another to approve."""

from __future__ import annotations

from typing import Any

from core.commands import AnsweringCommand, aligned, day
from issuers.management.acting import officer_named
from issuers.selectors import coin_named
from reserves.services.statements import FIGURES, prepare_statement


class Command(AnsweringCommand):
    help = "Prepare a weekly statement from the judged days; somebody else approves it on the portal"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--coin", required=True, metavar="SYM")
        parser.add_argument("--as", dest="email", required=True, help="the e-mail address of who prepares it")
        parser.add_argument("--as-at", type=day, metavar="DAY", help="the last such day that has ended, if not given")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        person = officer_named(options["email"])
        made = prepare_statement(coin_named(options["coin"], person), as_at=options["as_at"], actor=person)
        return {"reference": made.reference, "state": made.status, "as_at": made.as_at, "version": made.version,
                "digest": made.digest, **{name: made.content[name] for name in FIGURES}}

    def table(self, answer: dict[str, Any]) -> list[str]:
        return aligned([(name, str(value)) for name, value in answer.items()])
