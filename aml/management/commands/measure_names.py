"""``measure_names [--pairs FILE.csv]``: how good the matching of names is, by script and by kind of difference."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aml.models import Scorecard
from aml.selectors.scorecards import groups_of
from aml.services.scorecards import load_labelled_pairs, measure_names
from core.access import SYSTEM
from core.commands import AnsweringCommand, aligned, bytes_of

COLUMNS = ("name", "pairs", "found", "missed", "wrong", "precision", "recall", "f1", "false_positives")


class Command(AnsweringCommand):
    help = "Measure the matching of names on the lists in force and on labelled pairs; measured once for each of them"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--pairs", type=Path, metavar="FILE.csv", help="labelled pairs: schema, name1, name2, is_match"
        )

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        if options["pairs"]:
            load_labelled_pairs(bytes_of(options["pairs"]), filename=options["pairs"].name, actor=SYSTEM)
        made: Scorecard = measure_names()
        return {"algorithm": made.algorithm, "threshold": made.threshold, "lists": made.lists, "results": made.results}

    def table(self, answer: dict[str, Any]) -> list[str]:
        lines = [f"{answer['algorithm']}, {answer['threshold']}"]
        for _title, rows in groups_of(answer["results"]):
            lines += ["", *aligned([COLUMNS, *[tuple(str(row[column]) for column in COLUMNS) for row in rows]])]
        return lines
