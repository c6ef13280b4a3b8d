"""Writes ZIP archives: equal members give equal bytes, and no name leads out of the folder they are unpacked in."""

from __future__ import annotations

import re
import shutil
import unicodedata
import zipfile
from collections.abc import Iterable
from pathlib import Path

from core.tablefile import Raw, opened, size_of

#: The earliest time that a ZIP can state: when a member was written is no part of what it is.
EPOCH = (1980, 1, 1, 0, 0, 0)
#: Names that one system or another keeps for its devices.
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(10))})
_UNSAFE = re.compile(r'[<>:"/\\|?*]')
LONGEST_NAME = 120


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
