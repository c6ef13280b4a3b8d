"""Messages on a case: who writes to whom, once, unchangeable; read, answered, and never on a case of AML."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from core import audit, cases, clock
from core.access import SYSTEM
from core.correspondence import (
    LONGEST,
    draft_of,
    enclosures_of,
    read_thread,
    save_draft,
    send_message,
    settle_thread,
    thread_of,
)
from core.errors import NotPermitted, Refused
from core.models import AuditEvent, Case, CaseDraft, CaseNote, CaseReading, Message, Team
from core.uploads import CheckedFile
from reports.selectors.queue import queue_counts, queue_views

pytestmark = pytest.mark.django_db
MOMENT = "2026-11-23T10:00"
PAPER = CheckedFile(b"%PDF-1.7 paper", "paper.pdf", "application/pdf", 1)


def opened(owner, kind: str = "issuers.breach", key: str = "one") -> Case:
    return cases.open_case(kind, subject="LRHKD", owner=owner, key=key, actor=SYSTEM,
                           params={"rule": "HK-RES-01", "as_of": "2026-11-22"})


@pytest.fixture
def case(issuer, set_clock):
    set_clock(MOMENT)
    return opened(issuer.organisation)


def left() -> tuple[int, ...]:
    """Return what a refusal must not have added to."""
    return tuple(model.objects.count() for model in (CaseNote, CaseDraft, CaseReading, AuditEvent, Message))


def refused(kind, case, *, actor, **said) -> str:
    before = left()
    with pytest.raises(kind) as refusal:
        send_message(case, actor=actor, **{"text": "Why?"} | said)
    assert left() == before
    return refusal.value.code


def test_each_side_writes_and_the_others_people_are_told_without_the_text(case, issuer, ann, amy, eli, bo, ben, cy, dee, ops):
    asked = send_message(case, text=" Where is the\r\nstatement? ", files=[PAPER], actor=bo,
                         answer_by=date(2026, 11, 25), key="a")
    assert (asked.text, asked.from_issuer, asked.author_label) == ("Where is the\nstatement?", False, "Bo Chan")
    [file] = asked.enclosures.all()
    assert (file.filename, file.media_type, file.blob.size) == ("paper.pdf", "application/pdf", len(PAPER.raw))
    case.refresh_from_db()
    assert (case.answer_by, case.unanswered_since) == (date(2026, 11, 25), None)

    # Of the issuer's people those who may answer: not the auditor.
    mails = Message.objects.filter(notice="core/message_waits")
    assert {row.recipient for row in mails} == {ann, amy}
    assert {row.subject for row in mails} == {f"You have a message on case {case.reference}"}
    assert all("25 November 2026" in row.text and case.reference in row.text for row in mails)
    assert not any("statement" in row.text + row.html for row in mails)

    said = send_message(case, text="It is with the bank.", actor=ann)
    case.refresh_from_db()
    assert (case.answer_by, case.unanswered_since) == (None, said.written_at)
    told = Message.objects.filter(notice="core/message_waits", key__contains=f":{said.pk}:")
    assert {row.recipient for row in told} == {bo, ben, cy}  # nobody has the case yet: all who work cases
    assert all(case.reference in row.text and "bank" not in row.text for row in told)
    assert list(thread_of(case)) == [asked, said]
    shown = [audit.sentence(row) for row in audit.timeline(case, audience=audit.Audience.ISSUER)]
    assert shown == [f"sent a message on case {case.reference}",
                     f"sent a message on case {case.reference}, to be answered by 25 November 2026"]


def test_the_cases_officer_is_told_or_its_team_before_everybody(case, ann, bo, ben, cy):
    team = Team.objects.create(slug="reserves", name_en="Reserves")
    team.members.set([ben, cy])
    Case.objects.filter(pk=case.pk).update(team=team)

    def told(text: str) -> set:
        note = send_message(case, text=text, actor=ann)
        return {row.recipient for row in Message.objects.filter(key__contains=f":{note.pk}:")}

    assert told("One.") == {ben, cy}
    cases.assign_case(case, to=bo, actor=bo)
    assert told("Two.") == {bo}
    bo.is_active = False
    bo.save()
    assert told("Three.") == {ben, cy}


@pytest.mark.parametrize("member", ["eli", "ian", "ops"])
def test_who_does_not_act_on_the_case_writes_nothing(case, member, request):
    assert refused(NotPermitted, case, actor=request.getfixturevalue(member)) == "not_permitted"


def test_what_cannot_be_sent_is_refused_whole(case, ann, bo):
    assert refused(NotPermitted, case, actor=SYSTEM) == "not_permitted"
    assert refused(Refused, case, actor=ann, text=" \n\x00 ") == "empty"
    assert refused(Refused, case, actor=ann, text="x" * (LONGEST + 1)) == "too_long"
    assert refused(Refused, case, actor=ann, files=[PAPER] * 11) == "too_many_files"
    assert refused(Refused, case, actor=ann, answer_by=date(2026, 11, 30)) == "not_yours_to_set"
    assert refused(Refused, case, actor=bo, answer_by=date(2026, 11, 22)) == "past"
    assert send_message(case, text="x" * LONGEST, actor=bo, answer_by=date(2026, 11, 23)).pk


def test_a_closed_case_is_read_and_not_written_to(case, ann, bo):
    sent = send_message(case, text="One.", actor=ann, key="one")
    cases.close_case(case, outcome="remedied", actor=bo)
    assert refused(Refused, case, actor=ann) == refused(Refused, case, actor=bo) == "case_closed"
    before = left()
    for act in (lambda: save_draft(case, text="x", key="k", actor=ann), lambda: settle_thread(case, actor=bo)):
        with pytest.raises(Refused):
            act()
    assert left() == before
    assert list(thread_of(case)) == [sent]
    assert read_thread(case, reader=bo) == 1
    # Whoever lost the answer learns that the message was sent, although no more are.
    assert send_message(case, text="One.", actor=ann, key="one") == sent


def test_under_one_key_there_is_one_message(case, ann, amy, bo):
    sent = send_message(case, text="Once.", files=[PAPER], actor=ann, key="k")
    before = left()
    assert send_message(case, text="Once. ", files=[PAPER], actor=ann, key="k") == sent
    assert left() == before
    assert refused(Refused, case, actor=ann, text="Otherwise.", key="k") == "idempotency_key_reused"
    assert refused(Refused, case, actor=ann, text="Once.", key="k") == "idempotency_key_reused"  # without the file
    # Another person's key of the same name is another key, and so is the same on another case.
    assert send_message(case, text="Once.", actor=amy, key="k") != sent
    assert send_message(opened(case.owner, key="two"), text="Once.", files=[PAPER], actor=ann, key="k") != sent
    assert CaseNote.objects.count() == 3


def test_what_was_sent_nobody_changes(case, ann, bo):
    note = send_message(case, text="So it is.", files=[PAPER], actor=ann)
    read_thread(case, reader=bo)
    for act in (
        lambda: CaseNote.objects.filter(pk=note.pk).update(text="So it is not."), lambda: note.delete(),
        lambda: note.enclosures.update(filename="other.pdf"), lambda: CaseReading.objects.all().delete(),
    ):
        with pytest.raises((InternalError, IntegrityError), match="append-only|protected"), transaction.atomic():
            act()
    assert CaseNote.objects.get().text == "So it is."


def test_the_first_who_may_answer_has_read_it_for_the_side(case, issuer, ann, amy, eli, bo, ops, set_clock):
    asked = send_message(case, text="Why?", actor=bo)
    assert [read_thread(case, reader=reader) for reader in (eli, ops, bo)] == [0, 0, 0]
    set_clock("2026-11-23T11:00")
    assert [read_thread(case, reader=reader) for reader in (ann, amy)] == [1, 0]
    said = send_message(case, text="So.", actor=ann)
    [reading] = CaseReading.objects.all()
    assert (reading.note, reading.reader, reading.read_at) == (asked, ann, clock.now())
    assert read_thread(case, reader=amy) == 0  # one's own side's message is not news
    assert read_thread(case, reader=bo) == 1
    assert CaseReading.objects.get(note=said).reader == bo


def test_internal_notes_are_no_part_of_the_thread(case, ann, bo):
    cases.note_case(case, text="Ask the bank.", audience=CaseNote.Audience.AUTHORITY, actor=bo)
    said = send_message(case, text="Why?", actor=bo)
    assert list(thread_of(case)) == [said]
    assert read_thread(case, reader=ann) == 1
    assert Message.objects.filter(text__contains="bank").count() == 0


def test_a_draft_is_kept_for_its_writer_until_it_is_sent(case, ann, amy, bo):
    before = left()
    save_draft(case, text="I beg", key="k", actor=ann)
    kept = save_draft(case, text="I begin", key="k", actor=ann)
    assert (draft_of(case, ann), kept.text, kept.key) == (kept, "I begin", "k")
    assert draft_of(case, amy) is draft_of(case, bo) is None
    assert left() == (before[0], 1, *before[2:])  # nothing is sent, audited or mailed
    sent = send_message(case, text="I begin.", actor=ann, key="k")
    assert draft_of(case, ann) is None
    # A save that was on its way when the message went changes nothing.
    assert save_draft(case, text="I begin", key="k", actor=ann) is None
    assert (draft_of(case, ann), list(thread_of(case))) == (None, [sent])
    save_draft(case, text="More", key="l", actor=ann)
    assert save_draft(case, text="  ", key="l", actor=ann) is draft_of(case, ann) is None
    with pytest.raises(Refused):
        save_draft(case, text="x" * (LONGEST + 1), key="m", actor=ann)
    assert CaseDraft.objects.count() == 0


def test_messages_to_answer_are_the_oldest_first_until_answered_or_settled(case, issuer, ann, bo, ops, set_clock):
    other = opened(issuer.organisation, key="two")
    set_clock("2026-11-23T10:30")
    send_message(other, text="First.", actor=ann)
    set_clock("2026-11-23T11:00")
    send_message(case, text="Second.", actor=ann)
    set_clock("2026-11-23T12:00")
    send_message(other, text="First again.", actor=ann)

    def waiting() -> list[Case]:
        return list(queue_views(bo)["to_answer"][1].order_by("unanswered_since"))

    assert waiting() == [other, case]
    assert queue_counts(bo)["to_answer"] == 2
    send_message(case, text="Answered.", actor=bo)
    assert waiting() == [other]
    for actor in (ann, ops):
        with pytest.raises(NotPermitted):
            settle_thread(other, actor=actor)
    assert waiting() == [other]
    settle_thread(other, actor=bo)
    settle_thread(other, actor=bo)
    assert waiting() == []
    settled = AuditEvent.objects.get(verb="core.case.no_answer_needed")
    assert (settled.target_label, settled.actor) == (other.reference, bo)
    send_message(other, text="And again.", actor=ann)
    assert waiting() == [other]
    cases.close_case(other, outcome="remedied", actor=bo)
    assert waiting() == []


@pytest.mark.parametrize("kind", ["aml_alert", "issuers.contact", "transfer_gap"])
def test_on_a_case_that_the_issuer_may_not_know_of_there_is_no_thread(kind, issuer, ann, bo, dee, set_clock):
    set_clock(MOMENT)
    hidden = opened(issuer.organisation, kind)
    for writer in (bo, ann):
        assert refused(Refused, hidden, actor=writer) == "refused"
        before = left()
        for act in (lambda by: save_draft(hidden, text="x", key="k", actor=by),
                    lambda by: settle_thread(hidden, actor=by)):
            with pytest.raises((Refused, NotPermitted)):
                act(writer)
        assert left() == before
    CaseNote.objects.create(case=hidden, author_label="x", text="x", audience=CaseNote.Audience.ISSUER)
    assert not thread_of(hidden).exists()
    assert not enclosures_of(hidden).exists()
    assert (read_thread(hidden, reader=dee), read_thread(hidden, reader=ann)) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_two_messages_and_under_one_key_one(issuer, ann, amy, bo):
    case = opened(issuer.organisation)
    together, problems = threading.Barrier(4), []

    def send(text: str, key: str) -> None:
        try:
            together.wait(10)
            send_message(Case.objects.get(pk=case.pk), text=text, actor=ann, key=key)
        except Exception as problem:  # noqa: BLE001 - whatever it is fails the test
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=said) for said in
               (("Same.", "k"), ("Same.", "k"), ("One.", ""), ("Two.", ""))]
    for each in threads:
        each.start()
    for each in threads:
        each.join(20)
    assert problems == []
    assert sorted(thread_of(case).values_list("text", flat=True)) == ["One.", "Same.", "Two."]
    assert AuditEvent.objects.filter(verb="core.case.message_sent").count() == 3
    assert Message.objects.filter(notice="core/message_waits").count() == 3
    case.refresh_from_db()
    assert case.unanswered_since == thread_of(case)[0].written_at
