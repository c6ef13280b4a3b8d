"""The pages on schedules: what they say, what they refuse with a reason, and how much they ask of the database."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import Membership, User
from core.roles import Role
from reports.models import (
    Occasion,
    OccasionPart,
    ReportDocument,
    ReportNotice,
    ReportRun,
    ScheduleVersion,
    Subscription,
)
from reports.services.occasions import do_occasion, sweep_occasions
from tests.reports.occasions import DIGEST, MONTHLY

pytestmark = pytest.mark.django_db
SEPTEMBER = date(2026, 9, 1), date(2026, 9, 30)


@pytest.fixture
def nudged(monkeypatch) -> list[tuple[str, int]]:
    """The tasks that pages nudge, in place of a broker."""
    found: list[tuple[str, int]] = []
    monkeypatch.setattr("reports.views.schedules.nudge", lambda task, pk: found.append((task.name, pk)))
    return found


def occasion_of(schedules, authority, *, count: int = 3, status: str = "produced") -> Occasion:
    """A monthly occasion with one report rendered, one a draft, the rest being rendered."""
    row = Occasion.objects.create(
        schedule=schedules[MONTHLY].schedule, first=SEPTEMBER[0], last=SEPTEMBER[1], due_at=schedules[MONTHLY].since,
        status=status, expected=count + 1, settled_at=schedules[MONTHLY].since,
    )
    add_parts(row, authority, range(count))
    OccasionPart.objects.create(occasion=row, subject="nobody", reason="There is nothing to say.")
    return row


def add_parts(row: Occasion, authority, numbers: range) -> None:
    for number in numbers:
        state = {0: "rendered", 1: "drafted"}.get(number, "frozen")
        run = ReportRun.objects.create(
            reference=f"MS-{number}", kind=MONTHLY, subject=f"issuer-{number}", owner=authority, as_of=SEPTEMBER[1],
            version=1, status=state, facts={}, digest="0" * 64,
        )
        ReportDocument.objects.create(run=run, language="en")
        OccasionPart.objects.create(occasion=row, subject=run.subject, run=run)


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_the_timetable_says_when_next_and_what_became_of_the_last(schedules, set_clock, bo, authority, client_for):
    occasion_of(schedules, authority)
    set_clock("2026-11-23T08:00")
    for each in sweep_occasions():
        do_occasion(each.pk)
    page = text_of(client_for(bo).get(reverse("officer:schedules")))
    assert "Every business day at 08:00" in page
    assert "Every month, on business day 5 of the month after, at 09:00" in page
    assert "Mon 7 Dec 09:00" in page
    assert "Tue 24 Nov 08:00" in page
    assert "Sep 2026" in page
    assert "2 of 4 reports rendered; 1 could not be made" in page
    assert "Nothing was due" in page
    assert "As soon as there is something" in page


def test_before_the_first_sweep_the_page_says_so(bo, client_for):
    assert "Nothing is scheduled yet" in text_of(client_for(bo).get(reverse("officer:schedules")))


def test_an_officer_sets_a_schedule_on_its_page(schedules, bo, client_for):
    client, address = client_for(bo), reverse("officer:schedule", args=[MONTHLY])
    sent = {"number": 1, "active": "on", "at": "10:30", "business_day": 3, "reason": "The meeting moved."}
    assert client.post(address, sent).status_code == 302
    version = ScheduleVersion.objects.filter(schedule__name=MONTHLY).latest("number")
    assert (version.number, version.business_day, str(version.at), version.set_by) == (2, 3, "10:30:00", bo)
    page = text_of(client.get(address))
    assert "on business day 3 of the month after, at 10:30" in page
    assert "The meeting moved." in page
    assert "on business day 5 of the month after, at 09:00" in page


@pytest.mark.parametrize(("changed", "reason"), [
    ({"business_day": 30}, "Give a business day from 1 to 20."),
    ({"business_day": 0}, "greater than or equal to 1"),
    ({"at": "noon"}, "Enter a valid time."),
    ({"reason": ""}, "This field is required."),
    ({"at": "09:00", "business_day": 5}, "It is set like this already."),
    ({"number": 4}, "Somebody set it meanwhile"),
])
def test_a_setting_that_is_refused_is_answered_with_its_reason(schedules, bo, client_for, changed, reason):
    sent = {"number": 1, "active": "on", "at": "10:30", "business_day": 3, "reason": "The meeting moved."} | changed
    answer = client_for(bo).post(reverse("officer:schedule", args=[MONTHLY]), sent)
    assert answer.status_code == 422
    assert reason in text_of(answer)
    assert ScheduleVersion.objects.filter(schedule__name=MONTHLY).count() == 1


def test_what_follows_events_can_be_switched_off_and_has_no_hour(schedules, bo, client_for):
    client, address = client_for(bo), reverse("officer:schedule", args=["daily_reserve"])
    page = text_of(client.get(address))
    assert 'name="at"' not in page
    assert "Run now" not in page
    assert client.post(address, {"number": 1, "reason": "The signer is repaired."}).status_code == 302
    assert not ScheduleVersion.objects.filter(schedule__name="daily_reserve").latest("number").active


def test_run_now_nudges_a_worker_and_shows_what_there_is(
    schedules, bo, client_for, nudged, issuer, authority, set_clock
):
    client, address = client_for(bo), reverse("officer:schedule_run", args=[MONTHLY])
    first = client.post(address)
    occasion = Occasion.objects.get()
    assert first.url == reverse("officer:occasion", args=[MONTHLY, occasion.pk])
    assert nudged == [("reports.tasks.do_occasion", occasion.pk)]
    page = text_of(client.get(first.url))
    assert 'hx-trigger="every 3s"' in page
    assert "Look again" in page
    do_occasion(occasion.pk)
    set_clock("2026-11-23T07:05")
    client.post(address)
    assert len(nudged) == 2
    do_occasion(occasion.pk)
    page = text_of(client.get(first.url))
    assert "Nothing has changed since" in page
    assert ReportRun.objects.get().reference in page
    assert client.post(reverse("officer:schedule_run", args=[DIGEST])).status_code == 302
    assert nudged[-1][0] == "reports.tasks.send_occasion"


def test_progress_is_counted_from_the_rows_and_ends(schedules, bo, authority, client_for):
    occasion = occasion_of(schedules, authority)
    address = reverse("officer:occasion", args=[MONTHLY, occasion.pk])
    page = text_of(client_for(bo).get(address))
    for said in ("<dt>Reports made</dt><dd>3 of 4", "<dt>Rendered</dt><dd>2 of 4", "<dt>Signed</dt><dd>0 of 4",
                 "1 of them waits for approval", "There is nothing to say.", "every 3s"):
        assert said in page
    ReportRun.objects.update(status="rendered")
    page = text_of(client_for(bo).get(address))
    assert "<dt>Rendered</dt><dd>3 of 4" in page
    assert "every 3s" not in page


def test_what_failed_says_why_and_is_tried_again(schedules, bo, authority, client_for, nudged):
    occasion = occasion_of(schedules, authority, status="failed")
    Occasion.objects.update(reason="nobody: There is nothing to say.")
    client = client_for(bo)
    assert "Monthly supervisory report failed" in text_of(client.get(reverse("officer:schedules")))
    page = text_of(client.get(reverse("officer:occasion", args=[MONTHLY, occasion.pk])))
    assert "It failed" in page
    assert "Try again" in page
    assert client.post(reverse("officer:occasion_retry", args=[MONTHLY, occasion.pk])).status_code == 302
    assert nudged == [("reports.tasks.do_occasion", occasion.pk)]
    again = client.post(reverse("officer:occasion_retry", args=[MONTHLY, occasion.pk]))
    assert again.status_code == 409
    assert len(nudged) == 1


@pytest.mark.parametrize("address", ["/en/officer/schedules/nothing/", "/en/officer/schedules/morning_digest/999999/"])
def test_what_is_not_there(schedules, bo, client_for, address):
    assert client_for(bo).get(address).status_code == 404


def test_recipients_are_shown_and_set_with_history(schedules, bo, ops, client_for):
    client, address = client_for(bo), reverse("officer:recipients")
    page = text_of(client.get(address))
    assert "Ops Fung" in page
    assert "not told" in page
    assert "At once" in page
    sent = {"whom": f"person:{ops.pk}", "kind": "daily_reserve", "how": "at_once", "language": "zh-hant"}
    assert client.post(address, sent).status_code == 302
    row = Subscription.objects.latest("pk")
    assert (row.person, row.how, row.language, row.set_by) == (ops, "at_once", "zh-hant", bo)
    again = client.post(address, sent)
    assert again.status_code == 422
    assert "set like this already" in text_of(again)
    wrong = client.post(address, sent | {"whom": "person:999999"})
    assert wrong.status_code == 422
    assert "own choice" in text_of(client.get(address))


def test_an_officer_chooses_what_to_receive_and_sees_what_came(schedules, ops, authority, client_for):
    client, address = client_for(ops), reverse("officer:subscriptions")
    page = text_of(client.get(address))
    assert "You were told of no report yet" in page
    fields = {name: value for kind in ("daily_reserve", "weekly_statement", "monthly_supervision", "quarterly_overview",
                                       "breach_dossier", "attestation_comparison", "inspection_pack")
              for name, value in ((f"how_{kind}", "none"), (f"language_{kind}", ""))}
    assert client.post(address, fields | {"how_daily_reserve": "digest"}).status_code == 302
    assert [(row.kind, row.how, row.person) for row in Subscription.objects.filter(person=ops)] == [
        ("daily_reserve", "digest", ops)]
    wrong = client.post(address, fields | {"how_daily_reserve": "often"})
    assert wrong.status_code == 422
    assert "Select a valid choice" in text_of(wrong)
    run = ReportRun.objects.create(reference="DR-1", kind="daily_reserve", subject="LRHKD", owner=authority, version=1,
                                   as_of=SEPTEMBER[1], status="rendered", facts={}, digest="0" * 64)
    ReportNotice.objects.create(run=run, person=ops, how="digest", language="en")
    page = text_of(client.get(address))
    assert "DR-1" in page
    assert "with your next digest" in page


PAGES = {"schedules": ([], 26), "schedule": ([MONTHLY], 32), "recipients": ([], 22), "subscriptions": ([], 20)}


@pytest.mark.parametrize("page", PAGES)
def test_pages_ask_no_more_when_there_is_more_to_show(schedules, bo, authority, client_for, page):
    arguments, most = PAGES[page]
    client, address = client_for(bo), reverse(f"officer:{page}", args=arguments)
    occasion_of(schedules, authority, count=1)
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    add_parts(Occasion.objects.get(), authority, range(1, 12))
    for number in range(6):
        person = User.objects.create_user(f"officer-{number}@ma.example", f"Officer {number}")
        Membership.objects.create(user=person, organisation=authority, role=Role.CASE_OFFICER)
        Subscription.objects.create(person=person, kind="daily_reserve", how="digest", set_by=bo, set_by_label="Bo Chan")
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(few) == len(many) <= most, [query["sql"][:150] for query in many.captured_queries]


def test_a_batch_page_asks_the_same_for_two_reports_and_for_forty(schedules, bo, authority, client_for):
    occasion = occasion_of(schedules, authority, count=40)
    client = client_for(bo)
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("officer:occasion", args=[MONTHLY, occasion.pk]))
    assert len(asked) <= 22, [query["sql"][:150] for query in asked.captured_queries]
