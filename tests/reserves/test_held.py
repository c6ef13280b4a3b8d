"""Lines by kind: read as columns or given as tuples, they say the same."""

from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from reserves.held import COMMON, first_of_each, held, held_in, together
from reserves.lines import HoldingLine
from reserves.tabled import Tabled
from reserves.units import units_in

TEXT = pa.dictionary(pa.int32(), pa.string())
AMOUNT = pa.decimal128(24, 4)
TYPES = dict.fromkeys(HoldingLine._fields, TEXT) | {
    "id": pa.int64(), "line": pa.int64(), "start_date": pa.date32(), "maturity_date": pa.date32(),
    **dict.fromkeys(("face_value", "market_value", "price", "collateral_value"), AMOUNT),
}
names, days = st.sampled_from(["", "A", "B"]), st.sampled_from([None, date(2026, 1, 1), date(2026, 1, 2)])
amounts = st.decimals(-10**12, 10**12, places=4).map(lambda value: value.quantize(Decimal("0.0001")))
lines = st.lists(st.builds(
    HoldingLine, st.integers(1, 9), st.integers(1, 9), *[names] * 8, st.none() | amounts, amounts, st.none(), names,
    days, days, names, names, st.none() | amounts,
), max_size=8)


def tabled(given_lines):
    rows = [dict(zip(HoldingLine._fields, line, strict=True)) for line in given_lines]
    return pa.table({name: pa.array([row[name] for row in rows], pa.string() if kind == TEXT else kind).cast(kind)
                     for name, kind in TYPES.items()})


@given(lines, st.data())
def test_columns_and_tuples_are_the_same_lines_of_the_same_kinds(given_lines, data):
    by_columns, by_tuples = held_in(tabled(given_lines)), held(given_lines)
    some = data.draw(st.lists(st.sampled_from(range(len(given_lines))), unique=True) if given_lines else st.just([]))
    some = np.array(some, dtype=np.int64)
    for columns, tuples in ((by_columns, by_tuples), (by_columns.chosen(some), by_tuples.chosen(some))):
        assert columns.at(range(len(tuples))) == list(columns) == list(tuples)
        assert (columns.of.tolist(), columns.kinds) == (tuples.of.tolist(), tuples.kinds)
        assert columns.units.tolist() == tuples.units.tolist()
        assert columns.places.tolist() == tuples.places.tolist() == [line.line for line in tuples]
        assert (columns.accounts[0].tolist(), columns.accounts[1]) == (tuples.accounts[0].tolist(), tuples.accounts[1])
        assert [columns.accounts[1][place] for place in columns.accounts[0]] == [line.account_id for line in tuples]
        assert columns.states("collateral_value") == tuples.states("collateral_value")
        assert columns.counts.tolist() == [columns.of.tolist().count(kind) for kind in range(len(columns.kinds))]
        for line, kind in zip(tuples, (tuples.kinds[number] for number in tuples.of), strict=True):
            assert all(getattr(line, name) == getattr(kind, name) for name in COMMON)


@given(lines, st.data())
def test_a_row_is_the_same_line_however_often_and_with_which_others_it_is_asked_for(given_lines, data):
    table = Tabled(tabled(given_lines), HoldingLine)
    for _ in range(3):
        some = data.draw(st.lists(st.sampled_from(range(len(given_lines))))) if given_lines else []
        found = table.at(some)
        assert found == [given_lines[row] for row in some]
        assert all(line is again for line, again in zip(found, table.at(some), strict=True))


def test_combinations_are_numbered_as_they_first_occur():
    codes = [units_in(pa.array(map(Decimal, each), pa.decimal128(38, 4))) // 10_000 for each in ([5, 5, 2, 5], [-1, 0, 0, -1])]
    assert together(codes).tolist() == [0, 1, 2, 0]


@given(st.lists(st.integers(0, 3)))
def test_numbers_are_found_where_they_occur_first(numbers):
    of = together([units_in(pa.array(map(Decimal, numbers), pa.decimal128(38, 4))) // 10_000])
    assert first_of_each(of).tolist() == [of.tolist().index(number) for number in range(len(set(numbers)))]
