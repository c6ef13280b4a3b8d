"""The lines of a day as columns on which both sides are compared; those that differ become lines."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from reserves.columns import Columns, instrument
from reserves.lines import PAR_OUTSTANDING, HoldingLine, LedgerLine
from reserves.selectors.copied import Layout
from reserves.selectors.day_files import HOLDINGS, DayFiles
from reserves.selectors.kept import HeldLines, held_lines, read_lines
from reserves.tabled import Tabled
from reserves.units import units_in

_TEXTS = ("account_id", "currency", "instrument_id", "line_ref", "asset_class")
_NAMES = ["id", "file_id", *_TEXTS, "face_value", "value"]
_BOOKED, _HELD = [*_NAMES[:-1], "book_value"], [*_NAMES[:-1], "market_value"]


class Sides(NamedTuple):
    """The columns of a day, the key and file of each row, and the par value that the books state by currency.

    Of the files in ``lacking`` no columns that fit were kept, so that they were read from their rows.
    """

    columns: Columns
    ids: np.ndarray
    files: np.ndarray
    par: dict[str, int]  # ten-thousandths
    held: HeldLines
    held_rows: np.ndarray  # which of those lines each row of the custodians is
    booked: pa.Table
    booked_rows: np.ndarray
    lacking: Mapping[int, Layout]

    def lines(self, rows: tuple[np.ndarray, np.ndarray]) -> tuple[dict[int, LedgerLine], dict[int, HoldingLine]]:
        """Return the lines of some rows, as ``Matched.rows`` gives them."""
        books, custodian = rows
        booked = Tabled(self.booked, LedgerLine).at(self.booked_rows[books].tolist())
        held = self.held.lines.at(self.held_rows[custodian].tolist())
        return dict(zip(books.tolist(), booked, strict=True)), dict(zip(custodian.tolist(), held, strict=True))

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
    read = read_lines(files)
    booked, held = read.booked, held_lines(files, read.held)
    table = pa.concat_tables([
        booked.select(_BOOKED).rename_columns(_NAMES), held.table.select(_HELD).rename_columns(_NAMES),
    ])
    side = np.repeat([0, 1], [len(booked), len(held.table)])
    ids, first = table["id"].to_numpy(), len(booked)
    order = np.r_[np.argsort(ids[:first], kind="stable"), first + np.argsort(ids[first:], kind="stable")]
    texts = {name: _numbered(table[name]) for name in _TEXTS}
    account, asset_class = texts["account_id"][0], texts["asset_class"][0]
    classes, currencies = texts["asset_class"][1].to_pylist(), texts["currency"][1].to_pylist()
    is_par = (side == 0) & _named(asset_class, classes, PAR_OUTSTANDING)
    value, face = _units(table["value"]), _units(table["face_value"])
    par = {
        currencies[number]: sum(map(int, value[is_par & (texts["currency"][0] == number)]))
        for number in set(texts["currency"][0][is_par].tolist())
    }
    wanted = ~is_par
    if files.lacks(HOLDINGS):
        stated = np.zeros(int(account.max(initial=0)) + 1, dtype=bool)
        stated[account[side == 1]] = True
        wanted &= (side == 1) | stated[account]
    rows = order[wanted[order]]
    columns = Columns(
        books=int((side[rows] == 0).sum()), account=account[rows], currency=texts["currency"][0][rows],
        instrument=_instruments(*texts["instrument_id"])[rows], reference=texts["line_ref"][0][rows],
        asset_class=asset_class[rows], has_face=table["face_value"].is_valid().to_numpy(zero_copy_only=False)[rows],
        face=face[rows], value=value[rows], currencies=currencies, classes=classes,
    )
    return Sides(columns, ids[rows], table["file_id"].to_numpy()[rows], par, held,
                 rows[columns.books :] - first, booked, rows[: columns.books], read.lacking)


def _numbered(column: pa.ChunkedArray) -> tuple[np.ndarray, pa.Array]:
    """Return a number for each text, -1 for one that was not given, and the texts by number."""
    if not column.num_chunks:
        return np.zeros(0, dtype=np.int64), pa.array([], pa.string())
    texts = column.chunk(0).dictionary
    if not all(chunk.dictionary.equals(texts) for chunk in column.chunks):  # as those of both sides often are
        column = column.unify_dictionaries()
        texts = column.chunk(0).dictionary
    codes = np.concatenate([chunk.indices.to_numpy() for chunk in column.chunks], dtype=np.int64)
    codes[codes == pc.index(texts, "").as_py()] = -1  # which is no code where there is none
    return codes, texts


def _instruments(codes: np.ndarray, names: pa.Array) -> np.ndarray:
    """Give one number to names of one security: some may be written with spaces, in small letters, around a CUSIP."""
    ways = (pc.match_substring(names, " "), pc.not_equal(pc.ascii_upper(names), names),
            pc.starts_with(names, "US"), pc.starts_with(names, "CA"))
    suspicious = reduce(pc.or_, ways).to_numpy(zero_copy_only=False)
    if not suspicious.any():
        return codes
    said = names.to_numpy(zero_copy_only=False).copy()
    said[suspicious] = [instrument(name) for name in said[suspicious]]
    same = pd.factorize(said)[0].astype(np.int64)
    found: np.ndarray = np.where(codes < 0, -1, same[codes])
    return found


def _named(codes: np.ndarray, names: list[str], name: str) -> np.ndarray:
    return codes == (names.index(name) if name in names else -2)


def _units(column: pa.ChunkedArray) -> np.ndarray:
    return units_in(column.combine_chunks())
