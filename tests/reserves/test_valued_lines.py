"""The lines of a day beside their own values: by page, as CSV, over the API and from the shell."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.access import SYSTEM
from core.models import FeedFile
from core.roles import Role
from reserves.models import Instrument
from reserves.services.days import run_day
from tests.factories import holding
from tests.reserves.valuing import BILL, OTHER_BILL, bill, parameter, send_pool, send_prices, zero

FRIDAY = date(2026, 11, 20)
DAY = ["LRHKD", "2026-11-20"]


@pytest.fixture(autouse=True)
def valued(coin, set_clock):
    set_clock("2026-11-23T12:00:00+08:00")
    for name in (BILL, OTHER_BILL):
        zero(name)
    parameter("mark_tolerance", "0.001")
    parameter("stale_after", "1")
    send_prices(coin, FRIDAY, bids={BILL: "98", OTHER_BILL: "99"})
    send_pool(coin, FRIDAY, bill(FRIDAY), bill(FRIDAY, instrument_id=OTHER_BILL), holding(FRIDAY))
    return run_day(coin, FRIDAY, actor=SYSTEM)


def test_those_that_do_not_agree_come_first_and_lead_to_their_file(client_for, bo):
    page = client_for(bo).get(reverse("officer:valuation", args=DAY)).content.decode()
    assert page.index(f"CUST-1, {BILL}") < page.index(f"CUST-1, {OTHER_BILL}") < page.index("BANK-1")
    assert "Beyond the tolerance" in page
    assert "98 (bid), Bauhinia Pricing, 20 Nov 2026" in page
    assert "Reference data has changed" not in page


@pytest.mark.parametrize(("query", "found"), [
    ("?state=beyond", [BILL]), ("?state=agrees", [OTHER_BILL]), (f"?q={OTHER_BILL.lower()}", [OTHER_BILL]),
    ("?state=stale", []), ("?state=nonsense&q=peak", []),
])
def test_the_table_is_filtered_as_the_page_is(client_for, ann, query, found):
    answer = client_for(ann).get(reverse("portal:valuation_csv", args=DAY) + query)
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [row["instrument_id"] for row in rows] == found
    assert 'filename="lrhkd_valuation_20261120.csv"' in answer["Content-Disposition"]
    assert client_for(ann).get(reverse("portal:valuation", args=DAY) + query).status_code == 200


def test_what_was_put_on_record_since_is_said(client_for, bo, coin):
    parameter("source_rule", "median_bid")
    assert "Reference data has changed" not in client_for(bo).get(reverse("officer:valuation", args=DAY)).content.decode()
    send_prices(coin, FRIDAY, sender=None, bids={BILL: "97"}, supersedes=_prices_of(coin))
    assert "Reference data has changed" not in client_for(bo).get(reverse("officer:valuation", args=DAY)).content.decode()
    Instrument.objects.filter(instrument_id=BILL).update(valid_until=date(2025, 12, 31))
    assert "Reference data has changed" in client_for(bo).get(reverse("officer:valuation", args=DAY)).content.decode()


def _prices_of(coin):
    return FeedFile.objects.get(feed="prices", subject=coin.symbol)


def test_the_page_of_the_day_shows_the_valuation_and_leads_to_its_lines(client_for, bo):
    page = client_for(bo).get(reverse("officer:coin_day", args=DAY)).content.decode()
    for said in ("Prudent valuation", "Largest exposures", "Liquidity", "Limits of the issuer", "not set",
                 reverse("officer:valuation", args=DAY), reverse("officer:limits", args=["LRHKD"])):
        assert said in page
    assert client_for(bo).get(reverse("officer:valuation", args=["LRHKD", "2026-11-19"])).status_code == 404


def test_the_page_asks_few_questions(client_for, bo):
    client = client_for(bo)
    client.get(reverse("officer:valuation", args=DAY))
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("officer:valuation", args=DAY))
    assert len(queries) <= 29, "\n".join(query["sql"][:120] for query in queries)


def test_the_api_and_the_shell_say_the_same(client, key_for, coin, capsys, valued):
    headers = {"Authorization": f"Bearer {key_for(coin.issuer.organisation, Role.FEED_SENDER)}"}
    answer = client.get(reverse("api:valuation", args=DAY) + "?state=beyond", headers=headers).json()
    call_command("value_day", "--coin", "LRHKD", "--as-of", "2026-11-20", "--state", "beyond", "--json")
    said = json.loads(capsys.readouterr().out)
    assert answer["results"] == said["lines"]
    assert [(line["instrument_id"], line["own_value"]) for line in said["lines"]] == [(BILL, "98000000.00")]
    assert (said["prudent_value"], said["agrees_with_account"]) == (valued["prudent"]["value"], True)
    call_command("value_day", "--coin", "LRHKD", "--as-of", "2026-11-20")
    assert "prudent_value  297000000.00" in capsys.readouterr().out
    with pytest.raises(CommandError, match="not judged") as refused:
        call_command("value_day", "--coin", "LRHKD", "--as-of", "2026-11-19", "--json")
    assert refused.value.returncode == 2
