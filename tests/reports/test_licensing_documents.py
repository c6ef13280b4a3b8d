"""Documents of licensing: what they print is what was frozen, once per version, for whom it is meant and nobody else."""

from __future__ import annotations

import io
from datetime import date

import pikepdf
import pypdfium2
import pytest
import segno
from pypdf import PdfReader

from core.access import SYSTEM
from core.errors import NotPermitted, Refused
from core.findings import canonical, digest_of
from core.models import AuditEvent, Message
from issuers.models import Issuer, Licence, RegisterEntry, Submission
from issuers.services.coins import add_deployment
from issuers.services.frozen import frozen_content
from issuers.services.register import publish_entry
from reports.builders import fee_invoice, licence_certificate
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
from reports.services.reports import render_report
from tests.issuers.applications import ANSWERS, application_in, people_of
from tests.reports import licensing
from tests.reports.pdfs import attachment_of, flat_text_of, fonts_of, page_count

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


def close(text: str) -> str:
    """The text without spaces, which breaks of lines put where they fall."""
    return "".join(text.split())


# --- every kind --------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", LICENSING)
def test_it_is_pdf_a_3a_with_its_facts_its_reference_and_its_digest(kind, run_of):
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
    assert PdfReader(io.BytesIO(pdf)).outline, "bookmarks"


@pytest.mark.parametrize("kind", LICENSING)
def test_only_the_projects_fonts_are_used_and_all_are_embedded(kind, run_of):
    pdf = document(run_of[kind]().facts)
    used = fonts_of(pdf)
    assert {name for name in used if not name.replace("-", "").startswith(("Inter", "NotoSansHK", "NotoSansSC"))} == set()
    assert any("HK" in name for name in used)
    with pikepdf.open(io.BytesIO(pdf)) as read:
        described = [each for each in read.objects
                     if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/FontDescriptor"]
        assert described
        assert all("/FontFile2" in each or "/FontFile3" in each for each in described)


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
                    "Not answered", "陳小明", "海港控股有限公司", "Date of birth: 2 April 1975", "82.5%", "the applicant",
                    "Manager (Risk control)", "Source of funds", "Retained earnings",
                    "Terms and conditions for holders: Chan Siu Ming",
                    "業務計劃 2026.pdf", "3c" * 32, "9f" * 32, "Ann Lau", "Amy Poon", "14 September 2026, 16:05",
                    submission.digest, "APP-2025-0042", "九龍灣數碼有限公司"):
        assert close(printed) in text


def test_what_the_forms_submit_is_printed_question_by_question(authority, issuer):
    application = application_in("submitted", issuer=licensing.applicant(), answers=ANSWERS)
    content = frozen_content(application)
    preparer, signatory = people_of(application.issuer)
    submission = Submission.objects.create(
        application=application, number=2, form_version=application.form_version, content=content,
        digest=digest_of(content), prepared_by=preparer, signed_by=signatory,
    )
    text = close(flat_text_of(document(freeze_application(submission, actor=SYSTEM).facts)))
    for module in content["modules"]:
        assert close(module["title"]) in text
        for field in module["fields"]:
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


# --- the certificate -----------------------------------------------------------------------------------
ADDRESS = "http://localhost:8000/en/register/FRS01/"
#: Where the code stands on the page, in millimetres: nothing else is printed there.
LEFT, TOP, RIGHT, BOTTOM = 28, 205, 68, 265


def modules_of_code(pdf: bytes, size: int) -> list[list[bool]]:
    """Read the QR code back from the rendered page: dark or light at the middle of each of its modules."""
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=8).to_pil().convert("L")
    millimetre = picture.width / 210
    code = picture.crop([round(edge * millimetre) for edge in (LEFT, TOP, RIGHT, BOTTOM)])
    dark = code.point(lambda light: 255 if light < 128 else 0)
    code = dark.crop(dark.getbbox())
    step = code.width / size
    return [
        [code.getpixel((int((column + 0.5) * step), int((row + 0.5) * step))) == 255 for column in range(size)]
        for row in range(size)
    ]


def test_the_code_on_the_page_is_the_address_of_the_register_entry(issuer):
    facts = freeze_certificate(issuer.licence.entries.get(), actor=SYSTEM).facts
    assert facts["register_url"] == ADDRESS
    wanted = segno.make(ADDRESS, error="m", micro=False).matrix
    assert modules_of_code(document(facts), len(wanted)) == [[bool(module) for module in row] for row in wanted]


def test_the_certificate_says_the_entry_on_one_page(issuer, coin):
    contract = "0x52908400098527886E0F7030069857D2E4169EE7"
    add_deployment(coin, chain="eip155:1", contract=contract, actor=SYSTEM)
    entry = publish_entry(issuer.licence, event=RegisterEntry.Event.CHANGED) or issuer.licence.entries.last()
    run = freeze_certificate(entry, actor=SYSTEM)
    pdf = document(run.facts)
    text = close(flat_text_of(pdf))
    assert page_count(pdf) == 1
    for printed in ("Lion Rock Digital Limited", "獅子山數碼有限公司", "FRS01", "15 December 2025", "LRHKD", contract,
                    "eip155:1", ADDRESS, "The public register prevails", "Verify at the address in the code", run.digest):
        assert close(printed) in text
    assert "Suspended" not in text


