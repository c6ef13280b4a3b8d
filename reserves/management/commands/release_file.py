"""Lets a file that is held as implausible count, as one officer decides."""

from __future__ import annotations

from typing import Any

from core.models import FeedFile
from reserves.management.decision import DecidingCommand
from reserves.services.quarantine import release_file


class Command(DecidingCommand):
    help = "Release a file that is held as implausible, so that it counts; print its receipt."

    def decide(self, file: FeedFile, **said: Any) -> FeedFile:
        return release_file(file, **said)
