"""Interest accrued on a security by its day-count: exact, per 1 of nominal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from core.rulebook.periods import add_months, month_end

DAY_COUNTS = ("act_365f", "act_360", "act_act_icma", "30_360", "30e_360")


@dataclass(frozen=True, slots=True)
class Coupons:
    """A fixed coupon: share of nominal a year, paid so many times a year up to maturity.

    ``first_on`` is said where the first period is longer than others; ``ex_days`` is for how many days before a coupon
    a buyer no longer gets it.
    """

    rate: Decimal
    a_year: int
    day_count: str
    matures_on: date
    issued_on: date | None = None
    first_on: date | None = None
    ex_days: int = 0


def accrued(coupons: Coupons, day: date) -> Fraction | None:
    """The interest accrued on ``day`` per 1 of nominal: negative once the coupon is the seller's to keep.

    None before the issue and once the security has matured, when there is nothing to buy.
    """
    if day >= coupons.matures_on or (coupons.issued_on and day < coupons.issued_on):
        return None
    start, end = _period(coupons, day)
    begun = _years(coupons, start, day)
    if end - timedelta(days=coupons.ex_days) <= day < end and coupons.ex_days:
        begun -= _years(coupons, start, end)
    return Fraction(coupons.rate) * begun


def days_between(day_count: str, start: date, end: date) -> int:
    """Days from one to the other as the convention counts them."""
    if not day_count.startswith("30"):
        return (end - start).days
    first, last = min(start.day, 30), end.day
    if last == 31 and (day_count == "30e_360" or first == 30):
        last = 30
    return (end.year - start.year) * 360 + (end.month - start.month) * 30 + last - first


def _period(coupons: Coupons, day: date) -> tuple[date, date]:
    """The interest period that the day lies in: from the last coupon, or the issue, to the next coupon."""
    end = coupons.matures_on
    for start in _back_from(coupons.matures_on, coupons.a_year):
        if coupons.first_on and coupons.issued_on and end <= coupons.first_on:
            return coupons.issued_on, coupons.first_on
        if start <= day:
            return max(start, coupons.issued_on or start), end
        end = start
    raise AssertionError("dates go back without end")


def _years(coupons: Coupons, start: date, end: date) -> Fraction:
    """The part of a year, which for ICMA's count is made of the regular periods that it touches."""
    if coupons.day_count != "act_act_icma":
        year = 365 if coupons.day_count == "act_365f" else 360
        return Fraction(days_between(coupons.day_count, start, end), year)
    years, following = Fraction(0), coupons.matures_on
    for regular in _back_from(coupons.matures_on, coupons.a_year):
        overlap = (min(end, following) - max(start, regular)).days
        if overlap > 0:
            years += Fraction(overlap, (following - regular).days * coupons.a_year)
        if regular <= start:
            break
        following = regular
    return years


def _back_from(maturity: date, a_year: int) -> Iterator[date]:
    """The regular coupon days before maturity, the latest first; where maturity ends a month, so do they."""
    at_end = maturity == month_end(maturity)
    months = 12 // a_year
    count = 0
    while True:
        count += 1
        found = add_months(maturity, -months * count)
        yield month_end(found) if at_end else found
