"""What officers decide on alerts, who confirms it, how long it is remembered and what opens it again."""

from __future__ import annotations

import pytest

from aml.models import Alert, AlertDecision
from aml.services import screening
from aml.services.decisions import confirm_match, decide_alert, return_match, revoke_decision
from aml.services.subjects import sweep_subjects
from core import clock
from core.errors import NotPermitted, Refused
from core.models import AuditEvent, Case, Message
from issuers.models import Person
from tests.aml.listed import load
from tests.aml.people import IVAN, alert_of, director

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("equal_names")]


@pytest.fixture
def ivan(issuer) -> Person:
    load("un", {"QDi.001": "Somebody Else", "QDi.002": IVAN})
    load("hk", {"G.1": "A Third"})
    return director(issuer)


@pytest.fixture
def alert(ivan) -> Alert:
    return alert_of(ivan)


def _clear(alert, dee, **more) -> AlertDecision:
    return decide_alert(alert, outcome="false", reason="different_birth_date", actor=dee, **more)


def _again(alert) -> Alert:
    screening.screen_everybody()
    alert.refresh_from_db()
    return alert


def test_a_false_match_closes_its_case_and_clears_the_person(alert, ivan, dee):
    decision = _clear(alert, dee, evidence={"considered": ["birth_date"]})
    alert.refresh_from_db()
    alert.case.refresh_from_db()
    assert (alert.status, alert.case.status) == ("cleared", "closed")
    assert decision.evidence == {
        "considered": ["birth_date"], "policy": "2026-1", "seen_count": 1, "score": "1.0000", "algorithm": "equal-1",
        "parts": alert.explanation["parts"],
    }
    assert (decision.expires_on - clock.today()).days == 365
    assert [row.state for row in ivan.clearances.order_by("pk")] == ["pending", "clear"]


def test_what_was_decided_stays_decided_while_nothing_changes(alert, dee):
    _clear(alert, dee)
    again = _again(alert)
    assert (again.status, again.seen_count, Case.objects.filter(kind="aml_alert").count()) == ("cleared", 2, 1)


def test_a_changed_subject_opens_it_again_in_a_new_case(alert, ivan, dee):
    _clear(alert, dee)
    old = alert.case_id
    Person.objects.filter(pk=ivan.pk).update(country="RU")
    sweep_subjects()
    screening.screen_waiting()
    alert.refresh_from_db()
    assert (alert.status, alert.case.status) == ("open", "open")
    assert alert.case_id != old
    assert ivan.clearances.first().state == "pending"


def test_a_changed_entry_opens_it_again(alert, dee):
    _clear(alert, dee)
    version = load("un", {"QDi.001": "Somebody Else", "QDi.002": {"name": IVAN, "birth_dates": ["1971-03-02"]}})
    screening.screen_list_change(version)
    alert.refresh_from_db()
    assert alert.status == "open"
    assert alert.entry.since == 2


def test_a_decision_expires(alert, dee, set_clock):
    set_clock("2026-11-26T10:00")
    _clear(alert, dee, days=30)
    set_clock("2026-12-25T10:00")
    assert _again(alert).status == "cleared"
    set_clock("2026-12-26T10:00")
    assert _again(alert).status == "open"


@pytest.mark.parametrize(("outcome", "reason", "text", "sentence"), [
    ("false", "same_identifier", "", "Give a reason that the policy has"),
    ("true", "different_country", "", "Give a reason that the policy has"),
    ("maybe", "other", "x", "Give a reason that the policy has"),
    ("false", "nothing", "x", "Give a reason that the policy has"),
    ("false", "other", " \x00 ", "Say in words why"),
])
def test_a_reason_that_the_policy_lacks_decides_nothing(alert, dee, outcome, reason, text, sentence):
    before = AuditEvent.objects.count(), Message.objects.count()
    with pytest.raises(Refused, match=sentence):
        decide_alert(alert, outcome=outcome, reason=reason, text=text, actor=dee)
    alert.refresh_from_db()
    assert (alert.status, AlertDecision.objects.count()) == ("open", 0)
    assert (AuditEvent.objects.count(), Message.objects.count()) == before


def test_who_does_not_work_alerts_decides_nothing(alert, cy, bo, ann):
    for actor in (cy, bo, ann):
        with pytest.raises(NotPermitted):
            decide_alert(alert, outcome="false", reason="different_country", actor=actor)
    assert AlertDecision.objects.count() == 0


# --- true matches ----------------------------------------------------------------------------------
def test_a_true_match_takes_two_officers(alert, ivan, dee, dan):
    decide_alert(alert, outcome="true", reason="same_particulars", actor=dee)
    alert.refresh_from_db()
    assert alert.status == "proposed"
    with pytest.raises(Refused, match="Another officer"):
        confirm_match(alert, actor=dee)
    decision = confirm_match(alert, actor=dan)
    alert.refresh_from_db()
    assert (alert.status, decision.decided_by, decision.confirmed_by) == ("confirmed", dee, dan)
    assert decision.expires_on is None
    assert ivan.clearances.first().state == "hit"
    assert alert.case.notes.get().audience == "authority"


def test_what_another_officer_returns_is_open_again_and_can_be_proposed_anew(alert, dee, dan):
    decide_alert(alert, outcome="true", reason="same_particulars", actor=dee)
    with pytest.raises(Refused, match="Say in words why"):
        return_match(alert, text=" ", actor=dan)
    with pytest.raises(Refused, match="Another officer"):
        return_match(alert, text="Not sure.", actor=dee)
    assert return_match(alert, text="Look at the passport.", actor=dan).status == "open"
    decide_alert(alert, outcome="true", reason="same_identifier", actor=dan)
    with pytest.raises(Refused, match="Another officer"):
        confirm_match(alert, actor=dan)
    assert confirm_match(alert, actor=dee).decided_by == dan


def test_unclear_stays_in_its_case_until_decided(alert, dee):
    decide_alert(alert, outcome="unclear", reason="more_information", actor=dee)
    alert.refresh_from_db()
    assert (alert.status, alert.case.status) == ("unclear", "open")
    _clear(alert, dee)
    alert.case.refresh_from_db()
    assert alert.case.status == "closed"


# --- memory ----------------------------------------------------------------------------------------
def test_a_remembered_decision_is_undone_with_a_reason(alert, ivan, dee, dan, bo):
    decision = _clear(alert, dee)
    with pytest.raises(Refused, match="Say in words why"):
        revoke_decision(decision, text="", actor=dan)
    with pytest.raises(NotPermitted):
        revoke_decision(decision, text="No.", actor=bo)
    row = revoke_decision(decision, text="The passport was another's.", actor=dan)
    assert (row.status, row.case.status) == ("open", "open")
    assert ivan.clearances.first().state == "pending"
    with pytest.raises(Refused, match="no longer counts"):
        revoke_decision(decision, text="Again.", actor=dan)


def test_no_mail_is_sent_about_alerts(alert, dee, dan):
    decide_alert(alert, outcome="true", reason="same_particulars", actor=dee)
    confirm_match(alert, actor=dan)
    assert not Message.objects.exists()
