"""Who reaches the documents of licensing on pages and through the API, and who has the committee's papers compiled."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse

from core.access import SYSTEM
from core.findings import canonical
from core.models import AuditEvent
from core.roles import Role
from reports.models import ReportRun
from reports.services.licensing import freeze_application, freeze_certificate, freeze_committee_pack
from reports.services.rendering import render_report
from tests.issuers.applications import application_in
from tests.reports import licensing
from tests.reports.pdfs import attachment_of

pytestmark = pytest.mark.django_db

K = ReportRun.Kind


@pytest.fixture
def application(issuer, ann, amy):
    """An application of the issuer that was submitted once."""
    application = licensing.new_application(issuer)
    licensing.submit(application, prepared_by=ann, signed_by=amy)
    return application


@pytest.fixture
def pack(application, bo):
    return render_report(freeze_committee_pack(application, actor=bo).pk)


@pytest.fixture
def submitted(application):
    return render_report(freeze_application(application.submissions.get(), actor=SYSTEM).pk)


# --- the papers for the committee ------------------------------------------------------------------------
def test_the_papers_do_not_exist_for_the_issuer(pack, ann, amy, eli, ian, client_for, key_for, issuer, client):
    for person in (ann, amy, eli, ian):
        signed_in = client_for(person)
        for site in ("portal", "officer"):
            assert signed_in.get(reverse(f"{site}:report", args=[pack.reference])).status_code == 404
        assert pack.reference not in signed_in.get(reverse("portal:reports")).content.decode()
    for role in (Role.FEED_SENDER, Role.COMPLIANCE_OFFICER):
        key = {"Authorization": f"Bearer {key_for(issuer.organisation, role)}"}
        for name in ("report", "report_pdf"):
            assert client.get(reverse(f"api:{name}", args=[pack.reference]), headers=key).status_code == 404
        assert client.get(reverse("api:reports"), headers=key).json()["results"] == []


def test_officers_read_the_papers(pack, bo, cy, dee, client_for):
    for person in (bo, cy, dee):
        answer = client_for(person).get(reverse("officer:report", args=[pack.reference]))
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        listed = client_for(person).get(reverse("officer:reports")).content.decode()
        assert pack.reference in listed
        assert "Papers for the advisory committee" in listed


def test_an_officer_has_the_papers_compiled_and_each_time_is_a_version(application, bo, client_for):
    address = reverse("officer:committee_pack", args=[application.reference])
    for version in (1, 2):
        answer = client_for(bo).post(address)
        assert (answer.status_code, answer["Location"]) == (302, reverse("officer:reports"))
        assert ReportRun.objects.filter(kind=K.COMMITTEE_PACK).latest("version").version == version
    assert client_for(bo).get(address).status_code == 405


def test_the_page_of_an_application_has_the_button_for_those_who_may(bo, coin, client_for):
    application = application_in("under_review", issuer=coin.issuer)
    address = reverse("officer:committee_pack", args=[application.reference])
    page = reverse("officer:application", args=[application.reference])
    assert address in client_for(bo).get(page).content.decode()


@pytest.mark.parametrize(("person", "status"), [("ann", 404), ("amy", 404), ("ian", 404), ("ops", 403), ("dee", 403)])
def test_nobody_else_has_them_compiled(person, status, application, request, client_for):
    client = client_for(request.getfixturevalue(person))
    before = AuditEvent.objects.count()
    assert client.post(reverse("officer:committee_pack", args=[application.reference])).status_code == status
    assert (ReportRun.objects.count(), AuditEvent.objects.count()) == (0, before)


def test_papers_on_nothing_submitted_or_nothing_at_all_are_refused(issuer, bo, client_for):
    application = licensing.new_application(issuer, "draft")
    client = client_for(bo)
    assert client.post(reverse("officer:committee_pack", args=[application.reference])).status_code == 409
    assert client.post(reverse("officer:committee_pack", args=["APP-2026-9999"])).status_code == 404
    assert client.post("/en/officer/applications/%00/committee-pack/").status_code == 404
    assert not ReportRun.objects.exists()


# --- the applicant's own -------------------------------------------------------------------------------------
def test_the_applicant_reads_the_application_and_its_auditor_and_rival_do_not(
    submitted, ann, amy, eli, ian, bo, client_for
):
    address = reverse("portal:report", args=[submitted.reference])
    for person, status in ((ann, 200), (amy, 200), (eli, 403), (ian, 404), (bo, 404), (None, 302)):
        assert client_for(person).get(address).status_code == status
    assert client_for(bo).get(reverse("officer:report", args=[submitted.reference])).status_code == 200
    listed = client_for(ann).get(reverse("portal:reports")).content.decode()
    for shown in ("Application as submitted", "APP-2025-0042", "Subject"):
        assert shown in listed
    assert submitted.reference not in client_for(eli).get(reverse("portal:reports")).content.decode()


def test_a_key_that_sends_files_reads_no_application(submitted, issuer, key_for, client):
    for role, seen in ((Role.FEED_SENDER, 404), (Role.COMPLIANCE_OFFICER, 200)):
        key = {"Authorization": f"Bearer {key_for(issuer.organisation, role)}"}
        assert client.get(reverse("api:report", args=[submitted.reference]), headers=key).status_code == seen


def test_reports_of_a_coin_are_of_the_coin_though_a_licence_has_its_name(issuer, coin, key_for, client):
    coin.symbol = "FRS01"
    coin.save()
    run = freeze_certificate(issuer.licence.entries.latest("version"), actor=SYSTEM)
    assert run.subject == coin.symbol
    key = {"Authorization": f"Bearer {key_for(issuer.organisation, Role.COMPLIANCE_OFFICER)}"}
    assert client.get(reverse("api:coin_reports", args=["FRS01"]), headers=key).json()["results"] == []


# --- the command ---------------------------------------------------------------------------------------------
def render(capsys, tmp_path, *options):
    out = tmp_path / "document.pdf"
    call_command("render_report", *options, "--out", str(out), "--json")
    return json.loads(capsys.readouterr().out), out.read_bytes()


@pytest.mark.parametrize(
    ("options", "reference"),
    [
        (["application", "--application", "APP-2025-0042"], "APP-2025-0042-1"),
        (["application", "--application", "APP-2025-0042", "--number", "1"], "APP-2025-0042-1"),
        (["committee_pack", "--application", "APP-2025-0042"], "APP-2025-0042-PACK-1"),
        (["licence_certificate", "--licence", "FRS01"], "FRS01-CERT-1"),
        (["fee_invoice", "--invoice", "INV-2025-0003"], "INV-2025-0003-1"),
    ],
)
def test_the_command_writes_each_kind(options, reference, application, authority, issuer, capsys, tmp_path):
    licensing.fee_of(issuer.licence)
    said, pdf = render(capsys, tmp_path, *options)
    run = ReportRun.objects.get()
    assert (said["reference"], said["facts_sha256"], run.reference) == (reference, run.digest, reference)
    assert attachment_of(pdf) == (f"{reference}.json", canonical(run.facts))


def test_the_command_writes_papers_that_were_compiled_before(pack, capsys, tmp_path):
    said, _pdf = render(capsys, tmp_path, "committee_pack", "--application", "APP-2025-0042", "--number", "1")
    assert said["facts_sha256"] == pack.digest
    assert ReportRun.objects.count() == 1


@pytest.mark.parametrize(
    "options",
    [
        ["application", "--application", "APP-2026-9999"], ["application", "--application", "APP-2025-0042", "--number", "7"],
        ["committee_pack", "--application", "APP-2025-0042", "--number", "7"], ["licence_certificate", "--licence", "FRS99"],
        ["fee_invoice", "--invoice", "INV-0"], ["fee_invoice"], ["daily_reserve", "--coin", "LRHKD"],
    ],
)
def test_what_is_not_there_or_not_said_is_refused_with_exit_2(options, application, tmp_path):
    out = tmp_path / "document.pdf"
    with pytest.raises(CommandError) as refusal:
        call_command("render_report", *options, "--out", str(out))
    assert refusal.value.returncode == 2
    assert not out.exists()
    assert not ReportRun.objects.exists()
