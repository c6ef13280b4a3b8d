"""The way between the pages on one coin: each leads to all others, whether or not a day was judged."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from tests.reserves.stress_days import DAY, judge

pytestmark = pytest.mark.django_db

BOTH = ["coin", "breaks", "redemptions", "limits", "stress", "coin_chain", "upload_history"]
PAGES = {"officer": [*BOTH, "feed_schedule", "feed_senders"], "portal": BOTH}


@pytest.fixture(autouse=True)
def _now(set_clock):
    set_clock("2026-10-21T09:00:00")


def bar(html: str, label: str = "Pages on LRHKD") -> tuple[list[str], list[str]]:
    """Return the addresses that the bar of a page leads to, and those that it marks as the one shown."""
    found = re.search(rf'<nav aria-label="{label}">(.*?)</nav>', html, re.S)
    assert found is not None
    links = re.findall(r'<a href="([^"]*)"( aria-current="true")?>', found[1])
    return [address for address, _ in links], [address for address, current in links if current]


def addresses(site: str, day: str = "") -> dict[str, str]:
    found = {name: reverse(f"{site}:{name}", args=["LRHKD"]) for name in PAGES[site]}
    if day:
        found["stress"] += f"?as_of={day}"
        found["redemptions"] += f"?day={day}"
    return found


@pytest.mark.parametrize(("site", "who"), [("officer", "bo"), ("portal", "ann")])
def test_every_page_on_a_coin_leads_to_all_others(site, who, coin, client_for, request):
    judge(coin)
    client = client_for(request.getfixturevalue(who))
    plain, of_day = addresses(site), addresses(site, DAY.isoformat())
    for name in PAGES[site]:
        known = of_day if name in ("coin", "stress") else plain
        html = client.get(plain[name], follow=True).content.decode()
        assert bar(html) == (list(known.values()), [known[name]])
    for name in ("valuation", "outlook", "versions", "lines"):
        html = client.get(reverse(f"{site}:{name}", args=["LRHKD", DAY.isoformat()])).content.decode()
        leads, current = bar(html)
        assert current == [plain["coin"]]
        assert len(leads) == len(PAGES[site])


@pytest.mark.parametrize(("site", "who"), [("officer", "bo"), ("portal", "ann")])
@pytest.mark.parametrize("name", ["coin", "stress"])
def test_a_coin_that_was_never_judged_leads_to_its_files(site, who, name, coin, client_for, request):
    client = client_for(request.getfixturevalue(who))
    answer = client.get(reverse(f"{site}:{name}", args=["LRHKD"]), follow=True)
    assert answer.redirect_chain[-1] == (reverse(f"{site}:upload_history", args=["LRHKD"]), 302)
    assert answer.status_code == 200
    assert "No day of LRHKD has been judged yet." in answer.content.decode()


def test_a_day_that_is_named_and_was_never_judged_is_not_found(coin, client_for, bo):
    address = reverse("officer:stress", args=["LRHKD"])
    assert client_for(bo).get(address, {"as_of": "2026-10-15"}).status_code == 404
    assert client_for(bo).get(reverse("officer:stress_csv", args=["LRHKD"])).status_code == 404
