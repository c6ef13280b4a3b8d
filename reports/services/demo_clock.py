"""Living through the past: the platform's clock at a chosen instant while the demonstration world is played."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path

from core.calendars import HONG_KONG

VARIABLE = "ASSAY_CLOCK_FILE"


class PlayedClock:
    """Sets this process's clock; never later than the real present, which ``until`` holds."""

    def __init__(self, file: Path, until: datetime) -> None:
        self.file, self.until = file, until

    def set(self, instant: datetime) -> None:
        self.file.write_text(min(instant, self.until).isoformat())


@contextmanager
def played_clock(until: datetime) -> Iterator[PlayedClock]:
    """Put this process, and none other, under a clock that the caller sets; afterwards the real one runs again."""
    before = os.environ.get(VARIABLE)
    with tempfile.TemporaryDirectory(prefix="assay-clock-") as folder:
        clock = PlayedClock(Path(folder) / "now", until)
        clock.set(until)
        os.environ[VARIABLE] = str(clock.file)
        try:
            yield clock
        finally:
            if before is None:
                del os.environ[VARIABLE]
            else:
                os.environ[VARIABLE] = before


def hong_kong(day: date, hour: int, minute: int, days_later: int = 0) -> datetime:
    """Return a moment of a day, or of one so many days later, in Hong Kong."""
    return datetime.combine(day + timedelta(days=days_later), time(hour, minute), HONG_KONG)
