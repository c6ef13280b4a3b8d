"""``kill -9`` of a real worker in the middle of a stage: after a restart all is done, and done once."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from django.db import transaction

from core import tasks as mail_tasks
from core.models import Blob, Case, Finding, Message
from core.outbox import enqueue
from core.roles import Can
from issuers.models import Breach
from reports import tasks as report_tasks
from reports.models import ReportRun
from reports.notices import DailyReportReady
from reports.services.reports import freeze_report
from reserves import tasks as reserve_tasks
from reserves.models import Break, BreakDay, ReserveDay
from reserves.services.days import advance_day
from tests.processes.conftest import DAY, SATURDAY, kill, wait_until_idle
from tests.servers import free_port, wait_until

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

S = ReserveDay.Status


@pytest.fixture
def mailed(mail_catcher) -> dict[str, str]:
    """The environment of a worker whose mail the catcher catches."""
    return {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(mail_catcher.smtp_port)}


def as_beat_would(worker) -> None:
    """Send every sweep of the timetable once and wait until the worker has done all that came of it."""
    for task in (reserve_tasks.sweep, report_tasks.sweep, mail_tasks.sweep):
        task.delay()
        wait_until_idle(worker)


def mails_by_subject_and_address(mail_catcher) -> Counter:
    return Counter((mail.subject, address) for mail in mail_catcher.mails() for address in mail.recipients)


@pytest.mark.parametrize(
    ("table", "left_in"), [("reserves_break", S.OPEN), ("core_finding", S.RECONCILED)], ids=["reconciling", "judging"]
)
def test_a_day_is_done_once_though_its_worker_was_killed(
    table, left_in, waiting_day, ann, amy, eli, bo, hold, start_worker, mailed, mail_catcher
):
    with hold(table) as held:
        doomed = start_worker(**mailed)
        reserve_tasks.advance_reserve_day.delay(waiting_day.pk)
        wait_until(held.is_waited_for, what="the worker's write")
        kill(doomed)
        waiting_day.refresh_from_db()
        assert waiting_day.status == left_in
        assert (Finding.objects.count(), Breach.objects.count(), ReportRun.objects.count()) == (0, 0, 0)
        assert BreakDay.objects.count() == (0 if left_in == S.OPEN else 3)
    wait_until(lambda: not held.is_waited_for(), what="the end of the dead worker's session")

    worker = start_worker(**mailed)
    wait_until(lambda: _swept(worker, S.JUDGED), seconds=30, what="the judged day")
    reserve_tasks.advance_reserve_day.delay(waiting_day.pk)  # as the broker does with a message of a dead worker
    for _ in range(2):
        as_beat_would(worker)

    day = ReserveDay.objects.get()
    assert (day.pk, day.status, day.version, day.verdict) == (waiting_day.pk, S.JUDGED, 1, "breached")
    assert sorted(Break.objects.values_list("comparison", flat=True)) == ["books_custodian"] * 2 + ["par_supply"]
    assert BreakDay.objects.count() == day.open_breaks == 3
    of_coin = Finding.objects.filter(subject="LRHKD", version=1)
    assert of_coin.count() == len(day.result["findings"])
    assert Counter(Finding.objects.values_list("subject", "rule")).most_common(1)[0][1] == 1
    assert Breach.objects.filter(subject="LRHKD", rule="HK-RES-01").count() == 1
    assert Case.objects.filter(breach__rule="HK-RES-01").count() == 1
    run = ReportRun.objects.get(as_of=DAY)
    assert (run.status, run.version) == (ReportRun.Status.RENDERED, 1)
    assert set(Message.objects.values_list("status", flat=True)) == {Message.Status.SENT}
    caught = mails_by_subject_and_address(mail_catcher)
    assert set(caught.values()) == {1}
    assert sum(caught.values()) == Message.objects.count()
    ready = Message.objects.filter(notice=DailyReportReady.template)
    assert sorted(ready.values_list("address", flat=True)) == sorted(person.email for person in (ann, amy, eli))


def test_a_batch_of_days_is_done_once_though_its_worker_was_killed(waiting_days, hold, start_worker):
    """Nothing of the stage is kept of either day; the broker gives the message again, and the next worker does both."""
    pks = [day.pk for day in waiting_days]
    assert len(pks) == 2
    with hold("core_finding") as held:
        doomed = start_worker()
        reserve_tasks.advance_reserve_days.delay(pks)
        wait_until(held.is_waited_for, what="the worker's write")
        kill(doomed)
        assert list(ReserveDay.objects.values_list("status", flat=True)) == [S.RECONCILED] * 2
        assert (Finding.objects.count(), Breach.objects.count(), BreakDay.objects.count()) == (0, 0, 6)
    wait_until(lambda: not held.is_waited_for(), what="the end of the dead worker's session")

    worker = start_worker()
    reserve_tasks.advance_reserve_days.delay(pks)  # as the broker does with a message of a dead worker
    reserve_tasks.advance_reserve_days.delay(pks)
    wait_until_idle(worker)
    assert list(ReserveDay.objects.order_by("pk").values_list("pk", "status", "version", "open_breaks")) == [
        (pk, S.JUDGED, 1, 3) for pk in pks]
    assert (Break.objects.count(), BreakDay.objects.count()) == (6, 6)
    for day in ReserveDay.objects.select_related("coin"):
        assert Finding.objects.filter(subject=day.coin.symbol).count() == len(day.result["findings"])
        assert Breach.objects.filter(subject=day.coin.symbol, rule="HK-RES-01").count() == 1


def _swept(worker, status: str) -> bool:
    reserve_tasks.sweep.delay()
    wait_until_idle(worker)
    return ReserveDay.objects.filter(status=status).exists()


def test_a_report_is_rendered_and_announced_once_though_its_worker_was_killed(
    waiting_day, ann, bo, hold, start_worker, mailed, mail_catcher
):
    run = freeze_report(ReportRun.Kind.DAILY_RESERVE, advance_day(waiting_day.pk), actor=bo)
    blobs = Blob.objects.count()
    with hold("core_blob") as held:
        doomed = start_worker(**mailed)
        report_tasks.render_report.delay(run.pk)
        wait_until(held.is_waited_for, seconds=40, what="the rendered document")
        kill(doomed)
        run.refresh_from_db()
        assert (run.status, run.document_id, Message.objects.count()) == (ReportRun.Status.FROZEN, None, 0)
    wait_until(lambda: not held.is_waited_for(), what="the end of the dead worker's session")

    worker = start_worker(**mailed)
    report_tasks.render_report.delay(run.pk)
    for _ in range(2):
        as_beat_would(worker)

    run.refresh_from_db()
    assert (run.status, run.version) == (ReportRun.Status.RENDERED, 1)
    assert ReportRun.objects.count() == 2  # and the certificate of the licence
    assert Blob.objects.count() == blobs + 2
    message = Message.objects.get(notice=DailyReportReady.template)
    assert (message.address, message.status) == (ann.email, Message.Status.SENT)
    assert mails_by_subject_and_address(mail_catcher)[message.subject, ann.email] == 1


class Silent:
    """A mail server that takes a mail and never says so."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []

    async def handle_DATA(self, server, session, envelope) -> str:
        self.taken.append(envelope.content)
        await asyncio.sleep(3600)
        return "250 OK"


