"""The pages of the desk: the queue, one alert decided by form, what is remembered, subjects and evidence."""

from __future__ import annotations

import io
import json

import pikepdf
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from aml.models import Alert, AlertDecision, Screening, Subject
from aml.services.decisions import decide_alert
from aml.services.screening import screen_everybody, screen_waiting
from aml.services.subjects import sweep_subjects
from core.roles import Role
from tests.aml.listed import load
from tests.aml.people import IVAN, alert_of, director

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("equal_names")]
FALSE = {"outcome": "false", "reason": "different_birth_date", "text": "", "considered": ["birth_date"]}


@pytest.fixture
def alert(issuer) -> Alert:
    load("un", {"QDi.001": {"name": "Somebody Else"}, "QDi.002": {"name": IVAN, "birth_dates": ["1960"]}})
    load("hk", {"G.1": "A Third"})
    return alert_of(director(issuer))


def _page(client, name, *args, **query) -> str:
    answer = client.get(reverse(f"officer:{name}", args=args, query=query or None))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_queue_folds_alerts_into_their_case(alert, dee, client_for):
    text = _page(client_for(dee), "alerts")
    assert IVAN in text
    assert alert.case.reference in text
    assert IVAN in _page(client_for(dee), "alerts", q=alert.case.reference, list="un", kind="name")
    assert "No alert here" in _page(client_for(dee), "alerts", list="eu")
    assert "No alert here" in _page(client_for(dee), "alerts", view="decided")
    assert client_for(dee).get(reverse("officer:alerts") + "?view=all").status_code == 404


def test_the_alert_shows_both_sides_and_what_each_part_gave(alert, dee, client_for):
    text = " ".join(_page(client_for(dee), "alert", alert.pk).split())
    for said in ("1960", "1971-03-02", "Different", "0.90", "<mark>Ivan</mark>", "QDi.002", "equal-1"):
        assert said in text, said


def test_deciding_by_form_leads_to_the_next(alert, dee, client_for):
    client = client_for(dee)
    answer = client.post(reverse("officer:alert_decide", args=[alert.pk]), FALSE)
    assert (answer.status_code, answer.url) == (302, reverse("officer:alert_next") + f"?after={alert.pk}")
    assert client.get(answer.url).url == reverse("officer:alerts")
    decision = AlertDecision.objects.get()
    assert (decision.outcome, decision.decided_by, decision.evidence["considered"]) == ("false", dee, ["birth_date"])
    assert "Kept closed until" in _page(client, "alert", alert.pk)


@pytest.mark.parametrize("fault", [
    {"outcome": ""}, {"outcome": "maybe"}, {"reason": "same_identifier"}, {"reason": "other"}, {"considered": ["shoe"]},
])
def test_a_wrong_form_is_answered_with_what_is_wrong(alert, dee, client_for, fault):
    answer = client_for(dee).post(reverse("officer:alert_decide", args=[alert.pk]), FALSE | fault)
    assert answer.status_code == 422
    alert.refresh_from_db()
    assert (alert.status, AlertDecision.objects.count()) == ("open", 0)


def test_a_true_match_is_confirmed_by_another_who_shows_who_it_is(alert, dee, dan, client_for, confirmed_client_for):
    client_for(dee).post(reverse("officer:alert_decide", args=[alert.pk]),
                         {"outcome": "true", "reason": "same_particulars"})
    address = reverse("officer:alert_confirm", args=[alert.pk])
    assert "Another officer has to confirm" in _page(client_for(dee), "alert", alert.pk)
    assert confirmed_client_for(dee).post(address, {"action": "confirm"}).status_code == 409
    asked = client_for(dan).post(address, {"action": "confirm"})
    assert (asked.status_code, "reauthenticate" in asked.url) == (302, True)
    alert.refresh_from_db()
    assert alert.status == "proposed"
    assert confirmed_client_for(dan).post(address, {"action": "nothing"}).status_code == 404
    assert client_for(dan).post(address, {"action": "return", "text": ""}).status_code == 422
    confirmed_client_for(dan).post(address, {"action": "confirm"})
    alert.refresh_from_db()
    assert alert.status == "confirmed"


