"""What money costs in the demonstration world: one yield curve for each currency, and prices from it.

Rates are parts per million a year (10 000 = 1 %), prices ten-thousandths of a per cent of nominal, all whole numbers.
"""

from __future__ import annotations

from datetime import date, timedelta

from reports.demo.chance import swing

MILLION = 1_000_000
YEAR = 365
PAR = 100 * 10_000

#: The curve's walk begins here, so that a day has the same rates whatever window it is seen in.
FIRST_DAY = date(2025, 8, 1)
_MEAN = {"HKD": 29_500, "USD": 36_500}
_SLOPE_PER_YEAR = 2_400
_STEP = 420
_PULL = 45  # the walk goes back a forty-fifth of the way to its mean each day


class Market:
    """Yields of one currency, day by day; ``shocks`` are sudden rises, by day, that stay."""

    def __init__(self, currency: str, shocks: dict[date, int] | None = None) -> None:
        self.currency = currency
        self.shocks = shocks or {}
        self._levels = [_MEAN[currency]]

    def rate(self, day: date, tenor_days: int) -> int:
        """Return the yield for a term, in parts per million a year."""
        index = max(0, (day - FIRST_DAY).days)
        while len(self._levels) <= index:
            step, level = len(self._levels), self._levels[-1]
            self._levels.append(level + (_MEAN[self.currency] - level) // _PULL + swing(_STEP, self.currency, step))
        jumps = sum(rise for on, rise in self.shocks.items() if on <= day)
        return self._levels[index] + jumps + _SLOPE_PER_YEAR * tenor_days // YEAR

    def bid(self, day: date, maturity: date, coupon: int = 0) -> int:
        """Return the bid price, interest included, of a security that pays par and ``coupon`` ppm at maturity."""
        days = max(0, (maturity - day).days)
        due = PAR * (MILLION + coupon)
        return due * YEAR // (MILLION * YEAR + (self.rate(day, days) + 150) * days)


def interest(principal: int, rate: int, days: int) -> int:
    """Return simple interest in whole minor units, rounded down."""
    return principal * rate * days // (MILLION * YEAR)


def days_between(start: date, end: date) -> int:
    return (end - start) // timedelta(days=1)
