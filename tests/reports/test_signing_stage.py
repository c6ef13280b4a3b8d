"""The stage that signs: once per document, before anybody is told, by a key of this place or not at all."""

from __future__ import annotations

import os
import stat
import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from core import blobs, clock
from core.access import SYSTEM
from core.models import AuditEvent, Message
from reports import signing_keys, tasks
from reports.checks import signing_works
from reports.demo.certificates import ROOT, ROOT_KEY, SIGNER, SIGNER_KEY, make_certificates
from reports.models import ReportDocument, ReportRun
from reports.services import rendering, signing
from reports.services.reports import freeze_report
from reports.signing_keys import CannotSign
from reports.workflows import NEEDS_APPROVAL
from tests.reports.signing import certificates, sign_here

K, S = ReportRun.Kind, ReportRun.Status


@pytest.fixture
def quick(monkeypatch):
    """What is slow is shown in test_signed_pdf: here a document is a few bytes, and its signature a few more."""
    monkeypatch.setattr(rendering, "store_document", lambda frozen, language: (
        blobs.store_blob(f"{frozen['reference']} {language}".encode()), None))
    monkeypatch.setattr(
        signing, "signed_bytes", lambda raw, frozen, *, kind, language, at: raw + f" signed {clock.now()}".encode())


@pytest.fixture
def run(quick, judged_day) -> ReportRun:
    return freeze_report(K.DAILY_RESERVE, judged_day, actor=SYSTEM)


def sign_all() -> list[ReportDocument | None]:
    return [signing.sign_document(pk) for pk in signing.documents_to_sign()]


def test_readers_get_a_report_and_are_told_of_it_once_it_is_signed(ann, run, settings):
    sign_here(settings)
    made = rendering.render_report(run.pk)
    assert (made.status, made.document_id, Message.objects.count()) == (S.RENDERED, None, 0)
    [row] = sign_all()
    run.refresh_from_db()
    assert (run.document_id, row.signed_at is not None) == (row.signed_id, True)
    assert blobs.read_blob(row.signed_id).startswith(blobs.read_blob(row.rendered_id))
    assert [message.recipient for message in Message.objects.all()] == [ann]
    event = AuditEvent.objects.get(verb="reports.document.signed")
    assert event.data == {"language": "en", "rendered": row.rendered_id, "signed": row.signed_id}
    assert (signing.documents_to_sign(), signing.sign_document(row.pk)) == ([], None)
    assert Message.objects.count() == 1


def test_without_a_key_a_report_goes_out_unsigned_and_pages_say_so(ann, run, client_for):
    rendering.render_report(run.pk)
    row = ReportDocument.objects.get()
    run.refresh_from_db()
    assert (run.document_id, row.signed_id, Message.objects.count()) == (row.rendered_id, None, 1)
    assert signing.documents_to_sign() == []
    assert signing.sign_document(row.pk) is None
    assert "Reports are not signed" in client_for(ann).get(reverse("portal:reports")).content.decode()


def test_a_report_that_went_out_unsigned_is_signed_later_and_not_told_of_again(ann, run, settings):
    rendering.render_report(run.pk)
    assert Message.objects.count() == 1
    Message.objects.all().delete()
    sign_here(settings)
    [row] = sign_all()
    run.refresh_from_db()
    assert run.document_id == row.signed_id
    assert not Message.objects.exists()


