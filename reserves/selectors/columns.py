"""Reading the lines of a day as columns: one COPY for both sides, and no object for a line until it differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from django.db import DatabaseError, connection
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn
from pyarrow import csv

from reserves import models
from reserves.columns import Columns, instrument
from reserves.lines import PAR_OUTSTANDING, HoldingLine, LedgerLine
from reserves.selectors.counted_once import which_count
from reserves.selectors.day_files import HOLDINGS, LEDGER, DayFiles
from reserves.units import units_in

_COPY = """
COPY (
    SELECT 0, id, file_id, account_id, currency, instrument_id, line_ref, asset_class, face_value, book_value
    FROM reserves_ledgerline WHERE file_id = ANY('{{{ledger}}}')
    UNION ALL
    SELECT 1, id, file_id, account_id, currency, instrument_id, line_ref, asset_class, face_value, market_value
    FROM reserves_holding WHERE file_id = ANY('{{{holdings}}}')
) TO STDOUT (FORMAT csv)
"""
_TEXTS = ("account_id", "currency", "instrument_id", "line_ref", "asset_class")
_NAMES = ("side", "id", "file_id", *_TEXTS, "face", "value")
_DECIMAL = pa.decimal128(24, 4)  # as the tables keep amounts
_TYPES = {
    "side": pa.int8(), "id": pa.int64(), "file_id": pa.int64(), "face": _DECIMAL, "value": _DECIMAL,
    **dict.fromkeys(_TEXTS, pa.dictionary(pa.int32(), pa.string())),
}
#: A name of a security that may be written in another way: with spaces, in small letters, or around a CUSIP.
_OTHER_WAY = r"[ a-z]|^(US|CA)"


class Sides(NamedTuple):
    """The columns of a day, the key and file of each row, and the par value that the books state by currency."""

    columns: Columns
    ids: np.ndarray
    files: np.ndarray
    par: dict[str, int]  # ten-thousandths

    def lines(self, rows: tuple[np.ndarray, np.ndarray]) -> tuple[dict[int, LedgerLine], dict[int, HoldingLine]]:
        """Read the lines of some rows, as ``Matched.rows`` gives them, in one query for each side."""
        books, custodian = rows
        return (
            _lines(models.LedgerLine, LedgerLine, self.ids[: self.columns.books], books),
            _lines(models.Holding, HoldingLine, self.ids[self.columns.books :], custodian),
        )

    def file_of(self, rows: tuple[np.ndarray, np.ndarray]) -> tuple[dict[int, int], dict[int, int]]:
        """Return which file each of the rows is of, by the key of its line."""
        first = self.columns.books
        books, custodian = rows[0], rows[1] + first
        return (dict(zip(self.ids[books].tolist(), self.files[books].tolist(), strict=True)),
                dict(zip(self.ids[custodian].tolist(), self.files[custodian].tolist(), strict=True)))


def read_sides(files: DayFiles) -> Sides:
    """Read both sides of the day; the same lines count as ``load_inputs`` and the comparison of them take.

    Of several statements of one account one counts. Where a statement is missing, the books of its accounts have
    nothing to be compared with and are left out.
    """
    table = _table([file.pk for file in files.of(LEDGER)], [file.pk for file in files.of(HOLDINGS)])
    side = table["side"].to_numpy()
    order = np.lexsort((table["id"].to_numpy(), side))
    texts = {name: _numbered(table[name]) for name in _TEXTS}
    account, asset_class = texts["account_id"][0], texts["asset_class"][0]
    wanted = _counted(table, files, side, texts)
    classes = texts["asset_class"][1]
    is_par = (side == 0) & _named(asset_class, classes, PAR_OUTSTANDING)
    value, face = _units(table["value"]), _units(table["face"])
    currencies = texts["currency"][1]
    par = {
        currencies[number]: sum(map(int, value[is_par & (texts["currency"][0] == number)]))
        for number in set(texts["currency"][0][is_par].tolist())
    }
    wanted &= ~is_par
    if files.lacks(HOLDINGS):
        held = np.zeros(int(account.max(initial=0)) + 1, dtype=bool)
        held[account[wanted & (side == 1)]] = True
        wanted &= (side == 1) | held[account]
    rows = order[wanted[order]]
    columns = Columns(
        books=int((side[rows] == 0).sum()), account=account[rows], currency=texts["currency"][0][rows],
        instrument=_instruments(*texts["instrument_id"])[rows], reference=texts["line_ref"][0][rows],
        asset_class=asset_class[rows], has_face=table["face"].is_valid().to_numpy(zero_copy_only=False)[rows],
        face=face[rows], value=value[rows], currencies=currencies, classes=classes,
    )
    return Sides(columns, table["id"].to_numpy()[rows], table["file_id"].to_numpy()[rows], par)


def _table(ledger: Sequence[int], holdings: Sequence[int]) -> pa.Table:
    with connection.cursor() as cursor:
        with cursor.copy(_COPY.format(ledger=_listed(ledger), holdings=_listed(holdings))):
            raw = _all_of(connection.connection.pgconn)
    if not raw:
        return pa.table({name: pa.array([], type=_TYPES[name]) for name in _NAMES})
    return csv.read_csv(
        pa.py_buffer(raw), csv.ReadOptions(column_names=_NAMES, use_threads=False),
        convert_options=csv.ConvertOptions(column_types=_TYPES, strings_can_be_null=False),
    ).combine_chunks().unify_dictionaries()


def _all_of(pgconn: PGconn) -> bytes:
    """Return all that a COPY says, straight from the wire: the driver's own loop costs twenty times as much a row."""
    rows = []
    while (found := pgconn.get_copy_data(0))[0] > 0:
        rows.append(bytes(found[1]))
    while (result := pgconn.get_result()) is not None:
        if result.status == ExecStatus.FATAL_ERROR:
            raise DatabaseError(result.error_message.decode())
    return b"".join(rows)


