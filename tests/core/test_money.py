"""Exact amounts: nothing is rounded by arithmetic, and what is printed never looks better than it is."""

from __future__ import annotations

from decimal import Decimal, Inexact, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import (
    EXACT,
    INT64_MAX,
    CurrencyMismatch,
    Money,
    from_minor_units,
    minor_units,
    ratio,
    round_down,
    to_minor_units,
)

token_amounts = st.decimals(Decimal("-1e20"), Decimal("1e20"), places=18)


@pytest.mark.parametrize(
    "value, printed",
    [
        ("0.999399413", "0.99939941"),
        ("0.999999999999", "0.99999999"),
        ("1", "1.00000000"),
        ("1.0099999999", "1.00999999"),
        ("-0.000000001", "-0.00000001"),
        ("123456789012345678901234567890.123456789", "123456789012345678901234567890.12345678"),
    ],
)
def test_a_ratio_is_printed_to_eight_places_rounded_down(value, printed):
    assert f"{round_down(Decimal(value)):f}" == printed


@given(st.decimals(Decimal("-1e30"), Decimal("1e30"), allow_nan=False))
def test_rounding_down_never_goes_up_and_loses_less_than_one_unit(value):
    with localcontext(prec=200):
        assert 0 <= value - round_down(value) < Decimal("1e-8")


def test_ratio_of_published_figures():
    exact = ratio(Decimal(60_040_707_041), Decimal(60_076_788_404))
    assert str(round_down(exact)) == "0.99939941"
    assert ratio(Decimal(1), Decimal(0)) is None


@given(st.integers(1, 10**38))
def test_a_ratio_short_of_one_is_never_rounded_up_to_one(units):
    short = EXACT.subtract(Decimal(units), Decimal("1e-18"))
    assert ratio(short, Decimal(units)) < 1


@pytest.mark.parametrize(
    "currency, decimals, amount, units",
    [
        ("HKD", 2, "36081363.00", 3_608_136_300),
        ("JPY", 0, "500", 500),
        ("KWD", 3, "-1.234", -1234),
        ("HKD", 2, "92233720368547758.07", INT64_MAX),
    ],
)
def test_minor_units_of_a_currency(currency, decimals, amount, units):
    assert minor_units(currency) == decimals
    assert to_minor_units(Decimal(amount), currency) == units == Money(Decimal(amount), currency).minor_units
    assert from_minor_units(units, currency) == Decimal(amount)
    assert Money.of_minor_units(units, currency) == Money(Decimal(amount), currency)


def test_an_amount_finer_than_its_currency_has_no_minor_units():
    with pytest.raises(ValueError, match="0.005 has more decimals than HKD"):
        to_minor_units(Decimal("0.005"), "HKD")


def test_minor_units_that_do_not_fit_64_bits_are_refused():
    with pytest.raises(OverflowError, match="does not fit 64 bits"):
        to_minor_units(Decimal("92233720368547758.08"), "HKD")


@given(st.integers(-INT64_MAX, INT64_MAX), st.sampled_from(["HKD", "JPY", "KWD"]))
def test_minor_units_round_trip(units, currency):
    assert to_minor_units(from_minor_units(units, currency), currency) == units


@given(token_amounts, token_amounts)
def test_adding_and_subtracting_are_exact(a, b):
    left, right = Money(a, "HKD"), Money(b, "HKD")
    with localcontext(prec=200) as exact:
        exact.traps[Inexact] = True
        assert (left + right).amount == a + b
        assert (left - right).amount == a - b
        assert (left < right) is (a < b)
    assert left + right - right == left
    assert left + (-left) == Money(Decimal(0), "HKD")


def test_two_currencies_do_not_mix():
    for mix in (Money.__add__, Money.__sub__, Money.__lt__, Money.__le__):
        with pytest.raises(CurrencyMismatch, match="HKD and USD"):
            mix(Money(Decimal(1), "HKD"), Money(Decimal(1), "USD"))
    assert Money(Decimal(1), "HKD") != Money(Decimal(1), "USD")


@pytest.mark.parametrize("amount", [1.0, 1, "1", Decimal("NaN"), Decimal("Infinity")])
def test_money_is_made_of_a_finite_decimal_only(amount):
    with pytest.raises(TypeError, match="finite Decimal"):
        Money(amount, "HKD")


def test_money_prints_plainly():
    assert str(Money(Decimal("1E+3"), "HKD")) == "HKD 1000"
    assert not Money(Decimal("0.00"), "HKD")
