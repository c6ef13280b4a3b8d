"""How fresh lists are said to be."""

from __future__ import annotations

from datetime import timedelta

import pytest

from aml.selectors.freshness import list_freshness, old_lists
from aml.services.watchlists import load_watchlist
from core import clock
from core.access import SYSTEM
from tests.aml.lists import UN, crypto_text, un

pytestmark = pytest.mark.django_db
ETH = "0x" + 40 * "b"


def of(source):
    return next(each for each in list_freshness() if each.source == source)


def test_a_list_that_was_never_loaded_is_missing():
    assert {each.state for each in list_freshness()} == {"missing"}
    # The authority's own list may be empty.
    assert [each.source for each in old_lists()] == ["ofac", "un", "eu", "uk", "hk", "crypto"]


def test_a_list_dated_with_each_export_is_as_old_as_its_publisher_says():
    today = clock.today()
    load_watchlist("un", un(UN.replace("2026-11-20", (today - timedelta(days=2)).isoformat())), actor=SYSTEM)
    assert (of("un").state, of("un").days, of("un").allowed) == ("fresh", 2, 2)
    assert "un" not in [each.source for each in old_lists()]


def test_loading_an_old_export_today_does_not_make_it_fresh():
    today = clock.today()
    load_watchlist("un", un(UN.replace("2026-11-20", (today - timedelta(days=200)).isoformat())), actor=SYSTEM)
    assert (of("un").state, of("un").days) == ("old", 200)
    assert "un" in [each.source for each in old_lists()]


def test_any_other_list_is_as_old_as_its_last_good_load():
    load_watchlist("crypto", crypto_text("ETH", ETH), actor=SYSTEM)
    assert (of("crypto").state, of("crypto").days) == ("fresh", 0)
    load_watchlist("crypto", [("x.json", b"{")], actor=SYSTEM)
    assert (of("crypto").state, of("crypto").is_failing) == ("fresh", True)
    load_watchlist("crypto", crypto_text("ETH", ETH), actor=SYSTEM)  # the same files: known to be the publisher's today
    assert (of("crypto").is_failing, of("crypto").last_try.outcome) == (False, "unchanged")


def test_three_queries_say_it_all(django_assert_num_queries):
    load_watchlist("un", un(), actor=SYSTEM)
    with django_assert_num_queries(3):
        list_freshness()
