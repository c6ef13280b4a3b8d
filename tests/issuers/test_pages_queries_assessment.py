"""How many questions the officers' pages of applications ask: few, and no more when there is more to show."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.access import SYSTEM
from core.cases import note_case
from core.models import Case, Team
from issuers.models import Appointment
from issuers.services.decisions import recommend
from issuers.services.findings import record_finding
from issuers.services.requests import send_request
from issuers.services.reviews import take_step_back
from tests.issuers.applications import S, application_in, clear, new_issuer, people_of, satisfy, step, submit

pytestmark = pytest.mark.django_db

#: Page: its address's name, more parts of it, the questions that it asks at most.
PAGES = {
    "overview": ("application", (), 34),
    "assessment": ("application_assessment", (), 18),
    "criterion": ("criterion", ("s5",), 22),
    "persons": ("application_persons", (), 23),
    "requests": ("application_requests", (), 21),
    "request": ("request", (1,), 23),
    "record": ("application_record", (), 20),
    "versions": ("application_versions", (), 19),
    "decision": ("application_decision", (), 26),
}
LISTS = {"board": ("applications", "", 19), "table": ("applications", "?show=table", 20), "workload": ("workload", "", 18)}


def _questions(client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def _all(client, application) -> dict[str, int]:
    asked = {name: _questions(client, reverse(f"officer:{page}", args=[application.reference, *more]))
             for name, (page, more, _most) in PAGES.items()}
    return asked | {name: _questions(client, reverse(f"officer:{page}") + query)
                    for name, (page, query, _most) in LISTS.items()}


def _grow(application, times: int, bo, ben) -> None:
    """Add findings, persons, requests, notes, recommendations, versions and steps."""
    signatory = people_of(application.issuer)[1]
    for number in range(times):
        record_finding(application, criterion="s5", finding="satisfied", reasons="Seen.", actor=bo)
        person = application.issuer.persons.create(name_en=f"Person {application.issuer.persons.count()}")
        Appointment.objects.create(person=person, position="director")
        clear(application, bo)
        note_case(application.case, text="Mind this.", audience="authority", actor=SYSTEM)
        recommend(application, outcome="refuse", reasons="No.", ground="No reserve.", actor=bo)
        take_step_back(application, note="Not yet.", actor=ben)
        submit(application)
        step(application, "submit", S.PREPARED, S.SUBMITTED, signatory)
        application.answers.create(key=f"custody.custodians{number}{application.answers.count()}", value=[])


def test_pages_ask_little_and_no_more_when_there_is_more(bo, ben, client_for):
    application = application_in(S.UNDER_REVIEW)
    send_request(application, items=[{"text": "Where?"}, {"text": "Who?"}], actor=bo)
    application.requests.update(status="closed")
    application = type(application).objects.get(pk=application.pk)
    _to_committee(application, bo)
    Team.objects.create(slug="first", name_en="First team").members.set([bo])
    satisfy(application, bo)
    _grow(application, 1, bo, ben)
    client = client_for(bo)
    _all(client, application)
    few = _all(client, application)

    _grow(application, 3, bo, ben)
    for number in range(4):
        team = Team.objects.create(slug=f"t{number}", name_en=f"Team {number}")
        team.members.set([bo, ben])
        other = application_in(S.UNDER_REVIEW, issuer=new_issuer(f"Applicant {number} Limited"))
        satisfy(other, ben)
        send_request(other, items=[{"text": "Where?"}], actor=bo)
        Case.objects.filter(pk=other.case_id).update(assignee=ben, team=team)
    many = _all(client, application)
    most = {name: each[2] for name, each in (PAGES | LISTS).items()}
    assert {name: (few[name], count) for name, count in many.items() if count > few[name]} == {}
    assert {name: count for name, count in many.items() if count > most[name]} == {}


def _to_committee(application, bo) -> None:
    from issuers.services.reviews import refer_to_committee
    from issuers.services.steps import move_application

    refer_to_committee(move_application(application, "resume", actor=bo), actor=bo)
