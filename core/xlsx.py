"""Opens an XLSX workbook and reads its first sheet row by row.

The usual readers hand out binary numbers and the last results of formulas; for money the digits as stored are needed,
and it must be known where a formula stands. So the XML of the sheet is read here, after its sizes have been checked.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from typing import BinaryIO
from xml.parsers import expat

from core.problems import Problems
from core.sheetxml import SheetReader, date_styles, elements, shared_strings
from core.tablefile import Raw, Record, Unreadable, opened

MAX_UNPACKED = 1_000_000_000
MAX_RATIO = 100  # unpacked to packed, of parts that are larger than a megabyte; sheets reach about 30
_LARGE = 1_000_000
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    EOFError,
    KeyError,
    IndexError,
    ValueError,
    NotImplementedError,
)


def workbook_records(raw: Raw, problems: Problems) -> tuple[str, Iterator[Record]]:
    """The name of the first sheet and its rows that are not blank. Raises Unreadable, also while rows are read.

    Formulas and error values are noted in `problems` with the name of their cell.
    """
    with ExitStack() as opening:
        source = opening.enter_context(opened(raw))
        try:
            archive = zipfile.ZipFile(source)
            name, part, reader = _opened_sheet(archive, problems)
        except _DAMAGE:
            raise Unreadable("broken_workbook") from None
        opening.pop_all()  # the rows are read from it: they close it
    return name, _rows(reader, archive, part, source)


def _opened_sheet(archive: zipfile.ZipFile, problems: Problems) -> tuple[str, str, SheetReader]:
    _refuse_unsafe(archive)
    name, part, is_1904 = _first_sheet(archive)
    parts = set(archive.namelist())
    folder = posixpath.dirname(_main_part(archive))
    strings, styles = f"{folder}/sharedStrings.xml", f"{folder}/styles.xml"
    return name, part, SheetReader(
        shared_strings(archive.open(strings)) if strings in parts else [],
        date_styles(archive.open(styles)) if styles in parts else frozenset(),
        date(1904, 1, 1) if is_1904 else date(1899, 12, 30),
        problems,
    )


def _rows(reader: SheetReader, archive: zipfile.ZipFile, part: str, file: BinaryIO) -> Iterator[Record]:
    try:
        with file, archive, archive.open(part) as source:
            yield from reader.rows(source)
    except _DAMAGE:
        raise Unreadable("broken_workbook") from None


def _refuse_unsafe(archive: zipfile.ZipFile) -> None:
    """Judge the archive by its directory alone, before anything of it is unpacked."""
    parts = archive.infolist()
    if any(part.flag_bits & 0x1 for part in parts):
        raise Unreadable("encrypted_file")
    if len({part.filename for part in parts}) < len(parts):
        raise Unreadable("broken_workbook")
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        raise Unreadable("broken_workbook")
    # zipfile never unpacks more than the directory says, so its figures can be relied on.
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise Unreadable("zip_bomb")
    if any(part.file_size > max(_LARGE, MAX_RATIO * part.compress_size) for part in parts):
        raise Unreadable("zip_bomb")


def _relationships(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """id -> (kind, part) of what `part` refers to; "" is the package itself."""
    folder, name = posixpath.split(part)
    found: dict[str, tuple[str, str]] = {}
    with archive.open(posixpath.join(folder, "_rels", f"{name}.rels")) as source:
        for _, element, attributes in elements(source):
            if element == "Relationship":
                target = posixpath.normpath(posixpath.join("/", folder, attributes["Target"])).lstrip("/")
                found[attributes["Id"]] = (attributes["Type"].rpartition("/")[2], target)
    return found


def _main_part(archive: zipfile.ZipFile) -> str:
    return next((part for kind, part in _relationships(archive, "").values() if kind == "officeDocument"), "")


def _first_sheet(archive: zipfile.ZipFile) -> tuple[str, str, bool]:
    """(name, part, whether days are counted from 1904) of the first sheet of the workbook."""
    main = _main_part(archive)
    related = _relationships(archive, main)
    is_1904 = False
    with archive.open(main) as source:
        for parent, element, attributes in elements(source):
            if element == "workbookPr":
                is_1904 = attributes.get("date1904", "0") in ("1", "true")
            elif parent == "sheets" and element == "sheet":
                kind, part = related[attributes["id"]]
                if kind != "worksheet":
                    raise Unreadable("broken_workbook")
                return attributes["name"], part, is_1904
    raise Unreadable("broken_workbook")
