"""Books meet the custodian position by position, and every difference says why, as far as the lines show it."""

from datetime import date
from decimal import Decimal

import pytest

from reserves.causes import Cause
from reserves.comparing import Tolerance
from reserves.evidence import Known
from reserves.reconcile import reconcile, reconcile_par
from tests.reserves.lines import FRIDAY, MONDAY, booked, held, is_weekday

SATURDAY = date(2026, 11, 21)


def compare(ledger, holdings, tolerances=None, as_of=FRIDAY):
    return reconcile(ledger, holdings, known=Known(as_of, is_weekday), tolerances=tolerances or {})


def found(ledger, holdings, **more):
    return [
        (difference.cause, difference.left, difference.right, difference.difference)
        for difference in compare(ledger, holdings, **more).differences
    ]


def test_the_same_position_on_both_sides_is_no_difference():
    result = compare([booked(100, instrument_id="X")], [held(100, instrument_id="X")])
    assert result.differences == ()
    (comparison,) = result.comparisons
    assert (comparison.left, comparison.right, comparison.difference) == (100, 100, 0)
    assert (comparison.matched, comparison.differing, comparison.state) == (1, 0, "matched")


def test_face_values_are_compared_where_both_sides_give_one():
    ledger = [booked(90, instrument_id="X", face_value=100)]
    assert found(ledger, [held(97, instrument_id="X", face_value=100)]) == []
    assert found(ledger, [held(90, instrument_id="X", face_value=99)]) == [(Cause.FACE_DIFFERS, 100, 99, 1)]


def test_values_are_compared_where_one_side_gives_no_face_value():
    ledger = [booked(90, instrument_id="X", face_value=100)]
    assert found(ledger, [held(97, instrument_id="X")]) == [(Cause.VALUE_DIFFERS, 90, 97, -7)]


def test_values_may_differ_within_the_tolerance_of_their_class_and_the_sum_says_by_how_much():
    ledger, holdings = [booked("99.50", instrument_id="X")], [held("100.00", instrument_id="X")]
    for tolerance in (Tolerance(Decimal("0.50")), Tolerance(relative=Decimal("0.005"))):
        result = compare(ledger, holdings, {"government_debt": tolerance})
        assert result.differences == ()
        assert (result.comparisons[0].difference, result.comparisons[0].tolerated) == (Decimal("-0.5"), Decimal("-0.5"))
    for tolerances in (
        {"government_debt": Tolerance(Decimal("0.49"), Decimal("0.0049"))},
        {"cash": Tolerance(Decimal(1))},
    ):
        assert found(ledger, holdings, tolerances=tolerances) == [
            (Cause.VALUE_DIFFERS, Decimal("99.5"), 100, Decimal("-0.5"))
        ]


def test_face_values_have_no_tolerance():
    wide = {"government_debt": Tolerance(Decimal(1000), Decimal(1))}
    ledger, holdings = [booked(1, instrument_id="X", face_value=100)], [held(1, instrument_id="X", face_value=90)]
    assert found(ledger, holdings, tolerances=wide) == [(Cause.FACE_DIFFERS, 100, 90, 10)]


def test_a_position_that_both_sides_call_something_else_has_no_tolerance():
    ledger, holdings = [booked("99.5", instrument_id="X")], [held(100, instrument_id="X", asset_class="tokenised")]
    tolerances = {"government_debt": Tolerance(Decimal(1)), "tokenised": Tolerance(Decimal(1))}
    assert [cause for cause, *_ in found(ledger, holdings, tolerances=tolerances)] == [Cause.VALUE_DIFFERS]


def test_a_position_that_only_one_side_knows_is_missing_on_the_other():
    ledger = [booked(10, instrument_id="X"), booked(1, instrument_id="Z")]
    holdings = [held(20, instrument_id="Y"), held(1, instrument_id="Z")]
    assert found(ledger, holdings) == [
        (Cause.MISSING_AT_CUSTODIAN, 10, None, 10),
        (Cause.MISSING_IN_BOOKS, None, 20, -20),
    ]


def test_lines_meet_on_the_instrument_before_the_reference_before_the_class():
    ledger = [booked(10, instrument_id="X", line_ref="R1"), booked(20, line_ref="R1"), booked(30)]
    holdings = [held(10, instrument_id="X", line_ref="R2"), held(20, instrument_id="Y", line_ref="R1"), held(30)]
    assert found(ledger, holdings) == []
    levels = [difference.evidence["met_on"] for difference in compare(ledger, [
        line._replace(market_value=line.market_value + 5) for line in holdings
    ]).differences]
    assert sorted(levels) == ["asset_class", "instrument_id", "line_ref"]