def _listed(keys: Sequence[int]) -> str:
    """Return keys as an array of PostgreSQL; a COPY takes no parameters."""
    return ",".join(f"{key:d}" for key in keys)


def _numbered(column: pa.ChunkedArray) -> tuple[np.ndarray, list[str]]:
    """Return a number for each text, -1 for one that was not given, and the texts by number."""
    if not column.num_chunks:
        return np.zeros(0, dtype=np.int64), []
    chunk = column.chunk(0)
    names = chunk.dictionary.to_pylist()
    codes = chunk.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    if "" in names:
        codes[codes == names.index("")] = -1
    return codes, names


def _instruments(codes: np.ndarray, names: list[str]) -> np.ndarray:
    """Give one number to names of one security."""
    if not names:
        return codes
    suspicious = pc.match_substring_regex(pa.array(names), _OTHER_WAY).to_numpy(zero_copy_only=False)
    if not suspicious.any():
        return codes
    said = np.array(names, dtype=object)
    said[suspicious] = [instrument(name) for name in said[suspicious]]
    same = pd.factorize(said)[0].astype(np.int64)
    found: np.ndarray = np.where(codes < 0, -1, same[codes])
    return found


def _named(codes: np.ndarray, names: list[str], name: str) -> np.ndarray:
    return codes == (names.index(name) if name in names else -2)


def _units(column: pa.ChunkedArray) -> np.ndarray:
    return units_in(column.chunk(0)) if column.num_chunks else np.zeros(0, dtype=np.int64)


def _counted(
    table: pa.Table, files: DayFiles, side: np.ndarray, texts: Mapping[str, tuple[np.ndarray, list[str]]]
) -> np.ndarray:
    """Say for each row whether it counts: all do, unless several files state what the pool holds."""
    counts = np.ones(len(side), dtype=bool)
    holding = {file.pk: file for file in files.of(HOLDINGS)}
    if len(holding) < 2:
        return counts
    rows = np.flatnonzero(side == 1)
    named = [[names[code] for code in codes[rows].tolist()]
             for codes, names in (texts[name] for name in ("account_id", "asset_class", "currency"))]
    places = list(zip(table["file_id"].to_numpy()[rows].tolist(), *named, strict=True))
    counts[rows] = which_count(places, holding)
    return counts


def _lines(model: Any, line: Any, ids: np.ndarray, rows: np.ndarray) -> dict[int, Any]:
    if not len(rows):
        return {}
    found = {row[0]: line._make(row) for row in
             model.objects.filter(pk__in=ids[rows].tolist()).values_list(*line._fields)}
    return {row: found[pk] for row, pk in zip(rows.tolist(), ids[rows].tolist(), strict=True)}
