"""Comparing a day's lines: books with custodians, and par value with tokens in circulation."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from core.calendars import HongKongCalendar
from core.money import EXACT
from reserves.lines import PAR_OUTSTANDING, LedgerLine
from reserves.reconcile import BOOKS_CUSTODIAN, Comparison, Difference, Tolerance, reconcile, reconcile_par
from reserves.selectors.day_files import HOLDINGS
from reserves.selectors.inputs import Inputs, SupplyLine

# How far book and market value may differ where no face value is given. The law sets none of these; a class that is
# not named must agree exactly.
TOLERANCES = {
    "term_deposit": Tolerance(relative=Decimal("0.001")),
    "government_debt": Tolerance(relative=Decimal("0.005")),
    "reverse_repo": Tolerance(relative=Decimal("0.001")),
    "fund": Tolerance(relative=Decimal("0.005")),
    "tokenised": Tolerance(relative=Decimal("0.005")),
    "other": Tolerance(relative=Decimal("0.005")),
}


@dataclass(frozen=True, slots=True)
class Compared:
    """Every comparison of a day, every difference, and the comparisons that were made of the whole."""

    comparisons: tuple[Comparison, ...]
    differences: tuple[Difference, ...]
    whole: frozenset[str]


def circulating(supply: list[SupplyLine]) -> Decimal | None:
    """Return the tokens that holders have, frozen ones included: what books keep as par, whatever a law counts."""
    if not supply:
        return None
    parts = _parts(supply)
    return parts["total_supply"] - parts["unissued"] - parts["pending_redemption"]


def par_of(ledger: list[LedgerLine], currency: str) -> Decimal | None:
    """Return the par value outstanding that the books state; None if they say nothing of it."""
    par = [line.book_value for line in ledger if line.asset_class == PAR_OUTSTANDING and line.currency == currency]
    return sum(par, Decimal(0)) if par else None


def reconcile_inputs(inputs: Inputs, *, currency: str, calendar: HongKongCalendar) -> Compared:
    """Compare the lines of a day.

    Where a custodian's statement is missing, the books of its accounts have nothing to be compared with.
    """
    ledger, as_of = inputs.ledger, inputs.files.as_of
    partial = inputs.files.lacks(HOLDINGS)
    if partial:
        known = {line.account_id for line in inputs.holdings}
        ledger = [line for line in ledger if line.account_id in known or line.asset_class == PAR_OUTSTANDING]
    assets = reconcile(ledger, inputs.holdings, as_of=as_of, tolerances=TOLERANCES,
                       is_business_day=calendar.is_business_day)
    parts = _parts(inputs.supply)
    par_comparison, par_difference = reconcile_par(
        par_of(inputs.ledger, currency), circulating(inputs.supply), currency=currency,
        parts={name: parts[name] for name in ("unissued", "frozen", "pending_redemption")},
    )
    comparisons = (*assets.comparisons, par_comparison)
    whole = {comparison.name for comparison in comparisons if comparison.state != "no_data"}
    return Compared(
        comparisons, (*assets.differences, *([par_difference] if par_difference else [])),
        frozenset(whole - {BOOKS_CUSTODIAN} if partial else whole),
    )


def _parts(supply: list[SupplyLine]) -> dict[str, Decimal]:
    """Return each count over all chains; one that was not given counts nothing."""
    parts = dict.fromkeys(("total_supply", "unissued", "frozen", "pending_redemption"), Decimal(0))
    for line in supply:
        for name in parts:
            parts[name] = EXACT.add(parts[name], getattr(line, name) or Decimal(0))
    return parts
