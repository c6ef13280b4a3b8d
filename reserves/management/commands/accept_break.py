"""``accept_break REFERENCE --as EMAIL --reason TEXT``: accept a break as it stands, or propose to if it is large."""

from __future__ import annotations

from typing import Any

from core.commands import AnsweringCommand, aligned
from reserves.management.commands.explain_break import person_and_break, shown
from reserves.services.break_life import accept_break


class Command(AnsweringCommand):
    help = "Accept a break as an officer; one over the authority's limit waits for a second officer"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("reference", help="the break's reference, for example B-2611-QX3JX2NA")
        parser.add_argument("--as", dest="email", required=True, help="e-mail address of the officer who accepts")
        parser.add_argument("--reason", required=True, help="why; part of the record")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        officer, standing = person_and_break(options)
        return shown(accept_break(standing, reason=options["reason"], actor=officer))

    def table(self, answer: dict[str, Any]) -> list[str]:
        return aligned([(name, str(value)) for name, value in answer.items()])
