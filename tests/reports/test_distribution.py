"""Who is told of a report: the issuer's people by permission, officers as they or their role are subscribed."""

from __future__ import annotations

import pytest
from django.db import DatabaseError
from django.urls import reverse

from core.blobs import store_blob
from core.errors import NotPermitted, Refused
from core.models import AuditEvent, Membership, Message
from core.preferences import turn_off
from core.roles import Role
from reports.models import ReportDocument, ReportNotice, ReportRun, Subscription
from reports.notices import MorningDigest
from reports.selectors.subscriptions import recipients
from reports.services.digests import send_morning_digest
from reports.services.distribution import (
    announce_report,
    enter_default_recipients,
    set_subscription,
)

pytestmark = pytest.mark.django_db
K, H = ReportRun.Kind, Subscription.How
DAY = "2026-11-20"


def ready(owner, kind=K.DAILY_RESERVE, subject="LRHKD", **fields) -> ReportRun:
    return ReportRun.objects.create(
        reference=f"{kind}-{subject}", kind=kind, subject=subject, owner=owner, as_of=DAY, version=1, status="rendered",
        facts={}, digest="0" * 64, **fields,
    )


def how_of(kind: str) -> dict[str, tuple[str, str]]:
    return {each.person.name: (each.how, each.language) for each in recipients(kind)}


def mailed() -> list[tuple[str, str]]:
    return sorted(Message.objects.values_list("notice", "recipient__name"))


def test_the_defaults_are_for_roles_and_entered_only_where_nothing_was_ever_set(bo, cy, ops):
    assert len(enter_default_recipients()) == 12
    assert enter_default_recipients() == []
    assert how_of(K.MONTHLY_SUPERVISION) == {
        "Bo Chan": (H.AT_ONCE, "en"), "Cy Leung": (H.AT_ONCE, "en"), "Ops Fung": (H.NONE, "en")}
    assert how_of(K.DAILY_RESERVE)["Bo Chan"] == (H.DIGEST, "en")


def test_a_persons_own_choice_goes_before_the_roles_and_the_quickest_of_two_roles_holds(bo, cy, authority):
    set_subscription(kind=K.DAILY_RESERVE, how=H.DIGEST, role=Role.CASE_OFFICER, actor=cy)
    set_subscription(kind=K.DAILY_RESERVE, how=H.AT_ONCE, role=Role.HEAD_OF_LICENSING, actor=cy)
    Membership.objects.create(user=bo, organisation=authority, role=Role.HEAD_OF_LICENSING)
    assert how_of(K.DAILY_RESERVE)["Bo Chan"][0] == H.AT_ONCE
    set_subscription(kind=K.DAILY_RESERVE, how=H.NONE, person=bo, actor=bo)
    set_subscription(kind=K.DAILY_RESERVE, how=H.DIGEST, language="zh-hant", person=bo, actor=bo)
    assert how_of(K.DAILY_RESERVE)["Bo Chan"] == (H.DIGEST, "zh-hant")
    rows = Subscription.objects.filter(person=bo).values_list("how", "set_by_label")
    assert list(rows) == [(H.DIGEST, "Bo Chan"), (H.NONE, "Bo Chan")]
    with pytest.raises(DatabaseError, match="append-only"):
        Subscription.objects.filter(person=bo).delete()


@pytest.mark.parametrize(("wanted", "reason"), [
    ({"how": "often"}, "no such choice"),
    ({"kind": "fee_invoice"}, "no such choice"),
    ({"language": "fr"}, "no such choice"),
    ({"role": Role.CASE_OFFICER}, "Name a person, or a role"),
    ({"person": None}, "Name a person, or a role"),
])
def test_what_cannot_be_set(cy, bo, wanted, reason):
    with pytest.raises(Refused, match=reason):
        set_subscription(**({"kind": K.DAILY_RESERVE, "how": H.DIGEST, "person": bo} | wanted), actor=cy)
    assert not Subscription.objects.exists()
    assert not AuditEvent.objects.filter(verb="reports.subscription.set").exists()


def test_nobody_sets_for_others_without_the_permission(ops, bo, ann):
    set_subscription(kind=K.DAILY_RESERVE, how=H.AT_ONCE, person=ops, actor=ops)
    for actor, whom in ((ops, {"person": bo}), (ops, {"role": Role.CASE_OFFICER}), (ann, {"person": ann})):
        with pytest.raises(NotPermitted):
            set_subscription(kind=K.DAILY_RESERVE, how=H.DIGEST, actor=actor, **whom)
    with pytest.raises(Refused, match="of the authority"):
        set_subscription(kind=K.DAILY_RESERVE, how=H.DIGEST, person=ann, actor=bo)
    with pytest.raises(Refused, match="set like this already"):
        set_subscription(kind=K.DAILY_RESERVE, how=H.AT_ONCE, person=ops, actor=ops)
    assert Subscription.objects.count() == 1


