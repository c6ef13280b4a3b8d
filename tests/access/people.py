"""An applicant with an open invitation, an issuer's invitation that waits, and a first contact."""

from __future__ import annotations

from django.core import signing

from core import invitations
from core.access import SYSTEM
from core.models import Membership
from issuers.services.contacts import invite_company, record_contact
from issuers.views.contacts import RECEIPT
from tests.issuers.test_invitations import last_secret

PARTS = {
    "officer:contact": {"reference": "people_contact"},
    "officer:contact_act": {"reference": "people_contact"},
    "officer:people": {"slug": "people_slug"},
    "officer:invitation_act": {"pk": "people_sent"},
    "portal:invitation_act": {"pk": "people_waits"},
    "portal:membership_end": {"pk": "people_member"},
    "public:invitation": {"secret": "people_secret"},
    "public:contact_receipt": {"token": "people_receipt"},
}


def build(world, request) -> None:
    request.getfixturevalue("authority")
    issuer, amy, ann = (request.getfixturevalue(name) for name in ("issuer", "amy", "ann"))
    applicant = invite_company(name_en="Peak Tokens Limited", person="Pia Ma", email="pia@peak.example", actor=SYSTEM)
    waits = invitations.invite_person(
        issuer.organisation, email="nia@lion.example", name="Nia Wong", role="auditor", language="en", actor=amy
    )
    contact = record_contact(
        company_en="Tram Money Limited", person="Tam Yu", email="tam@tram.example", intention="A stablecoin."
    )
    world |= {
        "people_slug": applicant.issuer.organisation.slug,
        "people_sent": applicant.invitation.pk,
        "people_secret": last_secret(),
        "people_waits": waits.pk,
        "people_member": Membership.objects.get(user=ann).pk,
        "people_contact": contact.reference,
        "people_receipt": signing.dumps(contact.reference, salt=RECEIPT),
    }
