"""Detectors of what a contract did by itself: bursts of freezes, mints to new addresses, administrators' keys."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta

from aml.detectors.rows import Act, Finding, episodes

ROWS = 50
ADMINISTRATION = frozenset({"owner", "role_granted", "role_revoked", "upgrade", "pause", "unpause"})


def freeze_bursts(acts: Iterable[Act], *, count: int, window: timedelta) -> list[Finding]:
    """Find windows in which so many addresses were frozen (AML 5.10: freezing on request)."""
    freezes = sorted((act for act in acts if act.kind == "freeze"), key=lambda act: (act.at, act.key))
    return [
        Finding("freeze_burst", rows[0].key, "", {
            "freezes": len(rows), "at_least": count, "first_at": rows[0].at.isoformat(),
            "last_at": rows[-1].at.isoformat()}, tuple(act.key for act in rows[:ROWS]), cites=("AML 5.10",))
        for rows in episodes(freezes, window, lambda part: len({act.account for act in part}) >= count)
    ]


def new_mint_addresses(acts: Iterable[Act], *, known: Collection[str]) -> list[Finding]:
    """Find addresses that coins were made for and that the issuer has reported as none of its own (SUP 6.5.9)."""
    found: dict[str, Finding] = {}
    for act in sorted(acts, key=lambda each: (each.at, each.key)):
        if act.kind == "mint" and act.account and act.account not in known and act.account not in found:
            found[act.account] = Finding(
                "new_mint_address", act.account, act.account,
                {"account": act.account, "value": None if act.value is None else str(act.value),
                 "at": act.at.isoformat()}, (act.key,), cites=("AML 5.4", "SUP 6.5.9"))
    return list(found.values())


def administration(acts: Iterable[Act]) -> list[Finding]:
    """Find each use of a key that rules the contract (SUP 6.5.5: every change is audited)."""
    return [
        Finding("admin_key", act.key, "", {"act": act.kind, "name": act.name, "account": act.account,
                                           "other": act.other, "at": act.at.isoformat()}, (act.key,),
                cites=("SUP 6.5.5",))
        for act in acts if act.kind in ADMINISTRATION
    ]
