"""First contacts: received from anybody, talked over, and either led to an application or closed (LIC 4.2)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from core import audit, cases, outbox
from core.access import SYSTEM, Actor, require
from core.errors import Refused
from core.invitations import invite_person
from core.models import CaseNote, Invitation, Organisation, User
from core.roles import Can, Role
from issuers.models import Application, Contact, Issuer
from issuers.notices.contacts import ContactReceived
from issuers.services.applications import open_application
from issuers.services.issuers import register_issuer
from issuers.workflows import CONTACT

RECEIVED = audit.verb("issuers.contact.received", gettext_noop("received first contact %(target)s"))

cases.kind(
    "issuers.contact", prefix="CON", title=gettext_lazy("First contact"),
    summary=gettext_noop("%(subject)s intends to apply for a licence"), queue="licensing",
)


@dataclass(frozen=True, slots=True)
class Invited:
    """What an applicant gets: its place in the platform, a draft to fill in, a link for its first administrator."""

    issuer: Issuer
    application: Application
    invitation: Invitation


@transaction.atomic
def record_contact(
    *, company_en: str, person: str, email: str, intention: str, company_zh: str = "",
    kind: str = Issuer.Kind.COMPANY, language: str = "en", home_regulator: str = "",
) -> Contact:
    """Take in what somebody without an account tells the authority; open its case and send a receipt.

    Each telling is a contact of its own: who repeats one learns nothing of what others have told.
    """
    days = settings.SERVICE_CLOCKS["contact_answer_business_days"]
    case = cases.open_case(
        "issuers.contact", subject=company_en[:80], owner=_authority(), key=secrets.token_hex(16),
        service_days=days, actor=SYSTEM,
    )
    contact = Contact.objects.create(
        reference=case.reference, case=case, company_en=company_en, company_zh=company_zh, kind=kind, person=person,
        email=email.strip().lower(), language=language, home_regulator=home_regulator, intention=intention,
    )
    audit.record(RECEIVED, target=contact, actor=SYSTEM)
    outbox.enqueue(
        ContactReceived(reference=contact.reference, answer_days=days),
        to=outbox.Address(contact.email, contact.language), key=contact.reference,
    )
    return contact


def _authority() -> Organisation:
    return Organisation.objects.filter(kind=Organisation.Kind.AUTHORITY).earliest("pk")


@transaction.atomic
def take_up_talks(contact: Contact, *, actor: Actor) -> Contact:
    """Say that talks have begun; a case that is nobody's yet becomes the officer's.

    Raises:
        NotPermitted: the actor does not invite applicants.
        Refused: the contact is past that.
    """
    row = CONTACT.apply(contact, "talk", actor=actor)
    if row.case.assignee_id is None and isinstance(actor, User):
        cases.assign_case(row.case, to=actor, actor=actor)
    return row


@transaction.atomic
def note_talk(contact: Contact, *, text: str, actor: Actor) -> CaseNote:
    """Write down what was said, on the contact's case, for officers only.

    Raises:
        NotPermitted: the actor does not work cases.
        Refused: nothing was written.
    """
    require(actor, Can.WORK_CASES, contact)
    if not text.strip():
        raise Refused(_("Write what was said."))
    return cases.note_case(contact.case, text=text.strip(), audience=CaseNote.Audience.AUTHORITY, actor=actor)


@transaction.atomic
def invite_applicant(contact: Contact, *, actor: Actor, name_zh_hans: str = "") -> Invited:
    """Turn the contact into an applicant: register it, open its draft, invite the person, close the case.

    Raises:
        NotPermitted: the actor does not invite applicants.
        Refused: the contact was invited or closed meanwhile, or an organisation has its name.
    """
    row = CONTACT.apply(contact, "invite", actor=actor)
    invited = invite_company(
        name_en=row.company_en, name_zh=row.company_zh, name_zh_hans=name_zh_hans, kind=row.kind, person=row.person,
        email=row.email, language=row.language, actor=actor,
    )
    row.issuer = invited.issuer
    row.save(update_fields=["issuer"])
    cases.close_case(row.case, outcome="invited", actor=actor)
    return invited


@transaction.atomic
def invite_company(
    *, name_en: str, person: str, email: str, actor: Actor, name_zh: str = "", name_zh_hans: str = "",
    kind: str = Issuer.Kind.COMPANY, language: str = "en",
) -> Invited:
    """Register a company as an applicant, open its draft, and invite its first administrator.

    Raises:
        NotPermitted: the actor does not invite applicants.
        Refused: an organisation has its name, or the address will not do.
    """
    require(actor, Can.INVITE_APPLICANT)
    issuer = register_issuer(name_en=name_en, name_zh_hant=name_zh, name_zh_hans=name_zh_hans, kind=kind, actor=actor)
    application = open_application(issuer, actor=actor)
    invitation = invite_person(
        issuer.organisation, email=email, name=person, role=Role.ISSUER_ADMINISTRATOR, language=language, actor=actor
    )
    return Invited(issuer, application, invitation)


@transaction.atomic
def close_contact(contact: Contact, *, note: str, actor: Actor) -> Contact:
    """Close a contact that leads to no application, with the reason.

    Raises:
        NotPermitted: the actor does not invite applicants.
        Refused: no reason was given, or the contact was invited or closed meanwhile.
    """
    require(actor, Can.INVITE_APPLICANT, contact)
    if not note.strip():
        raise Refused(_("Say why: the note is part of the record."))
    row = CONTACT.apply(contact, "close", actor=actor, note=note.strip())
    cases.close_case(row.case, outcome="closed", actor=actor)
    return row