@pytest.fixture
def silent_server():
    handler = Silent()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield handler, {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(controller.port)}
    controller.stop()


def test_a_mail_that_may_have_left_is_never_sent_again(
    coin, ann, start_worker, silent_server, mailed, mail_catcher, set_clock
):
    server, silent = silent_server
    with transaction.atomic():
        (message,) = enqueue(DailyReportReady(reference="R", coin="LRHKD", as_of=DAY, version=1),
                             to=coin.issuer.organisation, may=Can.VIEW_REPORTS, key="R")
    doomed = start_worker(**silent)
    mail_tasks.deliver_mail.delay(message.pk)
    wait_until(lambda: server.taken, what="the mail's arrival")
    kill(doomed)
    message.refresh_from_db()
    assert message.status == Message.Status.INFLIGHT

    worker = start_worker(**mailed)
    mail_tasks.deliver_mail.delay(message.pk)
    mail_tasks.sweep.delay()
    wait_until_idle(worker)
    message.refresh_from_db()
    assert message.status == Message.Status.INFLIGHT
    set_clock(SATURDAY + timedelta(minutes=16))
    for _ in range(2):
        mail_tasks.sweep.delay()
        wait_until_idle(worker)
    message.refresh_from_db()
    assert (message.status, message.attempts) == (Message.Status.UNCERTAIN, 1)
    assert len(server.taken) == 1
    assert mail_catcher.mails() == []