def test_suppression_is_visible_and_can_be_undone(alert, dee, dan, client_for):
    decide_alert(alert, outcome="false", reason="common_name", actor=dee)
    screen_everybody()
    screen_everybody()
    text = " ".join(_page(client_for(dan), "alert_decisions").split())
    assert IVAN in text
    assert '<td class="num">2<' in text
    revoke = reverse("officer:alert_revoke", args=[AlertDecision.objects.get().pk])
    assert client_for(dan).post(revoke, {"text": ""}).status_code == 409
    assert client_for(dan).post(revoke, {"text": "Looked again."}).status_code == 302
    assert "No decision keeps an alert closed" in _page(client_for(dan), "alert_decisions")


def test_evidence_is_a_page_and_a_document(issuer, alert, dee, client_for):
    clean = Screening.objects.get(subject__key=f"issuer:{issuer.pk}")
    text = _page(client_for(dee), "screening", clean.pk)
    assert "Nothing was found" in text
    assert "United Nations Security Council consolidated list" in text
    address = reverse("officer:screening_pdf", args=[clean.pk])
    first, second = client_for(dee).get(address), client_for(dee).get(address)
    assert first["Content-Type"] == "application/pdf"
    assert first.content == second.content
    with pikepdf.open(io.BytesIO(first.content)) as pdf:
        attached = json.loads(next(iter(pdf.attachments.values())).get_file().read_bytes())
    assert (attached["schema"], attached["hits"], attached["run"]["algorithm"]) == ("assay.screening/1", [], "equal-1")
    assert [each["source"] for each in attached["lists"]] == ["hk", "un"]


def test_subjects_are_listed_and_screened_now(alert, dee, cy, client_for):
    client = client_for(dee)
    assert IVAN in _page(client, "subjects", q="ivan", part="director")
    assert "Nobody here" in _page(client, "subjects", part="auditor")
    assert IVAN in _page(client, "subjects", view="alerts")
    page = reverse("officer:subject", args=[alert.subject_id])
    assert "Screen now" in client.get(page).content.decode()
    assert "Screen now" not in client_for(cy).get(page).content.decode()
    answer = client.post(reverse("officer:subject_screen", args=[alert.subject_id]))
    made = Screening.objects.latest("pk")
    assert answer.url == reverse("officer:screening", args=[made.pk])
    assert "entry was found" in client.get(answer.url).content.decode()
    assert "Somebody asked" in _page(client, "screening_runs")


def test_the_next_alert_is_the_one_that_waits_longest(issuer, alert, dee, client_for):
    load("eu", {"E1": "Second Person"})
    other = alert_of(director(issuer, "Second Person"))
    client = client_for(dee)
    assert client.get(reverse("officer:alert_next")).url == reverse("officer:alert", args=[alert.pk])
    after = client.get(reverse("officer:alert_next") + f"?after={alert.pk}")
    assert after.url == reverse("officer:alert", args=[other.pk])
    assert client.get(reverse("officer:alert_next") + "?after=x%00").status_code == 302


