"""The checks that rules are bound to: each answers one question from its metrics (in order) and its parameters.

A check answers ``True`` (met), ``False`` (breached) or ``None`` (these facts do not decide it). Metrics are positional,
parameters of the rule's version are keyword-only. A metric that is missing never reaches a check, the rule is then
unknown, unless the rule names it under ``optional``: the check then sees ``None`` and says what follows from it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from core.rulebook.periods import add_months, quarter_start, within_months, within_years

Answer = bool | None
CHECKS: dict[str, Callable[..., Answer]] = {}


def check(function: Callable[..., Answer]) -> Callable[..., Answer]:
    """Make the function available to rules under its name."""
    if function.__name__ in CHECKS:
        raise ValueError(f"two checks are called {function.__name__}")
    CHECKS[function.__name__] = function
    return function


def either(*answers: Answer) -> Answer:
    """Three-valued "or": true if one is, undecided if one that is undecided could be."""
    return True if True in answers else None if None in answers else False


def both(*answers: Answer) -> Answer:
    """Three-valued "and": false if one is, undecided if one that is undecided could be."""
    return False if False in answers else None if None in answers else True


# Amounts and counts


@check
def covers(asset: Decimal, liability: Decimal) -> Answer:
    return asset >= liability


@check
def at_most(observed: Decimal, *, limit: Decimal) -> Answer:
    return observed <= limit


@check
def at_most_unless_agreed(observed: int, agreed: bool | None, *, limit: int) -> Answer:
    """Within the limit, or beyond it with the authority's agreement."""
    return either(observed <= limit, agreed)


@check
def ratio_covers_buffer(ratio: Decimal, buffer: Decimal) -> Answer:
    return ratio >= 1 + buffer


@check
def withdrawals_leave_buffer(count: int, lowest_ratio: Decimal | None, buffer: Decimal | None) -> Answer:
    """Nothing was withdrawn, or what was left still reached the target."""
    if count == 0:
        return True
    if lowest_ratio is None or buffer is None:
        return None
    return lowest_ratio >= 1 + buffer


@check
def net_capital_at_least(
    paid_up: Decimal, net_debit_balance: Decimal, approved_resources: Decimal | None, *, limit: Decimal
) -> Answer:
    """Paid-up capital less the debit balance, or approved other resources, reach the limit.

    The approval is the authority's own act, so one that is not given does not exist: it leaves nothing undecided.
    """
    if paid_up - net_debit_balance >= limit:
        return True
    return approved_resources is not None and approved_resources >= limit


@check
def need_met_from_equity(observed: Decimal | None, need: Decimal | None, from_equity: bool | None) -> Answer:
    enough = None if observed is None or need is None else observed >= need
    return both(enough, from_equity)


# Records that must exist


@check
def all_true(*facts: bool | None) -> Answer:
    return both(*facts)


@check
def any_true(*facts: bool | None) -> Answer:
    return either(*facts)


# Redemption


@check
def par_less_fee(par: Decimal, paid: Decimal, fee: Decimal | None, ceiling: Decimal | None) -> Answer:
    """Paid at par, less a fee that is stated and within what was found reasonable; a ceiling that nobody set decides
    nothing about a fee."""
    if paid >= par:
        return True
    if fee is None:
        return None
    if paid < par - fee:
        return False
    return None if ceiling is None else fee <= par * ceiling


@check
def nothing_unexplained(_until: date, *amounts: Decimal | None) -> Answer:
    return both(*(None if amount is None else amount == 0 for amount in amounts))


# One line of the holdings


@check
def term_within(start: date, end: date, *, months: int) -> Answer:
    return within_months(start, end, months)


@check
def residual_maturity_within(as_of: date, maturity: date, *, years: int) -> Answer:
    return within_years(as_of, maturity, years)


