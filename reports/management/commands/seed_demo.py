"""Makes the demonstration world from the shell: five fictional issuers up to yesterday."""

from __future__ import annotations

import time
from typing import Any

from core.commands import AnsweringCommand, day
from reports.demo.world import ISSUERS
from reports.services.demo import PROCESSES, seed_demo


class Command(AnsweringCommand):
    help = "Make the demonstration world up to yesterday; a world that is there is kept."

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--days", type=int, default=400, help="calendar days up to the last (400)")
        parser.add_argument("--issuers", type=int, default=len(ISSUERS), choices=range(1, len(ISSUERS) + 1))
        parser.add_argument("--until", type=day, metavar="DAY", help="last day; yesterday in Hong Kong if not given")
        parser.add_argument("--processes", type=int, default=PROCESSES, help="processes beside this one; 0 for none")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        started = time.monotonic()

        def say(sentence: str) -> None:
            self.stderr.write(f"{time.monotonic() - started:6.1f} s  {sentence}")

        return seed_demo(days=options["days"], issuers=options["issuers"], until=options["until"],
                         processes=options["processes"], say=say)

    def table(self, answer: dict[str, Any]) -> list[str]:
        if not answer["seeded"]:
            return ["The demonstration world is there already and is kept.", *self._figures(answer)]
        return ["The demonstration world is complete.", *self._figures(answer)]

    def _figures(self, answer: dict[str, Any]) -> list[str]:
        return [f"{name}  {value}" for name, value in answer.items() if name != "seeded"]
