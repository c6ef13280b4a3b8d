"""Programs of an applicant fill in and file; signing is for people. Commands say where an application stands."""

import json

import pytest
from django.core.management import call_command
from django.test import Client

from core.roles import Role
from issuers.models import Answer, Document
from tests.issuers.filled import PDF, begin

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(issuer, key_for):
    secret = key_for(issuer.organisation, Role.COMPLIANCE_OFFICER)
    return Client(headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture
def base(issuer):
    return f"/api/v1/applications/{begin(issuer).reference}/"


def change(program, base, *answers):
    return program.patch(f"{base}answers/", json.dumps({"answers": list(answers)}), content_type="application/json")


def test_answers_are_saved_together_or_not_at_all(program, base):
    name = {"key": "coin.name", "value": "Lion", "base_version": 0}
    assert change(program, base, name).json()[0]["version"] == 1
    wrong = change(program, base, {"key": "coin.purpose", "value": "Pay", "base_version": 0},
                   {"key": "coin.symbol", "value": "x", "base_version": 0})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "not_a_symbol")
    stale = change(program, base, name | {"value": "Rock"})
    assert (stale.status_code, stale.json()["code"], stale.json()["standing"]["value"]) == (409, "answer_changed", "Lion")
    assert [answer.key for answer in Answer.objects.all()] == ["coin.name"]


def test_a_program_reads_form_gaps_and_requests_and_files_documents(program, base):
    from django.core.files.uploadedfile import SimpleUploadedFile

    assert len(program.get(f"{base}form/").json()) == 18
    assert program.get(f"{base}completeness/").json()["complete"] is False
    assert program.get(f"{base}requests/").json() == []
    assert program.get("/api/v1/applications/?state=draft").json()["count"] == 1
    sent = program.post(f"{base}documents/2/", {"file": SimpleUploadedFile("plan.pdf", PDF)})
    assert (sent.status_code, sent.json()["version"], Document.objects.get().slot) == (201, 1, "2")


def test_the_commands_say_where_an_application_stands(base, capsys):
    call_command("list_applications", "--json")
    (listed,) = json.loads(capsys.readouterr().out)["applications"]
    call_command("application", listed["reference"], "--json")
    answer = json.loads(capsys.readouterr().out)
    assert (answer["status"], answer["complete"], answer["modules"]["coin"]) == ("draft", False, "not_started")
    assert {"place": "module", "key": "coin", "question": "name", "message": "“Name of the stablecoin” is not answered.",
            "cite": "ORD s. 4; Sch. 2 ss. 5, 11, 13"} in answer["missing"]
