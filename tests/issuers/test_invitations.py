"""Who lets whom in: two people, one link that works once, nothing that a reader of records could use."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from config.logs import without_secrets_of_links
from core import clock, invitations
from core.access import SYSTEM
from core.errors import NotPermitted, Refused
from core.models import AuditEvent, Invitation, Membership, Message, Organisation, User
from core.roles import Role
from issuers.services.issuers import register_issuer
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db
LINK = re.compile(r"/(en|zh-hant|zh-hans)/invitation/([^/\s\"]+)/")


@pytest.fixture
def applicant(db) -> Organisation:
    return register_issuer(name_en="Peak Tokens Limited", actor=SYSTEM).organisation


def invite(organisation, actor, **given) -> Invitation:
    return invitations.invite_person(organisation, actor=actor, **{
        "email": "New.Person@Lion.example", "name": "Nia Wong", "role": "compliance_officer", "language": "en"
    } | given)


def secret_in(message: Message) -> str:
    found = set(LINK.findall(message.text + message.html))
    assert len(found) == 1
    return found.pop()[1]


def last_secret() -> str:
    return secret_in(Message.objects.filter(notice="core/invited").latest("pk"))


def traces() -> tuple[int, int, int]:
    """What a refusal must leave as it was: invitations, acts, mail."""
    return Invitation.objects.count(), AuditEvent.objects.count(), Message.objects.count()


def test_one_administrator_invites_another_approves_and_the_person_comes_in(issuer, amy, ada):
    invitation = invite(issuer.organisation, amy)
    assert (invitation.status, invitation.email, invitation.token_digest) == ("proposed", "new.person@lion.example", "")
    assert list(Message.objects.values_list("notice", "recipient")) == [("core/invitation_waits", ada.pk)]

    sent = invitations.approve_invitation(invitation, actor=ada)
    message = Message.objects.get(notice="core/invited")
    secret = secret_in(message)
    assert (sent.status, sent.approved_by, message.address, message.recipient) == (
        "sent", ada, "new.person@lion.example", None)
    assert sent.token_digest == invitations.digest_of(secret)
    assert sent.expires_at - sent.approved_at == pytest.approx(timedelta(days=14), abs=timedelta(seconds=5))
    assert len(secret) >= 43  # 256 bits

    user = invitations.accept_invitation(secret, password=PASSWORD)
    assert (user.email, user.name, user.language) == ("new.person@lion.example", "Nia Wong", "en")
    assert [(m.organisation, m.role, m.until) for m in user.memberships.all()] == [
        (issuer.organisation, "compliance_officer", None)]
    invitation.refresh_from_db()
    assert (invitation.status, invitation.accepted_by, invitation.token_digest) == ("accepted", user, "")
    assert list(AuditEvent.objects.filter(target_type="core.invitation").order_by("pk")
                .values_list("verb", "actor_label")) == [
        ("core.invitation.proposed", "Amy Poon"), ("core.invitation.approved", "Ada Kwok"),
        ("core.invitation.accepted", "Nia Wong"),
    ]


def test_the_inviter_does_not_approve(issuer, amy, ada, confirmed_client_for):
    invitation = invite(issuer.organisation, amy)
    before = traces()
    with pytest.raises(Refused, match="somebody else has to approve"):
        invitations.approve_invitation(invitation, actor=amy)
    answer = confirmed_client_for(amy).post(
        reverse("portal:invitation_act", args=[invitation.pk]), {"action": "approve"})
    assert answer.status_code == 409
    assert traces() == before
    invitation.refresh_from_db()
    assert invitation.status == "proposed"
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.filter(pk=invitation.pk).update(approved_by=amy)


def test_without_a_second_administrator_an_officer_approves(issuer, amy, authority, bo, dee, applicant):
    invitation = invite(issuer.organisation, amy)
    assert [message.recipient for message in Message.objects.all()] == [bo]  # dee invites nobody
    with pytest.raises(NotPermitted):
        invitations.approve_invitation(invitation, actor=dee)
    sent = invitations.approve_invitation(invitation, actor=bo)
    assert (sent.status, sent.approved_by) == ("sent", bo)


def test_with_a_second_administrator_an_officer_does_not_approve(issuer, amy, ada, bo, cy):
    invitation = invite(issuer.organisation, amy)
    before = traces()
    for officer in (bo, cy):
        with pytest.raises(Refused, match="second administrator"):
            invitations.approve_invitation(invitation, actor=officer)
        with pytest.raises(Refused, match="looks after its own"):
            invitations.revoke_invitation(invitation, actor=officer)
    assert traces() == before


def test_an_officer_invites_the_first_administrator_alone_and_at_once(applicant, bo):
    invitation = invite(applicant, bo, role="issuer_administrator")
    assert (invitation.status, invitation.invited_by, invitation.approved_by) == ("sent", bo, None)
    user = invitations.accept_invitation(last_secret(), password=PASSWORD)
    assert [event.verb for event in AuditEvent.objects.filter(target_type="core.invitation").order_by("pk")] == [
        "core.invitation.proposed", "core.invitation.sent", "core.invitation.accepted"]
    before = traces()
    with pytest.raises(Refused, match="has an administrator"):
        invite(applicant, bo, email="second@peak.example")
    assert traces() == before
    assert list(invitations.administrators(applicant)) == [user]


@pytest.mark.parametrize(("given", "reason"), [
    ({"role": "case_officer"}, "this role"), ({"role": "feed_sender"}, "this role"), ({"email": "x"}, "not an e-mail"),
    ({"name": "  "}, "who is invited"), ({"language": "tlh"}, "does not speak"),
    ({"email": "ann@lion-rock-digital-limited.example"}, "has this role already"),
])
def test_what_nobody_is_invited_to(issuer, amy, ann, given, reason):
    before = traces()
    with pytest.raises(Refused, match=reason):
        invite(issuer.organisation, amy, **given)
    assert traces() == before


def test_nobody_is_invited_into_the_authority_here(authority, cy):
    with pytest.raises(Refused, match="this role"):
        invite(authority, cy, role="issuer_administrator")


def test_an_address_has_one_open_invitation(issuer, amy, ada):
    invite(issuer.organisation, amy)
    before = traces()
    with pytest.raises(Refused, match="open invitation"):
        invite(issuer.organisation, ada, role="auditor")
    assert traces() == before


@pytest.mark.parametrize("name", ["ann", "eli", "ian", "dee", "ops"])
def test_who_manages_no_people_invites_nobody(name, issuer, request):
    person = request.getfixturevalue(name)
    before = traces()
    with pytest.raises(NotPermitted):
        invite(issuer.organisation, person)
    assert traces() == before


def test_a_link_works_once(applicant, bo, client):
    invite(applicant, bo, role="issuer_administrator")
    address = reverse("public:invitation", args=[last_secret()])
    form = {"name": "Nia Wong-Lee", "password": PASSWORD, "again": PASSWORD}
    answer = client.post(address, form)
    assert (answer.status_code, answer["Location"]) == (302, reverse("account_login"))
    assert User.objects.get(email="new.person@lion.example").name == "Nia Wong-Lee"
    before = traces()
    assert client.post(address, form | {"name": "Another"}).status_code == 404
    with pytest.raises(Refused, match="no longer works"):
        invitations.accept_invitation(address.split("/")[-2], password=PASSWORD)
    assert traces() == before
    assert User.objects.filter(name="Another").count() == 0


def test_a_link_runs_out_and_a_fresh_one_kills_the_old(applicant, bo, client, monkeypatch, tmp_path):
    invitation = invite(applicant, bo, role="issuer_administrator")
    old = last_secret()
    at = tmp_path / "clock"
    at.write_text((invitation.expires_at - timedelta(seconds=1)).isoformat())
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(at))
    assert client.get(reverse("public:invitation", args=[old])).status_code == 200
    at.write_text(invitation.expires_at.isoformat())
    assert client.get(reverse("public:invitation", args=[old])).status_code == 404
    again = invitations.send_again(invitation, actor=bo)
    assert again.expires_at == clock.now() + timedelta(days=14)
    assert last_secret() != old
    assert client.get(reverse("public:invitation", args=[old])).status_code == 404
    assert client.get(reverse("public:invitation", args=[last_secret()])).status_code == 200


def test_dead_links_are_all_alike(applicant, bo, client):
    invitation = invite(applicant, bo, role="issuer_administrator")
    revoked = last_secret()
    invitations.revoke_invitation(invitation, actor=bo)
    pages = [re.sub(r"/invitation/[^/]+/", "", client.get(reverse("public:invitation", args=[secret])).content.decode())
             for secret in (revoked, "nobody-was-sent-this")]
    assert pages[0] == pages[1]
    with pytest.raises(Refused, match="is not out"):
        invitations.send_again(invitation, actor=bo)


def test_guessing_stops_after_twenty_tries(client):
    statuses = [client.get(reverse("public:invitation", args=[f"guess-{n}"])).status_code for n in range(22)]
    assert statuses == [404] * 20 + [429] * 2


def test_a_weak_or_mistyped_password_is_told_at_the_field(applicant, bo, client):
    invite(applicant, bo, role="issuer_administrator")
    address = reverse("public:invitation", args=[last_secret()])
    answer = client.post(address, {"name": "Nia", "password": "password1234", "again": "password1234"})
    assert answer.status_code == 422
    assert "too common" in answer.content.decode()
    answer = client.post(address, {"name": "Nia", "password": PASSWORD, "again": PASSWORD + "x"})
    assert answer.status_code == 422
    assert "The two passwords differ." in answer.content.decode()
    assert not User.objects.filter(email="new.person@lion.example").exists()
    with pytest.raises(Refused, match="too common"):
        invitations.accept_invitation(last_secret(), password="password1234")


def test_who_has_an_account_signs_in_and_joins(issuer, amy, ada, ian, client_for):
    invitation = invite(issuer.organisation, amy, email=ian.email, role="authorised_signatory")
    invitations.approve_invitation(invitation, actor=ada)
    address = reverse("public:invitation", args=[last_secret()])
    page = client_for(None).get(address)
    assert f'{reverse("account_login")}?next={address}' in page.content.decode()
    assert client_for(None).post(address, {"name": "x", "password": PASSWORD, "again": PASSWORD}).status_code == 200
    with pytest.raises(Refused, match="has an account"):
        invitations.accept_invitation(last_secret(), password=PASSWORD)
    assert client_for(amy).post(address).status_code == 200  # another person's session joins nothing
    with pytest.raises(Refused, match="another address"):
        invitations.join_by_invitation(last_secret(), user=amy)
    assert invitation.organisation.memberships.filter(user=ian).count() == 0
    answer = client_for(ian).post(address)
    assert (answer.status_code, answer["Location"]) == (302, reverse("portal:home"))
    assert [m.role for m in ian.memberships.filter(organisation=issuer.organisation)] == ["authorised_signatory"]
    assert User.objects.get(pk=ian.pk).check_password(PASSWORD)


def test_an_officer_does_not_join_an_issuer(applicant, bo, ben):
    invite(applicant, bo, email=ben.email, role="issuer_administrator")
    with pytest.raises(Refused, match="cannot act for an issuer"):
        invitations.join_by_invitation(last_secret(), user=ben)
    assert ben.memberships.count() == 1


def test_anothers_invitation_does_not_exist(issuer, amy, ada, ian, client_for):
    Membership.objects.filter(user=ian).update(role=Role.ISSUER_ADMINISTRATOR)
    invitation = invite(issuer.organisation, amy)
    before = traces()
    for action in ("approve", "revoke", "send_again"):
        answer = client_for(ian).post(reverse("portal:invitation_act", args=[invitation.pk]), {"action": action})
        assert answer.status_code == 404
    member = Membership.objects.get(user=ada)
    assert client_for(ian).post(reverse("portal:membership_end", args=[member.pk])).status_code == 404
    assert traces() == before


def test_no_secret_in_the_audit_trail_nor_in_the_log(applicant, bo, client, caplog, settings):
    with caplog.at_level("DEBUG"):
        invitation = invite(applicant, bo, role="issuer_administrator")
        secret = last_secret()
        client.get(reverse("public:invitation", args=[secret]))
        client.post(reverse("public:invitation", args=[secret]), {"name": "Nia", "password": "x", "again": "x"})
        invitations.accept_invitation(secret, password=PASSWORD)
        client.get(reverse("public:invitation", args=[secret]))
    recorded = repr(list(AuditEvent.objects.values()))
    kept = repr(Invitation.objects.filter(pk=invitation.pk).values()[0])
    assert secret not in recorded + kept
    assert PASSWORD not in recorded + caplog.text
    for line in caplog.messages:  # as every line of the log passes on its way out
        assert secret not in without_secrets_of_links(None, "info", {"event": line})["event"]
    assert secret not in repr(invitations.Invited(
        name="Nia", organisation=applicant, secret=secret, expires_at=invitation.expires_at))


def test_the_page_of_mail_shows_no_link(applicant, bo, client_for):
    invite(applicant, bo, role="issuer_administrator")
    page = client_for(bo).get(reverse("officer:outbox")).content.decode()
    assert "Somebody without an account" in page
    assert last_secret() not in page


def test_an_administrator_ends_anothers_access_and_their_sessions(issuer, amy, ada, client_for):
    ada_client = client_for(ada)
    ada_client.get(reverse("portal:people"))
    assert UserSession.objects.filter(user=ada).count() == 1
    member = Membership.objects.get(user=ada)
    ended = invitations.end_membership(member, actor=amy)
    assert ended.until == clock.yesterday()
    assert not UserSession.objects.filter(user=ada).exists()
    assert ada_client.get(reverse("portal:people")).status_code == 302
    event = AuditEvent.objects.get(verb="core.membership.ended")
    assert (event.actor, event.data) == (amy, {"name": "Ada Kwok", "role": "issuer_administrator"})
    with pytest.raises(Refused, match="ended already"):
        invitations.end_membership(member, actor=amy)


def test_whoever_still_acts_for_another_stays_signed_in(issuer, rival, amy, ada, client_for):
    Membership.objects.create(user=ada, organisation=rival.organisation, role=Role.AUDITOR)
    client = client_for(ada)
    client.get(reverse("public:register"))
    invitations.end_membership(Membership.objects.get(user=ada, organisation=issuer.organisation), actor=amy)
    assert UserSession.objects.filter(user=ada).count() == 1


def test_who_ends_no_access(issuer, amy, ada, ann, bo, cy, ian):
    mine = Membership.objects.get(user=amy)
    before = traces()
    with pytest.raises(Refused, match="Another administrator"):
        invitations.end_membership(mine, actor=amy)
    for nobody in (ann, bo, ian):
        with pytest.raises(NotPermitted):
            invitations.end_membership(mine, actor=nobody)
    with pytest.raises(Refused, match="Only an administrator of the organisation"):
        invitations.end_membership(mine, actor=cy)
    invitations.end_membership(Membership.objects.get(user=ada), actor=amy)
    with pytest.raises(NotPermitted):  # what was ended a moment ago counts, whatever the page still knows
        invitations.end_membership(mine, actor=User.objects.get(pk=ada.pk))
    mine.refresh_from_db()
    assert (mine.until, traces()[0]) == (None, before[0])


def test_who_comes_back_gets_the_membership_anew(issuer, amy, ada):
    invitations.end_membership(Membership.objects.get(user=ada), actor=amy)
    ann_two = User.objects.create_user("two@lion.example", "Two", PASSWORD)
    Membership.objects.create(user=ann_two, organisation=issuer.organisation, role=Role.ISSUER_ADMINISTRATOR)
    invitation = invite(issuer.organisation, amy, email=ada.email, role="issuer_administrator")
    invitations.approve_invitation(invitation, actor=ann_two)
    invitations.join_by_invitation(last_secret(), user=ada)
    member = Membership.objects.get(user=ada)
    assert (member.since, member.until) == (clock.today(), None)


def test_commands_invite_and_list(authority, capsys):
    call_command("invite_applicant", "Harbour Coins Limited", email="hal@harbour.example", person="Hal Ip", json=True)
    assert '"organisation": "harbour-coins-limited"' in capsys.readouterr().out
    call_command("list_people", "harbour-coins-limited", json=True)
    said = capsys.readouterr().out
    assert '"email": "hal@harbour.example"' in said
    assert '"status": "sent"' in said
    assert last_secret() not in said
