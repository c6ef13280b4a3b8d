"""Which files a coin's days wait for: the default, rows that two officers enter, and what is late by them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from core.access import SYSTEM
from core.calendars import HongKongCalendar
from core.cases import case_summary
from core.errors import NotPermitted, Refused
from core.models import AuditEvent, Case, Organisation
from issuers.models import Breach
from reserves import selectors
from reserves.models import FeedSchedule, ReserveDay
from reserves.schedules import BUSINESS, CALENDAR, Scheduled, merged
from reserves.selectors.schedules import account_of_schedule, default_entries, schedule_on
from reserves.services.days import run_day
from reserves.services.intake import receive_file
from reserves.services.late_feeds import open_late_feed_cases
from reserves.services.opening import open_overdue_days
from reserves.services.reference import approve_reference
from reserves.services.schedules import propose_schedule
from tests.factories import csv_bytes, holding, sound_day, supply_line

FRIDAY = date(2026, 11, 20)
NINE = time(9)


@pytest.fixture(autouse=True)
def clock_at(monkeypatch, tmp_path):
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(tmp_path / "clock"))

    def move(instant: str) -> None:
        (tmp_path / "clock").write_text(instant)

    move("2026-11-21T10:00:00+08:00")
    return move


@pytest.fixture
def new_coin(coin):
    coin.launched_on = FRIDAY
    coin.save()
    return coin


@pytest.fixture
def custodian(db):
    return Organisation.objects.create(kind="custodian", slug="peak-custody", name_en="Peak Custody Limited")


@pytest.fixture
def scheduled(new_coin, bo, ben):
    """``scheduled(feed, ...)`` is an approved row of the coin's schedule."""

    def row(feed, **said):
        given = {"days": BUSINESS, "due": NINE, "valid_from": date(2026, 1, 1), "source": "Letter of 3 November"}
        return approve_reference(propose_schedule(new_coin, feed=feed, actor=bo, **given | said), actor=ben)

    return row


def send(coin, *feeds, day=FRIDAY, **said):
    for feed in feeds:
        raw = sound_day(day)[feed]
        assert receive_file(coin, feed, raw, filename="f.csv", actor=SYSTEM, **said).status == "accepted"


def keys():
    return sorted(case.key for case in selectors.open_late_cases())


# --- the schedule itself ---------------------------------------------------------------------------
def test_a_row_takes_the_place_of_the_default_and_a_named_sender_stands_beside_it():
    default = (Scheduled("holdings", BUSINESS, NINE), Scheduled("supply", CALENDAR, NINE))
    later, named = Scheduled("holdings", CALENDAR, time(18)), Scheduled("holdings", BUSINESS, time(7), "peak")
    schedule = merged(default, [later, named])
    assert schedule.of("holdings") == later
    assert list(schedule.named("holdings")) == [named]
    assert [schedule.expecting("holdings", who) for who in ("peak", "other", None)] == [named, later, later]
    assert (schedule.carries_over("holdings"), schedule.carries_over("prices")) == (False, False)
    calendar = HongKongCalendar()
    # Friday's files are due on Monday; the day waits for the last of them.
    assert schedule.due_at("holdings", "peak", FRIDAY, calendar) == datetime(2026, 11, 22, 23, tzinfo=UTC)
    assert schedule.waits_until(FRIDAY, calendar) == datetime(2026, 11, 23, 10, tzinfo=UTC)


ENTRIES = st.builds(
    Scheduled, st.sampled_from(["holdings", "ledger", "prices"]), st.sampled_from([BUSINESS, CALENDAR]),
    st.times(), st.sampled_from([None, "a", "b"]), st.booleans(),
)


@given(st.lists(ENTRIES, max_size=8))
def test_each_file_is_expected_once_and_the_last_row_counts(rows):
    schedule = merged(default_entries(), rows)
    names = [(each.feed, each.sender) for each in schedule.entries]
    assert len(names) == len(set(names))
    assert {("holdings", None), ("ledger", None), ("supply", None)} <= set(names)
    for row in rows:
        last = [each for each in rows if (each.feed, each.sender) == (row.feed, row.sender)][-1]
        assert last in schedule.entries


