"""Runs stress scenarios on a judged day of a coin from the shell and prints what they do."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from core.access import SYSTEM
from core.commands import AnsweringCommand, aligned, day
from issuers.selectors import coin_named
from reserves.services.stress import run_stress

HEADINGS = ("scenario", "verdict", "survival", "short on", "loss", "ratio after", "largest shortfall")


class Command(AnsweringCommand):
    help = "Run stress scenarios on a judged day: all that hold on it, or those named. A what-if: nothing is stored."

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--coin", required=True, metavar="SYM")
        parser.add_argument("--as-of", required=True, type=day, metavar="DAY")
        parser.add_argument("--scenario", action="append", default=[], metavar="CODE", help="also several times")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        return run_stress(coin_named(options["coin"], SYSTEM), options["as_of"], codes=options["scenario"])

    def table(self, answer: dict[str, Any]) -> list[str]:
        unknown = _("not known")
        rows = [HEADINGS] + [
            (each["code"], each["verdict"], f"{each['survival_days']}/{each['horizon_days']}",
             each["first_short_on"] or "-", each["total_loss"] or unknown, each["ratio_after"] or unknown,
             each["largest_shortfall"])
            for each in answer["scenarios"]
        ]
        heading = _("What-if on %(coin)s, %(day)s: the assumptions are the scenarios' own and no law.") % {
            "coin": answer["coin"], "day": answer["as_of"]}
        return [heading, *aligned(rows), "", f"digest  {answer['digest']}"]
