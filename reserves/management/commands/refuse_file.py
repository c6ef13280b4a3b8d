"""Refuses a file that is held as implausible, as one officer decides."""

from __future__ import annotations

from typing import Any

from core.models import FeedFile
from reserves.management.decision import DecidingCommand
from reserves.services.quarantine import refuse_file


class Command(DecidingCommand):
    help = "Refuse a file that is held as implausible; print its receipt."

    def decide(self, file: FeedFile, **said: Any) -> FeedFile:
        return refuse_file(file, **said)
