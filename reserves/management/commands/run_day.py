"""Reconciles, values and judges one day of a coin from the shell and prints its account."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from core.access import SYSTEM
from core.commands import AnsweringCommand, aligned, bytes_of, day
from issuers.selectors import coin_named
from reserves.services.days import run_day

FIGURES = ("coin", "as_of", "law_on", "version", "circulation", "reserve_market_value", "eligible_reserve",
           "backing_ratio", "surplus", "verdict")


class Command(AnsweringCommand):
    help = "Reconcile, value and judge a day; with --law-on or --rulebook only as if, and nothing is stored."

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--coin", required=True, metavar="SYM")
        parser.add_argument("--as-of", required=True, type=day, metavar="DAY")
        parser.add_argument("--law-on", type=day, metavar="DAY", help="judge as if the law of that day applied")
        parser.add_argument("--rulebook", type=Path, metavar="FILE", help="a TOML file laid over the rulebook")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        coin = coin_named(options["coin"], SYSTEM)
        return run_day(coin, options["as_of"], actor=SYSTEM, law_on=options["law_on"],
                       overlay=options["rulebook"] and bytes_of(options["rulebook"]))

    def table(self, answer: dict[str, Any]) -> list[str]:
        no_data = _("No data")
        lines = []
        if answer["law_on"]:
            lines.append(_("As if the law of %(day)s applied; not stored.") % {"day": answer["law_on"]})
        if answer["rulebook"]["overlay"]:
            lines.append(_("Under a rulebook file with digest %(digest)s; not stored.")
                         % {"digest": answer["rulebook"]["overlay"]})
        if answer["circulation_basis"] is None:
            lines.append(_("No law in force says what circulates on that day: the rules are not judged."))
        lines += aligned([(name, str(answer[name] or no_data)) for name in FIGURES if name in answer])
        for name, rows in (("composition", _composition(answer)), ("findings", _findings(answer)),
                           ("breaks", _breaks(answer)), ("missing", _missing(answer))):
            lines += ["", name, *(f"  {line}" for line in aligned(rows))]
        return [*lines, "", f"digest  {answer['digest']}"]


def _composition(answer: dict[str, Any]) -> list[tuple[str, ...]]:
    return [(part["asset_class"], part["market_value"], part["share"] or "") for part in answer["composition"]]


def _findings(answer: dict[str, Any]) -> list[tuple[str, ...]]:
    return [(found["rule"], found["verdict"], str(found["exception_count"]), found["cite"], found["title"])
            for found in answer["findings"]]


def _breaks(answer: dict[str, Any]) -> list[tuple[str, ...]]:
    return [(found["reference"] or "", found["comparison"], found["cause"], found["difference"], found["currency"],
             str(found["age_business_days"])) for found in answer["breaks"]]


def _missing(answer: dict[str, Any]) -> list[tuple[str, ...]]:
    return [(found["feed"], found["sender"] or "", found["expected_by"]) for found in answer["missing"]]
