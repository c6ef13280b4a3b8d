"""Numbers that look random and are the same on every machine and in every run."""

from __future__ import annotations

import hashlib


def draw(below: int, *name: object) -> int:
    """Return a whole number from 0 up to, not including, ``below`` that depends on the name alone."""
    digest = hashlib.sha256("|".join(map(str, name)).encode()).digest()
    return int.from_bytes(digest[:8], "big") % below


def swing(width: int, *name: object) -> int:
    """Return a whole number from ``-width`` to ``width``; middling ones are the likelier."""
    return (draw(2 * width + 1, *name, 1) + draw(2 * width + 1, *name, 2)) // 2 - width


def hexadecimal(digits: int, *name: object) -> str:
    """Return so many hexadecimal digits (64 at most), for addresses of contracts that do not exist."""
    return hashlib.sha256("|".join(map(str, name)).encode()).hexdigest()[:digits]
