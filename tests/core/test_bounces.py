"""Mail that comes back: read whatever it is, believed only with our proof, and followed by what a person has to do."""

from __future__ import annotations

import io
import json
import mailbox
import sys

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from core import bounces
from core.bounce_intake import receive_bounce, sweep_bounces
from core.models import AuditEvent, Bounce, Case, Message
from core.outbox import deliver
from core.undelivered import open_mail_cases
from tests.core.test_outbox import S, queued
from tests.smtp import mail_server  # noqa: F401  the fixture

REPORT = """From: MAILER-DAEMON@mx.example
To: bounces+{name}@assay.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {address}
Action: {action}
Status: {code}
Diagnostic-Code: smtp; 550 {code} <{address}>: {words}

--B
Content-Type: message/rfc822

Message-ID: <{name}@assay.example>
Subject: What we wrote

--B--
"""


def report(message: Message, *, action="failed", code="5.1.1", words="User unknown", name="") -> bytes:
    name = name or f"{message.pk}.{message.token}"
    return REPORT.format(name=name, address=message.address, action=action, code=code, words=words).encode()


@pytest.fixture
def sent(ann, authority) -> Message:
    message = queued(ann)
    Message.objects.filter(pk=message.pk).update(status=S.SENT)
    return Message.objects.get(pk=message.pk)


def test_a_status_notification_is_read():
    said = bounces.parse(REPORT.format(name=f"12.{'ab' * 10}", address="a@b.example", action="failed", code="5.1.1",
                                       words="User unknown").encode())
    assert said == bounces.Returned("hard", "a@b.example", "5.1.1", "550 5.1.1 <a@b.example>: User unknown",
                                    ((12, "ab" * 10),))
    assert said.address_is_dead


@pytest.mark.parametrize("action, code, kind, dead", [
    ("failed", "5.1.1", "hard", True), ("failed", "5.2.1", "hard", True), ("failed", "5.2.2", "hard", False),
    ("failed", "5.7.1", "hard", False), ("failed", "4.4.7", "hard", False), ("delayed", "4.4.1", "soft", False),
    ("delivered", "2.0.0", "soft", False), ("failed", "", "hard", False),
])
def test_what_the_code_says_of_the_address(action, code, kind, dead):
    raw = REPORT.format(name="1." + "0" * 20, address="a@b.example", action=action, code=code, words="Why").encode()
    said = bounces.parse(raw)
    assert (said.kind, said.address_is_dead) == (kind, dead)


@pytest.mark.parametrize("raw", [
    b"", b"\x00", b"\xff\xfe" * 50, b"Subject: Out of office\r\n\r\nBack on Monday.", b"Content-Type: multipart/report\r\n\r\n",
    b"Content-Type: message/delivery-status\r\n\r\nAction\r\n\r\n", b"Final-Recipient: rfc822;\r\nAction: failed",
    b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(3000)),
    b"Content-Type: message/rfc822\r\n\r\n" * 3000, b"A" * 3_000_000,
    b"Content-Type: multipart/report; boundary=B\r\n\r\n--B\r\nContent-Type: message/delivery-status\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\n!!!!\r\n--B--",
], ids=range(11))
def test_whatever_else_comes_is_unknown_and_breaks_nothing(raw):
    assert bounces.parse(raw).kind == "unknown"


@hypothesis_settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_notification_that_was_damaged_anywhere_is_still_answered(data):
    raw = bytearray(REPORT.format(name="1." + "0" * 20, address="a@b.example", action="failed", code="5.1.1",
                                  words="Why").encode())
    for _change in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at:at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=40))
    said = bounces.parse(bytes(raw))
    assert said.kind in ("hard", "soft", "unknown")
    assert "\x00" not in said.address + said.code + said.reason
    assert len(said.reason) <= 500
    assert len(said.address) <= 320


@hypothesis_settings(max_examples=60, deadline=None)
@given(st.binary(max_size=2000))
def test_any_bytes_are_answered(raw):
    assert bounces.parse(raw).kind in ("hard", "soft", "unknown")


