"""An issuer that holds its second licence: days, files owed, duties and statements go by the one in force."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from core.access import SYSTEM
from core.clock import HONG_KONG
from issuers.models import Licence
from issuers.services.licences import record_licence
from issuers.services.obligations import plan_obligations
from reports.builders.daily_reserve import reference_of
from reserves.api.serializers import CoinShape
from reserves.selectors.due import files_not_there, supervised_coins, supervised_days
from reserves.services.statements import approve_statement, prepare_statement
from tests.reserves.attesting import judged

OLD, NEW = "FRS01", "FRS09"
#: A Friday under the first licence; the first day of the second, a Thursday; the Friday and the Monday after it.
BEFORE, BEGINS, FRIDAY, MONDAY = date(2026, 10, 16), date(2026, 11, 19), date(2026, 11, 20), date(2026, 11, 23)


@pytest.fixture
def held_again(coin, set_clock):
    """The coin, whose issuer's first licence ended in October and whose second began on Thursday; it is Monday."""
    Licence.objects.filter(number=OLD).update(status="revoked")
    record_licence(coin.issuer, number=NEW, effective_on=BEGINS, actor=SYSTEM)
    set_clock("2026-11-23T12:00:00")
    return type(coin).objects.select_related("issuer__organisation").get(pk=coin.pk)


def test_each_day_is_judged_and_named_under_the_licence_of_its_day(held_again, ann, bo, client_for):
    coin = held_again
    days = {day: judged(coin, day) for day in (BEFORE, FRIDAY)}
    assert {day: row.result["issuer"]["licence_number"] for day, row in days.items()} == {BEFORE: OLD, FRIDAY: NEW}
    assert [reference_of(row.result) for row in days.values()] == [
        "DRA-FRS01-LRHKD-20261016-1", "DRA-FRS09-LRHKD-20261120-1"]
    stress = {day: next(each for each in row.result["findings"] if each["rule"] == "HK-RES-16")
              for day, row in days.items()}
    assert {day: each["observed"].get("licence.effective_on") for day, each in stress.items()} == {
        BEFORE: "2025-12-15", FRIDAY: BEGINS.isoformat()}
    for client, site in ((client_for(ann), "portal"), (client_for(bo), "officer")):
        for day in days:
            assert client.get(reverse(f"{site}:coin_day", args=["LRHKD", str(day)])).status_code == 200
    assert NEW in client_for(ann).get(reverse("portal:coin_day", args=["LRHKD", str(FRIDAY)])).content.decode()


def test_files_are_owed_from_the_first_day_of_the_licence_in_force_and_once(held_again):
    assert supervised_coins() == [held_again]
    assert supervised_days(held_again, BEFORE, MONDAY)[0] == BEGINS
    owed = files_not_there(supervised_coins(), datetime(2026, 11, 23, 12, tzinfo=HONG_KONG))
    assert min(each.as_of for each in owed) == BEGINS
    assert len({each.key for each in owed}) == len(owed)


def test_duties_are_planned_from_the_licence_in_force(held_again):
    issuer = held_again.issuer
    plan_obligations(issuer)
    weeks = list(issuer.obligations.filter(kind="weekly_statement").order_by("began_on").values_list("key", flat=True))
    assert weeks[:2] == [BEGINS.isoformat(), (BEGINS + timedelta(days=7)).isoformat()]
    quarters = issuer.obligations.filter(kind="stress_test").values_list("key", flat=True)
    assert list(quarters) == []  # the first quarter that begins under it ends later than is planned for


def test_a_weekly_statement_meets_the_week_of_the_licence_in_force_and_is_published_under_it(
    held_again, ann, amy, client
):
    plan_obligations(held_again.issuer)
    for day in (BEGINS, FRIDAY):
        judged(held_again, day)
    filed = approve_statement(prepare_statement(held_again, actor=ann), actor=amy)
    assert filed.content["issuer"]["licence_number"] == NEW
    weeks = held_again.issuer.obligations.filter(kind="weekly_statement", status="met")
    assert [(week.key, week.met_with) for week in weeks] == [(BEGINS.isoformat(), filed.reference)]
    page = client.get(reverse("public:statements", args=["LRHKD"])).content.decode()
    assert (reverse("public:entry", args=[NEW]) in page, OLD in page) == (True, False)
    stated = client.get(reverse("public:statements_file", args=["LRHKD", "json"]))
    assert (NEW in stated.content.decode(), OLD in stated.content.decode()) == (True, False)


def test_the_pages_of_duties_show_its_weeks_and_the_api_its_number(held_again, ann, bo, client_for):
    plan_obligations(held_again.issuer)
    slug = held_again.issuer.organisation.slug
    pages = [client_for(bo).get(reverse("officer:issuer_duties", args=[slug])), client_for(ann).get("/en/portal/duties/")]
    for page in (response.content.decode() for response in pages):
        weeks = re.findall(r"Week after (\d+ \w+ \d+)", page)
        assert weeks[:2] == ["19 November 2026", "26 November 2026"]
    named = CoinShape(held_again).data["issuer"]["licence"]
    assert (named["number"], named["effective_on"]) == (NEW, BEGINS.isoformat())
