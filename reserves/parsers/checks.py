"""What must hold between the cells of a line and between the lines of a file, for more than one feed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

import numpy as np

from core.problems import Problems
from core.tables import Parsed
from reserves.lines import SETTLEMENT
from reserves.parsers.description import Description


def note_duplicates(parsed: Parsed, description: Description, problems: Problems) -> None:
    """Two lines that agree in all that identifies a line are one line sent twice, or cannot be told apart.

    A line with a problem of its own is left out: a cell that could not be read tells nothing apart. Of a million lines
    only eight bytes each are remembered; lines whose eight bytes agree are then compared in full.
    """
    faulty = {problem.row for problem in parsed.problems}
    hashes = (hash(key) for _, key in _keys(parsed, description.identity, faulty))
    suspects = _repeated(hashes, -1 if faulty else len(parsed.rows))
    if not suspects:
        return
    first_rows: dict[tuple[object, ...], int] = {}
    for line, key in _keys(parsed, description.identity, faulty):
        if hash(key) not in suspects:
            continue
        first = first_rows.setdefault(key, line)
        if first != line:
            problems.add(
                "duplicate_line",
                row=line,
                column=description.distinguish,
                first_row=first,
                key=", ".join(str(part) for part in key if part is not None),
                distinguish=description.distinguish,
            )


def _keys(
    parsed: Parsed, identity: Sequence[str], faulty: Collection[int | None]
) -> Iterator[tuple[int, tuple[object, ...]]]:
    columns = [parsed.rows.column(name) for name in identity]
    pairs = zip(parsed.rows.lines, zip(*columns, strict=True), strict=True)
    return (pair for pair in pairs if pair[0] not in faulty) if faulty else pairs


def _repeated(hashes: Iterable[int], count: int) -> set[int]:
    """The numbers that occur more than once; ``count`` is how many there are, -1 if nobody knows."""
    ordered = np.fromiter(hashes, dtype=np.int64, count=count)
    ordered.sort()
    return set(ordered[1:][ordered[1:] == ordered[:-1]].tolist())


def note_negatives(parsed: Parsed, amounts: Sequence[str], problems: Problems) -> None:
    """Only what is still to be settled can be owed by the pool; any other negative amount is a mistake."""
    for amount in amounts:
        columns = (parsed.rows.lines, parsed.rows.column("asset_class"), parsed.rows.column(amount))
        for line, asset_class, value in zip(*columns, strict=True):
            if value is not None and value < 0 and asset_class not in (SETTLEMENT, None):
                problems.add("negative", row=line, column=amount, value=value)
