"""Documents filed with notices of events and requests for consent: when, by whom, and in what is submitted."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.errors import NotPermitted, Refused
from core.findings import digest_of
from core.models import AuditEvent
from issuers.models import Consent, Document, EventNotice
from issuers.services.consents import draft_consent, request_consent
from issuers.services.enclosures import enclose_document, take_out_enclosure
from issuers.services.event_notices import content_of, draft_notice, return_notice, submit_notice
from tests.issuers.duties import MOVED
from tests.issuers.pdfs import pdf_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(tmp_path, monkeypatch):
    (tmp_path / "clock").write_text("2026-10-06T09:00:00+08:00")
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(tmp_path / "clock"))


@pytest.fixture
def notice(at, issuer, ann) -> EventNotice:
    return draft_notice(issuer, kind="change_of_address", actor=ann, **MOVED)


@pytest.fixture
def consent(at, issuer, ann) -> Consent:
    return draft_consent(issuer, position="director", new_name="Kit Yuen", reasons="Knows banking.", actor=ann)


def enclose(filing, actor, text: str = "Lease") -> Document:
    return enclose_document(filing, raw=pdf_of(text), filename="lease.pdf", title=text, actor=actor)


def test_what_is_submitted_is_what_stands_when_it_is(notice, ann, bo):
    kept, dropped = enclose(notice, ann), enclose(notice, ann, "Draft lease")
    take_out_enclosure(dropped, actor=ann)
    submitted = submit_notice(notice, actor=ann)
    assert content_of(submitted)["documents"] == [kept.sha256]
    assert submitted.digest == digest_of(content_of(submitted))
    assert Document.objects.get(pk=dropped.pk).removed_at is not None
    returned = return_notice(submitted, remark="Which floor?", actor=bo)
    more = enclose(returned, ann, "Floor plan")
    again = submit_notice(returned, actor=ann)
    assert content_of(again)["documents"] == sorted([kept.sha256, more.sha256])
    assert again.digest != submitted.digest


def test_a_request_says_by_digest_what_came_with_it(consent, issuer, ann):
    enclose(consent, ann)
    with_it = request_consent(consent, actor=ann).digest
    content = {"reference": consent.reference, "issuer": issuer.organisation.slug, "person": "Kit Yuen",
               "position": "director", "votes_percent": None, "reasons": "Knows banking.",
               "documents": [consent.documents.get().sha256]}
    assert with_it == digest_of(content)


def test_nothing_is_filed_with_or_taken_out_of_what_the_authority_has(notice, consent, ann):
    first, second = enclose(notice, ann), enclose(consent, ann)
    submit_notice(notice, actor=ann)
    request_consent(consent, actor=ann)
    events = AuditEvent.objects.count()
    for filing, document in ((notice, first), (consent, second)):
        with pytest.raises(Refused):
            enclose(filing, ann, "Late")
        with pytest.raises(Refused):
            take_out_enclosure(document, actor=ann)
    assert Document.objects.filter(removed_at=None).count() == 2
    assert AuditEvent.objects.count() == events


def test_who_may_not_files_nothing(notice, ann, eli, ian, bo):
    document, events = enclose(notice, ann), AuditEvent.objects.count()
    for who in (eli, ian, bo):
        with pytest.raises(NotPermitted):
            enclose(notice, who)
        with pytest.raises(NotPermitted):
            take_out_enclosure(document, actor=who)
    assert list(notice.documents.values_list("pk", "removed_at")) == [(document.pk, None)]
    assert AuditEvent.objects.count() == events


@pytest.mark.parametrize("kind", ["notice", "consent"])
def test_the_pages_take_show_and_let_go_of_documents(kind, notice, consent, ann, bo, client_for):
    filing, page = (notice, "event_notice") if kind == "notice" else (consent, "consent")
    own, officer = client_for(ann), client_for(bo)
    where, sent = reverse(f"portal:{page}", args=[filing.reference]), reverse(f"portal:{page}_file",
                                                                              args=[filing.reference])
    file = SimpleUploadedFile("lease.pdf", pdf_of("Lease"), "application/pdf")
    assert own.post(sent, {"title": "The lease", "file": file}).url == where
    document = filing.documents.get()
    assert "The lease" in own.get(where).text
    shown = reverse("officer:document", args=[document.pk])
    assert officer.get(shown).status_code == 404  # nobody at the authority sees what is not submitted
    submit_notice(notice, actor=ann)
    request_consent(consent, actor=ann)
    assert "The lease" in officer.get(reverse(f"officer:{kind}", args=[filing.reference])).text
    read = officer.get(shown)
    assert (read.status_code, filing.reference in read.text) == (200, True)
    after = own.get(where).text
    assert ("The lease" in after, "enclosure-file" in after, "Take out" in after) == (True, False, False)


def test_a_page_takes_a_document_out_and_says_what_is_no_document(notice, ann, client_for):
    own, document = client_for(ann), enclose(notice, ann)
    where = reverse("portal:event_notice", args=[notice.reference])
    bad = SimpleUploadedFile("lease.pdf", b"not a pdf", "application/pdf")
    answer = own.post(reverse("portal:event_notice_file", args=[notice.reference]), {"file": bad}, follow=True)
    assert (notice.documents.count(), "lease.pdf" in answer.text) == (1, True)
    assert own.post(reverse("portal:enclosure_remove", args=[document.pk])).url == where
    document.refresh_from_db()
    assert document.removed_at is not None
    assert "No document is filed" in own.get(where).text
