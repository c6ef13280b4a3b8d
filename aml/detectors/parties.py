"""Detectors of whom coins moved with: sanctioned parties and mixers."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from aml.detectors.rows import Finding, Move

ROWS = 50


def sanctioned_party(moves: Iterable[Move], listed: Collection[str]) -> list[Finding]:
    """Find the listed addresses that sent or received coins (AML 7.5: every party is screened)."""
    return _contacts("sanctioned_party", moves, listed, ("AML 7.5", "AML 5.4"))


def mixer_contact(moves: Iterable[Move], mixers: Collection[str]) -> list[Finding]:
    """Find the mixers that sent or received coins (AML 5.7: mixers are among the suspicious sources)."""
    return _contacts("mixer", moves, mixers, ("AML 5.7", "AML 5.5"))


def _contacts(detector: str, moves: Iterable[Move], named: Collection[str], cites: tuple[str, ...]) -> list[Finding]:
    met: dict[str, list[Move]] = {}
    for move in moves:
        if not move.raw:
            continue  # anybody can send nothing to anybody
        for address in {move.sender, move.receiver} & set(named):
            met.setdefault(address, []).append(move)
    return [_contact(detector, address, rows, cites) for address, rows in met.items()]


def _contact(detector: str, address: str, moves: list[Move], cites: tuple[str, ...]) -> Finding:
    parties = {move.receiver if move.sender == address else move.sender for move in moves} - {address}
    facts = {
        "listed": address, "transfers": len(moves), "parties": len(parties),
        "received": str(sum(move.raw for move in moves if move.receiver == address)),
        "sent": str(sum(move.raw for move in moves if move.sender == address)),
        "first_at": min(move.at for move in moves).isoformat(), "last_at": max(move.at for move in moves).isoformat(),
    }
    return Finding(detector, address, address, facts, tuple(move.key for move in moves[:ROWS]), address, cites)
