"""A coin whose issuer has stated no requests yet; its addresses take the coin's symbol as the others do."""

from __future__ import annotations

PARTS: dict[str, dict[str, str]] = {}


def build(world, request) -> None:
    """Nothing: the coin is everybody's."""
