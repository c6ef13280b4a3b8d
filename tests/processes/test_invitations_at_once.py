"""Two at the same moment: one approval, one account, and an administrator always stays."""

from __future__ import annotations

import pytest

from core import invitations
from core.access import SYSTEM
from core.errors import NotPermitted, Refused
from core.models import Invitation, Membership, Message, User
from core.roles import Role
from issuers.services.issuers import register_issuer
from tests.cast import PASSWORD
from tests.issuers.test_invitations import invite, last_secret
from tests.processes.test_at_once import at_once

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def three(issuer) -> list[User]:
    """Three administrators of the issuer."""
    users = [User.objects.create_user(f"{name}@lion.example", name, PASSWORD) for name in ("Ada", "Bea", "Cat")]
    for user in users:
        Membership.objects.create(user=user, organisation=issuer.organisation, role=Role.ISSUER_ADMINISTRATOR)
    return users


def tried(act):
    """Return a callable that does the act and says what became of it."""

    def do() -> str:
        try:
            act()
        except (Refused, NotPermitted) as refusal:
            return refusal.code
        return "done"

    return do


@pytest.mark.parametrize("_time", range(3))
def test_of_two_approvals_at_once_one_counts(issuer, three, _time):
    ada, bea, cat = three
    invitation = invite(issuer.organisation, ada)
    answers = at_once(*[tried(lambda by=by: invitations.approve_invitation(invitation, actor=by)) for by in (bea, cat)])
    assert sorted(answers) == ["done", "refused"]
    assert Message.objects.filter(notice="core/invited").count() == 1
    assert Invitation.objects.get().approved_by in (bea, cat)


def test_a_link_that_is_used_twice_at_once_makes_one_account(db):
    organisation = register_issuer(name_en="Peak Tokens Limited", actor=SYSTEM).organisation
    invite(organisation, SYSTEM, role="issuer_administrator")
    secret = last_secret()
    answers = at_once(*[tried(lambda: invitations.accept_invitation(secret, password=PASSWORD))] * 3)
    assert sorted(answers) == ["done", "link_dead", "link_dead"]
    assert User.objects.filter(email="new.person@lion.example").count() == Membership.objects.count() == 1


def test_two_administrators_who_end_each_other_leave_one(issuer, three):
    ada, bea, cat = three
    member = {user: Membership.objects.get(user=user) for user in three}
    invitations.end_membership(member[cat], actor=ada)
    answers = at_once(
        tried(lambda: invitations.end_membership(member[bea], actor=ada)),
        tried(lambda: invitations.end_membership(member[ada], actor=bea)),
    )
    assert answers.count("done") == 1
    assert invitations.administrators(issuer.organisation).count() == 1
