"""Documents of licensing: what they print is what was frozen, once per version, for whom it is meant and nobody else."""

from __future__ import annotations

import io
from datetime import date

import pikepdf
import pytest
from pypdf import PdfReader

from core.access import SYSTEM
from core.errors import NotPermitted, Refused
from core.findings import canonical, digest_of
from core.models import AuditEvent, Message
from issuers.models import Submission
from issuers.services.frozen import frozen_content
from reports.builders.answers import question
from reports.models import ReportRun
from reports.notices import DocumentReady
from reports.selectors import reports_for
from reports.services.documents import document
from reports.services.licensing import (
    freeze_application,
    freeze_certificate,
    freeze_committee_pack,
    freeze_invoice,
    freeze_licensing_documents,
)
from reports.services.rendering import render_report
from tests.issuers.applications import ANSWERS, application_in, people_of
from tests.issuers.filled import enter_people
from tests.reports import licensing
from tests.reports.pdfs import attachment_of, close, flat_text_of, fonts_of

pytestmark = pytest.mark.django_db

S, K = ReportRun.Status, ReportRun.Kind


@pytest.fixture
def application(authority):
    return licensing.new_application(licensing.applicant())


@pytest.fixture
def submission(application, ann, amy) -> Submission:
    return licensing.submit(application, prepared_by=ann, signed_by=amy)


@pytest.fixture
def assessed(submission, ann, bo, ben):
    licensing.assess(submission.application, officer=bo, second=ben, applicant=ann)
    return submission.application


@pytest.fixture
def run_of(issuer, assessed, submission, bo):
    """``run_of(kind)`` is a frozen run of the kind."""
    return {
        K.APPLICATION: lambda: freeze_application(submission, actor=SYSTEM),
        K.COMMITTEE_PACK: lambda: freeze_committee_pack(assessed, actor=bo),
        K.LICENCE_CERTIFICATE: lambda: freeze_certificate(issuer.licence.entries.get(), actor=SYSTEM),
        K.FEE_INVOICE: lambda: freeze_invoice(licensing.fee_of(issuer.licence), actor=SYSTEM),
    }


LICENSING = [K.APPLICATION, K.COMMITTEE_PACK, K.LICENCE_CERTIFICATE, K.FEE_INVOICE]