def test_lines_of_different_accounts_never_meet():
    ledger, holdings = [booked(10, instrument_id="X", account_id="A")], [held(10, instrument_id="X", account_id="B")]
    assert [cause for cause, *_ in found(ledger, holdings)] == [Cause.MISSING_AT_CUSTODIAN, Cause.MISSING_IN_BOOKS]


def test_a_total_of_a_class_meets_what_the_other_side_names():
    holdings = [held(10, instrument_id="X"), held(20, instrument_id="Y"), held(5)]
    assert found([booked(35)], holdings) == []
    assert found([booked(34)], holdings) == [(Cause.VALUE_DIFFERS, 34, 35, -1)]


def test_a_named_position_never_disappears_in_the_total_of_a_side_that_names_its_positions():
    ledger = [booked(10, instrument_id="X"), booked(5)]
    holdings = [held(10, instrument_id="X"), held(20, instrument_id="Y"), held(5)]
    assert found(ledger, holdings) == [(Cause.MISSING_IN_BOOKS, None, 20, -20)]


def test_a_cusip_meets_the_isin_that_contains_it():
    ledger, holdings = [booked(10, instrument_id="912797KJ5")], [held(10, instrument_id="US912797KJ59")]
    assert found(ledger, holdings) == []


def test_several_lines_of_a_position_are_added_up_and_listed():
    ledger = [booked(30, id=7, instrument_id="X")]
    holdings = [held(10, id=2, line=5, instrument_id="X"), held(15, id=1, line=9, instrument_id="X")]
    (difference,) = compare(ledger, holdings).differences
    assert (difference.left, difference.right, difference.difference) == (30, 25, 5)
    assert [(line["id"], line["line"], line["amount"]) for line in difference.evidence["custodian"]] == [
        (2, 5, "10"),
        (1, 9, "15"),
    ]
    assert [line["id"] for line in difference.evidence["books"]] == [7]


def test_a_line_counted_twice_is_a_duplicate():
    ledger = [booked(10, instrument_id="X", line_ref="L")]
    twice = [held(10, id=1, instrument_id="X", line_ref="L"), held(10, id=2, instrument_id="X", line_ref="L")]
    (difference,) = compare(ledger, twice).differences
    assert (difference.cause, difference.evidence["doubled"]) == (Cause.DUPLICATE, "10")
    lots = [line._replace(line_ref=f"L{line.id}") for line in twice]
    assert [cause for cause, *_ in found(ledger, lots)] == [Cause.MISSING_IN_BOOKS]


def test_one_smallest_unit_of_the_currency_is_rounding():
    assert [cause for cause, *_ in found([booked("10.01")], [held("10.00")])] == [Cause.ROUNDING]
    assert [cause for cause, *_ in found([booked("10.02")], [held("10.00")])] == [Cause.VALUE_DIFFERS]
    yen = [booked(11, currency="JPY")], [held(10, currency="JPY")]
    assert [cause for cause, *_ in found(*yen)] == [Cause.ROUNDING]


def test_what_the_custodian_can_only_show_later_is_in_transit():
    ledger = [booked(100, id=1, instrument_id="X"), booked(7, id=2, instrument_id="X", value_on=MONDAY)]
    (difference,) = compare(ledger, [held(100, instrument_id="X")]).differences
    assert (difference.cause, difference.difference) == (Cause.IN_TRANSIT, 7)
    assert difference.evidence["in_transit_until"] == "2026-11-23"
    (difference,) = compare(ledger, [held(99, instrument_id="X")]).differences
    assert (difference.cause, difference.evidence["in_transit"]) == (Cause.VALUE_DIFFERS, "7")
    later = booked(5, id=3, instrument_id="X", value_on=date(2026, 11, 25))
    (difference,) = compare([later, *ledger], [held(100, instrument_id="X")]).differences
    assert (difference.evidence["in_transit"], difference.evidence["in_transit_until"]) == ("12", "2026-11-25")


@pytest.mark.parametrize(
    ("dates", "as_of", "cause"),
    [
        ({"value_on": SATURDAY}, SATURDAY, Cause.IN_TRANSIT),  # effective on Monday
        ({"value_on": FRIDAY}, FRIDAY, Cause.MISSING_AT_CUSTODIAN),
        ({"booked_on": FRIDAY}, FRIDAY, Cause.IN_TRANSIT),  # expected on Monday
        ({"booked_on": date(2026, 11, 19)}, FRIDAY, Cause.MISSING_AT_CUSTODIAN),
        ({"booked_on": FRIDAY, "value_on": FRIDAY}, FRIDAY, Cause.MISSING_AT_CUSTODIAN),
        ({}, FRIDAY, Cause.MISSING_AT_CUSTODIAN),
    ],
)
def test_a_line_is_in_transit_by_its_business_days(dates, as_of, cause):
    ledger = [booked(7, instrument_id="X", **dates), booked(1, instrument_id="Z")]
    assert [found for found, *_ in found_causes(ledger, as_of)] == [cause]


