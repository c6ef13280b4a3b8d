"""Drawing the business days that an auditor tests: from a seed that was committed to before the period began.

Anybody can repeat the draw. The commitment is the SHA-256 of the seed's 32 bytes. The candidates are the business days
of the period in order, without its last, which is tested in any case. Number ``i`` of the draw (from 0) is the SHA-256
of the text ``seed:coin:first:last:i`` read as a whole number, big end first; numbers in the incomplete last stretch of
2**256 are left out so that every day is equally likely; the remainder by the count of candidates left names the day,
which then leaves the list.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date

SEED_BYTES = 32
_RANGE = 1 << 256


def commitment_of(seed: str) -> str:
    """Return the SHA-256 of the seed (64 hexadecimal digits), which says nothing of it and binds whoever holds it."""
    return hashlib.sha256(bytes.fromhex(seed)).hexdigest()


def draw_days(
    seed: str, candidates: Sequence[date], *, coin: str, first: date, last: date, count: int = 1
) -> list[date]:
    """Return the days that the seed draws, in the order in which they are drawn.

    Raises:
        ValueError: there are fewer candidates than days to draw.
    """
    left = sorted(candidates)
    if count > len(left):
        raise ValueError(f"{count} days cannot be drawn from {len(left)}")
    drawn: list[date] = []
    number = 0
    while len(drawn) < count:
        text = f"{seed}:{coin}:{first.isoformat()}:{last.isoformat()}:{number}"
        value = int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
        number += 1
        if value < _RANGE - _RANGE % len(left):
            drawn.append(left.pop(value % len(left)))
    return drawn
