"""Reading the lines of a day's files: as columns that were kept when the files were accepted, else from the rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from django.db import connection
from psycopg import Cursor
from pyarrow import ipc

from core.shared_reads import foresee, shared_of_each, shared_reads
from reserves.held import Held, held_in
from reserves.selectors.copied import BOOKED, HELD, Layout, copied
from reserves.selectors.counted_once import which_count
from reserves.selectors.day_files import HOLDINGS, LEDGER, DayFiles

_QUERY = "SELECT file_id, sha256, columns FROM reserves_linecolumns WHERE file_id = ANY(%s) ORDER BY id"
_READING = ipc.IpcReadOptions(use_threads=False)


class Read(NamedTuple):
    """What custodians and books say of a day, and the files of which no columns that fit were kept."""

    held: pa.Table
    booked: pa.Table
    lacking: Mapping[int, Layout]


class HeldLines(NamedTuple):
    """What the pool holds by the statements of a day, in the order of files and lines, and the file of each line."""

    lines: Held
    files: np.ndarray
    table: pa.Table


def read_lines(files: DayFiles) -> Read:
    """Read the lines of holdings and books: one query where the columns of every file are kept."""
    asked = {file.pk: layout for need, layout in ((HOLDINGS, HELD), (LEDGER, BOOKED)) for file in files.of(need)}
    kept = _kept(asked)
    return Read(_together(HELD, asked, kept), _together(BOOKED, asked, kept),
                {key: layout for key, layout in asked.items() if key not in kept})


def held_lines(files: DayFiles, table: pa.Table | None = None) -> HeldLines:
    """Return what the pool holds, of which ``table`` are the lines if they are read; of several statements of one
    account one counts.
    """
    stated = {file.pk: file for file in files.of(HOLDINGS)}
    if table is None:
        asked = dict.fromkeys(stated, HELD)
        table = _together(HELD, asked, _kept(asked))
    file, line = table["file_id"].to_numpy(), table["line"].to_numpy()
    order = np.lexsort((line, file))
    if len(stated) > 1:
        places = zip(file.tolist(), *(_texts(table[name]) for name in ("account_id", "asset_class", "currency")),
                     strict=True)
        order = order[np.array(which_count(list(places), stated), dtype=bool)[order]]
    if not np.array_equal(order, np.arange(len(file))):
        table = table.take(pa.array(order))
    return HeldLines(held_in(table), file[order], table)


class ColumnsOf(NamedTuple):
    """The columns of a file; those of the days of a batch are read together once they are foreseen."""

    file: int


def foresee_lines(days: Iterable[DayFiles]) -> None:
    """Let the columns of the files of some days be read at once, when the first of them are asked for."""
    foresee(ColumnsOf(file.pk) for files in days for need in (HOLDINGS, LEDGER) for file in files.of(need))


@shared_of_each
def _columns(wanted: list[ColumnsOf]) -> dict[ColumnsOf, tuple[str, bytes] | None]:
    """Return the digest and the bytes of what was kept last of each file, None where nothing was."""
    found: dict[ColumnsOf, tuple[str, bytes] | None] = dict.fromkeys(wanted)
    for key, digest, columns in _read(each.file for each in wanted):
        found[ColumnsOf(key)] = digest, columns
    return found


def _kept(asked: Mapping[int, Layout]) -> dict[int, pa.Table]:
    """Return the lines of the files whose columns are kept, as far as these fit their digest and their layout."""
    found: dict[int, pa.Table] = {}
    with shared_reads():
        foresee(map(ColumnsOf, asked))
        for key, layout in asked.items():
            digest, columns = _columns(ColumnsOf(key)) or ("", b"")
            if hashlib.sha256(columns).hexdigest() == digest:
                with ipc.open_stream(pa.py_buffer(columns), options=_READING) as stream:
                    table = stream.read_all()
                if dict(zip(table.schema.names, table.schema.types, strict=True)) == layout.types:
                    found[key] = table
    return found


def _read(files: Iterable[int]) -> list[tuple[int, str, bytes]]:
    """Return what is kept of the files, in the order in which it was.

    It comes in binary: in the text that Django's cursor asks for, bytes are twice as long and take six times the work.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        return cursor.execute(_QUERY, [list(files)], binary=True).fetchall()


def _together(layout: Layout, asked: Mapping[int, Layout], kept: Mapping[int, pa.Table]) -> pa.Table:
    own = [key for key, of in asked.items() if of is layout]
    tables = [kept[key] for key in own if key in kept]
    if lacking := [key for key in own if key not in kept]:
        tables.append(copied(layout, lacking))
    if len(tables) == 1:
        return tables[0]
    return pa.concat_tables(tables or [layout.nothing]).unify_dictionaries().combine_chunks()


def _texts(column: pa.ChunkedArray) -> list[str]:
    chunk = column.combine_chunks()
    names = chunk.dictionary.to_pylist()
    return [names[code] for code in chunk.indices.to_pylist()]