def found_causes(ledger, as_of):
    return found(ledger, [held(1, instrument_id="Z")], as_of=as_of)


def test_another_currency_is_one_cause_in_two_currencies_that_are_never_added():
    ledger, holdings = [booked(10, instrument_id="X")], [held(10, instrument_id="X", currency="USD")]
    result = compare(ledger, holdings)
    assert [(d.cause, d.currency, d.difference) for d in result.differences] == [
        (Cause.CURRENCY_DIFFERS, "HKD", 10),
        (Cause.CURRENCY_DIFFERS, "USD", -10),
    ]
    first, second = result.differences
    assert (first.evidence["other_key"], second.evidence["other_key"]) == (second.key, first.key)
    assert [(c.currency, c.left, c.right) for c in result.comparisons] == [("HKD", 10, 0), ("USD", 0, 10)]


def test_the_key_of_a_difference_stays_while_its_amounts_and_cause_change():
    cash, vault = booked(1, asset_class="cash"), held(1, asset_class="cash")
    today = compare([booked(10, instrument_id="X"), cash], [vault]).differences
    tomorrow = compare([booked(12, instrument_id="X"), cash], [vault, held(9, instrument_id="X")]).differences
    assert [d.key for d in today] == [d.key for d in tomorrow] == ["ACC-1|instrument_id|X|HKD"]
    assert [d.cause for d in (*today, *tomorrow)] == [Cause.MISSING_AT_CUSTODIAN, Cause.VALUE_DIFFERS]


def test_keys_are_short_enough_to_store_and_never_the_same_for_two_positions():
    ledger = [
        booked(1, account_id=account, line_ref=reference)
        for account, reference in [("A|B", "C"), ("A", "B|C"), ("|" * 80, "%" * 80), ("|" * 79 + "!", "%" * 80)]
    ]
    keys = [difference.key for difference in compare(ledger, [held(1, account_id="Z")]).differences]
    assert len(set(keys)) == 5
    assert max(map(len, keys)) <= 300


def test_no_lines_on_one_side_is_no_data_and_not_a_thousand_differences():
    for ledger, holdings in (
        ([], [held(1)]),
        ([booked(1)], []),
        ([booked(1, asset_class="par_outstanding")], [held(1)]),
    ):
        result = compare(ledger, holdings)
        assert result.differences == ()
        assert [(c.name, c.left, c.right, c.state) for c in result.comparisons] == [
            ("books_custodian", None, None, "no_data")
        ]


def test_par_outstanding_is_compared_with_supply_and_not_with_the_custodian():
    ledger = [booked(10), booked(500, asset_class="par_outstanding", account_id="PAR")]
    assert found(ledger, [held(10)]) == []


def test_amounts_beyond_64_bits_are_added_exactly():
    huge = Decimal("99999999999999999999.9999")
    ledger = [booked(huge, id=n, instrument_id="X") for n in range(3)]
    (difference,) = compare(ledger, [held(huge, instrument_id="X")]).differences
    assert difference.difference == 2 * huge
    assert difference.left == Decimal("299999999999999999999.9997")


def test_an_amount_that_is_finer_than_the_books_is_an_error_and_not_rounded():
    with pytest.raises(ValueError, match="more than 4 decimal places"):
        compare([booked("0.00001")], [held(1)])


def test_par_matches_supply_up_to_what_books_can_say():
    comparison, difference = reconcile_par(Decimal("100.00"), Decimal("100.009999999999999999"), currency="HKD")
    assert (comparison.state, comparison.differing, difference) == ("matched", 0, None)
    comparison, difference = reconcile_par(Decimal("100.00"), Decimal("100.01"), currency="HKD")
    assert (comparison.state, comparison.differing) == ("differs", 1)
    assert (difference.cause, difference.difference) == (Cause.PAR_SUPPLY, Decimal("-0.01"))


def test_a_par_difference_names_the_part_of_supply_that_is_as_large():
    parts = {"frozen": Decimal(7), "unissued": Decimal(3), "pending_redemption": Decimal(7)}
    _, difference = reconcile_par(Decimal(93), Decimal(100), currency="HKD", parts=parts)
    assert difference.evidence["equals"] == ["frozen", "pending_redemption"]
    assert difference.key == "par|HKD"


def test_par_without_books_or_without_supply_is_no_data():
    for par, circulating in ((None, Decimal(1)), (Decimal(1), None)):
        comparison, difference = reconcile_par(par, circulating, currency="HKD")
        assert (comparison.state, comparison.difference, difference) == ("no_data", None, None)