@check
def zero_weight_or_own_sovereign(
    risk_weight: Decimal | None,
    kind: str | None,
    domestic_currency: str | None,
    currency: str | None,
    *,
    risk_weight_limit: Decimal,
    sovereigns: Sequence[str],
) -> Answer:
    """A risk weight within the limit, or a sovereign's debt in its own domestic currency."""
    light = None if risk_weight is None else risk_weight <= risk_weight_limit
    sovereign = None if kind is None else kind in sovereigns
    domestic = None if domestic_currency is None or currency is None else domestic_currency == currency
    return either(light, both(sovereign, domestic))


@check
def no_financial_institution(
    is_institution: bool | None, kind: str | None, *, institutions: Sequence[str], excepted: Sequence[str]
) -> Answer:
    """The obligor is no financial institution or associate of one; a kind that is excepted may be."""
    if kind in institutions:
        is_institution = True
    free = None if is_institution is None else not is_institution
    return either(free, None if kind is None else kind in excepted)


@check
def same_currency_or_approved(currency: str | None, reference: str | None, approved: bool | None) -> Answer:
    same = None if currency is None or reference is None else currency == reference
    return either(same, approved)


@check
def prudent_price(
    asset_class: str,
    basis: str,
    source: str | None,
    bid_available: bool | None,
    *,
    carried_at_value: Sequence[str],
    carrying_bases: Sequence[str],
    market_bases: Sequence[str],
) -> Answer:
    """A claim without a market is carried at its value; a marketable asset at the bid, else at another market price.

    The other market price needs that no bid was to be had, and a market price needs a source.
    """
    if asset_class in carried_at_value:
        return basis in carrying_bases or basis == "bid"
    if basis == "bid":
        return None if source is None else True
    if basis not in market_bases:
        return False
    no_bid = None if bid_available is None else not bid_available
    return both(no_bid, None if source is None else True)


# Time


@check
def filed_each_quarter(as_of: date, count: int, filed_on: date | None, licensed_on: date | None) -> Answer:
    """The last complete calendar quarter, or this one, has its filing, or the licence is younger than that quarter."""
    last_quarter = quarter_start(as_of, -1)
    if count == 0:
        return None if licensed_on is None else licensed_on > last_quarter
    return None if filed_on is None else filed_on >= last_quarter


@check
def reported_in_time(unreported: int, oldest_hours: Decimal | None, hours: Decimal | None) -> Answer:
    """Nothing is unreported, or nothing for longer than the hours allowed."""
    if unreported == 0:
        return True
    if oldest_hours is None or hours is None:
        return None
    return oldest_hours <= hours


@check
def filed_within(
    as_of: date, period_end: date, is_filed: bool, filed_on: date | None, complete: bool | None, *, months: int
) -> Answer:
    """Filed within so many months of the period's end and complete, or not filed yet and not due yet."""
    due_on = add_months(period_end, months)
    if not is_filed:
        return as_of <= due_on
    return both(None if filed_on is None else filed_on <= due_on, complete)


@check
def attested(
    frequency: str,
    as_of: date,
    period_end: date,
    is_filed: bool,
    filed_on: date | None,
    period_end_tested: bool | None,
    random_days: int | None,
    *,
    months: int,
    random_days_least: int,
) -> Answer:
    """As ``filed_within``; complete when the period's end and enough random business days were tested."""
    enough_days = None if random_days is None else random_days >= random_days_least
    complete = both(period_end_tested, enough_days)
    return filed_within(as_of, period_end, is_filed, filed_on, complete, months=months)


@check
def reviewed_lately(
    as_of: date,
    reserve: date | None,
    issuance: date | None,
    risk: date | None,
    continuity: date | None,
    *,
    reserve_months: int,
    other_months: int,
) -> Answer:
    """Each policy was reviewed within its interval up to ``as_of``."""
    return both(
        None if reserve is None else within_months(reserve, as_of, reserve_months),
        *(None if day is None else within_months(day, as_of, other_months) for day in (issuance, risk, continuity)),
    )
