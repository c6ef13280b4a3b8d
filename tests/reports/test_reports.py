"""A report: frozen once per version of a day, rendered once, announced once, withdrawn by a later version."""

from __future__ import annotations

import hashlib
import threading
from datetime import timedelta

import pytest
from django.db import connection

from core import blobs, clock
from core.access import SYSTEM
from core.errors import NotPermitted, Refused
from core.findings import canonical, digest_of
from core.models import AuditEvent, FeedFile, Message
from reports import selectors
from reports.models import ReportRun
from reports.services.occasions import produce_events
from reports.services.rendering import render_report
from reports.services.reports import freeze_report
from reports.services.sweep import sweep_reports
from reserves.models import ReserveDay
from reserves.services.days import run_day
from reserves.services.intake import receive_file
from tests.factories import csv_bytes, supply_line
from tests.reports.pdfs import attachment_of, text_of

S = ReportRun.Status
KIND = ReportRun.Kind.DAILY_RESERVE


def frozen(day: ReserveDay) -> ReportRun:
    return freeze_report(KIND, day, actor=SYSTEM)


def corrected(day: ReserveDay) -> ReserveDay:
    """Send another supply for the day and judge it again."""
    first = FeedFile.objects.get(feed="supply", as_of=day.as_of)
    receive_file(
        day.coin, "supply", csv_bytes([supply_line(day.as_of, total_supply="99500000")]), filename="supply.csv",
        actor=SYSTEM, supersedes=first,
    )
    run_day(day.coin, day.as_of, actor=SYSTEM)
    return ReserveDay.objects.get(coin=day.coin, as_of=day.as_of, status=ReserveDay.Status.JUDGED)


def test_a_report_freezes_the_account_of_the_day_and_its_digest(judged_day):
    run = frozen(judged_day)
    assert run.status == S.FROZEN
    assert run.reference == f"DRA-FRS01-LRHKD-{judged_day.as_of:%Y%m%d}-1"
    assert run.facts["schema"] == "assay.daily_reserve_report/1"
    assert run.facts["result"] == judged_day.result
    assert run.facts["history"] == [[judged_day.as_of.isoformat(), "1.01010101"]]
    assert run.digest == hashlib.sha256(canonical(run.facts)).hexdigest()
    assert run.owner == judged_day.coin.issuer.organisation


def test_freezing_twice_is_one_report(judged_day):
    assert frozen(judged_day) == frozen(judged_day)
    assert ReportRun.objects.count() == 1
    assert AuditEvent.objects.filter(verb="reports.run.frozen").count() == 1


def test_an_issuer_makes_no_reports(ann, judged_day):
    with pytest.raises(NotPermitted):
        freeze_report(KIND, judged_day, actor=ann)
    assert not ReportRun.objects.exists()


def test_a_superseded_day_gets_no_report(judged_day):
    corrected(judged_day)
    with pytest.raises(Refused):
        frozen(judged_day)
    assert not ReportRun.objects.exists()


def test_a_rendered_report_says_the_figures_and_carries_its_facts(judged_day):
    run = render_report(frozen(judged_day).pk)
    assert run.status == S.RENDERED
    pdf = blobs.read_blob(run.document_id)
    text = text_of(pdf)
    assert "Fully backed" in text
    assert "101.01%" in text
    assert run.reference in text
    assert run.digest in text.replace("\n", "")
    name, attached = attachment_of(pdf)
    assert name == f"{run.reference}.json"
    assert attached == canonical(run.facts)


def test_rendering_twice_is_one_document_and_one_mail_each(ann, eli, judged_day):
    pk = frozen(judged_day).pk
    assert render_report(pk) is not None
    assert render_report(pk) is None
    assert sorted(Message.objects.values_list("recipient__email", flat=True)) == sorted([ann.email, eli.email])
    assert AuditEvent.objects.filter(verb="reports.run.rendered").count() == 1


