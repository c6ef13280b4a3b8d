"""Accrued interest against published examples of each convention."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reserves.daycount import DAY_COUNTS, Coupons, accrued, days_between

TEN = Decimal("0.10")


def cents(interest: Fraction) -> Decimal:
    """On 10,000 of nominal, half up to the cent."""
    return Decimal(int(interest * 1_000_000 + Fraction(1, 2))).scaleb(-2)


# ISDA, "EMU and market conventions: recent developments" (1998), annex: the ICMA method, 10% on 10,000.
@pytest.mark.parametrize(("coupons", "day", "expected"), [
    # A regular half-year from 1 November 2003, one day short of its end.
    (Coupons(TEN, 2, "act_act_icma", date(2010, 5, 1)), date(2004, 4, 30), "497.25"),
    # Short first period: 1 February to 1 July 1999 of an annual bond.
    (Coupons(TEN, 1, "act_act_icma", date(2000, 7, 1), issued_on=date(1999, 2, 1)), date(1999, 6, 30), "408.22"),
    # Long first period: 15 August 2002 to 15 July 2003, half-yearly.
    (Coupons(TEN, 2, "act_act_icma", date(2004, 1, 15), date(2002, 8, 15), date(2003, 7, 15)), date(2003, 7, 14),
     "913.00"),
])
def test_icma_periods_a_day_before_they_end(coupons, day, expected):
    assert cents(accrued(coupons, day)) == Decimal(expected)


@pytest.mark.parametrize(("start", "end", "a_year", "maturity", "first", "expected"), [
    (date(1999, 2, 1), date(1999, 7, 1), 1, date(2000, 7, 1), None, "410.96"),
    (date(2002, 8, 15), date(2003, 7, 15), 2, date(2004, 1, 15), date(2003, 7, 15), "915.76"),
])
def test_icma_whole_periods_as_published(start, end, a_year, maturity, first, expected):
    coupons = Coupons(TEN, a_year, "act_act_icma", maturity, issued_on=start, first_on=first)
    # What has accrued on the eve of the coupon, and the interest of the last day.
    eve = accrued(coupons, end - timedelta(days=1))
    day = eve - accrued(coupons, end - timedelta(days=2))
    assert cents(eve + day) == Decimal(expected)


# ISDA 2006 definitions, section 4.16(f) and (g), with the differences that are always quoted: ends of February.
@pytest.mark.parametrize(("start", "end", "bond_basis", "european"), [
    (date(2007, 1, 15), date(2007, 1, 30), 15, 15),
    (date(2007, 1, 15), date(2007, 2, 15), 30, 30),
    (date(2007, 1, 31), date(2007, 2, 28), 28, 28),
    (date(2007, 2, 28), date(2007, 3, 31), 33, 32),
    (date(2007, 8, 31), date(2008, 2, 29), 179, 179),
    (date(2008, 2, 29), date(2009, 2, 28), 359, 359),
    (date(2007, 10, 31), date(2008, 11, 30), 390, 390),
    (date(2008, 2, 1), date(2009, 5, 31), 480, 479),
])
def test_thirty_360(start, end, bond_basis, european):
    assert (days_between("30_360", start, end), days_between("30e_360", start, end)) == (bond_basis, european)


def test_leap_years_count_their_day_where_the_convention_counts_days():
    def over_february(day_count, year):
        coupons = Coupons(Decimal("0.04"), 1, day_count, date(year + 5, 1, 1))
        return accrued(coupons, date(year, 3, 1))

    assert over_february("act_365f", 2024) == Fraction(4, 100) * Fraction(60, 365)
    assert over_february("act_365f", 2023) == Fraction(4, 100) * Fraction(59, 365)
    assert over_february("act_360", 2024) == Fraction(4, 100) * Fraction(60, 360)
    assert over_february("30_360", 2024) == over_february("30_360", 2023) == Fraction(4, 100) * Fraction(60, 360)
    assert over_february("act_act_icma", 2024) == Fraction(4, 100) * Fraction(60, 366)


def test_a_coupon_at_the_end_of_a_month_stays_there():
    coupons = Coupons(Decimal("0.05"), 2, "act_act_icma", date(2027, 2, 28))
    assert accrued(coupons, date(2026, 8, 31)) == 0
    assert accrued(coupons, date(2026, 8, 30)) == Fraction(5, 100) * Fraction(183, 184 * 2)


def test_after_the_ex_day_the_buyer_owes_nothing_and_the_accrued_interest_is_negative():
    """UK gilts (DMO, "Formulae for calculating gilt prices from yields"): (t/s - 1) x d/2 once ex-dividend."""
    coupons = Coupons(Decimal("0.08"), 2, "act_act_icma", date(2030, 12, 7), ex_days=9)
    days = (date(2026, 12, 7) - date(2026, 6, 7)).days
    assert accrued(coupons, date(2026, 11, 27)) == Fraction(4, 100) * Fraction(days - 10, days)
    assert accrued(coupons, date(2026, 11, 28)) == Fraction(4, 100) * Fraction(-9, days)
    assert accrued(coupons, date(2026, 12, 7)) == 0


def test_before_the_issue_and_from_maturity_on_there_is_nothing_to_buy():
    coupons = Coupons(TEN, 1, "act_365f", date(2027, 1, 1), issued_on=date(2026, 1, 1))
    assert [accrued(coupons, day) for day in (date(2025, 12, 31), date(2026, 1, 1), date(2027, 1, 1))] == [None, 0, None]


@settings(deadline=None)
@given(
    day_count=st.sampled_from(DAY_COUNTS), a_year=st.sampled_from([1, 2, 4, 12]),
    maturity=st.dates(date(2028, 1, 1), date(2060, 12, 31)), day=st.dates(date(2020, 1, 1), date(2027, 12, 30)),
    rate=st.decimals(Decimal(0), Decimal("0.2"), places=4),
)
def test_interest_grows_by_the_day_and_never_beyond_one_coupon(day_count, a_year, maturity, day, rate):
    coupons = Coupons(rate, a_year, day_count, maturity)
    today, tomorrow = accrued(coupons, day), accrued(coupons, day + timedelta(days=1))
    longest = Fraction(rate) * Fraction(13, 12) / a_year + Fraction(rate) / 90
    assert 0 <= today <= longest
    assert tomorrow >= today or tomorrow == 0 or tomorrow <= Fraction(rate) / 90
