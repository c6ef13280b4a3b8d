"""The travel rule and the times of retention: what a record is worth, and how long it is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aml.obligations import NotInForce, judge_record, retention, travel_rule

RULE = travel_rule(date(2026, 11, 1))
SENT = datetime(2026, 11, 3, 4, 0, tzinfo=UTC)
WHOLE = {
    "originator_name": "Chan Tai Man", "originator_account": "0xa", "originator_address": "1 Queen's Road",
    "originator_id": "", "beneficiary_name": "Wong Siu Ming", "beneficiary_account": "0xb", "sent_at": SENT,
    "data_received_at": SENT,
}


def test_the_rule_is_dated_and_cited():
    assert (RULE.threshold_hkd, RULE.cite) == (Decimal(8000), "AML 6.5-6.24")
    with pytest.raises(NotInForce):
        travel_rule(date(2025, 7, 31))
    with pytest.raises(NotInForce):
        retention("transfer", date(2025, 7, 31))


@pytest.mark.parametrize(
    ("change", "value", "expected"),
    [
        ({}, "8000", ("complete", [])),
        ({"originator_address": ""}, "8000", ("incomplete", ["originator_address"])),
        ({"originator_address": "", "originator_id": "A123456(7)"}, "8000", ("complete", [])),
        ({"originator_address": ""}, "7999.99", ("complete", [])),
        ({"beneficiary_name": ""}, "1", ("incomplete", ["beneficiary_name"])),
        ({"originator_address": ""}, None, ("unknown", ["originator_address"])),
        ({"beneficiary_account": ""}, None, ("incomplete", ["beneficiary_account"])),
        ({}, None, ("complete", [])),
        ({"data_received_at": SENT + timedelta(seconds=1)}, "8000", ("late", [])),
        ({"data_received_at": None}, "8000", ("unknown", ["data_received_at"])),
    ],
)
def test_what_a_record_is_worth(change, value, expected):
    assert judge_record(RULE, WHOLE | change, value_hkd=value and Decimal(value)) == expected


def test_no_record_is_missing_and_never_complete():
    assert judge_record(RULE, None, value_hkd=Decimal(1)) == ("missing", [])


@given(st.dates(date(2025, 8, 1), date(2090, 1, 1)), st.sampled_from(["travel_rule", "transfer", "screening"]))
def test_five_years_are_kept_to_the_day(today, kind):
    first = retention(kind, today).kept_from(today)
    assert (today.year - first.year, first.month) == (5, today.month)
    assert first.day == today.day or (today.month, today.day, first.day) == (2, 29, 28)
