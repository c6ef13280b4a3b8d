"""What the pages of a day say of prices that came late."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from core.access import SYSTEM
from reserves.services.days import run_day
from tests.reserves.valuing import BILL, bill, parameter, send_pool, send_prices, zero

pytestmark = pytest.mark.django_db

FRIDAY = date(2026, 11, 20)
LATE = ("Prices of Bauhinia Pricing for 20 Nov 2026 came on 23 Nov 2026, 12:00, after this day had been judged: it was"
        " judged again with them, and the version before is kept.")
WAITS = "Prices that come late run the day again, as a new version; this one is kept."


@pytest.mark.parametrize("site", ["officer", "portal"])
def test_a_day_says_that_late_prices_will_run_it_again_and_then_that_they_did(
    coin, ann, bo, client_for, set_clock, site
):
    client = client_for(bo if site == "officer" else ann)
    pages = [reverse(f"{site}:{name}", args=["LRHKD", str(FRIDAY)]) for name in ("coin_day", "valuation")]
    set_clock("2026-11-21T09:00:00")
    zero(BILL)
    parameter("mark_tolerance", "0.001")
    parameter("stale_after", "1")
    send_pool(coin, FRIDAY, bill(FRIDAY))
    run_day(coin, FRIDAY, actor=SYSTEM)
    day, lines = (client.get(address).content.decode() for address in pages)
    assert (WAITS in day, LATE in day, LATE in lines) == (True, False, False)
    set_clock("2026-11-23T12:00:00")
    send_prices(coin, FRIDAY, bids={BILL: "99"})
    run_day(coin, FRIDAY, actor=SYSTEM)
    day, lines = (client.get(address).content.decode() for address in pages)
    assert (WAITS in day, LATE in day, LATE in lines) == (False, True, True)
    changed = reverse(f"{site}:versions", args=["LRHKD", str(FRIDAY)])
    assert all(f'<a href="{changed}">What they changed</a>' in page for page in (day, lines))
    assert client.get(changed).status_code == 200
