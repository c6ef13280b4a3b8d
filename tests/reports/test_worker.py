"""Reports through a real worker and a real mail server: one document, one mail, whatever happens to the worker."""

from __future__ import annotations

import os
import signal

import pytest

from core.access import SYSTEM
from core.models import Message
from reports.models import ReportRun
from reports.services.reports import freeze_report
from reports.tasks import sweep
from tests.servers import wait_until
from tests.smtp import mail_server  # noqa: F401  the fixture

pytestmark = pytest.mark.processes
#: The day's report and the certificate of the licence, each with one mail.
BOTH = 2


@pytest.fixture
def worker(start_worker, mail_server):  # noqa: F811
    return lambda: start_worker(EMAIL_HOST="127.0.0.1", EMAIL_PORT=str(mail_server.port))


def test_a_judged_day_becomes_a_report_and_a_mail(ann, worker, judged_day, mail_server):  # noqa: F811
    worker()
    sweep.delay()
    wait_until(lambda: len(mail_server.received) == BOTH, seconds=60, what="the mails")
    assert set(ReportRun.objects.values_list("status", flat=True)) == {ReportRun.Status.RENDERED}
    sent = Message.objects.filter(status=Message.Status.SENT)
    wait_until(lambda: sent.count() == BOTH, what="the receipts")
    sweep.delay()
    sweep.delay()
    assert ReportRun.objects.count() == BOTH
    assert Message.objects.count() == BOTH


def test_a_worker_killed_while_rendering_leaves_one_report_and_one_mail(
    ann, worker, judged_day, mail_server  # noqa: F811
):
    run = freeze_report(ReportRun.Kind.DAILY_RESERVE, judged_day, actor=SYSTEM)
    first = worker()
    sweep.delay()
    wait_until(lambda: b"Task reports.tasks.render_report[" in first.log.read_bytes(), what="the rendering's start")
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    run.refresh_from_db()
    assert run.status == ReportRun.Status.FROZEN
    assert not Message.objects.exists()
    worker()
    sweep.delay()
    wait_until(lambda: len(mail_server.received) == BOTH, seconds=60, what="the mails")
    assert set(ReportRun.objects.values_list("status", flat=True)) == {ReportRun.Status.RENDERED}
    assert Message.objects.count() == BOTH
    assert len(mail_server.received) == BOTH
