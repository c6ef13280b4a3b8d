"""What people choose: optional mail by page and by link, and encrypted mail by certificate, opened with its key."""

from __future__ import annotations

import email
import email.policy
import re

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import ExtendedKeyUsageOID
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.blobs import store_blob
from core.errors import Refused
from core.models import AuditEvent, MailCertificate, Message, OptOut
from core.outbox import NOTICES, Attachment, deliver, enqueue
from core.preferences import choose_mail, file_certificate, remind_of_certificates, wanted_by, withdraw_certificate
from core.unsubscribing import unsubscribe_url
from reports.models import ReportRun
from reports.notices import BreachOpened
from reports.services.attachments import signed_report
from tests.core import certificates
from tests.core.test_outbox import DAY_OF, NOTICE, S
from tests.smtp import mail_server  # noqa: F401  the fixture

OPTIONAL = ["reports/daily_report_ready", "reports/morning_digest"]
BREACH = BreachOpened(case="BRC-2026-0007", subject="LRHKD", as_of=DAY_OF, due_at=None)
PDF = b"%PDF-1.7 the signed report"


def path_of(link: str) -> str:
    return "/" + link.partition("://")[2].partition("/")[2]


def test_only_what_says_so_is_optional():
    assert sorted(name for name, kind in NOTICES.items() if kind.optional) == OPTIONAL
    assert all(kind.called for kind in NOTICES.values() if kind.optional)


def test_what_was_turned_off_is_not_written_and_all_else_is(ann):
    assert wanted_by(ann) == OPTIONAL
    choose_mail(ann, wanted=[OPTIONAL[1]], actor=ann)
    assert enqueue(NOTICE, to=ann, key="one") == []
    assert len(enqueue(BREACH, to=ann, key="one")) == 1
    choose_mail(ann, wanted=OPTIONAL, actor=ann)
    assert len(enqueue(NOTICE, to=ann, key="one")) == 1
    assert list(AuditEvent.objects.filter(actor=ann).order_by("pk").values_list("verb", flat=True)) == [
        "core.mail.turned_off", "core.mail.turned_on"]


def test_mail_of_the_law_cannot_be_turned_off_and_nobody_chooses_for_another(ann, amy):
    with pytest.raises(Refused, match="cannot be turned off"):
        choose_mail(ann, wanted=["reports/breach_opened"], actor=ann)
    with pytest.raises(Refused, match="for themselves"):
        choose_mail(ann, wanted=[], actor=amy)
    assert not OptOut.objects.exists()


