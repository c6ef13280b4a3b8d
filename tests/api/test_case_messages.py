"""Programs of issuers read the messages on a case and write there, once under one key; the shell writes too."""

from __future__ import annotations

import json
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from core import cases
from core.access import SYSTEM
from core.correspondence import send_message, thread_of
from core.models import AuditEvent, Case, CaseNote, CaseReading, IdempotencyKey, Message
from core.roles import Role
from tests.api.conftest import Caller
from tests.issuers.pdfs import pdf_of

pytestmark = pytest.mark.django_db


def opened(issuer, kind: str = "issuers.breach") -> Case:
    return cases.open_case(kind, subject="LRHKD", owner=issuer.organisation, key="one", actor=SYSTEM,
                           params={"rule": "HK-RES-01", "as_of": "2026-11-22"})


@pytest.fixture
def case(issuer):
    return opened(issuer)


@pytest.fixture
def clerk(issuer, caller) -> Caller:
    return caller(issuer.organisation, Role.COMPLIANCE_OFFICER)


def at(case: Case) -> str:
    return f"/api/v1/cases/{case.reference}/messages/"


def post(program: Caller, case: Case, key: str = "", **body):
    headers = {"Idempotency-Key": key} if key else {}
    return program.post(at(case), body, content_type="application/json", headers=headers)


def test_a_program_reads_the_thread_and_answers_with_a_file(case, bo, clerk):
    cases.note_case(case, text="Ask the bank.", audience="authority", actor=bo)
    send_message(case, text="Why?", actor=bo)
    [asked] = clerk.get(at(case)).json()["results"]
    assert (asked["sent_by"], asked["author"], asked["text"], asked["read_at"]) == ("authority", "Case officer", "Why?", None)
    assert not CaseReading.objects.exists()  # a program has not read it for anybody

    paper = pdf_of("So")
    answer = clerk.post(at(case), {"text": "So.", "file": [SimpleUploadedFile("a.pdf", paper),
                                                          SimpleUploadedFile("b.pdf", pdf_of("Also"))]})
    assert answer.status_code == 201, answer.content
    said = answer.json()
    assert (said["sent_by"], said["author"], [file["filename"] for file in said["files"]]) == (
        "issuer", "Lion Rock Digital Limited: test", ["a.pdf", "b.pdf"])
    file = clerk.get(said["files"][0]["url"])
    assert b"".join(file.streaming_content) == paper
    assert [row["text"] for row in clerk.get(at(case)).json()["results"]] == ["Why?", "So."]
    case.refresh_from_db()
    assert case.unanswered_since == CaseNote.objects.get(text="So.").written_at


def test_the_same_request_under_one_key_is_one_message_even_if_its_answer_was_lost(case, clerk):
    first = post(clerk, case, "k", text="Once.")
    assert post(clerk, case, "k", text="Once.").json() == first.json()
    IdempotencyKey.objects.update(status_code=None)  # the program died before it could keep its answer
    assert post(clerk, case, "k", text="Once.").json() == first.json()
    assert post(clerk, case, "k", text="Other.").json()["code"] == "idempotency_key_reused"
    assert thread_of(case).count() == 1
    assert post(clerk, case, text="Once.").status_code == post(clerk, case, text="Once.").status_code == 201
    assert thread_of(case).count() == 3


def test_what_may_not_be_written_is_refused_and_leaves_nothing(case, issuer, rival, bo, clerk, caller):
    hidden = opened(issuer, "aml_alert")
    before = CaseNote.objects.count(), AuditEvent.objects.count(), Message.objects.count()

    def refused(program: Caller, where: Case, **body) -> tuple[int, str]:
        answer = post(program, where, **body)
        return answer.status_code, answer.json()["code"]

    assert refused(clerk, case, text=" ") == (400, "invalid")
    assert refused(clerk, case, text="x" * 10_001) == (400, "invalid")
    assert refused(clerk, case, text="x", answer_by="2030-01-01") == (409, "not_yours_to_set")
    assert refused(clerk, case, text="x", colour="red")[0] == 400
    assert refused(clerk, hidden, text="x") == (404, "not_found")
    for role in (Role.FEED_SENDER, Role.AUDITOR, Role.AUTHORISED_SIGNATORY):
        assert refused(caller(issuer.organisation, role), case, text="x") == (403, "not_permitted")
    assert refused(caller(rival.organisation, Role.COMPLIANCE_OFFICER), case, text="x") == (404, "not_found")
    bad = clerk.post(at(case), {"text": "x", "file": SimpleUploadedFile("a.exe", b"MZ")})
    assert (bad.status_code, bad.json()["code"]) == (409, "unknown_file_type")
    assert (CaseNote.objects.count(), AuditEvent.objects.count(), Message.objects.count()) == before
    cases.close_case(case, outcome="remedied", actor=bo)
    assert refused(clerk, case, text="x") == (409, "case_closed")
    assert CaseNote.objects.count() == before[0]


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_under_one_key_are_one_message(issuer, caller):
    case, clerk = opened(issuer), caller(issuer.organisation, Role.COMPLIANCE_OFFICER)
    together, answers = threading.Barrier(2), []

    def send() -> None:
        together.wait(10)
        answers.append(post(Caller(clerk.secret), case, "k", text="Once."))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(20)
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert thread_of(case).count() == 1


def test_the_command_writes_as_a_person_and_says_why_it_does_not(case, issuer, ann, bo, dee, tmp_path, capsys):
    paper = tmp_path / "a.pdf"
    paper.write_bytes(pdf_of("So"))

    def run(*words: str) -> dict:
        call_command("write_message", *words, "--json")
        return json.loads(capsys.readouterr().out)

    given = (case.reference, "--as", ann.email, "--text", "So.", "--file", str(paper), "--key", "k")
    sent = run(*given)
    assert (sent["from"], sent["text"], sent["files"]) == ("issuer", "So.", ["a.pdf"])
    assert run(*given)["id"] == sent["id"]
    call_command("write_message", case.reference, "--as", bo.email, "--text", "Thank you.")
    assert "Message" in capsys.readouterr().out
    hidden = opened(issuer, "aml_alert")
    for reference, email, code in (
        (hidden.reference, ann.email, "unknown_case"), (hidden.reference, dee.email, "not_permitted"), (hidden.reference, bo.email, "unknown_case"),
        (case.reference, "nobody@lion.example", "unknown_person"), ("BRC-2026-9999", bo.email, "unknown_case"),
    ):
        with pytest.raises(CommandError) as refusal:
            run(reference, "--as", email, "--text", "x")
        assert refusal.value.returncode == 2
        assert json.loads(capsys.readouterr().out)["code"] == code
    assert CaseNote.objects.count() == 2
