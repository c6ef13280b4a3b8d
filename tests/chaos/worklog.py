"""What a worker says of its tasks in its log, and whether it is at rest."""

from __future__ import annotations

import re
import time
from pathlib import Path

SAID = re.compile(rb"Task [\w.]+\[([0-9a-f-]{36})\] (received|succeeded|raised|retry)")


class WorkLog:
    """Reads a worker's log on from where it was read last: a quarter's log is long."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read, self._open = 0, set[bytes]()

    def unfinished(self) -> set[bytes]:
        """Return the tasks that were received and of which no end is told."""
        with self.path.open("rb") as log:
            log.seek(self._read)
            lines, _newline, _begun = log.read().rpartition(b"\n")
        self._read += len(lines)
        for task, what in SAID.findall(lines):
            (self._open.add if what == b"received" else self._open.discard)(task)
        return self._open

    def forget(self) -> None:
        """Expect no end of what is unfinished any more."""
        self._open.clear()


def rests(group: int, seconds: float = 0.6) -> bool:
    """Whether no process of the group uses the processor for a while."""
    before = _worked(group)
    time.sleep(seconds)
    return _worked(group) - before <= 3  # hundredths of a second: it looks at its connections


def _worked(group: int) -> int:
    """Return the processor time, in ticks, of all processes of a group."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if int(fields[2]) == group:
            ticks += int(fields[11]) + int(fields[12])
    return ticks