# --- every kind --------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", LICENSING)
def test_it_is_pdf_a_3a_with_its_facts_its_reference_its_digest_and_the_projects_fonts(kind, run_of):
    run = run_of[kind]()
    pdf = document(run.facts)
    assert run.digest == digest_of(run.facts)
    assert attachment_of(pdf) == (f"{run.reference}.json", canonical(run.facts))
    text = close(flat_text_of(pdf))
    assert run.reference in text
    assert run.digest[:4] in text
    with pikepdf.open(io.BytesIO(pdf)) as read:
        metadata = read.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert read.Root.MarkInfo.Marked
        assert run.subject in str(read.docinfo["/Title"])
        described = [each for each in read.objects
                     if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/FontDescriptor"]
        assert described
        assert all("/FontFile2" in each or "/FontFile3" in each for each in described), "a font is not embedded"
    assert PdfReader(io.BytesIO(pdf)).outline, "bookmarks"
    used = fonts_of(pdf)
    assert {name for name in used if not name.replace("-", "").startswith(("Inter", "NotoSansHK", "NotoSansSC"))} == set()
    assert any("HK" in name for name in used)


@pytest.mark.parametrize("kind", LICENSING)
def test_equal_facts_give_equal_bytes(kind, run_of):
    run = run_of[kind]()
    assert document(ReportRun.objects.get(pk=run.pk).facts) == document(run.facts)


@pytest.mark.parametrize("kind", [K.APPLICATION, K.LICENCE_CERTIFICATE])
def test_freezing_twice_is_one_run(kind, run_of):
    assert run_of[kind]() == run_of[kind]()
    assert ReportRun.objects.filter(kind=kind).count() == 1
    assert AuditEvent.objects.filter(verb="reports.run.frozen").count() == 1


def test_an_issuer_makes_no_documents(ann, submission, issuer, application):
    fee = licensing.fee_of(issuer.licence)
    for freeze, record in ((freeze_application, submission), (freeze_committee_pack, application),
                           (freeze_certificate, issuer.licence.entries.get()), (freeze_invoice, fee)):
        with pytest.raises(NotPermitted):
            freeze(record, actor=ann)
    assert not ReportRun.objects.exists()


def test_facts_that_were_changed_after_freezing_are_not_rendered(run_of):
    run = run_of[K.FEE_INVOICE]()
    ReportRun.objects.filter(pk=run.pk).update(facts=run.facts | {"amount_hkd": "1.00"})
    with pytest.raises(ValueError, match="digest"):
        render_report(run.pk)
    run.refresh_from_db()
    assert (run.status, run.document_id, Message.objects.count()) == (S.FROZEN, None, 0)


# --- the application -----------------------------------------------------------------------------------
def test_every_answer_person_holding_and_file_is_printed(submission):
    text = close(flat_text_of(document(freeze_application(submission, actor=SYSTEM).facts)))
    for module in submission.content["modules"]:
        assert close(module["title"]) in text
        for field in module["fields"]:
            shown = question(field)
            assert close(field["label"]) in text
            for words in (*shown["lines"], *shown["head"], *(cell for row in shown["rows"] for cell in row)):
                assert close(str(words)) in text
    for printed in ("HK$62,500,000.00", "HK$4,118,250.75", "18 March 2024", licensing.CHINESE_ANSWER, "62.5%", "37.5%",
                    "Not answered", "陳小明", "海港控股有限公司", "Date of birth: 2 April 1975", "Country: China", "82.5%", "the applicant",
                    "Manager (Risk control)", "Source of funds", "Retained earnings",
                    "Terms and conditions for holders: Chan Siu Ming",
                    "業務計劃 2026.pdf", "3c" * 32, "9f" * 32, "Ann Lau", "Amy Poon", "14 September 2026, 16:05",
                    submission.digest, "APP-2025-0042", "九龍灣數碼有限公司"):
        assert close(printed) in text


def test_what_the_forms_submit_is_printed_question_by_question(authority, issuer):
    application = application_in("submitted", issuer=licensing.applicant(), answers=ANSWERS)
    preparer, signatory = people_of(application.issuer)
    enter_people(application, preparer)
    content = frozen_content(application)
    submission = Submission.objects.create(
        application=application, number=2, form_version=application.form_version, content=content,
        digest=digest_of(content), prepared_by=preparer, signed_by=signatory,
    )
    text = close(flat_text_of(document(freeze_application(submission, actor=SYSTEM).facts)))
    for module in content["modules"]:
        assert close(module["title"]) in text
        for field in module["fields"]:
            assert close(field["label"]) in text
    asked = [field for person in content["persons"] for field in person["fields"]]
    assert asked
    for field in asked:
        assert close(field["label"]) in text
    for printed in ("8 Peak Road, Hong Kong", "office@peak.example", "PKHKD", "eip155:1",
                    "0x00000000000000000000000000000000000000a1"):
        assert close(printed) in text


def test_a_submission_that_is_not_what_was_signed_gets_no_document(submission, issuer, caplog):
    submission.pk, submission.number, submission.digest = None, 2, "0" * 64
    submission.save(force_insert=True)
    with pytest.raises(Refused) as refusal:
        freeze_application(submission, actor=SYSTEM)
    assert refusal.value.code == "digest_differs"
    made = freeze_licensing_documents(actor=SYSTEM)
    assert [run.reference for run in made] == ["APP-2025-0042-1", "FRS01-CERT-1"], "it holds up no other"
    assert f"no document of {submission.pk}" in caplog.text


def test_a_later_submission_leaves_the_document_of_the_earlier(application, submission, ann, amy):
    first = freeze_application(submission, actor=SYSTEM)
    again = licensing.submit(application, prepared_by=ann, signed_by=amy, at=licensing.AT.replace(day=30))
    second = freeze_application(again, actor=SYSTEM)
    first.refresh_from_db()
    assert (first.status, first.version, second.version) == (S.FROZEN, 1, 2)
    assert (second.subject, second.as_of) == ("APP-2025-0042", date(2026, 9, 30))


# --- the committee's papers ------------------------------------------------------------------------------
def test_the_papers_say_everything_that_officers_found(assessed, bo):
    run = freeze_committee_pack(assessed, actor=bo)
    text = flat_text_of(document(run.facts))
    assert "Of 14 minimum criteria, satisfied: 12, not satisfied: 0, query: 1, not assessed: 1." in text
    for printed in (licensing.SECRET, "Who holds the keys of the custody account?", "兩名董事共同持有。", "No reply",
                    "SCR-2026-0008", "The match is with a namesake born in 1951.", "Confirmed by Ben Ho",
                    "Screened, being looked into", "Grant the licence", "HK$31,250,000.00", "Net liquid assets needed",
                    "HK$62,500,000.00", licensing.CHINESE_ANSWER, "No finding is on record.", "Put before the committee",
                    "plan.pdf, version 1, page 3", "OFFICERS ONLY"):
        assert close(printed) in close(text)
    for finding in assessed.findings.all():
        assert finding.reasons in text


def test_papers_without_an_assessment_say_what_is_missing(submission, bo):
    text = flat_text_of(document(freeze_committee_pack(submission.application, actor=bo).facts))
    for printed in ("At least one criterion is open", "There is no recommendation yet.", "No condition is proposed.",
                    "Nothing was asked.", "No interview is on record.", "Not screened", "No step is on record."):
        assert printed in text


def test_each_compiling_is_a_version_and_withdraws_the_one_before(assessed, bo, ben):
    first = render_report(freeze_committee_pack(assessed, actor=bo).pk)
    second = freeze_committee_pack(assessed, actor=ben)
    first.refresh_from_db()
    assert [(run.version, run.status) for run in (first, second)] == [(1, S.WITHDRAWN), (2, S.FROZEN)]
    assert second.reference == "APP-2025-0042-PACK-2"


def test_papers_on_nothing_submitted_are_refused(application, bo):
    with pytest.raises(Refused) as refusal:
        freeze_committee_pack(application, actor=bo)
    assert refusal.value.code == "not_submitted"
    assert not ReportRun.objects.exists()


def test_nobody_of_the_issuer_learns_of_the_papers(issuer, ann, amy, bo, dee):
    application = licensing.new_application(issuer)
    licensing.submit(application, prepared_by=ann, signed_by=amy)
    run = render_report(freeze_committee_pack(application, actor=bo).pk)
    assert run.owner == licensing.the_authority()
    assert not Message.objects.exists()
    for reader, seen in ((ann, 0), (amy, 0), (bo, 1), (dee, 1)):
        assert reports_for(reader).count() == seen
        assert AuditEvent.objects.visible_to(reader).filter(verb__startswith="reports.run").exists() is bool(seen)


# --- the sweep and the readers -----------------------------------------------------------------------------
def test_the_sweep_makes_each_once_and_tells_who_may_read_it(issuer, ann, amy, eli, bo):
    licensing.fee_of(issuer.licence)
    licensing.submit(licensing.new_application(issuer), prepared_by=ann, signed_by=amy)
    made = freeze_licensing_documents(actor=SYSTEM)
    assert sorted(run.kind for run in made) == [K.APPLICATION, K.FEE_INVOICE, K.LICENCE_CERTIFICATE]
    assert freeze_licensing_documents(actor=SYSTEM) == []
    for run in made:
        render_report(run.pk)
    mails = Message.objects.filter(notice=DocumentReady.template)
    assert sorted(set(mails.values_list("recipient__email", flat=True))) == sorted([ann.email, amy.email])
    assert mails.count() == 6
    for figure in ("113", "62,500", "0x"):
        assert not any(figure in mail.text for mail in mails)


def test_who_reads_figures_of_the_reserve_reads_no_application(issuer, ann, amy, eli):
    render_report(freeze_application(
        licensing.submit(licensing.new_application(issuer), prepared_by=ann, signed_by=amy), actor=SYSTEM
    ).pk)
    assert [reports_for(reader).count() for reader in (ann, amy, eli)] == [1, 1, 0]