# --- two officers ----------------------------------------------------------------------------------
@pytest.mark.django_db
class TestOfficers:
    def test_a_row_counts_from_its_day_once_another_officer_approved_it(self, new_coin, bo, ben):
        row = propose_schedule(new_coin, feed="redemptions", days=CALENDAR, due=NINE, valid_from=FRIDAY,
                               valid_until=FRIDAY, source="Letter", actor=bo)
        assert schedule_on(new_coin, FRIDAY).of("redemptions") is None
        with pytest.raises(Refused, match="Another officer"):
            approve_reference(row, actor=bo)
        approve_reference(row, actor=ben)
        found = [schedule_on(new_coin, FRIDAY + timedelta(days=n)).of("redemptions") is not None for n in (-1, 0, 1)]
        assert found == [False, True, False]
        assert AuditEvent.objects.filter(verb="reserves.reference.approved").count() == 1

    def test_nonsense_is_refused_and_nothing_kept(self, new_coin, bo, ann):
        said = {"days": BUSINESS, "due": NINE, "valid_from": FRIDAY, "source": "x"}
        for more, why in (
            ({"feed": "gossip"}, "no feed gossip"),
            ({"feed": "supply", "days": "sometimes"}, "sometimes"),
            ({"feed": "supply", "valid_until": FRIDAY - timedelta(days=1)}, "cannot end before"),
            ({"feed": "supply", "source": ""}, "blank"),
        ):
            with pytest.raises(Refused, match=why):
                propose_schedule(new_coin, actor=bo, **said | more)
        with pytest.raises(NotPermitted):
            propose_schedule(new_coin, feed="supply", actor=ann, **said)
        assert not FeedSchedule.objects.exists()


# --- what a day waits for --------------------------------------------------------------------------
@pytest.mark.django_db
class TestDays:
    def test_by_default_nothing_changed(self, new_coin, clock_at):
        assert [entry[:3] for entry in schedule_on(new_coin, FRIDAY).entries] == [
            ("holdings", "business", NINE), ("ledger", "business", NINE), ("supply", "calendar", NINE)]
        send(new_coin, "holdings", "ledger", "supply")
        assert ReserveDay.objects.get().as_of == FRIDAY

    def test_a_day_waits_for_a_companion_and_opens_when_it_comes(self, scheduled, new_coin):
        scheduled("prices", days=BUSINESS)
        source = Organisation.objects.create(kind="price_source", slug="quotes", name_en="Quotes Limited")
        send(new_coin, "holdings", "ledger", "supply")
        assert not ReserveDay.objects.exists()
        raw = csv_bytes([{"as_of": FRIDAY, "instrument_id": "US912797", "source": "Quotes", "currency": "USD", "bid": 99}])
        assert receive_file(new_coin, "prices", raw, filename="p.csv", actor=SYSTEM, sender=source).status == "accepted"
        assert [day.as_of for day in ReserveDay.objects.all()] == [FRIDAY]

    def test_a_day_is_judged_at_its_own_deadline_without_what_is_missing(self, scheduled, new_coin, custodian, clock_at):
        scheduled("holdings", sender=custodian, due=time(12))
        send(new_coin, "holdings", "ledger", "supply")
        assert not ReserveDay.objects.exists()
        clock_at("2026-11-23T11:59:00+08:00")
        assert [day.as_of for day in open_overdue_days()] == []
        clock_at("2026-11-23T12:00:00+08:00")
        assert FRIDAY in [day.as_of for day in open_overdue_days()]
        missing = run_day(new_coin, FRIDAY, actor=SYSTEM)["missing"]
        assert missing == [{"feed": "holdings", "sender": "peak-custody", "expected_by": "2026-11-23T12:00:00+08:00",
                            "late_hours": 0}]

    def test_a_named_senders_file_completes_the_day_whoever_else_sent(self, scheduled, new_coin, custodian):
        scheduled("holdings", sender=custodian)
        send(new_coin, "ledger", "supply")
        send(new_coin, "holdings", sender=custodian)
        assert run_day(new_coin, FRIDAY, actor=SYSTEM)["missing"] == []

    def test_holdings_of_every_day_do_not_carry_over(self, scheduled, new_coin, clock_at):
        scheduled("holdings", days=CALENDAR)
        send(new_coin, "holdings", "ledger", "supply")
        saturday = FRIDAY + timedelta(days=1)
        receive_file(new_coin, "supply", csv_bytes([supply_line(saturday)]), filename="s.csv", actor=SYSTEM)
        assert [day.as_of for day in ReserveDay.objects.all()] == [FRIDAY]
        clock_at("2026-11-22T10:00:00+08:00")
        assert [each["feed"] for each in run_day(new_coin, saturday, actor=SYSTEM)["missing"]] == ["holdings"]

    def test_a_row_of_another_coin_changes_nothing(self, scheduled, rival_coin):
        scheduled("prices")
        assert schedule_on(rival_coin, FRIDAY).of("prices") is None


