"""Reading many rows as columns, by COPY: no object is made of a row until somebody asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from django.db import DatabaseError, connection
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn
from pyarrow import csv

from reserves.held import Held, held_in
from reserves.lines import HoldingLine
from reserves.selectors.counted_once import which_count
from reserves.selectors.day_files import HOLDINGS, DayFiles

TEXT = pa.dictionary(pa.int32(), pa.string())
FIAT, TOKENS = pa.decimal128(24, 4), pa.decimal128(38, 18)  # as the tables keep amounts
_FIELDS: Mapping[str, pa.DataType] = {
    "file_id": pa.int64(), **dict.fromkeys(HoldingLine._fields, TEXT), "id": pa.int64(), "line": pa.int64(),
    "start_date": pa.date32(), "maturity_date": pa.date32(), "price": TOKENS,
    **dict.fromkeys(("face_value", "market_value", "collateral_value"), FIAT),
}
_HELD = f"SELECT {', '.join(_FIELDS)} FROM reserves_holding"  # noqa: S608 - the fields of a line


class HeldLines(NamedTuple):
    """What the pool holds by the statements of a day, in the order of files and lines, and the file of each line."""

    lines: Held
    files: list[int]
    table: pa.Table


def held_lines(files: DayFiles) -> HeldLines:
    """Read what the pool holds; of several statements of one account one counts."""
    stated = {file.pk: file for file in files.of(HOLDINGS)}
    table = copied(_HELD, list(stated), _FIELDS)
    file, line = table["file_id"].to_numpy(), table["line"].to_numpy()
    order = np.lexsort((line, file))
    if len(stated) > 1:
        places = zip(file.tolist(), *(_texts(table[name]) for name in ("account_id", "asset_class", "currency")),
                     strict=True)
        order = order[np.array(which_count(list(places), stated), dtype=bool)[order]]
    if not np.array_equal(order, np.arange(len(file))):
        table = table.take(pa.array(order))
    return HeldLines(held_in(table), file[order].tolist(), table)


def copied(query: str, files: Sequence[int], types: Mapping[str, pa.DataType]) -> pa.Table:
    """Return the rows of some files, with columns of these names and types; the texts of one share a dictionary.

    A COPY takes no parameters, so that the keys of the files, which are numbers, stand in it.
    """
    raw = b""
    if files:
        keys = ",".join(f"{key:d}" for key in files)
        with connection.cursor() as cursor:
            with cursor.copy(f"COPY ({query} WHERE file_id = ANY('{{{keys}}}')) TO STDOUT (FORMAT csv)"):
                raw = _all_of(connection.connection.pgconn)
    if not raw:
        return pa.table({name: pa.array([], type=kind) for name, kind in types.items()})
    return csv.read_csv(
        pa.py_buffer(raw), csv.ReadOptions(column_names=list(types), use_threads=False),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(column_types=types, strings_can_be_null=False),
    ).unify_dictionaries().combine_chunks()


def _texts(column: pa.ChunkedArray) -> list[str]:
    chunk = column.combine_chunks()
    names = chunk.dictionary.to_pylist()
    return [names[code] for code in chunk.indices.to_pylist()]


def _all_of(pgconn: PGconn) -> bytes:
    """Return all that a COPY says, straight from the wire: the driver's own loop costs twenty times as much a row."""
    rows = []
    while (found := pgconn.get_copy_data(0))[0] > 0:
        rows.append(found[1])
    while (result := pgconn.get_result()) is not None:
        if result.status == ExecStatus.FATAL_ERROR:
            raise DatabaseError(result.error_message.decode())
    return b"".join(rows)
