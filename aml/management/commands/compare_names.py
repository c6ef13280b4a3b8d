"""``compare_names IN.csv OUT.csv``: says of each pair of names whether it is one name, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aml.matching import ALGORITHM, THRESHOLD
from aml.selectors.name_files import compare_file, screen_file
from core.commands import AnsweringCommand, aligned, bytes_of
from core.errors import FeedRefused

JUDGE = {"compare": compare_file, "screen": screen_file}


class NameFileCommand(AnsweringCommand):
    """A command that reads a file of names and writes one; ``judge`` says which of the two it does."""

    judge = "compare"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("source", type=Path, metavar="IN.csv")
        parser.add_argument("target", type=Path, metavar="OUT.csv")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        source: Path = options["source"]
        try:
            found = JUDGE[self.judge](bytes_of(source), options["target"], filename=source.name)
        except FeedRefused as refusal:
            return {
                "refused": str(refusal),
                "problem_count": refusal.problem_count,
                "problems": [
                    problem.as_dict() | {"message": problem.message(), "fix": problem.fix()}
                    for problem in refusal.problems
                ],
            }
        return found | {"algorithm": ALGORITHM, "threshold": f"{THRESHOLD:.4f}"}

    def table(self, answer: dict[str, Any]) -> list[str]:
        if "refused" in answer:
            return [
                f"{problem['file']} {problem['row'] or ''} {problem['column']}: {problem['message']} {problem['fix']}"
                for problem in answer["problems"]
            ]
        return aligned([(name, str(value)) for name, value in answer.items()])

    def refused(self, answer: dict[str, Any]) -> str:
        return answer.get("refused", "")


class Command(NameFileCommand):
    help = "Compare pairs of names (schema, name1, name2): score, verdict and why, row for row"