def test_a_dead_address_marks_message_and_person_and_opens_one_case(sent, ann):
    row = receive_bounce(report(sent))
    assert (row.kind, row.message, row.code) == ("hard", sent, "5.1.1")
    sent.refresh_from_db()
    ann.refresh_from_db()
    assert (sent.status, sent.error) == (S.BOUNCED, f"5.1.1 550 5.1.1 <{ann.email}>: User unknown")
    assert ann.undeliverable_since is not None
    assert list(Case.objects.values_list("kind", "key", "owner__slug", "status")) == [
        ("mail_undelivered", ann.email, "lion-rock-digital-limited", "open")]
    assert set(AuditEvent.objects.filter(verb__startswith="core.").values_list("verb", flat=True)) >= {
        "core.message.bounced", "core.address.undeliverable", "core.case.opened"}
    receive_bounce(report(sent))
    assert Bounce.objects.count() == Case.objects.count() == 1


def test_the_next_mail_to_a_dead_address_is_held_and_added_to_the_case(sent, ann, mail_server):  # noqa: F811
    receive_bounce(report(sent))
    later = queued(ann, "two")
    assert deliver(later.pk) is None
    later.refresh_from_db()
    assert later.status == S.FAILED
    assert later.error.startswith("held: mail to this address has come back since")
    assert mail_server.received == []
    open_mail_cases()
    assert [row.case_id for row in Message.objects.all()] == [Case.objects.get().pk] * 2


def test_a_full_mailbox_comes_back_and_says_nothing_of_the_address(sent, ann):
    receive_bounce(report(sent, code="5.2.2"))
    sent.refresh_from_db()
    ann.refresh_from_db()
    assert (sent.status, ann.undeliverable_since) == (S.BOUNCED, None)


def test_a_delay_is_only_noted(sent, ann):
    row = receive_bounce(report(sent, action="delayed", code="4.4.1"))
    sent.refresh_from_db()
    assert (row.kind, row.message, sent.status) == ("soft", sent, S.SENT)
    assert not Case.objects.exists()


def test_a_notification_without_our_proof_changes_nothing_and_is_kept_for_a_person(sent, ann):
    row = receive_bounce(report(sent, name=f"{sent.pk}.{'0' * 20}"))
    sent.refresh_from_db()
    ann.refresh_from_db()
    assert (row.kind, row.message, row.read_at) == ("unknown", None, None)
    assert (sent.status, ann.undeliverable_since) == (S.SENT, None)
    assert not Case.objects.exists()


def test_the_proof_is_found_in_what_was_returned_too(sent):
    raw = report(sent).replace(f"bounces+{sent.pk}.{sent.token}".encode(), b"no-reply")
    assert receive_bounce(raw).message == sent


def test_the_command_reads_a_file_and_a_pipe(sent, tmp_path, capsys, monkeypatch):
    file = tmp_path / "bounce.eml"
    file.write_bytes(report(sent))
    call_command("receive_bounce", str(file), "--json")
    answer = json.loads(capsys.readouterr().out)
    assert (answer["kind"], answer["message"], answer["state"]) == ("hard", sent.pk, "bounced")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Subject: Out of office\n\nBack on Monday.")))
    call_command("receive_bounce", "--json")
    answer = json.loads(capsys.readouterr().out)
    assert (answer["kind"], answer["reason"]) == ("unknown", "Out of office")


@pytest.mark.parametrize("make", [mailbox.Maildir, mailbox.mbox])
def test_a_folder_is_swept_once(sent, tmp_path, make):
    box = make(tmp_path / "box", create=True)
    box.add(report(sent))
    box.add(b"Subject: Hello\n\nNobody knows what this is.\n")
    box.flush()
    box.close()
    assert sweep_bounces(tmp_path / "box") == 2
    assert sweep_bounces(tmp_path / "box") == 0
    assert sorted(Bounce.objects.values_list("kind", flat=True)) == ["hard", "unknown"]
    assert Message.objects.get().status == S.BOUNCED
