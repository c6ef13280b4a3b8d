"""What detectors look at and what they find."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Move:
    """One transfer: ``raw`` in units of the contract, ``hkd`` where its value in Hong Kong dollars is known."""

    key: str  # transaction and place in it
    at: datetime
    sender: str
    receiver: str
    raw: int
    hkd: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """Something that a contract did: coins made, an address frozen, a key that changed hands."""

    key: str
    kind: str
    name: str
    at: datetime
    account: str = ""
    other: str = ""
    value: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a detector says: about which address (empty: the contract), what it rests on, which rows.

    The same episode has the same ``key`` whenever it is found again.
    """

    detector: str
    key: str
    about: str
    facts: dict[str, Any]
    rows: tuple[str, ...]
    listed: str = ""  # the listed address that it is about, if any
    cites: tuple[str, ...] = field(default=())


def episodes(
    moves: Iterable[Any], window: timedelta, is_met: Callable[[Sequence[Any]], bool]
) -> list[list[Any]]:
    """Return the stretches in which some window of time meets the condition; windows that overlap are one stretch.

    ``moves`` are in the order of time. Growing a window never makes a condition unmet that was met.
    """
    ordered = list(moves)
    found: list[list[Any]] = []
    begin = reached = 0
    for end in range(len(ordered)):
        while ordered[end].at - ordered[begin].at > window:
            begin += 1
        if not is_met(ordered[begin : end + 1]):
            continue
        if found and begin < reached:
            found[-1].extend(ordered[reached : end + 1])
        else:
            found.append(ordered[begin : end + 1])
        reached = end + 1
    return found
