"""Comparing a day's lines: books with custodians, par value with tokens in circulation, both with the chain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import reduce

import numpy as np

from core.calendars import HongKongCalendar
from core.money import EXACT
from issuers.models import Coin
from reserves.causes import BALANCES, Cause
from reserves.columns import assets_of, columns_of
from reserves.comparing import match
from reserves.counts import Counts, compare_counts
from reserves.evidence import Known, Row
from reserves.lines import PAR_OUTSTANDING, Line
from reserves.reconcile import (
    BOOKS_CUSTODIAN,
    NOTHING_TO_COMPARE,
    Comparison,
    Difference,
    Reconciliation,
    explain_matched,
    reconcile_par,
)
from reserves.selectors.columns import Sides, read_sides
from reserves.selectors.copied import Layout
from reserves.selectors.day_files import HOLDINGS, LEDGER, SUPPLY, DayFiles
from reserves.selectors.evidence import known_of
from reserves.selectors.inputs import Inputs, Supply, SupplyLine, read_supply
from reserves.selectors.kept import HeldLines
from reserves.selectors.tolerances import tolerances_on
from reserves.solving import Fact
from reserves.units import to_amount

#: Counts of tokens that books and chain may treat differently: what it is called, and whether the chain has it beyond
#: the books (-1: books less chain is less by it) or the books beyond the chain.
_COUNTS = (("frozen", Cause.FROZEN, -1), ("bridged", Cause.BRIDGED, 1), ("unissued", Cause.UNISSUED, 1),
           ("pending_redemption", Cause.PENDING_REDEMPTION, 1))


@dataclass(frozen=True, slots=True)
class Compared:
    """Every comparison of a day, every difference, the comparisons made of the whole, and what was read for them."""

    comparisons: tuple[Comparison, ...]
    differences: tuple[Difference, ...]
    whole: frozenset[str]
    supply: Supply
    par: Decimal | None
    held: HeldLines | None = field(default=None, compare=False)
    lacking: Mapping[int, Layout] = field(default_factory=dict, compare=False)  # files of which no columns were kept


def circulating(supply: list[SupplyLine]) -> Decimal | None:
    """Return the tokens that holders have, frozen ones included: what books keep as par, whatever a law counts."""
    if not supply:
        return None
    return sum((_circulating_on(line) for line in supply), Decimal(0))


def reconcile_inputs(inputs: Inputs, *, coin: Coin, calendar: HongKongCalendar) -> Compared:
    """Compare the lines of a day that are already read.

    Where a custodian's statement is missing, the books of its accounts have nothing to be compared with.
    """
    files, books = inputs.files, assets_of(inputs.ledger)
    if files.lacks(HOLDINGS):
        held = {line.account_id for line in inputs.holdings}
        books = [line for line in books if line.account_id in held]
    assets = Reconciliation((), (NOTHING_TO_COMPARE,))
    if books and inputs.holdings:
        matched = match(columns_of(books, inputs.holdings), tolerances_on(files.as_of))
        of_books = {line.id: file.pk for file in files.of(LEDGER) for line in books}
        stated_by = np.asarray(inputs.holding_files).tolist()
        of_custodian = dict(zip((line.id for line in inputs.holdings), stated_by, strict=True))
        known = known_of(coin, files, calendar, books=of_books, custodian=of_custodian,
                         accounts=_balances((*books, *inputs.holdings)))
        assets = explain_matched(matched, books, inputs.holdings, known)
    par = [line.book_value for line in inputs.ledger
           if line.asset_class == PAR_OUTSTANDING and line.currency == coin.reference_currency]
    return _compared(coin, files, assets, sum(par, Decimal(0)) if par else None,
                     Supply(inputs.supply, inputs.stated_supply, inputs.supply_is_read))


def reconcile_files(files: DayFiles, *, coin: Coin, calendar: HongKongCalendar) -> Compared:
    """Compare the files of a day, of which only the lines that differ are read as such; the same as of its inputs."""
    sides, supply = read_sides(files), read_supply(files)
    par = sides.par.get(coin.reference_currency)
    found = _compared(coin, files, _reconcile_sides(sides, files, coin, calendar),
                      None if par is None else to_amount(par), supply)
    return replace(found, held=sides.held, lacking=sides.lacking)


def _reconcile_sides(sides: Sides, files: DayFiles, coin: Coin, calendar: HongKongCalendar) -> Reconciliation:
    if not 0 < sides.columns.books < len(sides.columns):
        return Reconciliation((), (NOTHING_TO_COMPARE,))
    matched = match(sides.columns, tolerances_on(files.as_of))
    of_books, of_custodian = sides.file_of(matched.rows)
    if not len(matched.differing):
        return explain_matched(matched, {}, {}, Known(files.as_of, calendar.is_business_day))
    books, holdings = sides.lines(matched.rows)
    known = known_of(coin, files, calendar, books=of_books, custodian=of_custodian,
                     accounts=_balances((*books.values(), *holdings.values())))
    return explain_matched(matched, books, holdings, known)


def _balances(lines: Iterable[Line]) -> set[str]:
    """Return the accounts that movements explain."""
    return {line.account_id for line in lines if line.asset_class in BALANCES}


def _compared(
    coin: Coin, files: DayFiles, assets: Reconciliation, par: Decimal | None, supply: Supply
) -> Compared:
    currency, counts = coin.reference_currency, _counts(supply.lines)
    par_comparison, par_difference = reconcile_par(
        par, circulating(supply.lines), currency=currency,
        parts={name: counts[name] for name in ("unissued", "frozen", "pending_redemption")},
        facts=par_facts(supply.lines, files),
    )
    counted, miscounted = compare_counts(
        map(_counts_of, supply.stated), map(_counts_of, supply.lines), currency=currency
    ) if supply.is_read else ([], [])
    comparisons = (*assets.comparisons, par_comparison, *counted)
    whole = {comparison.name for comparison in comparisons if comparison.state != "no_data"}
    return Compared(
        comparisons, (*assets.differences, *([par_difference] if par_difference else []), *miscounted),
        frozenset(whole - {BOOKS_CUSTODIAN} if files.lacks(HOLDINGS) else whole), supply, par,
    )


def par_facts(supply: Sequence[SupplyLine], files: DayFiles) -> list[Fact]:
    """Return what the counts of each chain would explain of par value less circulation.

    Tokens on a chain that they were bridged to are counted there and, locked, where they came from: where a coin is on
    several chains, what circulates on one of them may be such a second count.
    """
    file = next((file.pk for file in files.of(SUPPLY)), None)
    facts = []
    for line in supply:
        for name, cause, sign in _COUNTS:
            if count := getattr(line, name, None):
                row = Row("supply", file, line.line, count, f"{line.chain} {name}")
                facts.append(Fact(cause, count * sign, (row,)))
        on_chain = _circulating_on(line)
        if len(supply) > 1 and on_chain:
            row = Row("supply", file, line.line, on_chain, line.chain)
            facts.append(Fact(Cause.BRIDGED, -on_chain, (row,)))
    return facts


def _circulating_on(line: SupplyLine) -> Decimal:
    outside = [line.unissued, line.pending_redemption or Decimal(0), line.bridged or Decimal(0)]
    return reduce(EXACT.subtract, outside, line.total_supply)


def _counts_of(line: SupplyLine) -> Counts:
    return line.chain, line._asdict()


def _counts(supply: Sequence[SupplyLine]) -> dict[str, Decimal]:
    """Return each count over all chains; one that was not given counts nothing."""
    counts = dict.fromkeys(("total_supply", "unissued", "frozen", "pending_redemption", "bridged"), Decimal(0))
    for line in supply:
        for name in counts:
            counts[name] = EXACT.add(counts[name], getattr(line, name) or Decimal(0))
    return counts
