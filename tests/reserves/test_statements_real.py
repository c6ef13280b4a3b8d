"""Real statements of several banks: each is read, with figures that agree with its own balances, or refused rightly."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from core.feeds import FEEDS

FOLDER = Path(__file__).parents[3] / "shared/data/statements"
if not FOLDER.is_dir():
    FOLDER = Path(__file__).parents[4] / "shared/data/statements"
JANUARY = {date(2020, 1, day) for day in range(1, 32)}
EUR = "EUR"
#: file -> feed; the rules it is refused by, in order; entries kept; days; what each account opens, moves and closes at.
EXPECTED = {
    "camt/camt052.v4.xml": (
        "camt052", ["entry_currency"], 0, {date(2016, 6, 14)}, {("CH2801234000123456789", "CHF"): (None, "0", None)}),
    "camt/camt053.v2.five.decimals.xml": (  # 18.150 + 8.850 = 27.000
        "camt053", ["balance_mismatch"], 1, {date(2014, 12, 31)},
        {("NL26VAYB8060476890", EUR): ("18.150", "8.850", "27.050")}),
    "camt/camt053.v2.minimal.xml": (  # opens in EUR, closes in SEK
        "camt053", ["no_closing_balance", "no_opening_balance"], 1, set(), {}),
    "camt/camt053.v2.multi.statement.xml": (
        "camt053", [], 2, {date(2014, 12, 31)}, {("NL26VAYB8060476890", EUR): ("27.00", "-7.00", "20.00")}),
    "camt/camt053.v2.wrong.xml": ("camt053", ["no_statement"], 0, set(), {}),
    "camt/camt053.v4.xml": ("camt053", ["no_closing_balance", "no_opening_balance"], 1, set(), {}),
    "mt940/ASNB_mt940.txt": (  # sound, but a month in one file: refused on intake as more_than_one_as_of
        "mt940", [], 8, JANUARY, {("NL81ASNB9999999999", EUR): ("404.81", "96.42", "501.23")}),
    "mt940/cmxl_mt940.sta": (  # a currency that is gone, and a statement that closes before it opens
        "mt940", ["unknown_currency", "unknown_currency", "balance_dates"], 16,
        {date(2002, 11, 30), date(2002, 3, 25)},
        {("10020030/1234567", EUR): ("2187.95", "2200", "4387.95"),
         ("BPHKPLPK/320000546101", "PLN"): ("40000.00", "10040.00", "50040.00")}),
    "mt940/jejik_abnamro.sta": (
        "mt940", ["balance_mismatch", "balance_mismatch", "statements_apart", "statement_incomplete"], 10,
        {date(2011, 5, 23), date(2011, 5, 24)}, {("517852257", EUR): ("2876.84", "-24.49", "1849.75")}),
    "mt940/jejik_rabobank-iban.sta": (  # sound, but of two days
        "mt940", [], 4, {date(2013, 1, 8), date(2013, 1, 15)},
        {("NL71RABO0123456789", EUR): ("965.00", "-35.00", "930.00")}),
    "mt940/self-provided_february_30.sta": ("mt940", ["impossible_date"], 0, set(), {}),
    "mt940/self-provided_multiline.sta": (
        "mt940", ["field_out_of_place"], 1, {date(2004, 8, 4)},
        {('BILLLULLXXX/"NUMERO DE COMPTE IBAN 2"', EUR): ("16.40", "-5", "11.40")}),
}
needs_files = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"there are no real statements at {FOLDER}")


def parsed(name):
    feed = FEEDS[EXPECTED[name][0]]
    return feed.parse(FOLDER / name, filename=Path(name).name)


@needs_files
def test_every_file_there_is_is_expected():
    assert {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file()} == set(EXPECTED)


@needs_files
@pytest.mark.parametrize("name", EXPECTED)
def test_a_real_statement_is_read_or_refused_for_the_right_reason(name):
    _feed, rules, entries, days, balances = EXPECTED[name]
    found = parsed(name)
    assert sorted(problem.rule for problem in found.problems) == sorted(rules)
    assert all(problem.message() and problem.fix() for problem in found.problems)
    assert len(found.rows) == entries
    assert set(found.days) == days
    assert {(balance.account_id, balance.currency): (balance.opening, balance.moved, balance.closing)
            for balance in found.balances} == {
        key: tuple(None if text is None else Decimal(text) for text in figures) for key, figures in balances.items()
    }


@needs_files
def test_a_refusal_names_the_figures_that_do_not_agree():
    [problem] = parsed("camt/camt053.v2.five.decimals.xml").problems
    assert problem.message() == (
        "Account NL26VAYB8060476890 opens at 18.150 and its entries come to 8.850, which makes 27.000 EUR;"
        " the statement closes at 27.050."
    )
    [problem] = parsed("mt940/self-provided_february_30.sta").problems
    assert problem.message() == "There is no such day as “160230” (field :61:, line 6)."
    [problem] = parsed("mt940/self-provided_multiline.sta").problems
    assert problem.message() == "Field :61: in line 38 stands outside a statement."


@needs_files
@pytest.mark.parametrize("name", [
    "mt940/jejik_rabobank-iban.sta", "mt940/jejik_abnamro.sta",
])
def test_another_reader_finds_the_same_entries(name):
    mt940 = pytest.importorskip("mt940", reason="the library mt-940 is not installed")
    theirs = mt940.parse(str(FOLDER / name))
    assert [row["amount"] for row in parsed(name).rows] == [each.data["amount"].amount for each in theirs]
