"""The register of suspicions: two officers, a reference, a review, and nobody outside who sees it."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from aml.models import Suspicion
from aml.services.suspicions import decide_against_report, note_suspicion, report_suspicion, review_report
from core import audit
from core.errors import NotPermitted, Refused
from core.models import AuditEvent, Message
from core.roles import Role

REPORT = {"jfiu_reference": "JFIU-77", "reported_on": date(2026, 11, 19), "review_on": date(2026, 12, 19)}


@pytest.fixture
def noted(issuer, dee, set_clock):
    set_clock("2026-11-20T10:00")
    return note_suspicion(issuer.organisation, grounds="Funds move in a circle", actor=dee)


def test_a_report_takes_a_second_officer_and_is_reviewed(noted, dee, dan):
    with pytest.raises(Refused):
        report_suspicion(noted, **REPORT, actor=dee)
    reported = report_suspicion(noted, **REPORT, note="Filed by hand", actor=dan)
    assert (reported.status, reported.decided_by, reported.jfiu_reference) == ("reported", dan, "JFIU-77")
    reviewed = review_report(reported, outcome="Two addresses frozen on request", actor=dee)
    assert (reviewed.status, reviewed.reviewed_by) == ("reviewed", dee)
    with pytest.raises(Refused):
        review_report(reviewed, outcome="Again", actor=dan)
    verbs = list(AuditEvent.objects.filter(verb__startswith="aml.suspicion").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["aml.suspicion.noted", "aml.suspicion.reported", "aml.suspicion.reviewed"]
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"jfiu_reference": "  "}, "no_reference"),
        ({"reported_on": date(2026, 11, 21)}, "day_to_come"),
        ({"review_on": date(2026, 11, 18)}, "review_before_report"),
    ],
)
def test_a_refused_report_leaves_it_noted(noted, dan, change, code):
    with pytest.raises(Refused) as refused:
        report_suspicion(noted, **REPORT | change, actor=dan)
    noted.refresh_from_db()
    assert (refused.value.code, noted.status, noted.jfiu_reference) == (code, "noted", "")


def test_not_reporting_takes_a_reason_and_a_second_officer(noted, dee, dan):
    for actor, note in ((dee, "No"), (dan, " ")):
        with pytest.raises(Refused):
            decide_against_report(noted, note=note, actor=actor)
    assert decide_against_report(noted, note="Explained by payroll", actor=dan).status == "not_reported"
    with pytest.raises(Refused):
        report_suspicion(noted, **REPORT, actor=dan)


def test_nothing_suspicious_without_grounds_or_by_who_may_not(issuer, authority, dee, ann, cy):
    for owner, grounds in ((issuer.organisation, " "), (authority, "Why not")):
        with pytest.raises(Refused):
            note_suspicion(owner, grounds=grounds, actor=dee)
    for actor in (ann, cy):
        with pytest.raises(NotPermitted):
            note_suspicion(issuer.organisation, grounds="Funds move", actor=actor)
    assert not Suspicion.objects.exists()


def test_an_issuer_learns_nothing_of_it(noted, ann, client_for):
    assert not Suspicion.objects.visible_to(ann).exists()
    told = audit.timeline(noted, noted.owner, audience=audit.Audience.ISSUER)
    assert not told.filter(verb__startswith="aml.").exists()
    for name in ("home", "duties", "aml_returns"):
        assert noted.reference not in client_for(ann).get(reverse(f"portal:{name}")).text


def test_the_pages_carry_it_through(issuer, dee, dan, client_for, confirmed_client_for, key_for, authority, set_clock):
    set_clock("2026-11-20T10:00")
    page = client_for(dee).post(reverse("officer:suspicions"), {"owner": issuer.organisation.pk, "grounds": "Circles"})
    row = Suspicion.objects.get()
    assert page["Location"] == reverse("officer:suspicion", args=[row.reference])
    assert "Waits for a second officer" in client_for(dee).get(page["Location"]).text
    act = reverse("officer:suspicion_act", args=[row.reference, "report"])
    unconfirmed = client_for(dan).post(act, {**REPORT})
    assert (unconfirmed.status_code, Suspicion.objects.get().status) == (302, "noted")
    second = confirmed_client_for(dan)
    assert second.post(act, {**REPORT, "reported_on": "2026-11-21"}).status_code == 422
    assert second.post(act, {**REPORT}).status_code == 302
    assert second.post(reverse("officer:suspicion_act", args=[row.reference, "review"]),
                       {"outcome": "Frozen"}).status_code == 302
    shown = second.get(page["Location"]).text
    assert "JFIU-77" in shown
    assert "Frozen" in shown
    program = Client(headers={"Authorization": f"Bearer {key_for(authority, Role.AML_ANALYST)}"})
    sent = program.post("/api/v1/aml/suspicions/", {"issuer": issuer.organisation.slug, "grounds": "Again"},
                        content_type="application/json")
    assert (sent.status_code, sent.json()["state"]) == (201, "noted")
    assert [each["state"] for each in program.get("/api/v1/aml/suspicions/").json()["results"]] == ["noted", "reviewed"]
