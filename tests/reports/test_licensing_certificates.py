"""The licence's certificate and the fee's invoice: what they say, where they can be checked, what replaces them."""

from __future__ import annotations

from datetime import date

import pypdfium2
import pytest
import segno

from core.access import SYSTEM
from core.errors import Refused
from core.findings import digest_of
from issuers.models import Issuer, Licence, RegisterEntry
from issuers.services.coins import add_deployment
from issuers.services.issuers import register_issuer
from issuers.services.licences import record_licence
from issuers.services.register import publish_entry
from reports.builders import fee_invoice, licence_certificate
from reports.models import ReportRun
from reports.services.documents import document
from reports.services.licensing import freeze_certificate, freeze_invoice, freeze_licensing_documents
from tests.reports import licensing
from tests.reports.pdfs import close, flat_text_of, page_count

pytestmark = pytest.mark.django_db

S, K = ReportRun.Status, ReportRun.Kind


# --- the certificate -----------------------------------------------------------------------------------
ADDRESS = "http://localhost:8000/en/register/FRS01/"
#: Where the code stands on the page, in millimetres: nothing else is printed there.
LEFT, TOP, RIGHT, BOTTOM = 26, 205, 59, 265


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


def test_a_number_with_a_space_has_an_address_without_one(db):
    kestrel = register_issuer(name_en="Kestrel Settlement Limited", actor=SYSTEM)
    licence = record_licence(kestrel, number="FRS 901", effective_on=date(2025, 12, 15), actor=SYSTEM)
    facts = freeze_certificate(licence.entries.get(), actor=SYSTEM).facts
    assert facts["register_url"] == "http://localhost:8000/en/register/FRS%20901/"


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
    ]
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
