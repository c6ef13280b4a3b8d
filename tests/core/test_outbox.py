"""Mail: written in the caller's transaction, sent once through a real server, and never lost or doubled silently."""

from __future__ import annotations

import email
import email.policy
import os
import signal
import sys
import threading
from datetime import date, timedelta

import pytest
from django.db import connection, transaction

from core import clock, outbox
from core.circuit import server_down
from core.models import AuditEvent, MailServer, Membership, Message
from core.outbox import deliver, due, enqueue, mark_uncertain
from core.roles import Can, Role
from core.tasks import sweep
from reports.notices import DailyReportReady
from tests.servers import wait_until
from tests.smtp import mail_server  # noqa: F401  the fixture

DAY_OF = date(2026, 11, 22)
NOTICE = DailyReportReady(reference="DRA-FRS01-LRHKD-20261122-1", coin="LRHKD", as_of=DAY_OF, version=1)
S = Message.Status


def queued(user, key: str = "one") -> Message:
    [message] = enqueue(NOTICE, to=user, key=key)
    return message


def again_now(message: Message) -> None:
    """Let the wait for the next attempt be over."""
    Message.objects.filter(pk=message.pk).update(next_attempt_at=clock.now() - timedelta(seconds=1))


def test_the_same_notice_for_the_same_person_is_written_once(ann):
    assert len(enqueue(NOTICE, to=ann, key="one")) == 1
    assert enqueue(NOTICE, to=ann, key="one") == []
    assert Message.objects.count() == 1


def test_a_notice_is_undone_with_the_transaction_it_was_written_in(ann):
    @transaction.atomic
    def written_and_undone() -> None:
        queued(ann)
        raise LookupError

    pytest.raises(LookupError, written_and_undone)
    assert not Message.objects.exists()


def test_an_organisation_is_its_current_people_and_only_those_who_may(ann, amy, eli, issuer):
    Membership.objects.filter(user=amy).update(until=clock.yesterday())
    rows = enqueue(NOTICE, to=issuer.organisation, key="all")
    assert [row.recipient for row in rows] == [ann, eli]
    assert {row.organisation for row in rows} == {issuer.organisation}
    rows = enqueue(NOTICE, to=issuer.organisation, may=Can.VIEW_CASES, key="some")
    assert [row.recipient for row in rows] == [ann]


def test_somebody_with_two_roles_gets_one_mail(ann, issuer):
    Membership.objects.create(user=ann, organisation=issuer.organisation, role=Role.AUDITOR, since=date(2026, 1, 1))
    assert len(enqueue(NOTICE, to=issuer.organisation, key="one")) == 1


def test_mail_is_written_in_the_language_of_who_gets_it(ann):
    ann.language = "zh-hant"
    ann.save()
    message = queued(ann)
    assert message.language == "zh-hant"
    assert '<html lang="zh-Hant-HK">' in message.html
    assert "2026 年 11 月 22 日" in message.text


def test_an_accepted_mail_is_sent_once(ann, mail_server):  # noqa: F811
    message = queued(ann)
    assert deliver(message.pk).status == S.SENT
    assert deliver(message.pk) is None
    assert len(mail_server.received) == 1
    mail = email.message_from_bytes(mail_server.received[0], policy=email.policy.default)
    assert mail["To"] == ann.email
    assert mail["Subject"] == "LRHKD: daily reserve audit report of 22 November 2026 is ready"
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    message.refresh_from_db()
    assert (message.attempts, message.error) == (1, "")
    assert message.sent_at is not None
    assert list(AuditEvent.objects.filter(target_pk=message.pk).values_list("verb", flat=True)) == ["core.message.sent"]


def test_a_refused_recipient_is_a_failure_that_is_seen_and_not_tried_again(ann, mail_server):  # noqa: F811
    mail_server.behaviour = "refuse"
    message = deliver(queued(ann).pk)
    assert message.status == S.FAILED
    assert message.error == "550 5.1.1 No such mailbox"
    assert AuditEvent.objects.filter(verb="core.message.failed", target_pk=message.pk).count() == 1
    again_now(message)
    assert due() == []
    assert deliver(message.pk) is None


def test_refused_data_is_a_failure_too(ann, mail_server):  # noqa: F811
    mail_server.behaviour = "full"
    message = deliver(queued(ann).pk)
    assert message.status == S.FAILED
    assert "552" in message.error


