"""The one JSON text that stands for data, and its digest: equal data, equal bytes, on any machine."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical(data: Any) -> bytes:
    """Return data as the one JSON text that stands for it: keys sorted, no spaces, UTF-8."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest_of(data: Any) -> str:
    """Return the SHA-256 of the canonical JSON of ``data``."""
    return hashlib.sha256(canonical(data)).hexdigest()