def test_the_mail_says_that_the_report_is_ready_and_no_figure(ann, judged_day):
    render_report(frozen(judged_day).pk)
    message = Message.objects.get()
    assert message.notice == "reports/daily_report_ready"
    for figure in ("101", "99", "100", "backed"):
        assert figure not in message.text.replace("DRA-FRS01", "").replace("localhost:8000", "")


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_render_one(ann, judged_day):
    pk, results = frozen(judged_day).pk, []

    def work() -> None:
        results.append(render_report(pk))
        connection.close()

    workers = [threading.Thread(target=work) for _worker in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(result is None for result in results) == [False, True]
    assert Message.objects.count() == 1


def test_a_failure_while_rendering_leaves_the_report_waiting_and_nobody_told(ann, judged_day, monkeypatch):
    pk = frozen(judged_day).pk
    monkeypatch.setattr("reports.services.distribution.enqueue", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        render_report(pk)
    assert ReportRun.objects.get().status == S.FROZEN
    assert not Message.objects.exists()
    assert not AuditEvent.objects.filter(verb="reports.run.rendered").exists()
    assert selectors.frozen_runs() == [pk]


def test_facts_that_were_changed_after_freezing_are_not_rendered(judged_day):
    run = frozen(judged_day)
    ReportRun.objects.filter(pk=run.pk).update(facts=run.facts | {"judged_at": None})
    with pytest.raises(ValueError, match="digest"):
        render_report(run.pk)
    assert ReportRun.objects.get().status == S.FROZEN


def test_a_later_version_withdraws_the_report_before_it(judged_day):
    first = render_report(frozen(judged_day).pk)
    second = frozen(corrected(judged_day))
    first.refresh_from_db()
    assert (first.status, second.status) == (S.WITHDRAWN, S.FROZEN)
    assert second.version == 2
    event = AuditEvent.objects.get(verb="reports.run.withdrawn")
    assert event.data["note"] == f"{second.reference} replaces it"
    assert selectors.report_of_day(ReserveDay.objects.get(version=1)) is None


def test_the_sweep_judges_freezes_and_tells_once(ann, judged_day):
    waiting = sweep_reports()
    run = ReportRun.objects.get(kind=KIND)
    assert run.pk in waiting
    assert [finding["rule"] for finding in run.facts["issuer_findings"]][:2] == ["HK-CAP-01", "HK-CAP-02"]
    assert sweep_reports() == waiting
    for pk in waiting:
        render_report(pk)
    assert sweep_reports() == []
    assert ReportRun.objects.count() == len(waiting) == 2  # the day's report and the licence's certificate


def test_a_day_that_was_judged_after_the_sweep_judged_issuers_is_reported_with_what_they_are_found_to_be(judged_day):
    [run] = [made for made in produce_events(actor=SYSTEM) if made.kind == KIND]
    assert [finding["rule"] for finding in run.facts["issuer_findings"]][:2] == ["HK-CAP-01", "HK-CAP-02"]


def test_days_before_the_first_reported_day_get_no_report(coin, run, yesterday, settings):
    settings.REPORTS_FROM = clock.today().isoformat()
    run(coin, yesterday)
    assert produce_events(actor=SYSTEM) == []
    settings.REPORTS_FROM = yesterday.isoformat()
    assert [made.as_of for made in produce_events(actor=SYSTEM)] == [yesterday]


def test_days_before_the_first_that_was_reported_are_history(coin, run, yesterday):
    run(coin, yesterday - timedelta(days=1))
    frozen(run(coin, yesterday))
    assert produce_events(actor=SYSTEM) == []


def test_days_of_the_last_week_are_reported_when_reporting_begins(coin, run, yesterday):
    run(coin, yesterday - timedelta(days=8))
    run(coin, yesterday - timedelta(days=1))
    run(coin, yesterday)
    assert [made.as_of for made in produce_events(actor=SYSTEM)] == [yesterday - timedelta(days=1), yesterday]


def test_a_corrected_old_day_gets_its_report_all_the_same(coin, run, yesterday, settings):
    day = run(coin, yesterday)
    frozen(day)
    settings.REPORTS_FROM = clock.today().isoformat()
    corrected(day)
    assert [made.version for made in produce_events(actor=SYSTEM)] == [2]


def test_a_rival_sees_no_report_of_another(ann, ian, bo, judged_day):
    frozen(judged_day)
    assert [selectors.reports_for(reader).count() for reader in (ann, ian, bo)] == [1, 0, 1]


def test_facts_keep_their_digest_through_the_database(judged_day):
    run = frozen(judged_day)
    assert digest_of(ReportRun.objects.get(pk=run.pk).facts) == run.digest
