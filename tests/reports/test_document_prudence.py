"""The document says of our own valuation what the page of the day says, figure by figure."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from core.access import SYSTEM
from reports.builders import daily_reserve, prudence
from reports.services.documents import document
from reserves.models import ReserveDay
from reserves.services.days import run_day
from tests.factories import holding
from tests.reports import days
from tests.reports.pdfs import close, text_of
from tests.reserves.valuing import BILL, OTHER_BILL, bill, parameter, send_pool, send_prices, zero

FRIDAY = date(2026, 11, 20)


def printed(result) -> str:
    frozen = daily_reserve.facts(result, issuer_findings=None, history=[(FRIDAY, result["backing_ratio"])],
                                 judged_at=None, senders={})
    return close(text_of(document(frozen)))


@pytest.fixture
def judged(coin, set_clock) -> ReserveDay:
    """A bill that is worth less than stated, one that agrees, one without a price, and a deposit of too long a term."""
    set_clock("2026-11-23T12:00:00")
    for name in (BILL, OTHER_BILL):
        zero(name)
    parameter("mark_tolerance", "0.001")
    parameter("stale_after", "1")
    send_prices(coin, FRIDAY, bids={BILL: "98", OTHER_BILL: "99"})
    term = holding(FRIDAY, account_id="BANK-2", asset_class="term_deposit", line_ref="T1", market_value="20000000.00",
                   start_date="2026-10-01", maturity_date="2027-04-01")
    unpriced = bill(FRIDAY, instrument_id="HK0000000033")
    send_pool(coin, FRIDAY, bill(FRIDAY), bill(FRIDAY, instrument_id=OTHER_BILL), unpriced, holding(FRIDAY), term)
    run_day(coin, FRIDAY, actor=SYSTEM)
    return ReserveDay.objects.get()


def test_every_figure_of_the_page_is_printed(judged, client_for, bo):
    shown = prudence.panels(judged.result)
    document_text = printed(judged.result)
    page = close(strip_tags(client_for(bo).get(reverse("officer:coin_day", args=["LRHKD", "2026-11-20"])).content.decode()))
    rows = [f"{label}{value}" for label, value in shown["facts"]]
    for mark in shown["marks"]:
        rows += [mark["description"], mark["instrument_id"], mark["stated"], mark["own"], mark["difference"], mark["priced"]]
    rows += [part for reason in shown["reasons"] for part in (str(reason["label"]), reason["amount"])]
    missing = [row for row in rows if close(str(row)) not in document_text or close(str(row)) not in page]
    assert (len(shown["marks"]), len(shown["reasons"]) > 0, missing) == (2, True, [])
    facts = {str(label): value for label, value in shown["facts"]}
    assert [facts[name] for name in ("Stated value", "Of this not eligible", "Stated above prudent value")] == [
        "417.00", "20.00", "1.00"]


def test_a_day_without_such_a_valuation_says_so():
    assert close("There is no valuation from independent prices for this day.") in printed(days.met_day())


def test_lines_that_do_not_fit_are_counted(judged):
    mark = judged.result["prudent"]["marks"]["beyond"][0]
    judged.result["prudent"]["marks"]["beyond"] = [mark] * 9
    judged.result["prudent"]["lines"]["beyond"] = 9
    more = 9 + judged.result["prudent"]["lines"]["missing"] - prudence.SHOWN_MARKS
    assert close(f"and {more} more lines, in the attached file") in printed(judged.result)
