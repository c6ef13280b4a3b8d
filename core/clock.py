"""The one source of "now" that every process reads, so that a test or a rehearsal can move time.

If the environment variable ``ASSAY_CLOCK_FILE`` names a file that exists, that file holds the
present instant (ISO 8601 with offset) and every process of the installation lives at it.
Production never sets the variable.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

HONG_KONG = ZoneInfo("Asia/Hong_Kong")


def now() -> datetime:
    """Return the present instant, aware, in UTC.

    Raises:
        ValueError: the clock file holds something that is not an aware ISO 8601 instant.
    """
    moved = os.environ.get("ASSAY_CLOCK_FILE")
    if moved and (path := Path(moved)).exists():
        instant = datetime.fromisoformat(path.read_text().strip())
        if instant.tzinfo is None:
            raise ValueError(f"{instant} in the clock file has no offset from UTC")
        return instant.astimezone(UTC)
    return datetime.now(UTC)


def today() -> date:
    """Return the calendar day in Hong Kong."""
    return now().astimezone(HONG_KONG).date()


def yesterday() -> date:
    """Return the calendar day in Hong Kong that ended last."""
    return today() - timedelta(days=1)