def test_optional_mail_carries_the_way_out_of_it_and_other_mail_none(ann, amy, mail_server, client_for):  # noqa: F811
    for each in (*enqueue(NOTICE, to=[ann, amy], key="one"), *enqueue(BREACH, to=ann, key="one")):
        deliver(each.pk)
    mine, hers, breach = (email.message_from_bytes(raw, policy=email.policy.default) for raw in mail_server.received)
    link = mine["List-Unsubscribe"].strip("<>")
    assert mine["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in mine.get_body(("plain",)).get_content()
    assert link in mine.get_body(("html",)).get_content()
    assert hers["List-Unsubscribe"] != mine["List-Unsubscribe"]
    assert breach["List-Unsubscribe"] is None
    visitor = client_for(None)
    assert visitor.get(path_of(link)).status_code == 200
    assert not OptOut.objects.exists()
    assert visitor.post(path_of(link), {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert list(OptOut.objects.values_list("user__email", "notice")) == [(ann.email, OPTIONAL[0])]
    assert visitor.post(path_of(link)).status_code == 200
    assert AuditEvent.objects.filter(verb="core.mail.turned_off").count() == 1


@pytest.mark.parametrize("make", [
    lambda ann: "nonsense", lambda ann: unsubscribe_url(ann.pk, "reports/breach_opened", "en").split("/")[-2],
    lambda ann: unsubscribe_url(ann.pk + 999, OPTIONAL[0], "en").split("/")[-2],
    lambda ann: unsubscribe_url(ann.pk, OPTIONAL[0], "en").split("/")[-2][:-1] + "x",
])
def test_a_link_that_we_did_not_sign_or_that_means_nothing_does_nothing(ann, client_for, make):
    address = reverse("public:unsubscribe", args=[make(ann)])
    assert client_for(None).post(address).status_code == 404
    assert not OptOut.objects.exists()


def test_what_was_turned_off_after_it_was_written_is_not_sent(ann, mail_server):  # noqa: F811
    [message] = enqueue(NOTICE, to=ann, key="one")
    choose_mail(ann, wanted=[], actor=ann)
    assert deliver(message.pk) is None
    message.refresh_from_db()
    assert (message.status, mail_server.received) == (S.SETTLED, [])


def test_no_more_optional_mail_in_a_day_than_the_setting_says(ann, mail_server, settings, set_clock):  # noqa: F811
    settings.MAIL_OPTIONAL_PER_DAY = 2
    set_clock("2026-11-23T10:00")
    rows = [row for key in "abc" for row in enqueue(NOTICE, to=ann, key=key)]
    assert [getattr(deliver(row.pk), "status", None) for row in rows] == [S.SENT, S.SENT, None]
    [breach] = enqueue(BREACH, to=ann, key="one")
    assert deliver(breach.pk).status == S.SENT
    set_clock("2026-11-24T07:59")
    assert deliver(rows[2].pk) is None
    set_clock("2026-11-24T08:00")
    assert deliver(rows[2].pk).status == S.SENT


def test_the_page_says_what_and_why_and_saves(ann, client_for):
    client = client_for(ann)
    page = client.get("/en/account/mail/").content.decode()
    assert "So they cannot be turned off." in page
    assert page.count('name="wanted"') == 2
    assert client.post("/en/account/mail/", {"wanted": [OPTIONAL[1]]}).status_code == 302
    assert wanted_by(ann) == [OPTIONAL[1]]
    assert client.post("/en/account/mail/", {"wanted": ["reports/breach_opened"]}).status_code == 422
    assert wanted_by(ann) == [OPTIONAL[1]]


# --- certificates -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("make, said", [
    (lambda: b"nothing", "not a certificate"), (lambda: b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "not a certificate"),
    (lambda: b"x" * 70_000, "too large"), (lambda: b"-----BEGIN PRIVATE KEY-----", "holds a private key"),
    (lambda: certificates.pem(days=(-400, -1)), "It ended on"), (lambda: certificates.pem(days=(2, 9)), "valid only from"),
    (lambda: certificates.pem("eve@evil.example"), "It is for eve@evil.example"), (lambda: certificates.pem(""), "names no e-mail address"),
    (lambda: certificates.pem(encipherment=False), "key usage"), (certificates.elliptic, "not an RSA key"),
    (lambda: certificates.pem(purposes=[ExtendedKeyUsageOID.SERVER_AUTH]), "not made for e-mail"),
], ids=range(11))
def test_a_certificate_that_does_not_serve_is_refused_in_words(bo, make, said):
    with pytest.raises(Refused, match=said):
        file_certificate(bo, make(), actor=bo)
    assert not MailCertificate.objects.exists()
    assert not AuditEvent.objects.filter(actor=bo).exists()


def test_all_that_is_wrong_is_said_at_once(bo):
    with pytest.raises(Refused) as refused:
        file_certificate(bo, certificates.pem("eve@evil.example", days=(-9, -1), encipherment=False), actor=bo)
    assert len(re.findall(r"\.( |$)", str(refused.value))) == 3


def test_a_new_certificate_replaces_the_old_one_and_one_can_be_withdrawn(bo):
    raw = certificates.pem()
    first = file_certificate(bo, raw, actor=bo)
    assert file_certificate(bo, raw, actor=bo) == first
    second = file_certificate(bo, certificates.certificate().public_bytes(Encoding.DER), actor=bo)
    assert list(MailCertificate.objects.filter(withdrawn_at=None)) == [second]
    withdraw_certificate(bo, actor=bo)
    assert not MailCertificate.objects.filter(withdrawn_at=None).exists()


def test_the_owner_is_told_before_a_certificate_ends_once_each_time(bo):
    file_certificate(bo, certificates.pem(days=(-300, 5)), actor=bo)
    first = remind_of_certificates()
    assert len(first) <= 1  # none on a closed day
    assert remind_of_certificates() == []


def attached(person, key: str = "one") -> Message:
    sha256 = store_blob(PDF).sha256
    [message] = enqueue(NOTICE, to=[person], key=key, attachments=[Attachment(sha256, "report.pdf", "application/pdf")])
    return message


def opened(raw: bytes, own: x509.Certificate) -> email.message.EmailMessage:
    """The mail as its reader sees it: what is encrypted, opened with the key."""
    body = email.message_from_bytes(raw, policy=email.policy.default).get_payload(decode=True)
    inner = pkcs7.pkcs7_decrypt_der(body, own, certificates.KEY, [])
    return email.message_from_bytes(inner, policy=email.policy.default)


def test_a_report_goes_to_an_officer_encrypted_where_policy_allows(bo, mail_server, settings):  # noqa: F811
    settings.MAIL_ATTACH_REPORTS_TO_OFFICERS = True
    own = certificates.certificate()
    file_certificate(bo, own.public_bytes(Encoding.PEM), actor=bo)
    message = attached(bo)
    assert "A file comes only to officers" in message.text
    assert deliver(message.pk).status == S.SENT
    raw = mail_server.received[0]
    outer = email.message_from_bytes(raw, policy=email.policy.default)
    assert (outer.get_content_type(), outer["Subject"], outer["To"]) == ("application/pkcs7-mime", message.subject, bo.email)
    assert b"%PDF" not in raw
    assert b"daily reserve" not in raw.partition(b"\r\n\r\n")[2]
    inner = opened(raw, own)
    [file] = inner.iter_attachments()
    assert (file.get_filename(), file.get_content_type(), file.get_content()) == ("report.pdf", "application/pdf", PDF)
    assert message.text.strip() in inner.get_body(("plain",)).get_content().replace("\r\n", "\n")


@pytest.mark.parametrize("allowed, demanded, certified, goes", [
    (False, False, True, False), (True, True, False, False), (True, False, False, True), (True, True, True, True),
])
def test_whether_a_report_goes_with_mail_to_an_officer_is_policy(bo, settings, allowed, demanded, certified, goes):
    settings.MAIL_ATTACH_REPORTS_TO_OFFICERS, settings.MAIL_ATTACHMENTS_ENCRYPTED = allowed, demanded
    if certified:
        file_certificate(bo, certificates.pem(), actor=bo)
    message = attached(bo)
    assert bool(message.attachments) is goes
    assert ("never attach files" in message.text) is not goes


def test_nothing_is_ever_attached_for_somebody_of_an_issuer(ann, settings):
    settings.MAIL_ATTACH_REPORTS_TO_OFFICERS, settings.MAIL_ATTACHMENTS_ENCRYPTED = True, False
    assert attached(ann).attachments == []


def test_a_certificate_that_ended_meanwhile_lets_no_file_go_unencrypted(bo, mail_server, settings):  # noqa: F811
    settings.MAIL_ATTACH_REPORTS_TO_OFFICERS = True
    file_certificate(bo, certificates.pem(), actor=bo)
    message = attached(bo)
    withdraw_certificate(bo, actor=bo)
    deliver(message.pk)
    assert b"%PDF" not in mail_server.received[0]
    mail = email.message_from_bytes(mail_server.received[0], policy=email.policy.default)
    assert list(mail.iter_attachments()) == []


def test_an_issuers_person_may_have_mail_encrypted_too(ann, mail_server):  # noqa: F811
    own = certificates.certificate(ann.email)
    file_certificate(ann, own.public_bytes(Encoding.PEM), actor=ann)
    [message] = enqueue(NOTICE, to=ann, key="one")
    deliver(message.pk)
    assert message.text.strip() in opened(mail_server.received[0], own).get_body(("plain",)).get_content().replace("\r\n", "\n")


def test_the_certificate_page_refuses_in_sentences_and_files(bo, confirmed_client_for, client_for):
    address, client = "/en/account/mail/certificate/", confirmed_client_for(bo)
    assert client_for(bo).post(address).status_code == 302
    answer = client.post(address, {"certificate": SimpleUploadedFile("c.pem", certificates.pem("x@y.example"))})
    assert answer.status_code == 422
    assert "It is for x@y.example" in answer.content.decode()
    assert client.post(address, {"certificate": SimpleUploadedFile("c.pem", certificates.pem())}).status_code == 302
    assert "Mail to you is encrypted until" in client.get("/en/account/mail/").content.decode()
    assert client.post(address, {"action": "withdraw"}).status_code == 302
    assert not MailCertificate.objects.filter(withdrawn_at=None).exists()


def test_a_report_is_attached_only_once_it_is_there(db):
    blob = store_blob(PDF)
    run = ReportRun(reference="DRA-FRS01-LRHKD-20261122-1", status="frozen")
    assert signed_report(run) == ()
    run.status, run.document = "rendered", blob
    assert signed_report(run) == (Attachment(blob.sha256, "DRA-FRS01-LRHKD-20261122-1.pdf", "application/pdf"),)
