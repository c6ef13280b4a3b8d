"""Mail servers that refuse, hang, part and fall silent: the outbox says what is true, and one failure is one failure."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from core import circuit, clock, outbox
from core.circuit import server_down
from core.models import AuditEvent, MailServer, Message
from core.outbox import deliver, deliver_batch, due, enqueue
from tests.core.test_outbox import NOTICE, S, again_now, queued
from tests.smtp import mail_server, people  # noqa: F401  the fixture


@pytest.fixture(autouse=True)
def _short(settings):
    settings.EMAIL_TIMEOUT = 0.3


@pytest.fixture
def server(mail_server, settings):  # noqa: F811
    settings.EMAIL_TIMEOUT = 0.3
    return mail_server


@pytest.mark.parametrize("behaviour, said", [
    ("closed", "554 5.3.2 No service here"),
    ("crowded", "421 4.3.2 Too many connections"),
    ("mute", "timed out"),
    ("sender_refused", "550 5.7.1 Sender not known here"),
    ("sender_put_off", "451 4.7.1 Sender, come back later"),
    ("parting", "421 4.3.2 Shutting down"),
])
def test_what_is_about_the_server_leaves_every_message_waiting_and_costs_one_connection(db, server, behaviour, said):
    server.behaviour = behaviour
    rows = enqueue(NOTICE, to=people(5), key="all")
    deliver_batch()
    assert set(Message.objects.values_list("status", "attempts", "sent_at")) == {("queued", 0, None)}
    assert server.connections == 1
    assert said in server_down().error
    assert deliver_batch() == {}
    assert server.connections == 1
    server.behaviour = "accept"
    MailServer.objects.update(retry_at=clock.now())
    assert deliver_batch() == {row.pk: S.SENT for row in rows}
    assert len(server.received) == 5
    assert server_down() is None
    assert not AuditEvent.objects.filter(verb="core.message.failed").exists()


def test_a_recipient_at_whom_the_server_hangs_does_not_hold_up_the_others_for_ever(db, server):
    server.behaviour = "hang"
    rows = [row.pk for row in enqueue(NOTICE, to=people(3), key="all")]
    assert deliver_batch() == {rows[0]: S.QUEUED}
    assert list(Message.objects.order_by("pk").values_list("status", "attempts")) == [
        ("queued", 1), ("queued", 0), ("queued", 0)]
    assert server.connections == 1
    assert "timed out" in server_down().error
    server.behaviour = "accept"
    MailServer.objects.update(retry_at=clock.now())
    assert deliver_batch() == {rows[1]: S.SENT, rows[2]: S.SENT}


@pytest.mark.parametrize("behaviour, status, error", [
    ("refuse", S.FAILED, "550 5.1.1 No such mailbox"),
    ("put_off", S.QUEUED, "451 4.3.0 Try again later"),
    ("full", S.FAILED, "552 5.2.2 Mailbox full"),
    ("busy", S.QUEUED, "452 4.3.1 Insufficient storage"),
])
def test_what_is_about_one_message_does_not_stop_the_others(db, server, behaviour, status, error):
    server.behaviour = behaviour
    deliver_batch([row.pk for row in enqueue(NOTICE, to=people(3), key="all")])
    assert set(Message.objects.values_list("status", "attempts", "error")) == {(status, 1, error)}
    assert server.connections == 1
    assert server_down() is None
    assert due() == []


@pytest.mark.parametrize("behaviour", ["hang_up", "silent"])
def test_what_may_have_arrived_is_for_a_person_and_the_rest_waits(db, server, behaviour):
    server.behaviour, server.only_after = behaviour, 2
    first, second, third, fourth = (row.pk for row in enqueue(NOTICE, to=people(4), key="all"))
    assert deliver_batch() == {first: S.SENT, second: S.SENT, third: S.UNCERTAIN}
    assert Message.objects.get(pk=fourth).status == S.QUEUED
    assert len(server.received) == 3
    server.behaviour = "accept"
    MailServer.objects.update(retry_at=clock.now())
    assert deliver_batch() == {fourth: S.SENT}
    assert len(server.received) == 4


def test_a_server_that_is_down_is_one_line_in_the_log_and_tried_less_and_less_often(db, server, caplog):
    server.stop()
    enqueue(NOTICE, to=people(20), key="all")
    waits = []
    with caplog.at_level(logging.WARNING):
        for _round in range(6):
            before = clock.now()
            deliver_batch()
            waits.append(round((server_down().retry_at - before).total_seconds(), -1))
            MailServer.objects.update(retry_at=clock.now())
        assert waits == [30, 60, 120, 240, 480, 600]
        assert Message.objects.filter(status=S.QUEUED, attempts=0).count() == 20
        assert [record for record in caplog.messages if "mail server away" in record] == caplog.messages
        assert len(caplog.messages) == 1
        server.start()
        assert len(deliver_batch()) == 20
    assert len(caplog.messages) == 2
    assert len(server.received) == 20


def test_a_message_that_is_put_off_until_the_end_fails(ann, server):
    server.behaviour = "busy"
    message = queued(ann)
    for _attempt in range(outbox.MAX_ATTEMPTS):
        again_now(message)
        deliver(message.pk)
    message.refresh_from_db()
    assert (message.status, message.attempts) == (S.FAILED, outbox.MAX_ATTEMPTS)
    assert AuditEvent.objects.filter(verb="core.message.failed").count() == 1


def test_a_mail_that_cannot_be_made_fails_alone(db, server):
    first, second = enqueue(NOTICE, to=people(2), key="all")
    Message.objects.filter(pk=first.pk).update(
        attachments=[{"sha256": "0" * 64, "filename": "r.pdf", "media_type": "application/pdf"}])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.MAIL_ATTACHMENTS_ENCRYPTED", False, raising=False)
        assert deliver_batch() == {first.pk: S.FAILED, second.pk: S.SENT}
    assert "could not be made" in Message.objects.get(pk=first.pk).error


def test_no_more_leaves_in_a_minute_than_the_setting_says(db, server, settings):
    settings.MAIL_PER_MINUTE = 3
    enqueue(NOTICE, to=people(5), key="all")
    assert len(deliver_batch()) == 3
    assert deliver_batch() == {}
    Message.objects.filter(status=S.SENT).update(sent_at=clock.now() - timedelta(seconds=61))
    assert len(deliver_batch()) == 2


def test_every_mail_says_where_it_comes_back_to_and_that_nobody_need_answer(ann, server, settings):
    settings.MAIL_BOUNCE_ADDRESS = "bounces@assay.example"
    message = queued(ann)
    deliver(message.pk)
    assert server.returned_to == [f"bounces+{message.pk}.{message.token}@assay.example"]
    head = server.received[0].partition(b"\r\n\r\n")[0].decode()
    assert f"Message-ID: <{message.pk}.{message.token}@assay.example>" in head
    assert "Auto-Submitted: auto-generated" in head


def test_a_line_that_begins_with_a_full_stop_arrives_as_it_was_written(ann, server):
    message = queued(ann)
    Message.objects.filter(pk=message.pk).update(text="a\n.\n..b\nend\n")
    deliver(message.pk)
    assert b"\r\n.\r\n..b\r\n" in server.received[0]


def test_the_name_of_the_server_is_host_and_port(settings):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "mail.example", 2525
    assert circuit.name_of_server() == "mail.example:2525"
