"""Every sample of a feed is read or refused for the reason in its name, and each feed is described in full."""

from pathlib import Path

import pytest

from core import feeds
from reserves.lines import ASSET_CLASSES, PAR_OUTSTANDING, HoldingLine, LedgerLine
from reserves.parsers import requests
from reserves.parsers.description import describe

FEEDS = ("holdings", "ledger", "supply", "entries", "prices", "redemptions", "issuance")
SAMPLES = Path(__file__).parents[1] / "samples"


def samples(good):
    return list(_samples(good))


def _samples(good):
    for feed in FEEDS:
        for path in sorted((SAMPLES / feed).iterdir()):
            if path.stem.startswith("good") == good and path.stem != "fifty_faults":
                yield pytest.param(feed, path, id=f"{feed}-{path.name}")


def parse(feed, path):
    return feeds.FEEDS[feed].parse(path.read_bytes(), filename=path.name)


@pytest.mark.parametrize(("feed", "path"), samples(good=True))
def test_a_good_sample_is_read(feed, path):
    parsed = parse(feed, path)
    assert parsed.problems == ()
    assert parsed.problem_count == 0
    assert len(parsed.rows) >= describe(feed).assertions["rows"]["min"]


@pytest.mark.parametrize(("feed", "path"), samples(good=False))
def test_a_bad_sample_is_refused_for_the_reason_in_its_name_and_no_other(feed, path):
    parsed = parse(feed, path)
    assert [problem.rule for problem in parsed.problems] == [path.stem]
    assert parsed.problems[0].file == path.name
    assert parsed.problems[0].message()
    assert parsed.problems[0].fix()


def test_a_workbook_gives_the_rows_that_the_same_lines_give_as_csv():
    book, lines = (parse("holdings", SAMPLES / "holdings" / name) for name in ("good_workbook.xlsx", "good.csv"))
    assert [(row.line, row.values) for row in book.rows] == [(row.line, row.values) for row in lines.rows]


def test_fifty_planted_faults_give_fifty_problems_each_at_its_cell():
    parsed = parse("holdings", SAMPLES / "holdings" / "fifty_faults.csv")
    assert parsed.problem_count == 50
    assert len(parsed.problems) == 50
    assert [(p.row, p.rule, p.column) for p in parsed.problems][-13:] == [
        (39, "dates_out_of_order", "maturity_date"),
        (41, "duplicate_line", "line_ref"),
        (43, "duplicate_line", "line_ref"),
        (44, "unreadable_date", "as_of"),
        (44, "unknown_choice", "asset_class"),
        (44, "unknown_currency", "currency"),
        (44, "unreadable_amount", "market_value"),
        (45, "wrong_cell_count", ""),
        (46, "wrong_cell_count", ""),
        (47, "formula", "face_value"),
        (47, "unreadable_amount", "market_value"),
        (47, "unreadable_amount", "price"),
        (48, "unreadable_date", "start_date"),
    ]


@pytest.mark.parametrize("feed", FEEDS)
def test_a_feed_says_who_sends_it_for_which_day_and_what_must_hold(feed):
    described = describe(feed)
    assert described.feed == feed
    assert feeds.FEEDS[feed].name == feed
    assert described.publisher
    assert described.as_of
    assert described.assertions["rows"]["min"] == (1 if feeds.FEEDS[feed].one_day else 0)
    names = [column.name for column in described.columns]
    assert set(names) >= {"as_of"} if feeds.FEEDS[feed].one_day else set(names) >= set(requests.MOMENTS[feed])
    assert feeds.FEEDS[feed].subject_column in (None, "coin")
    assert ("coin" in names) == (feeds.FEEDS[feed].subject_column == "coin")
    assert {*described.identity, described.distinguish} <= set(names)


def test_the_lines_of_the_kernels_are_the_columns_of_the_files():
    for feed, line in (("holdings", HoldingLine), ("ledger", LedgerLine)):
        names = [column.name for column in describe(feed).columns]
        assert ["as_of", "coin", *line._fields[2:]] == names


def test_the_asset_classes_of_the_files_are_those_of_the_kernels():
    def classes(feed):
        return next(column.choices for column in describe(feed).columns if column.name == "asset_class")

    assert classes("holdings") == ASSET_CLASSES
    assert classes("ledger") == (*ASSET_CLASSES, PAR_OUTSTANDING)
