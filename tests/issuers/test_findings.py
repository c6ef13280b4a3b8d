"""Findings are kept for good with their evidence; talks, screening and two officers' word beside them."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from core import blobs, clock
from core.errors import NotPermitted, Refused
from core.models import AuditEvent
from issuers.models import ClearanceOverride, CriterionFinding, Document, Interview, Person
from issuers.selectors.assessment import criterion_rows
from issuers.services.findings import confirm_override, propose_override, record_finding, record_interview
from issuers.workflows.guards import uncleared, unsatisfied_criteria
from tests.issuers.applications import S, application_in, clear, new_issuer, satisfy

pytestmark = pytest.mark.django_db


@pytest.fixture
def application():
    return application_in(S.UNDER_REVIEW)


def document_of(issuer, pages: int = 4) -> Document:
    return Document.objects.create(issuer=issuer, title="Trust deed", filename="deed.pdf",
                                   media_type="application/pdf", page_count=pages, blob=blobs.store_blob(b"%PDF-1.7"))


def test_the_latest_finding_counts_and_all_are_kept(application, bo, ben):
    document = document_of(application.issuer)
    record_finding(application, criterion="s5", finding="query", reasons="No deed.", actor=bo)
    made = record_finding(application, criterion="s5", finding="satisfied", reasons="Deed seen.",
                          evidence=[(document, 3)], actor=ben)
    row = next(each for each in criterion_rows(application) if each.criterion.key == "s5")
    assert (row.finding, row.count) == (made, 2)
    assert made.evidence == [{"document": document.pk, "page": 3}]
    assert "s5" not in unsatisfied_criteria(application)
    assert AuditEvent.objects.filter(verb="issuers.finding.recorded").count() == 2


def test_a_finding_cannot_be_changed(application, bo):
    record_finding(application, criterion="s5", finding="query", reasons="No deed.", actor=bo)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE issuers_criterionfinding SET finding = 'satisfied'")


def test_a_finding_that_does_not_stand_leaves_nothing(application, bo, dee):
    events = AuditEvent.objects.count()
    other = document_of(new_issuer("Other Limited"))
    mine = document_of(application.issuer)
    sound = {"criterion": "s5", "finding": "satisfied", "reasons": "Seen.", "actor": bo}
    wrong = [
        {"criterion": "s99"}, {"finding": "fine"}, {"reasons": "  "}, {"evidence": [(other, 1)]},
        {"evidence": [(mine, 5)]}, {"evidence": [(mine, 0)]},
    ]
    before = AuditEvent.objects.count()
    for each in wrong:
        with pytest.raises(Refused):
            record_finding(application, **(sound | each))
    with pytest.raises(NotPermitted):
        record_finding(application, **(sound | {"actor": dee}))
    assert (CriterionFinding.objects.count(), AuditEvent.objects.count()) == (0, before)
    assert before == events + 1  # the other issuer was registered


def test_criteria_of_companies_do_not_apply_to_banks(bo):
    application = application_in(S.UNDER_REVIEW)
    application.issuer.kind = "authorized_institution"
    application.issuer.save()
    with pytest.raises(Refused):
        record_finding(application, criterion="s4", finding="satisfied", reasons="Seen.", actor=bo)
    assert {row.criterion.key for row in criterion_rows(application)}.isdisjoint({"s4", "s12"})


@pytest.mark.parametrize("status", [S.DRAFT, S.PREPARED, S.RETURNED, S.GRANTED, S.REFUSED, S.WITHDRAWN])
def test_nothing_is_found_on_what_is_not_being_assessed(status, bo):
    application = application_in(status)
    with pytest.raises(Refused):
        record_finding(application, criterion="s5", finding="query", reasons="No deed.", actor=bo)
    with pytest.raises(Refused):
        propose_override(application, person=None, reason="Known.", actor=bo)
    assert (CriterionFinding.objects.count(), ClearanceOverride.objects.count()) == (0, 0)


def test_an_interview_is_recorded_after_it_was_held_with_who_may_read_it(application, bo, dee):
    held = clock.now() - timedelta(hours=2)
    said = {"attendees": "Pam", "summary": "On the reserve.", "audience": "issuer"}
    made = record_interview(application, held_at=held, actor=bo, **said)
    assert (made.by, made.audience, made.person) == (bo, "issuer", None)
    stranger = Person.objects.create(issuer=new_issuer("Other Limited"), name_en="Stranger")
    for wrong in ({"held_at": clock.now() + timedelta(hours=1)}, {"person": stranger}, {"audience": "all"},
                  {"summary": " "}):
        with pytest.raises(Refused):
            record_interview(application, **({"held_at": held, "actor": bo} | said | wrong))
    with pytest.raises(NotPermitted):
        record_interview(application, held_at=held, actor=dee, **said)
    assert Interview.objects.get() == made


def test_two_officers_override_what_screening_left_open(application, bo, ben):
    person = Person.objects.create(issuer=application.issuer, name_en="Kay Wong")
    clear(application, bo)
    late = Person.objects.create(issuer=application.issuer, name_en="Lee Ma")
    satisfy(application, bo)
    assert uncleared(application) == [late.pk]
    override = propose_override(application, person=late, reason="Screened by hand.", actor=bo)
    assert uncleared(application) == [late.pk]
    with pytest.raises(Refused, match="another officer"):
        confirm_override(override, actor=bo)
    with pytest.raises(Refused, match="proposed already"):
        propose_override(application, person=late, reason="Again.", actor=ben)
    assert uncleared(application) == [late.pk]
    confirm_override(override, actor=ben)
    assert (uncleared(application), person.removed_at) == ([], None)
    with pytest.raises(Refused, match="confirmed already"):
        confirm_override(override, actor=ben)


def test_the_database_refuses_one_officers_word_for_two(application, bo):
    override = propose_override(application, person=None, reason="Known.", actor=bo)
    with pytest.raises(IntegrityError, match="override_two_officers"), transaction.atomic():
        ClearanceOverride.objects.filter(pk=override.pk).update(confirmed_by=bo)
