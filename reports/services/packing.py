"""Writing the archive of an inspection pack from its frozen facts: the same facts give the same bytes."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core import blobs
from core.archives import write_archive
from core.findings import canonical
from core.models import Blob
from core.tablefile import Raw
from reports.builders.inspection_pack import INDEX, MANIFEST, SUMS


def store_pack(frozen: Mapping[str, Any], index: bytes) -> Blob:
    """Write the pack with its index, and keep it.

    Raises:
        ValueError: a file that belongs in it was changed on disk.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pack.zip"
        write_pack(path, frozen, index)
        return blobs.store_blob(path)


def write_pack(path: Path, frozen: Mapping[str, Any], index: bytes) -> None:
    """Write the archive; large files are not read into memory."""
    members: list[tuple[str, Raw]] = list(written_with(frozen, index).items())
    members += [(each["name"], blobs.open_blob(each["sha256"])) for each in frozen["members"]]
    write_archive(path, members)


def written_with(frozen: Mapping[str, Any], index: bytes) -> dict[str, bytes]:
    """Return what of the archive is made when it is written: the index, the facts, the list of digests for programs."""
    made = {INDEX: index, MANIFEST: canonical(frozen)}
    digests = {each["name"]: each["sha256"] for each in frozen["members"]}
    digests |= {name: hashlib.sha256(raw).hexdigest() for name, raw in made.items()}
    sums = "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(digests.items()))
    return made | {SUMS: sums.encode()}
