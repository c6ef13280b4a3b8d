"""The real reports as schedules make them: a filed statement at once, each licensee's month on its business day."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from core import clock
from core.access import SYSTEM
from core.models import AuditEvent, FeedFile
from issuers.models import Breach
from issuers.services.breaches import open_breach
from reports.models import Occasion, OccasionPart, ReportRun
from reports.selectors.schedules import licensees_in
from reports.services.occasions import do_occasion, produce_events, sweep_occasions
from reports.services.schedules import enter_default_schedules
from reports.timetable import Period
from reserves.services.statements import approve_statement, prepare_statement
from tests.reports.periodic import FRIDAY, THURSDAY
from tests.reserves.attesting import day_files, judged

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
WEEKLY, MONTHLY = ReportRun.Kind.WEEKLY_STATEMENT, ReportRun.Kind.MONTHLY_SUPERVISION


@pytest.fixture
def filed(set_clock, coin, ann, amy, authority):
    """Schedules from Monday 2 November on; the statement as at Friday 30 October is filed that day."""
    set_clock("2026-11-02T09:00")
    enter_default_schedules()
    judged(coin, THURSDAY)
    judged(coin, FRIDAY)
    set_clock("2026-11-02T12:00")
    return approve_statement(prepare_statement(coin, as_at=FRIDAY, actor=ann), actor=amy)


def test_a_filed_statement_and_the_judged_days_are_reported_at_once_and_once(filed):
    made = produce_events(actor=SYSTEM)
    assert sorted(run.reference for run in made if run.kind == WEEKLY) == ["WS-LRHKD-20261030-1"]
    assert sorted(run.as_of for run in made if run.kind == "daily_reserve") == [THURSDAY, FRIDAY]
    assert produce_events(actor=SYSTEM) == []
    week = Occasion.objects.get(schedule__name=WEEKLY)
    assert (week.first, week.last, week.status) == (date(2026, 10, 24), FRIDAY, "produced")
    assert list(week.parts.values_list("subject", "run__reference")) == [("WS-LRHKD-20261030-1",) * 2]
    assert Occasion.objects.filter(schedule__name="daily_reserve", status="produced").count() == 2
    assert [pk for pk in sweep_occasions() if pk.schedule.name in (WEEKLY, "daily_reserve")] == []


def test_each_licensees_month_is_drafted_on_the_fifth_business_day(filed, set_clock, issuer, rival, unlicensed_coin):
    set_clock("2026-11-06T08:59")
    assert [row for row in sweep_occasions() if row.schedule.name == MONTHLY] == []
    set_clock("2026-11-06T09:00")
    [found] = [row for row in sweep_occasions() if row.schedule.name == MONTHLY]
    assert do_occasion(found.pk).status == "produced"
    runs = ReportRun.objects.filter(kind=MONTHLY)
    assert sorted(runs.values_list("about__slug", "as_of", "frozen_by")) == [
        (each.organisation.slug, OCTOBER.last, None) for each in (issuer, rival)]
    assert OccasionPart.objects.filter(occasion=found, run=None).count() == 0
    assert AuditEvent.objects.filter(verb="reports.run.frozen", actor=None, target_type="reports.reportrun").count() == 2


def test_run_now_makes_a_version_of_a_month_whose_facts_changed_and_says_when_none_did(
    filed, set_clock, coin, issuer, rival, bo, client_for
):
    def run_now(moment: str) -> str:
        set_clock(moment)
        address = client_for(bo).post(reverse("officer:schedule_run", args=[MONTHLY])).headers["Location"]
        assert do_occasion(month.pk).status == "produced"
        return client_for(bo).get(address).content.decode()

    set_clock("2026-11-06T09:00")
    [month] = [row for row in sweep_occasions() if row.schedule.name == MONTHLY]
    do_occasion(month.pk)
    before = set(ReportRun.objects.filter(kind=MONTHLY))
    assert "Nothing has changed since: every report stands as it was." in run_now("2026-11-09T09:00")
    assert set(ReportRun.objects.filter(kind=MONTHLY)) == before
    standing = FeedFile.objects.get(feed="holdings", subject="LRHKD", as_of=THURSDAY, status="accepted")
    better = day_files(THURSDAY)["holdings"].decode().replace("60000000.00", "59500000.00").encode()
    judged(coin, THURSDAY, {"holdings": standing}, holdings=better)
    assert "1 report was made." in run_now("2026-11-10T09:00")
    [new] = set(ReportRun.objects.filter(kind=MONTHLY)) - before
    assert (new.about, new.version, new.frozen_by) == (issuer.organisation, 2, bo)
    assert month.parts.get(subject=issuer.organisation.slug).run == new
    assert month.parts.get(subject=rival.organisation.slug).run.version == 1
    assert "Nothing has changed since" in run_now("2026-11-11T09:00")
    assert ReportRun.objects.filter(kind=MONTHLY).count() == 3


def test_an_issuer_licensed_after_the_month_has_no_report_on_it(issuer, rival):
    before = Period(date(2025, 12, 1), date(2025, 12, 31))  # one licence took effect on 15 December, one in January
    assert [each.pk for each in licensees_in(before)] == [issuer.pk]
    assert {each.pk for each in licensees_in(OCTOBER)} == {issuer.pk, rival.pk}


def test_a_breach_that_is_closed_has_its_dossier_once(set_clock, issuer, authority):
    set_clock("2026-11-02T09:00")
    enter_default_schedules()
    breach = open_breach(issuer, rule="HK-RES-01", subject="LRHKD", as_of=FRIDAY, actor=SYSTEM)
    assert produce_events(actor=SYSTEM) == []
    set_clock("2026-11-03T09:00")
    Breach.objects.filter(pk=breach.pk).update(status="closed", closed_at=clock.now())
    [run] = produce_events(actor=SYSTEM)
    assert (run.kind, run.subject, run.frozen_by) == ("breach_dossier", breach.case.reference, None)
    assert produce_events(actor=SYSTEM) == []
    assert Occasion.objects.get(schedule__name="breach_dossier").first == date(2026, 11, 3)
