"""What every command of the platform shares: one answer, as a table or as JSON, and what its exit code means.

Exit 0: done. Exit 2: what was asked is refused, with the reason. Exit 1: anything else.
"""

from __future__ import annotations

import json
from argparse import ArgumentTypeError
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from core.errors import Refusal, Refused

EXIT_REFUSED = 2


def day(text: str) -> date:
    """Read an argument that is a day, for ``add_argument(type=day)``."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(_("%(text)s is not a day as YYYY-MM-DD.") % {"text": text})


def readable(path: Path) -> Path:
    """Return the path of a file that an argument names, which is too large to be read at once.

    Raises:
        Refused: it cannot be read.
    """
    try:
        path.open("rb").close()
    except OSError as error:
        raise _unreadable(path, error)
    return path


def bytes_of(path: Path) -> bytes:
    """Return the content of a file that an argument names.

    Raises:
        Refused: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error)


def _unreadable(path: Path, error: OSError) -> Refused:
    return Refused(_("%(file)s cannot be read: %(reason)s.") % {"file": path, "reason": error.strerror},
                   code="unreadable")


class AnsweringCommand(BaseCommand):
    """A command that answers with one dict: ``--json`` prints it and nothing else on stdout.

    Subclasses give ``answer(options)``, which may raise any ``Refusal``, and ``table(answer)``, the lines a
    person reads. ``refused(answer)`` is the sentence on stderr if the answer is itself a refusal, else "".
    """

    requires_system_checks: list[str] = []
    stealth_options = ("json",)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout and nothing else")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        raise NotImplementedError

    def table(self, answer: dict[str, Any]) -> list[str]:
        raise NotImplementedError

    def refused(self, answer: dict[str, Any]) -> str:
        return ""

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            answer = self.answer(options)
        except Refusal as refusal:
            if options["json"]:
                self._print_json({"refused": str(refusal), "code": refusal.code})
            raise CommandError(str(refusal), returncode=EXIT_REFUSED)
        if options["json"]:
            self._print_json(answer)
        else:
            self.stdout.write("\n".join(self.table(answer)))
        if reason := self.refused(answer):
            raise CommandError(reason, returncode=EXIT_REFUSED)

    def _print_json(self, answer: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1, default=str))


def aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Return the rows as lines whose columns stand under each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)] if rows else []
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
