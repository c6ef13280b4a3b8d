"""Prints how punctually a coin's holders were paid on a day."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from core.access import SYSTEM
from core.commands import AnsweringCommand, aligned, day
from core.errors import Refused
from issuers.selectors import coin_named
from reserves.selectors.redemptions import request_account, statement_of


class Command(AnsweringCommand):
    help = "List the requests to redeem that the issuer stated for a day, with the business days each took."

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--coin", required=True, metavar="SYM")
        parser.add_argument("--as-of", type=day, metavar="DAY", help="the latest statement if not given")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        coin = coin_named(options["coin"], SYSTEM)
        statement = statement_of(coin, options["as_of"])
        if statement is None:
            raise Refused(_("The issuer has stated no requests for this day."), code="no_statement")
        return {"coin": coin.symbol, "as_of": statement.as_of.isoformat(), "late_after": statement.late_after,
                "file": statement.file.pk,
                "requests": [request_account(statement, each) for each in statement.requests]}

    def table(self, answer: dict[str, Any]) -> list[str]:
        names = ("request_id", "amount", "business_days", "state")
        rows = [tuple(str(each[name]) for name in names) for each in answer["requests"]]
        return aligned([names, *rows])
