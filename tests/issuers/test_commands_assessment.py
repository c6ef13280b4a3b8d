"""The commands of the assessment do what the pages do, with the officer's own permissions."""

import json

import pytest
from django.core.management import CommandError, call_command

from issuers.models import Application, Licence, Recommendation
from issuers.services.requests import send_request
from tests.issuers.applications import S, application_in, clear, satisfy

pytestmark = pytest.mark.django_db


@pytest.fixture
def application(bo, dee):
    made = application_in(S.WITH_COMMITTEE)
    satisfy(made, bo)
    clear(made, dee)
    return made


def test_a_grant_is_recommended_and_decided_by_two_officers(application, bo, cy, capsys):
    call_command("recommend_application", application.reference, "grant", "--as", bo.email, "--reasons", "Met.",
                 "--condition", "buffer_target=0.01", "--condition", "other=Tell us of outages.", "--json")
    said = json.loads(capsys.readouterr().out)
    assert [(each["kind"], each["value"], each["wording_en"]) for each in said["conditions"]] == [
        ("buffer_target", "0.01", "Over-collateralisation target: 1%"), ("other", None, "Tell us of outages.")]
    call_command("decide_application", application.reference, "accept", "--as", cy.email, "--json")
    assert json.loads(capsys.readouterr().out) == {
        "application": application.reference, "state": "granted", "licence": "FRS01", "decided_by": cy.email}


@pytest.mark.parametrize(
    ("who", "more", "code"),
    [("nobody@example.com", [], "unknown_person"), ("dee", [], "not_permitted"),
     ("bo", ["--condition", "praise=1"], "refused")],
)
def test_what_is_refused_exits_with_two_and_leaves_nothing(application, bo, dee, who, more, code, capsys):
    email = {"bo": bo.email, "dee": dee.email}.get(who, who)
    with pytest.raises(CommandError) as refused:
        call_command("recommend_application", application.reference, "grant", "--as", email, "--reasons", "Met.",
                     *more, "--json")
    assert (refused.value.returncode, json.loads(capsys.readouterr().out)["code"]) == (2, code)
    assert Recommendation.objects.count() == 0


def test_an_unknown_application_is_refused(cy, capsys):
    with pytest.raises(CommandError) as refused:
        call_command("decide_application", "APP-2026-9999", "accept", "--as", cy.email)
    assert (refused.value.returncode, Licence.objects.count()) == (2, 0)


def test_a_recommendation_is_sent_back_with_a_note(application, bo, cy, capsys):
    call_command("recommend_application", application.reference, "refuse", "--as", bo.email, "--reasons", "No.",
                 "--ground", "No reserve.")
    with pytest.raises(CommandError):
        call_command("decide_application", application.reference, "decline", "--as", cy.email)
    call_command("decide_application", application.reference, "decline", "--as", cy.email, "--note", "Look again.")
    assert Application.objects.get(pk=application.pk).status == S.UNDER_REVIEW


def test_the_pipeline_is_listed(application, bo, capsys):
    from tests.issuers.applications import new_issuer

    asked = application_in(S.UNDER_REVIEW, issuer=new_issuer("Other Limited"))
    send_request(asked, items=[{"text": "Where?"}], actor=bo)
    application_in(S.REFUSED, issuer=new_issuer("Ended Limited"))
    call_command("pipeline", "--json")
    rows = {row["reference"]: row for row in json.loads(capsys.readouterr().out)["applications"]}
    assert set(rows) == {application.reference, asked.reference}
    assert (rows[asked.reference]["clock"], rows[asked.reference]["due_at"]) == ("paused", None)
    assert rows[application.reference]["criteria"] == "14/14"
    call_command("pipeline")
    assert application.reference in capsys.readouterr().out
