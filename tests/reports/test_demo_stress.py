"""The stress tests of the demonstration: one in time and accepted, one late, with the finding that it left."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from core.models import AuditEvent, Case, User
from issuers.models import Breach, Coin, Obligation
from reports.demo.rulings import stress_tests
from reports.services.demo import seed_demo
from reserves.models import ReserveDay, StressFiling
from tests.reports.rolled_back import rolled_back
from tests.reports.test_demo_world import CALENDAR, ISSUERS

#: A quarter ends in the middle of the window.
UNTIL, DAYS = date(2026, 4, 9), 25


@pytest.fixture(autouse=True)
def db() -> None:
    """Ask for the test database without a transaction around each test: the world's is around them all."""


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    with rolled_back(tmp_path_factory.mktemp("stress"), django_db_blocker):
        seed_demo(days=DAYS, issuers=2, until=UNTIL, processes=0)
        yield


def filing_of(symbol: str) -> StressFiling:
    return StressFiling.objects.select_related("case", "day").get(coin__symbol=symbol)


def verdicts(symbol: str) -> dict[date, str]:
    days = ReserveDay.objects.filter(coin__symbol=symbol, status="judged").order_by("as_of")
    return {day.as_of: next(found["verdict"] for found in day.result["findings"] if found["rule"] == "HK-RES-16")
            for day in days}


def test_the_one_in_time_is_accepted_with_the_figures_of_its_day(world):
    filing = filing_of("LRHKD")
    assert (filing.status, filing.as_of, filing.filed_at.date()) == ("accepted", date(2026, 3, 16), date(2026, 3, 19))
    assert filing.pack["day_digest"] == ReserveDay.objects.get(coin=filing.coin, as_of=filing.as_of).digest
    assert f"{len(filing.pack['scenarios'])} scenarios" in filing.results
    assert (filing.filed_by.name, filing.decided_by.name, filing.case.status) == ("Ann Lau", "Bo Chan", "closed")
    assert set(verdicts("LRHKD").values()) == {"met"}


def test_the_late_one_waits_for_an_answer_and_left_a_finding_until_it_came(world):
    filing = filing_of("TWHK")
    assert (filing.status, filing.period_start, filing.filed_at.date()) == ("filed", date(2026, 1, 1), date(2026, 4, 9))
    assert Case.objects.get(kind="reserves.stress_filed", status="open") == filing.case
    assert [day for day, verdict in verdicts("TWHK").items() if verdict == "breached"] == [
        date(2026, 4, day) for day in range(1, 9)]
    breach = Breach.objects.get(subject="TWHK", rule="HK-RES-16")
    assert (breach.first_as_of, breach.status) == (date(2026, 4, 1), "closed")


def test_the_duty_of_the_quarter_was_met_in_time_by_one_and_late_by_the_other(world):
    duties = Obligation.objects.filter(kind="stress_test", key="2026-01-01").order_by("issuer__pk")
    assert [(row.coin.symbol, row.status, row.met_at > row.due_at) for row in duties] == [
        ("LRHKD", "met", False), ("TWHK", "met", True)]


def test_the_rules_know_each_test_by_the_day_it_was_filed(world):
    assert Coin.objects.get(symbol="TWHK").issuer.facts.filter(fact="stress_test.filed_on").count() == 3
    assert not AuditEvent.objects.filter(verb__startswith="reserves.stress", at__date__gt=UNTIL).exists()


def test_the_quarterly_pack_is_there_to_be_read(world, client_for):
    page = client_for(User.objects.get(name="Bo Chan")).get(reverse("officer:stress_tests")).content.decode()
    assert page.index(filing_of("TWHK").reference) < page.index(filing_of("LRHKD").reference)


def test_the_late_one_is_not_on_record_before_it_came():
    assert dict(stress_tests(ISSUERS[1], date(2026, 4, 8), CALENDAR)).get(date(2026, 1, 1)) is None
