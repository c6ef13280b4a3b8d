"""Who is screened, when, in what, and what stays as evidence."""

from __future__ import annotations

from datetime import date

import pytest

from aml.models import Alert, Hit, ListEntry, Screening, ScreeningRun, Subject
from aml.services import screening
from aml.services.subjects import sweep_subjects
from core.access import SYSTEM
from core.errors import NotPermitted, Refused
from core.models import AuditEvent, Case, Organisation
from issuers.models import Appointment, Clearance, Person, Shareholding
from tests.aml.listed import ALGORITHM, load, searcher
from tests.aml.people import IVAN, alert_of, director, subject_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("equal_names")]


def _lists(entries=None) -> None:
    load("un", {"QDi.001": "Somebody Else"} | (entries or {}))
    load("hk", {"G.1": "A Third"})


def _states(person) -> list[str]:
    return [row.state for row in person.clearances.order_by("pk")]


# --- whom ------------------------------------------------------------------------------------------
def test_everybody_behind_an_issuer_is_a_subject_with_the_parts_they_play(issuer, authority):
    ivan = director(issuer, country="RU")
    Appointment.objects.create(person=ivan, position="chief_executive", since=date(2025, 9, 1))
    holding = Person.objects.create(issuer=issuer, kind="body_corporate", name_en="Holding Ltd", registration_number="77")
    Shareholding.objects.create(issuer=issuer, holder=holding, votes_percent="60")
    Shareholding.objects.create(issuer=issuer, holder=ivan, held=holding, votes_percent="100")
    Organisation.objects.create(kind="bank", slug="bank", name_en="Harbour Bank")
    Organisation.objects.create(kind="auditor", slug="audit", name_en="Audit Firm")
    sweep_subjects()
    assert {row.name_en: (row.kind, row.parts) for row in Subject.objects.exclude(name_en__endswith="Digital Limited")} == {
        IVAN: ("person", ["director", "manager", "beneficial_owner"]),
        "Holding Ltd": ("organisation", ["shareholder"]),
        "Harbour Bank": ("organisation", ["custodian"]),
        "Audit Firm": ("organisation", ["auditor"]),
    }
    assert Subject.objects.get(key=f"issuer:{issuer.pk}").parts == ["issuer"]
    held = Subject.objects.get(name_en="Holding Ltd")
    assert held.identifiers == [{"kind": "registration_number", "value": "77", "country": ""}]
    assert held.owner == issuer.organisation


def test_a_second_sweep_changes_nothing(issuer):
    director(issuer)
    assert sweep_subjects().entered == 2
    before = AuditEvent.objects.count()
    again = sweep_subjects()
    assert (again.entered, again.changed, again.ended) == (0, 0, 0)
    assert AuditEvent.objects.count() == before


def test_who_changes_waits_to_be_screened_again_and_who_leaves_is_kept(issuer):
    _lists()
    ivan = director(issuer)
    subject = subject_of(ivan)
    screening.screen_waiting()
    Person.objects.filter(pk=ivan.pk).update(birth_date=date(1980, 1, 1))
    assert sweep_subjects().changed == 1
    subject.refresh_from_db()
    assert (subject.screened_at, subject.birth_date) == (None, date(1980, 1, 1))
    assert [run.reason for run in screening.screen_waiting()] == ["change"]

    Person.objects.filter(pk=ivan.pk).update(removed_at=subject.since)
    assert sweep_subjects().ended == 1
    subject.refresh_from_db()
    assert subject.ended_at is not None
    assert subject.screenings.count() == 2
    with pytest.raises(Refused, match="no longer on record"):
        screening.screen_on_request(subject, actor=SYSTEM)


def test_only_who_works_alerts_may_sweep_or_screen(issuer, bo, ann, dee):
    _lists()
    subject = subject_of(director(issuer))
    for actor in (bo, ann):
        with pytest.raises(NotPermitted):
            sweep_subjects(actor=actor)
        with pytest.raises(NotPermitted):
            screening.screen_on_request(subject, actor=actor)
    assert Screening.objects.count() == 0
    assert screening.screen_on_request(subject, actor=dee).run.started_by == dee


# --- evidence --------------------------------------------------------------------------------------
def test_a_screening_without_a_hit_is_a_record(issuer):
    _lists()
    ivan = director(issuer, "Clean Person", name_zh="潔淨")
    subject = subject_of(ivan)
    screening.screen_waiting()
    row = subject.screenings.get()
    assert row.query == {
        "names": ["Clean Person", "潔淨"], "kind": "person", "country": "HK", "identifiers": [], "birth_date": "1971-03-02",
    }
    assert (row.hit_count, row.compared, row.best_score, row.subject_digest) == (0, 2, "0.2500", subject.digest)
    assert (row.run.algorithm, row.run.reason, row.run.threshold) == (ALGORITHM, "entry", "1.0000")
    assert [(each["source"], each["number"], each["searched"]) for each in row.run.lists] == [
        ("hk", 1, "all"), ("un", 1, "all")]
    assert _states(ivan) == ["clear"]
    assert ivan.clearances.get().reference == f"SCREENING-{row.pk}"


