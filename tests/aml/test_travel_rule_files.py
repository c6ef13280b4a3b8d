"""Files of travel-rule records: canonical and IVMS101 give the same rows, and bad ones their sentence."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aml.models import TravelRuleRecord
from aml.parsers.travel_rule import COLUMNS, parse, parse_ivms101
from core.downloads import csv_text
from core.models import FeedFile
from reserves.services.intake import receive_file

TX = "0x" + "ab" * 32
LINE = {
    "transfer_id": TX, "direction": "sent", "amount": "8000.00", "currency": "HKD",
    "sent_at": "2026-11-03T12:00:00+08:00", "originator_name": "Chan Tai Man", "originator_account": "0xa1",
    "originator_address": "1 Queen's Road, Hong Kong, HK", "originator_id": "C-17",
    "beneficiary_name": "Harbour Trading Limited", "beneficiary_account": "0xb1",
    "counterparty_vasp": "Peak Exchange Limited", "data_received_at": "2026-11-03T12:00:00+08:00",
}
MESSAGE = {
    "transfer": {name: LINE[name] for name in ("transfer_id", "direction", "amount", "currency", "sent_at",
                                               "data_received_at")},
    "ivms101": {
        "originator": {
            "originatorPersons": [{"naturalPerson": {
                "name": [{"nameIdentifier": [{"primaryIdentifier": "Chan", "secondaryIdentifier": "Tai Man",
                                              "nameIdentifierType": "LEGL"}]}],
                "geographicAddress": [{"addressType": "HOME", "addressLine": ["1 Queen's Road"],
                                       "townName": "Hong Kong", "country": "HK"}],
                "customerIdentification": "C-17",
            }}],
            "accountNumber": ["0xa1"],
        },
        "beneficiary": {
            "beneficiaryPersons": [{"legalPerson": {"name": {"nameIdentifier": [
                {"legalPersonName": "Harbour Trading Limited", "legalPersonNameIdentifierType": "LEGL"}]}}}],
            "accountNumber": ["0xb1"],
        },
        "beneficiaryVASP": {"beneficiaryVASP": {"legalPerson": {"name": {"nameIdentifier": [
            {"legalPersonName": "Peak Exchange Limited"}]}}}},
    },
}


def canonical(*lines: dict[str, str]) -> bytes:
    names = [column.name for column in COLUMNS]
    return csv_text([names, *([line.get(name, "") for name in names] for line in lines)]).encode()


def rules(parsed) -> list[tuple[str, int | None, str]]:
    return [(each.rule, each.row, each.column) for each in parsed.problems]


def test_both_forms_give_the_same_row():
    one = parse(canonical(LINE), filename="travel.csv")
    other = parse_ivms101(json.dumps([MESSAGE]).encode(), filename="travel.json")
    lines = parse_ivms101(json.dumps(MESSAGE).encode() + b"\n", filename="travel.jsonl")
    assert [one.problems, other.problems, lines.problems] == [(), (), ()]
    assert one.rows[0].values == other.rows[0].values == lines.rows[0].values
    assert one.rows[0]["amount"] == Decimal("8000.00")


def test_a_birth_stands_for_an_identity():
    message = json.loads(json.dumps(MESSAGE))
    person = message["ivms101"]["originator"]["originatorPersons"][0]["naturalPerson"]
    del person["customerIdentification"]
    person["dateAndPlaceOfBirth"] = {"dateOfBirth": "1980-02-01", "placeOfBirth": "Hong Kong"}
    parsed = parse_ivms101(json.dumps([message]).encode(), filename="a.json")
    assert parsed.rows[0]["originator_id"] == "1980-02-01 Hong Kong"


@pytest.mark.parametrize(
    ("raw", "name", "expected"),
    [
        (b"[]", "a.csv", [("json_name", None, "")]),
        (b"{}", "a.json", [("not_an_array", None, "")]),
        (b"[]", "a.json", [("no_rows", None, "")]),
        (b"[1]", "a.json", [("not_ivms101", 1, "transfer")]),
        (b'{"transfer": {}, "ivms101": {}}\n', "a.jsonl", [
            ("missing_value", 1, name) for name in ("transfer_id", "direction", "amount", "currency", "sent_at")]),
        (json.dumps([MESSAGE, MESSAGE]).encode(), "a.json", [("duplicate_line", 2, "transfer_id")]),
        (json.dumps([MESSAGE | {"transfer": MESSAGE["transfer"] | {"amount": "8.000,00"}}]).encode(), "a.json",
         [("unreadable_amount", 1, "amount")]),
    ],
)
def test_what_is_wrong_with_messages_is_said(raw, name, expected):
    assert rules(parse_ivms101(raw, filename=name)) == expected


def test_a_transfer_that_is_there_twice_is_said():
    upper = LINE | {"transfer_id": TX.upper().replace("0X", "0x")}
    received = LINE | {"direction": "received"}
    parsed = parse(canonical(LINE, upper, received), filename="travel.csv")
    assert rules(parsed) == [("duplicate_line", 3, "transfer_id")]


_JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8),
                     lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
                         st.sampled_from([*MESSAGE, *MESSAGE["ivms101"], "originatorPersons", "naturalPerson", "name",
                                          "nameIdentifier", "geographicAddress", "accountNumber"]), inner, max_size=4),
                     max_leaves=12)


@given(_JSON)
def test_whatever_json_is_sent_the_parser_answers(message):
    parsed = parse_ivms101(json.dumps([message]).encode(), filename="a.json")
    assert parsed.ok is (len(parsed.rows) == 1)


def test_a_file_is_kept_once_and_replaced_by_its_correction(coin, ann):
    raw = canonical(LINE, LINE | {"transfer_id": TX + ":4", "direction": "received"})
    first = receive_file(coin, "travel_rule", raw, filename="travel.csv", actor=ann)
    assert (first.status, first.row_count, first.as_of.isoformat()) == (FeedFile.Status.ACCEPTED, 2, "2026-11-03")
    again = receive_file(coin, "travel_rule", raw, filename="travel.csv", actor=ann)
    assert again.pk == first.pk
    assert TravelRuleRecord.objects.count() == 2
    corrected = receive_file(coin, "travel_rule", canonical(LINE), filename="travel.csv", actor=ann, supersedes=first)
    first.refresh_from_db()
    assert (corrected.status, first.status) == (FeedFile.Status.ACCEPTED, FeedFile.Status.SUPERSEDED)


def test_a_refused_file_keeps_nothing(coin, ann):
    sent = receive_file(coin, "travel_rule", canonical(LINE | {"direction": "out"}), filename="travel.csv", actor=ann)
    assert sent.status == FeedFile.Status.REFUSED
    assert [each["rule"] for each in sent.problems] == ["unknown_choice"]
    assert TravelRuleRecord.objects.count() == 0
