"""What issuers read names the part that an officer plays, never the person: pages, API, mail and documents."""

import pytest

from core.cases import KINDS, note_case
from core.models import ApiKey, Case, CaseNote, Membership, Message, User
from core.roles import Role
from issuers.models import Application, ApplicationStep, Fee, Interview
from issuers.services.fees import record_payment
from reports.models import ReportDocument, ReportRun
from reports.services.licensing import freeze_certificate, freeze_invoice
from tests import cast
from tests.test_access_matrix import ADDRESSES, address_of, undone, world  # noqa: F401

OFFICERS = [name for name, (_, place, _role) in cast.CAST.items() if place == "authority"]
#: Pages on which officers did something that the issuer may know of.
TOLD = {"portal:application_status", "portal:case", "portal:consent", "portal:licence", "portal:licence_of_number",
        "portal:proposal"}


@pytest.fixture
def worked(world, request, issuer, bo, ben):  # noqa: F811
    """The world of the access matrix, in which officers left their traces on everything that is the issuer's."""
    for officer in OFFICERS:
        request.getfixturevalue(officer)
    application = Application.objects.get(reference=world["forms_application"])
    ApplicationStep.objects.create(application=application, move="return", source="submitted", target="returned",
                                   by=bo, by_label=bo.label, note="Incomplete.")
    Interview.objects.create(application=application, attendees="Bo Chan and Ann Lau", summary="On the deed.",
                             audience=CaseNote.Audience.ISSUER, by=bo, held_at=application.opened_at)
    told = [kind.name for kind in KINDS.values() if kind.seen_by_issuer]
    for case in Case.objects.filter(owner=issuer.organisation, kind__in=told):
        note_case(case, text="We have read it.", audience=CaseNote.Audience.ISSUER, actor=bo)
    fee = Fee.objects.get(invoice=world["licences_invoice"])
    record_payment(fee, paid_on=fee.issued_at.date(), reference="FT", actor=ben)
    ReportDocument.objects.filter(run__kind="licence_certificate").delete()
    ReportRun.objects.filter(kind="licence_certificate").delete()
    freeze_certificate(issuer.licence.entries.latest("version"), actor=bo)
    freeze_invoice(fee, actor=bo)
    return world


def named_in(text: str) -> list[str]:
    officers = User.objects.filter(memberships__organisation__kind="authority").distinct()
    return [word for each in officers for word in (each.name, each.email) if word in text]


def read(client, name: str, world) -> str:  # noqa: F811
    answer = client.get(address_of(name, world))
    if answer.status_code != 200:
        return ""
    return b"".join(answer).decode(errors="replace")


def reads_no_officers_name(worked, ann, amy, client_for, settings):
    portal = [name for name in ADDRESSES if name.startswith("portal:")]
    found, pages = {}, 0
    for member in (ann, amy):
        client = client_for(member)
        for name in portal:
            text = read(client, name, worked)
            pages += bool(text)
            if names := named_in(text):
                found[member.name, name] = names
    assert found == {}
    assert pages > 60
    settings.SHOW_OFFICER_NAMES = True
    assert {name for name in portal if named_in(read(client_for(ann), name, worked))} >= TOLD


def roles_stand_where_names_would(worked, ann, client_for):
    client = client_for(ann)
    status = read(client, "portal:application_status", worked)
    assert "<b>Case officer</b> returned application" in status
    assert "With Case officer and Ann Lau" in status
    Membership.objects.filter(user__name="Bo Chan").update(until="2026-01-01")  # who left keeps no name either
    assert named_in(read(client, "portal:application_status", worked)) == []


def the_api_answers_no_officers_name(worked, issuer):
    from django.test import Client

    prefix, secret = ApiKey.new_secret()
    ApiKey.objects.create(organisation=issuer.organisation, name="test", role=Role.COMPLIANCE_OFFICER, prefix=prefix,
                          digest=ApiKey.digest_of(secret))
    client = Client(headers={"Authorization": f"Bearer {secret}"}, raise_request_exception=False)
    texts = {name: read(client, name, worked) for name in ADDRESSES if name.startswith("api:")}
    assert {name: names for name, text in texts.items() if (names := named_in(text))} == {}
    assert sum(map(bool, texts.values())) > 20


def mail_and_documents_for_an_issuer_name_no_officer(worked, issuer):
    people = Membership.objects.filter(organisation=issuer.organisation).values("user")
    mails = Message.objects.filter(recipient__in=people)
    assert mails.count() >= 4
    assert [mail.subject for mail in mails if named_in(mail.subject + mail.text + mail.html)] == []
    runs = ReportRun.objects.filter(owner=issuer.organisation)
    assert {run.kind for run in runs} >= {"licence_certificate", "fee_invoice"}
    assert [run.reference for run in runs if named_in(str(run.facts))] == []


def test_an_issuer_reads_parts_and_no_names(worked, issuer, ann, amy, client_for, settings, subtests):
    for looks in (
        lambda: roles_stand_where_names_would(worked, ann, client_for),
        lambda: the_api_answers_no_officers_name(worked, issuer),
        lambda: mail_and_documents_for_an_issuer_name_no_officer(worked, issuer),
        lambda: reads_no_officers_name(worked, ann, amy, client_for, settings),
    ):
        with subtests.test(), undone():
            looks()