def test_a_hit_opens_one_case_and_the_clearance_waits(issuer):
    _lists({"QDi.002": IVAN, "QDi.003": IVAN})
    ivan = director(issuer)
    subject = subject_of(ivan)
    screening.screen_waiting()
    alerts = Alert.objects.filter(subject=subject)
    assert {alert.key for alert in alerts} == {
        f"name:person:{ivan.pk}:un:QDi.002", f"name:person:{ivan.pk}:un:QDi.003"}
    assert Case.objects.filter(kind="aml_alert").count() == 1
    assert Hit.objects.filter(screening__subject=subject).count() == 2
    assert _states(ivan) == ["pending"]


def test_nobody_is_clear_while_a_required_list_is_missing(issuer):
    load("un", {"QDi.001": "Somebody Else"})
    ivan = director(issuer, "Clean Person")
    subject_of(ivan)
    screening.screen_waiting()
    assert _states(ivan) == []
    load("hk", {"G.1": "A Third"})
    screening.screen_everybody()
    assert _states(ivan) == ["clear"]


def test_without_any_list_nobody_is_screened(issuer):
    subject_of(director(issuer))
    with pytest.raises(Refused, match="No list is in force"):
        screening.screen_everybody()
    assert not ScreeningRun.objects.exists()


def test_what_an_officer_recorded_of_a_screening_elsewhere_stays(issuer, dee):
    from issuers.services.clearances import record_clearance

    _lists()
    ivan = director(issuer, "Clean Person")
    record_clearance(issuer, person=ivan, state="hit", reference="ICRIS 7", actor=dee)
    subject_of(ivan)
    screening.screen_waiting()
    assert _states(ivan) == ["hit"]


# --- runs ------------------------------------------------------------------------------------------
def test_a_run_that_broke_off_goes_on_and_repeats_nothing(issuer, monkeypatch):
    _lists({"QDi.002": IVAN})
    director(issuer)
    for number in range(3):
        director(issuer, f"Person {number}")
    sweep_subjects()
    monkeypatch.setattr(screening, "BATCH", 2)
    first, asked = screening._screen_batch, []

    def dies_after_one(*args):
        if asked:
            raise KeyboardInterrupt
        asked.append(1)
        return first(*args)

    monkeypatch.setattr(screening, "_screen_batch", dies_after_one)
    with pytest.raises(KeyboardInterrupt):
        screening.screen_everybody()
    assert Screening.objects.count() == 2
    monkeypatch.setattr(screening, "_screen_batch", first)
    run = screening.screen_everybody()
    assert (run.subject_count, run.hit_count, ScreeningRun.objects.count()) == (5, 1, 1)
    assert Alert.objects.get().seen_count == 1


def test_a_changed_list_is_searched_by_its_changes_alone(issuer):
    _lists({"QDi.002": "Old Name"})
    ivan, clean = director(issuer), director(issuer, "Clean Person")
    sweep_subjects()
    screening.screen_waiting()
    version = load("un", {"QDi.001": "Somebody Else", "QDi.002": IVAN})
    run = screening.screen_list_change(version)
    assert [(each["source"], each["number"], each["searched"], each["entries"]) for each in run.lists] == [
        ("un", 2, "changes", 1)]
    assert run.subject_count == 3
    assert [alert.subject.key for alert in Alert.objects.all()] == [f"person:{ivan.pk}"]
    assert (_states(ivan), _states(clean)) == (["clear", "pending"], ["clear"])
    version.refresh_from_db()
    assert version.screened_at is not None
    assert screening.screen_list_change(version) is None
    assert ScreeningRun.objects.filter(reason="list_change").count() == 1


def test_the_first_version_of_a_list_is_searched_in_full(issuer):
    _lists()
    director(issuer)
    sweep_subjects()
    run = screening.screen_list_change(load("eu", {"EU.1": IVAN}))
    assert {each["source"]: each["searched"] for each in run.lists} == {"eu": "all", "hk": "all", "un": "all"}
    assert Alert.objects.get().entry.source == "eu"


def test_who_leaves_a_list_is_noted_and_not_released(issuer):
    _lists({"QDi.002": IVAN})
    ivan = director(issuer)
    alert = alert_of(ivan)
    assert screening.screen_list_change(load("un", {"QDi.001": "Somebody Else"})) is None
    alert.refresh_from_db()
    assert alert.status == "open"
    assert alert.case.notes.get().text.startswith(f"{IVAN} is no longer on the list")
    assert alert.case.notes.get().audience == "authority"
    assert _states(ivan) == ["pending"]


def test_the_search_names_entries_by_row(issuer):
    _lists({"QDi.002": IVAN})
    found = screening.search(searcher(), [subject_of(director(issuer))])
    assert found[0].matches[0].ref == str(ListEntry.objects.get(key="QDi.002").pk)


def test_tasks_sweep_and_screen(issuer, authority):
    from aml import tasks

    tasks.sweep()  # no list: subjects wait
    director(issuer)
    tasks.sweep()
    assert Subject.objects.filter(screened_at=None).count() == 2
    _lists({"QDi.002": IVAN})
    tasks.sweep()
    assert not Subject.objects.filter(screened_at=None).exists()
    assert Alert.objects.count() == 1
    tasks.screen_everybody()
    assert Alert.objects.get().seen_count >= 2
    assert Clearance.objects.filter(state="pending").count() == 1