def test_a_report_is_told_once_at_once_to_one_and_kept_for_the_digest_of_another(ann, bo, ben, cy, ops, issuer):
    set_subscription(kind=K.DAILY_RESERVE, how=H.AT_ONCE, person=bo, actor=bo)
    set_subscription(kind=K.DAILY_RESERVE, how=H.DIGEST, person=ops, actor=ops)
    run = ready(issuer.organisation)
    assert {(row.person.name, row.how) for row in announce_report(run)} == {("Bo Chan", H.AT_ONCE),
                                                                          ("Ops Fung", H.DIGEST)}
    assert announce_report(run) == []
    assert mailed() == [("reports/daily_report_ready", "Ann Lau"), ("reports/report_ready", "Bo Chan")]
    mail = Message.objects.get(recipient=bo)
    assert "Daily reserve audit report" in mail.subject
    assert run.reference in mail.text
    assert ReportNotice.objects.get(person=bo).message == mail
    assert ReportNotice.objects.get(person=ops).message is None


def test_a_report_of_the_authoritys_own_reaches_nobody_of_the_issuer(ann, bo, authority, issuer):
    enter_default_recipients()
    announce_report(ready(authority, K.MONTHLY_SUPERVISION, "lion-rock", about=issuer.organisation))
    assert mailed() == [("reports/report_ready", "Bo Chan")]


def test_the_document_is_wanted_in_the_language_of_whoever_receives_it(bo, cy, issuer):
    set_subscription(kind=K.DAILY_RESERVE, how=H.AT_ONCE, person=bo, language="zh-hant", actor=bo)
    run = ready(issuer.organisation)
    announce_report(run)
    announce_report(run)
    assert list(ReportDocument.objects.values_list("run", "language")) == [(run.pk, "zh-hant")]


@pytest.mark.parametrize("status", ["frozen", "drafted", "withdrawn"])
def test_of_what_is_not_ready_nobody_is_told(ann, bo, issuer, status):
    set_subscription(kind=K.DAILY_RESERVE, how=H.AT_ONCE, person=bo, actor=bo)
    run = ready(issuer.organisation)
    ReportRun.objects.filter(pk=run.pk).update(status=status)
    run.refresh_from_db()
    assert announce_report(run) == []
    assert mailed() == []


def test_the_digest_tells_of_new_reports_once(set_clock, bo, ops, issuer):
    set_clock("2026-11-23T08:00")
    for person in (bo, ops):
        set_subscription(kind=K.DAILY_RESERVE, how=H.DIGEST, person=person, actor=person)
    withdrawn = ready(issuer.organisation, subject="OLD")
    run = ready(issuer.organisation)
    for each in (run, withdrawn):
        announce_report(each)
    ReportRun.objects.filter(pk=withdrawn.pk).update(status="withdrawn")
    assert {row.recipient.name for row in send_morning_digest()} == {"Bo Chan", "Ops Fung"}
    mail = Message.objects.get(recipient=ops)
    assert mail.subject == "New reports to read"
    assert run.reference in mail.text
    assert withdrawn.reference not in mail.text
    assert run.reference in mail.html
    assert ReportNotice.objects.get(run=run, person=ops).message == mail
    assert send_morning_digest() == []
    set_clock("2026-11-24T08:00")
    assert send_morning_digest() == []


def test_who_turned_the_digest_off_is_told_of_reports_in_a_mail_of_their_own(set_clock, bo, issuer, client_for):
    set_clock("2026-11-23T08:00")
    set_subscription(kind=K.DAILY_RESERVE, how=H.DIGEST, person=bo, actor=bo)
    page = client_for(bo).get(reverse("officer:subscriptions")).content.decode()
    assert "still come if you turn off" in page
    turn_off(bo, MorningDigest.template)
    assert "You have turned off" in client_for(bo).get(reverse("officer:subscriptions")).content.decode()
    assert send_morning_digest() == []  # what falls due is off, and there is no report
    run = ready(issuer.organisation)
    announce_report(run)
    [mail] = send_morning_digest()
    assert (mail.recipient, mail.notice, mail.optional, mail.subject) == (
        bo, "reports/new_reports", False, "New reports to read")
    assert run.reference in mail.text
    assert ReportNotice.objects.get(run=run, person=bo).message == mail
    assert send_morning_digest() == []
    set_clock("2026-11-24T08:00")
    assert send_morning_digest() == []


def test_what_is_ready_after_todays_digest_is_in_tomorrows(set_clock, bo, issuer):
    set_clock("2026-11-23T08:00")
    set_subscription(kind=K.DAILY_RESERVE, how=H.DIGEST, person=bo, actor=bo)
    announce_report(ready(issuer.organisation))
    send_morning_digest()
    later = ready(issuer.organisation, subject="LRUSD")
    announce_report(later)
    assert send_morning_digest() == []
    assert ReportNotice.objects.get(run=later).message is None
    set_clock("2026-11-24T08:00")
    [mail] = send_morning_digest()
    assert later.reference in mail.text
    assert "LRHKD" not in mail.text


@pytest.mark.parametrize(("policy", "files"), [(True, ["daily_reserve-LRHKD.pdf"]), (False, [])])
def test_the_document_goes_with_the_mail_to_an_officer_where_policy_lets_it(issuer, bo, ann, settings, policy, files):
    settings.MAIL_ATTACH_REPORTS_TO_OFFICERS, settings.MAIL_ATTACHMENTS_ENCRYPTED = policy, False
    set_subscription(kind=K.DAILY_RESERVE, how=H.AT_ONCE, person=bo, actor=bo)
    announce_report(ready(issuer.organisation, document=store_blob(b"%PDF-1.7 the report")))
    told = {row.recipient.name: [each["filename"] for each in row.attachments] for row in Message.objects.all()}
    assert told == {"Bo Chan": files, "Ann Lau": []}