# --- the same by command and by API ----------------------------------------------------------------
def _command(*args) -> dict:
    out = io.StringIO()
    call_command(*args, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_commands_screen_and_decide(issuer, alert, dee, dan):
    director(issuer, "New Person")
    found = _command("screen_subjects")
    assert (found["entered"], [(run["reason"], run["subjects"]) for run in found["runs"]]) == (1, [("entry", 1)])
    one = _command("screen_subjects", "--subject", alert.subject.key)
    assert [hit["key"] for hit in one["screening"]["hits"]] == ["QDi.002"]
    said = _command("decide_alert", str(alert.pk), "false", "--as", dee.email, "--reason", "common_name", "--days", "30")
    assert (said["state"], said["reason"]) == ("cleared", "common_name")
    assert _command("decide_alert", str(alert.pk), "revoke", "--as", dan.email, "--text", "No.")["state"] == "open"
    assert _command("decide_alert", str(alert.pk), "true", "--as", dee.email, "--reason", "same_identifier")[
        "state"] == "proposed"
    with pytest.raises(CommandError, match="Another officer") as refused:
        _command("decide_alert", str(alert.pk), "confirm", "--as", dee.email)
    assert refused.value.returncode == 2
    with pytest.raises(CommandError, match="no such alert or officer"):
        _command("decide_alert", "0", "false", "--as", dee.email)
    with pytest.raises(CommandError, match="no subject"):
        _command("screen_subjects", "--subject", "person:0")


def test_a_program_of_the_authority_reads_and_screens_and_nobody_else_finds_anything(
    issuer, authority, alert, key_for, client
):
    analyst = {"Authorization": f"Bearer {key_for(authority, Role.AML_ANALYST)}"}
    officer = {"Authorization": f"Bearer {key_for(authority, Role.CASE_OFFICER)}"}
    sender = {"Authorization": f"Bearer {key_for(issuer.organisation)}"}
    screening = Screening.objects.filter(subject=alert.subject).get()
    pages = [reverse("api:alerts"), reverse("api:alert", args=[alert.pk]), reverse("api:subjects"),
             reverse("api:subject", args=[alert.subject_id]), reverse("api:screening", args=[screening.pk])]
    for address in pages:
        assert client.get(address, headers=analyst).status_code == 200
        assert client.get(address, headers=officer).status_code == 403
        assert client.get(address, headers=sender).status_code == 404
    rows = client.get(pages[0] + "?status=open&list=un", headers=analyst).json()["results"]
    assert [(row["subject"], row["entry"], row["score"]) for row in rows] == [(alert.subject.key, "QDi.002", "1.0000")]
    screen = reverse("api:subject_screen", args=[alert.subject_id])
    made = [client.post(screen, headers=analyst | {"Idempotency-Key": "a"}).json() for _ in range(2)]
    assert made[0] == made[1]
    assert made[0]["schema"] == "assay.screening/1"
    assert client.post(screen, headers=sender).status_code == 404
    assert Screening.objects.filter(subject=alert.subject).count() == 2


# --- questions -------------------------------------------------------------------------------------
CEILINGS = {
    "alerts": 17, "alert_decisions": 15, "subjects": 18, "subject": 18, "screening_runs": 15, "alert": 24, "screening": 20,
}


def test_pages_ask_little_and_no_more_when_there_is_more(issuer, alert, dee, client_for):
    client = client_for(dee)
    last = Screening.objects.filter(subject=alert.subject).get()
    args = {"alert": [alert.pk], "subject": [alert.subject_id], "screening": [last.pk]}

    def asked() -> dict[str, int]:
        counts = {}
        for name in CEILINGS:
            with CaptureQueriesContext(connection) as found:
                assert client.get(reverse(f"officer:{name}", args=args.get(name, []))).status_code == 200
            counts[name] = len(found)
        return counts

    load("uk", {"U1": "Second Person"})
    decide_alert(alert_of(director(issuer, "Second Person")), outcome="false", reason="common_name", actor=dee)
    asked()
    few = asked()
    load("eu", {f"E{number}": f"Person {number}" for number in range(8)})
    for number in range(8):
        director(issuer, f"Person {number}")
    sweep_subjects()
    screen_waiting()
    screen_everybody()
    for row in Alert.objects.exclude(pk=alert.pk)[:5]:
        decide_alert(row, outcome="false", reason="common_name", actor=dee)
    assert Subject.objects.count() == 11
    many = asked()
    assert {name: (few[name], count) for name, count in many.items() if count > few[name]} == {}
    assert {name: count for name, count in many.items() if count > CEILINGS[name]} == {}
