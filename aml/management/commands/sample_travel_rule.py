"""Draws a travel-rule sample from the shell, or repeats one from its seed."""

from __future__ import annotations

from typing import Any

from aml.selectors.travel_rule import shares
from aml.services.travel_rule import draw_sample
from core.access import SYSTEM
from core.commands import AnsweringCommand, aligned, day
from issuers.selectors import coin_named


class Command(AnsweringCommand):
    help = "Draw transfers on chain and judge the travel-rule records that should accompany them."

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--coin", required=True, metavar="SYM")
        parser.add_argument("--from", dest="first", required=True, type=day, metavar="DAY")
        parser.add_argument("--to", dest="last", required=True, type=day, metavar="DAY")
        parser.add_argument("--size", type=int, default=30, help="transfers of each kind, at the most (30)")
        parser.add_argument("--seed", default="", help="to repeat a draw")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        sample = draw_sample(coin_named(options["coin"], SYSTEM), period_start=options["first"],
                             period_end=options["last"], per_stratum=options["size"], seed=options["seed"],
                             actor=SYSTEM)
        return {"reference": sample.reference, "seed": sample.seed, "threshold_hkd": sample.threshold_hkd,
                "cite": sample.cite, "population": sample.population,
                "shares": [{name: value for name, value in line.items() if name != "label"}
                           for line in shares([sample])[sample.pk]]}

    def table(self, answer: dict[str, Any]) -> list[str]:
        head = ("stratum", "drawn", "complete", "incomplete", "late", "missing", "unknown", "share_complete")
        return [f"{answer['reference']}  seed {answer['seed']}  {answer['cite']}",
                *aligned([head, *(tuple(str(line[name]) for name in head) for line in answer["shares"])])]
