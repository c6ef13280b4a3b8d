"""The blob store: bytes under their SHA-256, written once, never changed."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings

from core.models import Blob
from core.tablefile import Raw, blocks, size_of


def path_of(sha256: str) -> Path:
    """Return where the bytes with this digest lie."""
    return Path(settings.BLOB_ROOT) / sha256[:2] / sha256[2:4] / sha256


def store_blob(raw: Raw) -> Blob:
    """Keep the bytes, or what the file holds, and return their row; the same bytes are kept once.

    The file is complete before it gets its name, so a crash leaves no half file under a digest.
    """
    sha256 = digest_of(raw)
    path = path_of(sha256)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.writelines(blocks(raw))
            file.flush()
            if settings.BLOB_FSYNC:
                os.fsync(file.fileno())
        Path(file.name).replace(path)
    return Blob.objects.get_or_create(sha256=sha256, defaults={"size": size_of(raw)})[0]


def digest_of(raw: Raw) -> str:
    """Return the SHA-256 of the bytes, or of what the file holds."""
    digest = hashlib.sha256()
    for block in blocks(raw):
        digest.update(block)
    return digest.hexdigest()


def open_blob(sha256: str) -> Path:
    """Return the file that holds the bytes with this digest, for who need not have them all at once.

    Raises:
        ValueError: what lies there no longer has the digest it is named after.
    """
    path = path_of(sha256)
    if digest_of(path) != sha256:
        raise ValueError(f"blob {sha256[:12]} was changed on disk")
    return path


def read_blob(sha256: str) -> bytes:
    """Return the bytes with this digest.

    Raises:
        ValueError: what lies there no longer has the digest it is named after.
    """
    raw = path_of(sha256).read_bytes()
    if hashlib.sha256(raw).hexdigest() != sha256:
        raise ValueError(f"blob {sha256[:12]} was changed on disk")
    return raw