@pytest.mark.parametrize(
    ("names", "shown"),
    [({}, 2), ({"name_en": "Very Long Name Of An Issuer " * 7, "name_zh_hant": "長名字有限公司" * 12}, 1)],
)
def test_more_than_fits_stays_on_one_page_and_is_counted(names, shown, issuer):
    entry = issuer.licence.entries.get()
    coins = [
        {"symbol": f"LONGCOIN{each:04d}", "reference_currency": "HKD", "contracts": [
            {"chain": "x" * 41, "contract": "y" * 90}, {"chain": "x" * 41, "contract": "z" * 90}]}
        for each in range(5)
    ]  # fmt: skip
    entry.fields = entry.fields | names | {"coins": coins}
    facts = licence_certificate.facts(entry)
    pdf = document(facts)
    text = close(flat_text_of(pdf))
    assert page_count(pdf) == 1
    assert text.count("LONGCOIN") == shown
    assert close(f"and {10 - shown} more contracts, on the register") in text
    assert digest_of(facts) in text


def test_a_changed_entry_gets_a_certificate_that_withdraws_the_one_before(issuer, coin):
    first = freeze_certificate(issuer.licence.entries.first(), actor=SYSTEM)
    Issuer.objects.filter(pk=issuer.pk).update(website="https://lionrock.example")
    publish_entry(Licence.objects.get(), event=RegisterEntry.Event.CHANGED)
    latest = RegisterEntry.objects.latest("version")
    [second] = freeze_licensing_documents(actor=SYSTEM)
    first.refresh_from_db()
    assert (first.status, second.version) == (S.WITHDRAWN, latest.version)


def test_a_licence_that_ended_has_no_certificate(issuer):
    entry = issuer.licence.entries.get()
    run = freeze_certificate(entry, actor=SYSTEM)
    Licence.objects.update(status=Licence.Status.REVOKED)
    assert freeze_licensing_documents(actor=SYSTEM) == []
    run.refresh_from_db()
    assert run.status == S.WITHDRAWN
    with pytest.raises(Refused) as refusal:
        freeze_certificate(entry, actor=SYSTEM)
    assert refusal.value.code == "licence_ended"


def test_a_suspended_licence_says_so_on_its_certificate(issuer):
    entry = issuer.licence.entries.get()
    entry.fields = entry.fields | {"status": "suspended"}
    assert "Suspended as at" in flat_text_of(document(licence_certificate.facts(entry)))


# --- the invoice ---------------------------------------------------------------------------------------
def test_an_invoice_says_amount_provision_and_day_and_invents_no_account(issuer, settings):
    settings.AUTHORITY_PAYMENT_LINES = []
    facts = freeze_invoice(licensing.fee_of(issuer.licence), actor=SYSTEM).facts
    assert (facts["amount_hkd"], facts["payment_lines"]) == ("113020.00", [])
    text = flat_text_of(document(facts))
    for printed in ("HK$113,020.00", "ORD\u00a0s. 22", "28 September 2026, 23:59", "INV-2025-0003", "First fee", "FRS01",
                    "Payee and account: as notified by the authority."):
        assert close(printed) in close(text)
    assert "PAID" not in text


def test_an_invoice_prints_the_authoritys_own_lines(issuer, settings):
    settings.AUTHORITY_PAYMENT_LINES = ["Monetary Authority", "Account as in letter 12"]
    facts = fee_invoice.facts(licensing.fee_of(issuer.licence), version=1)
    text = flat_text_of(document(facts))
    assert "Monetary Authority Account as in letter 12" in text
    assert "as notified" not in text


def test_a_paid_fee_gets_an_invoice_with_the_mark_and_withdraws_the_open_one(issuer):
    fee = licensing.fee_of(issuer.licence)
    first = freeze_invoice(fee, actor=SYSTEM)
    fee.paid_on, fee.payment_reference, fee.recorded_at = date(2026, 9, 21), "FPS 1182", licensing.AT.replace(day=22)
    fee.save()
    freeze_licensing_documents(actor=SYSTEM)
    first.refresh_from_db()
    second = ReportRun.objects.get(kind=K.FEE_INVOICE, version=2)
    assert (first.status, second.reference) == (S.WITHDRAWN, "INV-2025-0003-2")
    text = flat_text_of(document(second.facts))
    for printed in ("PAID", "21 September 2026", "FPS 1182"):
        assert printed in text
    assert "How to pay" not in text


def test_each_change_of_a_fee_is_a_version_of_its_invoice(issuer):
    fee = licensing.fee_of(issuer.licence)
    said = [freeze_invoice(fee, actor=SYSTEM)]
    for change in (
        {"due_at": licensing.AT.replace(day=29, hour=23)}, {"paid_on": date(2026, 9, 21)}, {"paid_on": None},
        {"withdrawn_at": licensing.AT.replace(day=30)},
    ):
        for name, value in change.items():
            setattr(fee, name, value)
        fee.save()
        said += freeze_licensing_documents(actor=SYSTEM)
        assert freeze_invoice(fee, actor=SYSTEM) == said[-1]
    of_fee = ReportRun.objects.filter(kind=K.FEE_INVOICE).order_by("version")
    assert [(run.version, run.status) for run in of_fee] == [(n, S.WITHDRAWN) for n in (1, 2, 3, 4)] + [(5, S.FROZEN)]
    text = flat_text_of(document(of_fee.last().facts))
    assert "The fee was withdrawn on 30 September 2026" in text
    assert "How to pay" not in text


def test_a_fee_that_was_withdrawn_before_it_was_invoiced_gets_no_invoice(issuer):
    licensing.fee_of(issuer.licence, withdrawn_at=licensing.AT)
    assert [run.kind for run in freeze_licensing_documents(actor=SYSTEM)] == [K.LICENCE_CERTIFICATE]


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