def test_a_server_that_puts_off_gets_the_mail_later_and_less_and_less_often(ann, mail_server):  # noqa: F811
    mail_server.behaviour = "put_off"
    pk, waits = queued(ann).pk, []
    for _attempt in range(3):
        before = clock.now()
        message = deliver(pk)
        assert message.status == S.QUEUED
        assert message.error == "451 4.3.0 Try again later"
        assert pk not in due()
        waits.append((message.next_attempt_at - before).total_seconds())
        again_now(message)
    assert [round(wait, -1) for wait in waits] == [30, 60, 120]
    mail_server.behaviour = "accept"
    assert deliver(pk).status == S.SENT
    assert len(mail_server.received) == 1


def test_a_server_that_always_puts_off_ends_in_a_failure(ann, mail_server):  # noqa: F811
    mail_server.behaviour = "put_off"
    message = queued(ann)
    for _attempt in range(outbox.MAX_ATTEMPTS):
        again_now(message)
        deliver(message.pk)
    message.refresh_from_db()
    assert (message.status, message.attempts) == (S.FAILED, outbox.MAX_ATTEMPTS)


def test_a_server_that_is_down_loses_nothing(ann, mail_server):  # noqa: F811
    mail_server.stop()
    message = queued(ann)
    assert deliver(message.pk) is None
    message.refresh_from_db()
    assert (message.status, message.attempts, message.error) == (S.QUEUED, 0, "")
    assert "ConnectionRefusedError" in server_down().error
    mail_server.start()
    assert deliver(message.pk) is None  # the server is left alone for a while
    MailServer.objects.update(retry_at=clock.now())
    assert deliver(message.pk).status == S.SENT
    assert server_down() is None
    assert len(mail_server.received) == 1


def test_a_server_that_hangs_up_after_the_data_leaves_it_to_a_person(ann, mail_server):  # noqa: F811
    mail_server.behaviour = "hang_up"
    message = deliver(queued(ann).pk)
    assert len(mail_server.received) == 1
    assert message.status == S.UNCERTAIN
    again_now(message)
    assert due() == []
    assert deliver(message.pk) is None
    assert len(mail_server.received) == 1


def test_a_worker_that_died_while_sending_leaves_it_to_a_person(ann, mail_server):  # noqa: F811
    message = queued(ann)
    Message.objects.filter(pk=message.pk).update(
        status=S.INFLIGHT, attempts=1, next_attempt_at=clock.now() - outbox.STALE_AFTER - timedelta(seconds=1)
    )
    assert mark_uncertain() == 1
    message.refresh_from_db()
    assert message.status == S.UNCERTAIN
    assert due() == []
    assert deliver(message.pk) is None
    assert mail_server.received == []


@pytest.mark.processes
def test_a_worker_that_is_killed_while_sending_sends_no_second_mail(ann, mail_server, start_process):  # noqa: F811
    mail_server.delay = 60
    message = queued(ann)
    worker = start_process(
        sys.executable, "-c", f"import django; django.setup(); from core.outbox import deliver; deliver({message.pk})",
        EMAIL_HOST="127.0.0.1", EMAIL_PORT=str(mail_server.port),
    )
    wait_until(lambda: Message.objects.get().status == S.INFLIGHT, what="the mail's departure")
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    assert due() == []
    assert deliver(message.pk) is None
    assert mark_uncertain() == 0
    Message.objects.update(next_attempt_at=clock.now() - outbox.STALE_AFTER - timedelta(seconds=1))
    assert mark_uncertain() == 1
    assert due() == []
    assert Message.objects.get().status == S.UNCERTAIN


def test_a_mail_that_is_being_sent_is_not_called_uncertain(ann):
    message = queued(ann)
    Message.objects.filter(pk=message.pk).update(status=S.INFLIGHT, next_attempt_at=clock.now())
    assert mark_uncertain() == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one(ann, mail_server):  # noqa: F811
    mail_server.delay = 0.3
    message, results = queued(ann), []

    def work() -> None:
        results.append(deliver(message.pk))
        connection.close()

    workers = [threading.Thread(target=work) for _worker in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(mail_server.received) == 1
    assert sorted(result is None for result in results) == [False, True, True, True]
    message.refresh_from_db()
    assert (message.status, message.attempts) == (S.SENT, 1)


def test_the_sweep_nudges_what_waits_and_nothing_else(ann, amy, monkeypatch):
    nudged = []
    monkeypatch.setattr("core.tasks.deliver_waiting.delay", lambda: nudged.append(due()))
    waiting, later, sent = (queued(ann, key) for key in ("waiting", "later", "sent"))
    Message.objects.filter(pk=later.pk).update(next_attempt_at=clock.now() + timedelta(minutes=5))
    Message.objects.filter(pk=sent.pk).update(status=S.SENT)
    sweep()
    assert nudged == [[waiting.pk]]
    Message.objects.filter(pk=waiting.pk).update(status=S.SENT)
    sweep()
    assert len(nudged) == 1
