"""ZIP archives. Those we write: equal members give equal bytes, and no name leads out of where they are unpacked.

Those that somebody shows us are hostile until read: of a member no more is unpacked than it may have, and nothing is
written anywhere.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from core.tablefile import BLOCK, Raw, blocks, opened, size_of

#: The earliest time that a ZIP can state: when a member was written is no part of what it is.
EPOCH = (1980, 1, 1, 0, 0, 0)
#: Names that one system or another keeps for its devices.
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(10))})
_UNSAFE = re.compile(r'[<>:"/\\|?*]')
LONGEST_NAME = 120
#: Members that an archive which is shown to us may list, those of archives within it counted too.
MOST_MEMBERS = 100_000
#: How members may be packed; other packings take memory as they please.
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
#: What the reader of archives raises over bytes that somebody tampered with: it promises no fewer.
DAMAGED = (
    zipfile.BadZipFile, zlib.error, struct.error, OSError, ValueError, LookupError, EOFError, NotImplementedError,
    RuntimeError,
)


class NoArchive(Exception):
    """The bytes are no ZIP archive, or one made so that it cannot be read within safe limits."""


def safe_name(text: str) -> str:
    """Return a name for one file that every system can unpack, as near as can be to the one that was given."""
    kept = "".join(
        "_" if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") else char
        for char in unicodedata.normalize("NFC", text)
    )
    kept = _UNSAFE.sub("_", kept).strip(" .")
    if not kept.strip("_"):
        return "file"
    if kept.partition(".")[0].strip().lower() in _DEVICES:
        kept = f"_{kept}"
    while len(kept.encode()) > LONGEST_NAME:
        stem, dot, ending = kept.rpartition(".")
        if not dot or len(ending) > 10:
            stem, dot, ending = kept, "", ""
        kept = f"{stem[:-1]}{dot}{ending}".rstrip(" .")
    return kept


def member(name: str) -> zipfile.ZipInfo:
    """Return the entry of a member, which says nothing of when or where it was written."""
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    return entry


def write_archive(path: Path, members: Iterable[tuple[str, Raw]]) -> None:
    """Write the members, each its name and its bytes or the file that holds them, sorted by name.

    Raises:
        ValueError: two members have the same name, or a name leads elsewhere.
    """
    ordered = sorted(members, key=lambda each: each[0])
    names = [name for name, _raw in ordered]
    if len({name.casefold() for name in names}) < len(names):
        raise ValueError("two members of an archive have the same name")
    if bad := [name for name in names if any(part in ("", ".", "..") for part in name.split("/")) or "\\" in name]:
        raise ValueError(f"{bad[0]!r} is no name of a member")
    with zipfile.ZipFile(path, "w") as archive:
        for name, raw in ordered:
            large = size_of(raw) >= zipfile.ZIP64_LIMIT
            with opened(raw) as source, archive.open(member(name), "w", force_zip64=large) as part:
                shutil.copyfileobj(source, part, 1 << 20)


class ShownArchive:
    """An archive that somebody shows us; of two members with one name the first is read."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        #: Every member in its order, a name as often as it stands there; empty folders are none.
        self.names = [each.filename for each in archive.infolist() if not (each.is_dir() and not each.file_size)]
        self._entries: dict[str, zipfile.ZipInfo] = {}
        for each in archive.infolist():
            self._entries.setdefault(each.filename, each)

    def read(self, name: str, most: int) -> bytes | None:
        """Return what a member holds; None if there is none, it is damaged, or it holds more than ``most`` bytes."""
        try:
            return b"".join(self._blocks(name, most))
        except DAMAGED:
            return None

    def digest(self, name: str, most: int) -> str | None:
        """Return the SHA-256 of a member, which is never wholly in memory; None as for ``read``."""
        digest = hashlib.sha256()
        try:
            for block in self._blocks(name, most):
                digest.update(block)
        except DAMAGED:
            return None
        return digest.hexdigest()

    def _blocks(self, name: str, most: int) -> Iterator[bytes]:
        entry = self._entries[name]
        if entry.compress_type not in PACKINGS:
            raise ValueError(name)
        with self._archive.open(entry) as part:
            while block := part.read(BLOCK):
                most -= len(block)
                if most < 0:
                    raise ValueError(name)
                yield block


@contextmanager
def shown_archive(raw: Raw) -> Iterator[ShownArchive]:
    """Open an archive that somebody shows us.

    Raises:
        NoArchive: it is none, or cannot be read within safe limits.
    """
    # The list of members is counted before it is read: reading it takes memory for each.
    if sum(block.count(b"PK\x01\x02") for block in blocks(raw)) > MOST_MEMBERS:
        raise NoArchive
    with opened(raw) as source:
        try:
            archive = zipfile.ZipFile(source)
        except DAMAGED:
            raise NoArchive
        with archive:
            yield ShownArchive(archive)
