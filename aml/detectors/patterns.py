"""Detectors of how coins moved: structuring, velocity, peel chains."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from aml.detectors.rows import Finding, Move, episodes

ROWS = 50


def structuring(
    moves: Iterable[Move], *, threshold: Decimal, window: timedelta, leaving_out: Collection[str] = ()
) -> list[Finding]:
    """Find senders whose transfers below the threshold come to it together within the window (AML 4.4, 6.16).

    Transfers of one sender within the window count as linked. Those whose value in HKD is unknown are no part of it.
    """
    found = []
    for sender, rows in _by(moves, "sender", leaving_out).items():
        below = [move for move in rows if move.hkd is not None and 0 < move.hkd < threshold]
        for linked in episodes(below, window, lambda part: len(part) > 1 and _total(part) >= threshold):
            facts = _stretch(linked) | {"total_hkd": str(_total(linked)), "threshold_hkd": str(threshold),
                                        "largest_hkd": str(max(move.hkd for move in linked)),
                                        "parties": len({move.receiver for move in linked})}
            found.append(_finding("structuring", sender, linked, facts, ("AML 4.4", "AML 6.16")))
    return found


def velocity(
    moves: Iterable[Move], *, count: int, window: timedelta, leaving_out: Collection[str] = ()
) -> list[Finding]:
    """Find addresses that sent so many transfers within the window (AML 5.4, 5.7)."""
    return [
        _finding("velocity", sender, rows, _stretch(rows) | {"at_least": count}, ("AML 5.4", "AML 5.7"))
        for sender, all_rows in _by(moves, "sender", leaving_out).items()
        for rows in episodes([move for move in all_rows if move.raw], window, lambda part: len(part) >= count)
    ]


def peel_chains(
    moves: Iterable[Move], *, hops: int, percent: int, leaving_out: Collection[str] = ()
) -> list[Finding]:
    """Find ways of coins on which each address passes on all but a small part, which it sends elsewhere (AML 5.7).

    ``percent`` is the most that is peeled off at one address, ``hops`` the fewest transfers of such a way.
    """
    ordered = sorted((move for move in moves if move.raw), key=lambda move: (move.at, move.key))
    sent = _by(ordered, "sender", leaving_out)
    passed = {move.key: _passed_on(move, sent, percent) for move in ordered}
    continued = {after.key for after in passed.values() if after is not None}
    found = []
    for move in ordered:
        if move.key in continued:
            continue
        way = [move]
        while (after := passed[way[-1].key]) is not None:
            way.append(after)
        if len(way) >= hops:
            facts = _stretch(way) | {"hops": len(way), "began_with": str(way[0].raw), "ended_with": str(way[-1].raw),
                                     "path": [way[0].sender, *(each.receiver for each in way)][:ROWS]}
            found.append(_finding("peel_chain", move.sender, way, facts, ("AML 5.7",)))
    return found


def _passed_on(move: Move, sent: dict[str, list[Move]], percent: int) -> Move | None:
    """Return the transfer by which the receiver passed the coins on, less what it sent to somebody else."""
    after = [each for each in sent.get(move.receiver, ()) if each.at > move.at and each.receiver != move.sender]
    least = move.raw * (100 - percent)
    onward = next((each for each in after if least <= each.raw * 100 < move.raw * 100), None)
    if onward is None:
        return None
    peeled = any(each.key != onward.key and each.receiver != onward.receiver and each.raw <= move.raw - onward.raw
                 for each in after)
    return onward if peeled else None


def _by(moves: Iterable[Move], name: str, leaving_out: Collection[str]) -> dict[str, list[Move]]:
    grouped: dict[str, list[Move]] = {}
    for move in sorted(moves, key=lambda each: (each.at, each.key)):
        if getattr(move, name) not in leaving_out:
            grouped.setdefault(getattr(move, name), []).append(move)
    return grouped


def _total(moves: Iterable[Move]) -> Decimal:
    return sum((move.hkd for move in moves if move.hkd is not None), Decimal(0))


def _stretch(moves: list[Move]) -> dict[str, Any]:
    return {"transfers": len(moves), "first_at": moves[0].at.isoformat(), "last_at": moves[-1].at.isoformat()}


def _finding(
    detector: str, about: str, moves: list[Move], facts: dict[str, Any], cites: tuple[str, ...]
) -> Finding:
    return Finding(detector, f"{about}:{moves[0].key}", about, facts, tuple(move.key for move in moves[:ROWS]),
                   cites=cites)
