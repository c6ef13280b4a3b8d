"""The one JSON text that stands for data, and its digest: equal data, equal bytes, on any machine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical(data: Any) -> bytes:
    """Return data as the one JSON text that stands for it: keys sorted, no spaces, UTF-8."""
    return _ENCODER.encode(data).encode()


def canonical_object(members: Mapping[str, bytes]) -> bytes:
    """Return the same text of an object whose members are written already, so that no large one is written twice."""
    return b"{" + b",".join(_key(name) + members[name] for name in sorted(members)) + b"}"


@lru_cache(maxsize=1024)
def _key(name: str) -> bytes:
    """Return the text of a name of a member; the same few stand before every figure of every account."""
    return canonical(name) + b":"


def canonical_list(items: Iterable[bytes]) -> bytes:
    """Return the same text of a list whose items are written already."""
    return b"[" + b",".join(items) + b"]"


def digest_of(data: Any) -> str:
    """Return the SHA-256 of the canonical JSON of ``data``."""
    return hashlib.sha256(canonical(data)).hexdigest()
