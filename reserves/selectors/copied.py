"""Reading many rows as columns, by COPY: no object is made of a row until somebody asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pyarrow as pa
from django.db import DatabaseError, connection
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn
from pyarrow import csv

from reserves.lines import HoldingLine, LedgerLine

TEXT = pa.dictionary(pa.int32(), pa.string())
FIAT, TOKENS = pa.decimal128(24, 4), pa.decimal128(38, 18)  # as the tables keep amounts
_KEYS = {"file_id": pa.int64(), "id": pa.int64(), "line": pa.int64()}


class Layout(NamedTuple):
    """A table of lines and the types of its columns: the fields of a line, and which file it is of."""

    table: str
    types: Mapping[str, pa.DataType]

    @property
    def nothing(self) -> pa.Table:
        """No lines at all."""
        return pa.table({name: pa.array([], type=kind) for name, kind in self.types.items()})


HELD = Layout("reserves_holding", _KEYS | dict.fromkeys(HoldingLine._fields[2:], TEXT) | {
    "face_value": FIAT, "market_value": FIAT, "price": TOKENS, "start_date": pa.date32(), "maturity_date": pa.date32(),
    "collateral_value": FIAT,
})
BOOKED = Layout("reserves_ledgerline", _KEYS | dict.fromkeys(LedgerLine._fields[2:], TEXT) | {
    "face_value": FIAT, "book_value": FIAT, "booked_on": pa.date32(), "value_on": pa.date32(),
})


def copied(layout: Layout, files: Sequence[int]) -> pa.Table:
    """Return the lines of some files; the texts of one column share a dictionary.

    A COPY takes no parameters, so that the keys of the files, which are numbers, stand in it.
    """
    raw = b""
    if files:
        keys = ",".join(f"{key:d}" for key in files)
        query = f"SELECT {', '.join(layout.types)} FROM {layout.table} WHERE file_id = ANY('{{{keys}}}')"  # noqa: S608
        with connection.cursor() as cursor:
            with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)"):
                raw = _all_of(connection.connection.pgconn)
    if not raw:
        return layout.nothing
    return csv.read_csv(
        pa.py_buffer(raw), csv.ReadOptions(column_names=list(layout.types), use_threads=False),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(column_types=layout.types, strings_can_be_null=False),
    ).unify_dictionaries().combine_chunks()


def _all_of(pgconn: PGconn) -> bytes:
    """Return all that a COPY says, straight from the wire: the driver's own loop costs twenty times as much a row."""
    rows = []
    while (found := pgconn.get_copy_data(0))[0] > 0:
        rows.append(found[1])
    while (result := pgconn.get_result()) is not None:
        if result.status == ExecStatus.FATAL_ERROR:
            raise DatabaseError(result.error_message.decode())
    return b"".join(rows)
