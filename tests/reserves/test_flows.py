"""Requests to redeem are timed in business days, and issues and redemptions explain what is outstanding."""

from datetime import date, datetime
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendars import HONG_KONG, HongKongCalendar
from core.money import EXACT
from reserves.flows import Moved, moved, requests_on, tie_out
from reserves.lines import IssuanceLine, RedemptionLine

CALENDAR = HongKongCalendar()
FRIDAY, SATURDAY, MONDAY, TUESDAY = (date(2026, 11, day) for day in (20, 21, 23, 24))
CENT = Decimal("0.01")


def at(day, hour=10):
    return datetime(day.year, day.month, day.day, hour, tzinfo=HONG_KONG)


def asked(received, paid=None, *, amount="1000", status="", hour=10, request_id="R-1"):
    return RedemptionLine(1, 2, request_id, at(received, hour), Decimal(amount), paid and at(paid), None, None, status)


def minted(funds, at_day, amount="500"):
    return IssuanceLine(1, 2, "I-1", at(funds), Decimal(amount), at_day and at(at_day))


@pytest.mark.parametrize(("received", "paid", "days"), [
    (FRIDAY, FRIDAY, 0),
    (FRIDAY, MONDAY, 1),
    (FRIDAY, TUESDAY, 2),
    (SATURDAY, MONDAY, 1),
    (SATURDAY, TUESDAY, 2),
    (FRIDAY, None, 2),
])
def test_business_days_are_counted_to_the_payment_or_to_the_day_described(received, paid, days):
    (found,) = requests_on([asked(received, paid)], as_of=TUESDAY, currency="HKD", calendar=CALENDAR)
    assert (found.business_days, found.is_open) == (days, paid is None)


def test_a_warning_day_is_no_business_day():
    (found,) = requests_on([asked(FRIDAY, TUESDAY)], as_of=TUESDAY, currency="HKD",
                           calendar=HongKongCalendar(frozenset({MONDAY})))
    assert found.business_days == 1


def test_what_happens_after_the_day_is_not_known_on_it():
    lines = [asked(FRIDAY, TUESDAY), asked(TUESDAY)]
    (found,) = requests_on(lines, as_of=MONDAY, currency="HKD", calendar=CALENDAR)
    assert (found.is_open, found.business_days) == (True, 1)


@pytest.mark.parametrize("status", ["refused", "withdrawn"])
def test_a_request_that_ended_is_not_timed(status):
    assert requests_on([asked(FRIDAY, status=status)], as_of=TUESDAY, currency="HKD", calendar=CALENDAR) == []


def test_the_par_value_stops_at_the_smallest_unit_of_the_currency():
    for currency, par in (("HKD", "1000.99"), ("JPY", "1000")):
        (found,) = requests_on([asked(FRIDAY, amount="1000.999999")], as_of=FRIDAY, currency=currency, calendar=CALENDAR)
        assert found.par_value == Decimal(par)


def test_a_flow_counts_what_happened_after_the_opening_and_up_to_the_closing():
    redemptions = [asked(FRIDAY, MONDAY), asked(SATURDAY, amount="7"), asked(MONDAY, amount="3"),
                   asked(MONDAY, amount="100", status="withdrawn"), asked(TUESDAY, amount="50")]
    issuance = [minted(FRIDAY, FRIDAY), minted(FRIDAY, MONDAY, "20"), minted(MONDAY, None, "90")]
    assert moved(redemptions, issuance, after=FRIDAY, until=MONDAY) == Moved(Decimal(20), Decimal(10), Decimal(1000))


def test_a_flow_that_nobody_states_is_not_nothing():
    assert moved(None, [], after=FRIDAY, until=MONDAY) == Moved(Decimal(0), None, None)
    assert tie_out(Decimal(1), Decimal(1), moved(None, [], after=FRIDAY, until=MONDAY), unit=CENT) is None


@pytest.mark.parametrize(("closing", "basis", "unexplained"), [
    ("1013", "taken_back", "0"),
    ("1015", "paid", "0"),
    ("1013.004", "taken_back", "0"),
    ("1012", "taken_back", "-1"),
    ("1015.02", "paid", "0.02"),
])
def test_a_tie_out_names_its_basis_and_what_is_left(closing, basis, unexplained):
    found = tie_out(Decimal(1000), Decimal(closing), Moved(Decimal(20), Decimal(7), Decimal(5)), unit=CENT)
    assert (found.basis, found.unexplained) == (basis, Decimal(unexplained))


amounts = st.decimals(min_value=0, max_value=10**15, places=18)


@given(opening=amounts, issued=amounts, redeemed=amounts, left=st.decimals(min_value=-100, max_value=100, places=2))
def test_whatever_the_flows_explain_exactly_leaves_nothing(opening, issued, redeemed, left):
    with localcontext(EXACT):
        closing = opening + issued - redeemed + left
        found = tie_out(opening, closing, Moved(issued, redeemed, redeemed), unit=CENT)
        assert found.unexplained == left
        assert found.opening + found.issued - found.redeemed + found.unexplained == found.closing
