"""What waits for a second officer, and what an organisation owes, on one page each."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from core import clock
from core.invitations import invite_person
from core.models import AuditEvent, Invitation, Membership, User
from core.roles import Role
from issuers.models import Recommendation
from reports.selectors.approvals import approval_count, approvals
from reserves.models import Obligor
from reserves.services.reference import propose_reference
from tests.issuers import records

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(issuer, rival, bo, authority):
    """A recommendation by bo, a proposal, a consent, a warning and a waiver by somebody else, an obligor by bo."""
    application = records.application(issuer, "recommended")
    Recommendation.objects.filter(application=application).update(made_by=bo)
    records.proposal(rival, "open")
    records.consent(rival, "requested")
    records.warning(rival, "draft")
    records.obligation(rival, "due")
    propose_reference(Obligor, name="Treasury", kind="government", country="US", valid_from=date(2026, 1, 2),
                      source="Letter", actor=bo)
    return application


def test_each_officer_sees_what_is_for_that_officer_to_decide(waiting, bo, ben, cy, dee):
    kinds = {name: sorted(row.view for row in approvals() if row.is_for(officer))
             for name, officer in (("bo", bo), ("ben", ben), ("cy", cy), ("dee", dee))}
    assert kinds == {
        "bo": ["officer:issuer_duties", "officer:warning"],
        "ben": ["officer:issuer_duties", "officer:reference", "officer:warning"],
        "cy": ["officer:application_decision", "officer:consent", "officer:issuer_duties", "officer:proposal",
               "officer:reference", "officer:warning"],
        "dee": [],
    }
    assert [approval_count(officer) for officer in (bo, ben, cy, dee)] == [2, 3, 6, 0]


def test_the_count_is_one_question(waiting, cy, django_assert_num_queries):
    assert cy.current_memberships
    with django_assert_num_queries(1):
        assert approval_count(cy) == 6


def test_the_count_is_of_what_the_page_lists_invitations_that_wait_too(waiting, issuer, rival, amy, bo, ben, cy, dee):
    before = [approval_count(officer) for officer in (bo, ben, cy, dee)]
    # Of the issuer only amy administers, who cannot approve her own; of the rival nobody does.
    invite_person(issuer.organisation, email="nia@lion.example", name="Nia Wong", role="auditor", language="en",
                  actor=amy)
    Invitation.objects.create(organisation=rival.organisation, email="kai@tide.example", name="Kai Lo",
                              role="auditor", status="proposed", invited_by=None, expires_at=clock.now())
    assert [approval_count(officer) - old for officer, old in zip((bo, ben, cy, dee), before, strict=True)] == [
        2, 2, 2, 0]
    for officer in (bo, ben, cy, dee):
        assert approval_count(officer) == sum(row.is_for(officer) for row in approvals())
    user = User.objects.create_user("two@lion.example", "Two Ng")
    Membership.objects.create(user=user, organisation=issuer.organisation, role=Role.ISSUER_ADMINISTRATOR)
    assert approval_count(bo) - before[0] == 1  # another administrator can approve it now


def test_the_count_knows_when_the_only_other_administrator_leaves(issuer, amy, bo, set_clock):
    other = Membership.objects.create(user=User.objects.create_user("two@lion.example", "Two Ng"),
                                      organisation=issuer.organisation, role=Role.ISSUER_ADMINISTRATOR)
    Membership.objects.filter(pk=other.pk).update(since=date(2026, 1, 1), until=date(2026, 11, 23))
    Invitation.objects.create(organisation=issuer.organisation, email="nia@lion.example", name="Nia Wong",
                              role="auditor", status="proposed", invited_by=amy, expires_at=clock.now())
    set_clock("2026-11-23T23:59")
    assert approval_count(bo) == 0
    set_clock("2026-11-24T00:00")
    assert approval_count(bo) == 1


def test_the_page_shows_own_proposals_apart(waiting, bo, client_for):
    page = client_for(bo).get(reverse("officer:approvals")).content.decode()
    mine, others = page.split("Waiting for others", 1)
    assert "WRN-" in mine
    assert waiting.reference in others
    assert not AuditEvent.objects.filter(verb="issuers.warning.published").exists()


def test_the_first_page_of_an_applicant_says_what_to_go_on_with(issuer, rival, ann, ian, client_for):
    application = records.application(issuer, "draft")
    records.event_notice(issuer, "draft")
    records.obligation(issuer, "due")
    page = client_for(ann).get(reverse("portal:home")).content.decode()
    for text in (application.reference, "Draft, not submitted", "Saved, not submitted", "Change of address",
                 "Stress test"):
        assert text in page
    assert application.reference not in client_for(ian).get(reverse("portal:home")).content.decode()