def test_a_draft_is_read_as_rendered_and_signed_when_it_is_approved(cy, run, settings):
    sign_here(settings)
    ReportRun.objects.filter(pk=run.pk).update(kind=K.MONTHLY_SUPERVISION)
    assert K.MONTHLY_SUPERVISION in NEEDS_APPROVAL
    made = rendering.render_report(run.pk)
    row = ReportDocument.objects.get()
    assert (made.status, made.document_id, signing.documents_to_sign()) == (S.DRAFTED, row.rendered_id, [])
    assert signing.sign_document(row.pk) is None
    approved = rendering.approve_report(made, actor=cy)
    assert (approved.status, approved.document_id, Message.objects.count()) == (S.RENDERED, None, 0)
    [signed] = sign_all()
    approved.refresh_from_db()
    assert approved.document_id == signed.signed_id


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_sign_once(ann, run, settings):
    sign_here(settings)
    rendering.render_report(run.pk)
    pk, results = ReportDocument.objects.get().pk, []

    def work() -> None:
        results.append(signing.sign_document(pk))
        connection.close()

    workers = [threading.Thread(target=work) for _worker in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(result is None for result in results) == [False, True]
    assert AuditEvent.objects.filter(verb="reports.document.signed").count() == 1
    assert Message.objects.count() == 1


def test_a_worker_that_dies_while_signing_leaves_the_document_waiting(ann, run, settings, monkeypatch):
    sign_here(settings)
    rendering.render_report(run.pk)
    monkeypatch.setattr(signing, "give_document", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        sign_all()
    row = ReportDocument.objects.get()
    assert (row.signed_id, signing.documents_to_sign()) == (None, [row.pk])
    assert not AuditEvent.objects.filter(verb="reports.document.signed").exists()
    assert not Message.objects.exists()


def test_a_withdrawn_report_is_not_signed(run, settings):
    sign_here(settings)
    rendering.render_report(run.pk)
    pk = ReportDocument.objects.get().pk
    ReportRun.objects.filter(pk=run.pk).update(status=S.WITHDRAWN)
    assert (signing.documents_to_sign(), signing.sign_document(pk)) == ([], None)


def test_a_key_that_cannot_be_used_makes_documents_wait_and_say_why(
    ann, run, settings, caplog, monkeypatch, client_for
):
    sign_here(settings)
    rendering.render_report(run.pk)
    monkeypatch.setattr(signing, "signed_bytes", lambda *args, **kwargs: signing_keys.opened_signer().__enter__())
    settings.REPORT_SIGNING_KEY = "/nowhere/key.pem"
    [pk] = signing.documents_to_sign()
    tasks.sign_document(pk)
    run.refresh_from_db()
    assert (run.document_id, Message.objects.count(), signing.documents_to_sign()) == (None, 0, [pk])
    assert "/nowhere/key.pem cannot be read" in caplog.text
    page = client_for(ann).get(reverse("portal:report", args=[run.reference]))
    assert "waits for its signature" in page.content.decode()


# --- keys ------------------------------------------------------------------------------------------------------------
def test_nothing_is_wrong_where_no_key_is_named_or_the_one_that_is_works(settings):
    assert signing_works() == []
    sign_here(settings)
    assert signing_works() == []


@pytest.mark.parametrize(("changed", "said"), [
    ({"REPORT_SIGNING_KEY": "/nowhere/key.pem"}, "/nowhere/key.pem cannot be read: No such file or directory."),
    ({"REPORT_SIGNING_CERTIFICATES": ""}, "No certificate belongs to the key in"),
    ({"REPORT_SIGNING_CERTIFICATES": "root"}, "No certificate belongs to the key in"),
    ({"REPORT_SIGNING_KEY": "certificate"}, "cannot be opened: is REPORT_SIGNING_PASSPHRASE the right one?"),
    ({"REPORT_SIGNING_PASSPHRASE": "wrong"}, "cannot be opened: is REPORT_SIGNING_PASSPHRASE the right one?"),
    ({"REPORT_SIGNING_DEMONSTRATION": False}, "signs in a demonstration only."),
    ({"REPORT_SIGNING_PKCS11": "/nowhere/module.so"}, "REPORT_SIGNING_KEY or REPORT_SIGNING_PKCS11, not both."),
])
def test_what_is_wrong_with_a_key_is_said_at_the_start(changed, said, settings):
    sign_here(settings)
    places = {"root": str(certificates() / ROOT), "certificate": str(certificates() / SIGNER)}
    for name, value in changed.items():
        setattr(settings, name, places.get(value, value))
    [error] = signing_works()
    assert said in error.msg
    with pytest.raises(CannotSign):
        signing_keys.opened_signer().__enter__()


def test_a_certificate_that_ended_signs_nothing(settings, set_clock):
    sign_here(settings)
    ends = clock.now() + timedelta(days=800)
    set_clock(f"{ends:%Y-%m-%d}T10:00")
    [error] = signing_works()
    assert "holds from" in error.msg
    assert f"today is {ends:%Y-%m-%d}" in error.msg


def test_a_worker_does_not_start_with_a_key_that_cannot_be_used(settings):
    settings.REPORT_SIGNING_KEY = "/nowhere/key.p12"

    class Worker:
        class app:
            class amqp:
                class queues:
                    consume_from = {"reports": None}

    with pytest.raises(SystemExit, match="/nowhere/key.p12 cannot be read"):
        tasks.refuse_without_fonts(None, Worker)


def test_a_token_without_the_package_that_opens_tokens_is_an_error_not_an_unsigned_document(settings, monkeypatch):
    monkeypatch.setattr(signing_keys.importlib.util, "find_spec", lambda name: None)
    settings.REPORT_SIGNING_PKCS11, settings.REPORT_SIGNING_LABEL = "/usr/lib/module.so", "reports"
    [error] = signing_works()
    assert "python-pkcs11" in error.msg
    with pytest.raises(CannotSign):
        signing_keys.opened_signer().__enter__()


# --- the demonstration's certificates --------------------------------------------------------------------------------
def test_the_demonstrations_keys_are_this_users_alone_and_made_once(tmp_path, settings):
    settings.DEMO_CERTIFICATES = tmp_path / "certificates"
    call_command("make_demo_certificates", "--json")
    before = {path.name: path.read_bytes() for path in settings.DEMO_CERTIFICATES.iterdir()}
    assert set(before) == {ROOT, ROOT_KEY, SIGNER, SIGNER_KEY}
    assert {stat.S_IMODE(os.stat(settings.DEMO_CERTIFICATES / name).st_mode) for name in before} == {0o600}
    assert stat.S_IMODE(os.stat(settings.DEMO_CERTIFICATES).st_mode) == 0o700
    call_command("make_demo_certificates", "--json")
    assert {path.name: path.read_bytes() for path in settings.DEMO_CERTIFICATES.iterdir()} == before


def test_a_certificate_that_ends_soon_is_made_anew_under_the_same_root(tmp_path):
    assert make_certificates(tmp_path, now=clock.now())
    root, signer = (tmp_path / ROOT).read_bytes(), (tmp_path / SIGNER).read_bytes()
    assert make_certificates(tmp_path, now=clock.now() + timedelta(days=700))
    assert (tmp_path / ROOT).read_bytes() == root
    assert (tmp_path / SIGNER).read_bytes() != signer


def test_anybody_may_have_the_root_and_nobody_where_there_is_none(client, settings):
    address = reverse("public:signing_certificate")
    assert client.get(address).status_code == 404
    sign_here(settings)
    answer = client.get(address)
    assert answer.content == (certificates() / ROOT).read_bytes()
    assert b"PRIVATE" not in answer.content


# --- languages -------------------------------------------------------------------------------------------------------
def test_a_reader_asks_for_a_language_and_gets_it_when_it_is_written(ann, run, monkeypatch, client_for):
    monkeypatch.setattr("reports.views.documents.nudge", lambda task, pk: None)
    rendering.render_report(run.pk)
    reader, address = client_for(ann), reverse("portal:report", args=[run.reference]) + "?language=zh-hant"
    assert "Write it in Traditional Chinese" in reader.get(address).content.decode()
    assert not ReportDocument.objects.filter(language="zh-hant").exists()
    for _twice in range(2):
        answer = reader.post(reverse("portal:report_language", args=[run.reference]), {"language": "zh-hant"})
        assert answer.headers["Location"] == address
    row = ReportDocument.objects.get(language="zh-hant")
    assert "being written in Traditional Chinese" in reader.get(address).content.decode()
    rendering.render_document(row.pk)
    assert b"".join(reader.get(address).streaming_content) == f"{run.reference} zh-hant".encode()
    assert f"{address}" in reader.get(reverse("portal:reports")).content.decode()


def test_a_language_that_there_is_not_is_404_and_asking_for_it_is_refused(ann, ian, run, client_for):
    rendering.render_report(run.pk)
    address = reverse("portal:report", args=[run.reference])
    wanted = reverse("portal:report_language", args=[run.reference])
    assert client_for(ann).get(f"{address}?language=fr").status_code == 404
    assert client_for(ann).post(wanted, {"language": "fr"}).status_code == 409
    assert client_for(ian).get(f"{address}?language=zh-hant").status_code == 404
    assert client_for(ian).post(wanted, {"language": "zh-hant"}).status_code == 404
    assert ReportDocument.objects.count() == 1


def test_a_draft_is_no_page_of_the_issuers(ann, bo, run, client_for):
    rendering.render_report(run.pk)
    ReportRun.objects.filter(pk=run.pk).update(status=S.DRAFTED)
    assert client_for(ann).get(reverse("portal:report", args=[run.reference])).status_code == 404
    assert client_for(bo).get(reverse("officer:report", args=[run.reference])).status_code == 200
