"""Whatever a bank may write comes back as it was written; whatever else is sent gets sentences, never an error."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.feeds import FEEDS
from core.problems import SENTENCES
from reserves.parsers import camt, mt940
from tests.reserves.statements import CLOSED, Moved
from tests.reserves.statements import camt as camt_bytes
from tests.reserves.statements import mt940 as mt940_bytes

SAMPLES = Path(__file__).parents[1] / "samples"
NATIVE = ("camt053", "camt052", "mt940", "mt535", "semt002")
money = st.decimals(Decimal("-99999999.99"), Decimal("99999999.99"), places=2)
near = st.integers(-40, 40).map(lambda days: CLOSED + timedelta(days=days))
plain = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=16)
words = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,+'()", min_size=1, max_size=60)
entry = st.builds(Moved, amount=money, reference=plain.map(lambda text: f"B{text}"), booked=near, value=near, text=words)
xml_entry = st.builds(Moved, amount=money, reference=st.text("<>&'\"AB1", min_size=1).map(lambda text: f"B{text}"),
                      booked=near, value=near, text=words, pending=st.booleans())


def kept(parsed):
    return [(row["entry_ref"], row["booked_on"], row["value_on"], row["amount"], row["currency"], row["description"])
            for row in parsed.rows]


def expected(entries):
    return [(each.reference[:80], each.booked, each.value, each.amount, "HKD", " ".join(each.text.split()) or None)
            for each in entries if not each.pending]


@settings(deadline=None)
@given(entries=st.lists(xml_entry, max_size=8), opening=money, version=st.integers(2, 8))
def test_a_camt_statement_comes_back_as_it_was_written(entries, opening, version):
    parsed = camt.parse_statement(camt_bytes(entries, opening=opening, version=version), filename="s.xml")
    assert parsed.problems == ()
    assert kept(parsed) == expected(entries)
    [balance] = parsed.balances
    assert (balance.opening, balance.as_of) == (opening, CLOSED)
    assert balance.closing == opening + sum(each.amount for each in entries if not each.pending)


@settings(deadline=None)
@given(entries=st.lists(entry, max_size=8), opening=money)
def test_an_mt940_statement_comes_back_as_it_was_written(entries, opening):
    parsed = mt940.parse(mt940_bytes(entries, opening=opening), filename="s.sta")
    assert parsed.problems == ()
    assert kept(parsed) == expected(entries)
    [balance] = parsed.balances
    assert balance.closing == opening + sum(each.amount for each in entries)


@settings(deadline=None)
@given(entries=st.lists(entry, min_size=1, max_size=6), opening=money, lost=st.integers(0, 5))
def test_an_entry_that_is_left_out_is_noticed(entries, opening, lost):
    entries = [each for each in entries if each.amount]
    if not entries:
        return
    closing = opening + sum(each.amount for each in entries)
    del entries[lost % len(entries)]
    raw = camt_bytes(entries, opening=opening, closing=closing)
    assert [problem.rule for problem in camt.parse_statement(raw, filename="s.xml").problems] == ["balance_mismatch"]


def _samples(feed):
    return [path for path in sorted((SAMPLES / feed).iterdir()) if path.stem.startswith("good")]


@pytest.mark.parametrize("feed", NATIVE)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_damaged_bytes_get_sentences_and_never_an_error(feed, data):
    path = data.draw(st.sampled_from(_samples(feed)))
    raw = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(raw)))
        end = min(len(raw), start + data.draw(st.integers(0, 40)))
        raw[start:end] = data.draw(st.binary(max_size=20) | st.sampled_from([b"<", b">", b":", b"\n", b"-", b",", b"9"]))
    parsed = FEEDS[feed].parse(bytes(raw), filename=path.name)
    assert all(problem.rule in SENTENCES and problem.message() and problem.fix() for problem in parsed.problems)
    assert parsed.ok == (parsed.problem_count == 0)


@pytest.mark.parametrize("feed", NATIVE)
@given(raw=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
@settings(max_examples=40, deadline=None)
def test_any_bytes_are_refused(feed, raw):
    parsed = FEEDS[feed].parse(raw, filename=f"x{FEEDS[feed].suffixes[0]}")
    assert parsed.problem_count > 0
    assert all(problem.message() for problem in parsed.problems)


@pytest.mark.parametrize("feed", NATIVE)
def test_a_statement_that_breaks_off_anywhere_is_refused(feed):
    path = _samples(feed)[0]
    raw = path.read_bytes().rstrip()
    for end in range(1, len(raw) - 40, 37):
        assert not FEEDS[feed].parse(raw[:end], filename=path.name).ok, raw[:end][-60:]


def test_the_year_of_a_booking_day_is_the_one_nearest_to_its_value():
    parsed = mt940.parse((SAMPLES / "mt940/good_new_year.sta").read_bytes(), filename="s.sta")
    assert [(row["booked_on"], row["value_on"]) for row in parsed.rows] == [(date(2027, 1, 2), date(2026, 12, 31))]


def test_no_encoding_hides_a_document_type():
    hidden = ('<!DOCTYPE Document [<!ENTITY a "aa">]>', "utf-7")
    good = (SAMPLES / "camt053/good_08.xml").read_text().split("?>", 1)[1]
    declared = '<?xml version="1.0"' + " " * 6000 + 'encoding="UTF-7"?>'
    raw = declared.encode() + hidden[0].encode(hidden[1]).replace(b"<", b"+ADw-") + good.encode()
    assert [problem.rule for problem in camt.parse_statement(raw, filename="s.xml").problems] == ["xml_broken"]


@pytest.mark.parametrize("broken", [("<Document", "<urn:"), ("<BkToCstmrStmt", "<a:b:c"), ("<Document", "<:b")])
def test_a_name_that_namespaces_do_not_allow_is_broken_xml(broken):
    good = (SAMPLES / "camt053/good_08.xml").read_text()
    assert broken[0] in good
    parsed = camt.parse_statement(good.replace(*broken, 1).encode(), filename="s.xml")
    assert [problem.rule for problem in parsed.problems] == ["xml_broken"]


def test_an_external_entity_is_never_fetched(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("1249999.5")
    good = (SAMPLES / "camt053/good_08.xml").read_text()
    raw = good.replace("<Document", f'<!DOCTYPE Document [<!ENTITY x SYSTEM "{secret}">]><Document', 1)
    parsed = camt.parse_statement(raw.replace("1249999.5", "&x;").encode(), filename="s.xml")
    assert [problem.rule for problem in parsed.problems] == ["doctype"]
    bare = camt.parse_statement(good.replace("1249999.5", "&x;").encode(), filename="s.xml")
    assert [problem.rule for problem in bare.problems] == ["xml_broken"]
