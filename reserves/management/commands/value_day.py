"""Prints the lines of a judged day beside their own values from independent prices."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from core.access import SYSTEM
from core.commands import AnsweringCommand, aligned, day
from core.errors import Refused
from issuers.selectors import coin_named
from reserves import selectors
from reserves.services.valued_lines import STATES, matching, valued_lines

COLUMNS = ("state", "account_id", "instrument_id", "currency", "stated_value", "own_value", "difference", "price",
           "side", "source", "priced_on")


class Command(AnsweringCommand):
    help = "List every line of a judged day beside its own value, the largest differences first."

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--coin", required=True, metavar="SYM")
        parser.add_argument("--as-of", required=True, type=day, metavar="DAY")
        parser.add_argument("--state", choices=STATES, default="", help="only lines of which this came")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        coin = coin_named(options["coin"], SYSTEM)
        judged = selectors.day(coin, options["as_of"])
        if judged is None:
            raise Refused(_("%(coin)s was not judged on %(day)s.") % {"coin": coin, "day": options["as_of"]},
                          code="not_judged")
        judged.coin = coin
        valued = valued_lines(judged)
        return {"coin": coin.symbol, "as_of": options["as_of"].isoformat(), "prudent_value": valued.prudent_value,
                "agrees_with_account": valued.agrees, "lines": matching(valued.lines, state=options["state"])}

    def table(self, answer: dict[str, Any]) -> list[str]:
        lines = aligned([COLUMNS, *(tuple(str(line[name] or "") for name in COLUMNS) for line in answer["lines"])])
        return [*lines, "", f"prudent_value  {answer['prudent_value'] or _('No data')}"]