# --- what is late ----------------------------------------------------------------------------------
@pytest.mark.django_db
class TestLate:
    def test_an_added_feed_is_late_by_its_own_hour_and_calendar(self, scheduled, new_coin, clock_at):
        scheduled("redemptions", days=CALENDAR, due=time(10))
        scheduled("prices", due=time(18))
        send(new_coin, "holdings", "ledger", "supply")
        clock_at("2026-11-23T10:00:00+08:00")
        open_late_feed_cases()
        assert [key for key in keys() if ":redemptions:" in key or ":prices:" in key] == [
            f"LRHKD:redemptions:2026-11-{day}" for day in (20, 21, 22)]
        clock_at("2026-11-23T18:00:00+08:00")
        open_late_feed_cases()
        assert [key for key in keys() if ":prices:" in key] == ["LRHKD:prices:2026-11-20"]
        raw = b"request_id,coin,received_at,amount\n"
        receive_file(new_coin, "redemptions", raw, filename="r.csv", actor=SYSTEM, as_of=FRIDAY)
        assert "LRHKD:redemptions:2026-11-20" not in keys()

    def test_a_named_sender_has_a_case_of_its_own(self, scheduled, new_coin, custodian, clock_at):
        scheduled("holdings", sender=custodian)
        send(new_coin, "holdings", "ledger", "supply")
        clock_at("2026-11-23T09:00:00+08:00")
        open_late_feed_cases()
        assert [key for key in keys() if "holdings" in key] == ["LRHKD:holdings:2026-11-20:peak-custody"]
        case = Case.objects.get(key="LRHKD:holdings:2026-11-20:peak-custody")
        assert case_summary(case) == "Not received for LRHKD, 20 November 2026: Holdings (peak-custody)"
        raw = csv_bytes([holding(FRIDAY, account_id="P-1", market_value="1.00")])
        receive_file(new_coin, "holdings", raw, filename="h.csv", actor=SYSTEM, sender=custodian)
        assert not [key for key in keys() if "holdings" in key]

    def test_a_late_file_is_a_case_and_a_breach_only_where_the_authority_had_asked(self, scheduled, new_coin, clock_at):
        scheduled("ledger", on_request=True)
        clock_at("2026-11-23T09:00:00+08:00")
        open_late_feed_cases()
        open_late_feed_cases()
        assert Case.objects.filter(kind="reserves.late_feed").count() == 5
        breach = Breach.objects.get()
        assert (breach.rule, breach.subject, breach.first_as_of) == ("HK-REP-01", "LRHKD", FRIDAY)
        assert Case.objects.filter(kind="issuers.breach").count() == 1

    def test_by_default_a_late_file_breaches_nothing(self, new_coin, clock_at):
        clock_at("2026-11-23T09:00:00+08:00")
        assert len(open_late_feed_cases()) == 5
        assert not Breach.objects.exists()


# --- pages and API ---------------------------------------------------------------------------------
@pytest.mark.django_db
class TestShown:
    def test_where_each_file_stands(self, scheduled, new_coin, custodian):
        scheduled("holdings", sender=custodian)
        send(new_coin, "holdings", "supply")
        found = {(each.feed, each.sender): (each.as_of, each.state, each.by_default)
                 for each in account_of_schedule(new_coin, date(2026, 11, 21))}
        assert found == {
            ("holdings", None): (FRIDAY, "accepted", True), ("holdings", "peak-custody"): (FRIDAY, "missing", False),
            ("ledger", None): (FRIDAY, "missing", True), ("supply", None): (FRIDAY, "accepted", True),
        }

    def test_the_portal_says_what_is_due(self, new_coin, ann, client_for, scheduled):
        scheduled("ledger", on_request=True)
        page = client_for(ann).get(reverse("portal:upload", args=[new_coin.symbol])).content.decode()
        assert "What is due" in page
        assert "asked for under SUP 2.7.2" in page
        assert "Not received" in page

    def test_the_api_says_it_too(self, new_coin, issuer, key_for, client, scheduled):
        scheduled("ledger", due=time(8, 30))
        answer = client.get(f"/api/v1/coins/{new_coin.symbol}/schedule/",
                            headers={"Authorization": f"Bearer {key_for(issuer.organisation)}"})
        ledger = next(each for each in answer.json()["results"] if each["feed"] == "ledger")
        assert ledger == {
            "feed": "ledger", "sender": None, "days": "business", "due": "08:30", "on_request": False,
            "by_default": False, "as_of": "2026-11-20", "due_at": "2026-11-23T08:30:00+08:00", "state": "missing"}

    def test_officers_propose_and_another_approves_with_confirmation(self, new_coin, bo, ben, client_for,
                                                                     confirmed_client_for):
        address = reverse("officer:feed_schedule", args=[new_coin.symbol])
        said = {"feed": "redemptions", "days": "calendar", "due": "09:00", "valid_from": "2026-11-01", "source": "Letter 7"}
        assert client_for(bo).post(address, said | {"due": "soon"}).status_code == 422
        assert client_for(bo).post(address, said | {"valid_until": "2026-10-01"}).status_code == 422
        assert not FeedSchedule.objects.exists()
        assert client_for(bo).post(address, said).status_code == 302
        row = FeedSchedule.objects.get()
        decide = reverse("officer:feed_schedule_decide", args=[new_coin.symbol, row.pk])
        assert "reauthenticate" in client_for(ben).post(decide, {"decision": "approve"})["Location"]
        row.refresh_from_db()
        assert row.status == "proposed"
        assert confirmed_client_for(ben).post(decide, {"decision": "approve"}).status_code == 302
        row.refresh_from_db()
        assert row.status == "approved"
        page = client_for(bo).get(address).content.decode()
        assert "Redemption requests" in page
        assert "Letter 7" in page
