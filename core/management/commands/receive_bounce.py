"""Takes in one mail that came back, from a file or from standard input as a mail server's pipe gives it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from core.bounce_intake import KEPT_BYTES, receive_bounce
from core.commands import AnsweringCommand, bytes_of


class Command(AnsweringCommand):
    help = "Take in a mail that came back: marks its message and its address, or keeps it for a person."

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="the mail; standard input if not given")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        raw = bytes_of(options["file"]) if options["file"] else sys.stdin.buffer.read(KEPT_BYTES)
        row = receive_bounce(raw)
        return {"id": row.pk, "kind": row.kind, "message": row.message_id, "address": row.address, "code": row.code,
                "reason": row.reason, "state": row.message.status if row.message else None}

    def table(self, answer: dict[str, Any]) -> list[str]:
        return [f"{name}: {value}" for name, value in answer.items() if value not in (None, "")]
