"""Mail that did not arrive is a person's task: one case per address, and what can be done about each message.

Nothing is sent again by itself. A person corrects the address, sends again, or says how the recipient was reached.
"""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from core import audit, cases, clock
from core.access import SYSTEM, Actor, require
from core.errors import Refused
from core.models import Case, Membership, Message, Organisation, User
from core.outbox import NOTICES, mark_settled
from core.roles import Can

S = Message.Status
TO_WORK = (S.FAILED, S.UNCERTAIN, S.BOUNCED)
KIND = cases.kind(
    "mail_undelivered", prefix="MAIL", title=gettext_lazy("Mail not delivered"),
    summary=gettext_noop("Mail to %(subject)s was not delivered, or nobody knows whether it was"), queue="operations",
)
RESENT = audit.verb("core.message.resent", gettext_noop("sent %(notice)s again, to %(address)s"))
SETTLED = audit.verb("core.message.settled", gettext_noop("called %(notice)s delivered: %(note)s"))
CORRECTED = audit.verb("core.address.corrected", gettext_noop("corrected the e-mail address of %(target)s"),
                       audience=audit.Audience.ISSUER)
TRUSTED = audit.verb("core.address.trusted", gettext_noop("said that the e-mail address of %(target)s works"),
                     audience=audit.Audience.ISSUER)


@transaction.atomic
def open_mail_cases() -> list[Case]:
    """Open a case for every address to which something was not delivered, or add to the open one; return them."""
    found: dict[int, Case] = {}
    rows = Message.objects.filter(status__in=TO_WORK, case=None).select_for_update(skip_locked=True, of=("self",))
    for message in rows.select_related("organisation", "recipient").order_by("queued_at", "pk")[:500]:
        owner = _owner(message)
        if owner is None:
            continue  # nobody is there yet to work it
        case = cases.open_case(
            KIND.name, subject=message.address[:80], owner=owner, key=message.address.lower()[:200], actor=SYSTEM,
            service_days=settings.SERVICE_CLOCKS["mail_undelivered_business_days"],
        )
        message.case = case
        message.save(update_fields=["case"])
        found[case.pk] = case
    return list(found.values())


def _owner(message: Message) -> Organisation | None:
    """Return whose person was not reached; people without an organisation are the authority's to reach."""
    if message.organisation:
        return message.organisation
    memberships = Membership.objects.current().filter(user=message.recipient_id).select_related("organisation")
    first = memberships.order_by("pk").first() if message.recipient_id else None
    return first.organisation if first else Organisation.objects.filter(kind=Organisation.Kind.AUTHORITY).first()


def _locked(message: Message, actor: Actor) -> Message:
    require(actor, Can.WORK_MAIL)
    rows = Message.objects.select_for_update(no_key=True, of=("self",))
    row = rows.select_related("recipient", "case", "organisation").get(pk=message.pk)
    if row.status not in TO_WORK:
        raise Refused(_("This message is not one that failed."))
    return row


@transaction.atomic
def resend(message: Message, *, actor: User, address: str = "") -> Message:
    """Send the same words once more, to the address that its recipient has now; return the new row.

    ``address`` corrects the address of somebody who has no account.

    Raises:
        NotPermitted: the actor does not work on mail.
        Refused: it did not fail, its words no longer hold, or its recipient is not to have it any more.
    """
    row = _locked(message, actor)
    declared = NOTICES.get(row.notice)
    if declared is None:
        raise Refused(_("This mail held a link that works for a short time: its recipient asks for a new one."))
    target = row.recipient.email if row.recipient else _corrected(row, address.strip(), secret=declared.lets_in)
    if row.recipient:
        _still_theirs(row)
    again = Message.objects.create(
        key=f"again:{row.pk}", again_of=row, notice=row.notice, organisation=row.organisation, recipient=row.recipient,
        address=target, language=row.language, optional=row.optional, subject=row.subject, text=row.text, html=row.html,
        attachments=row.attachments,
    )
    mark_settled(row)
    audit.record(RESENT, target=row, actor=actor, data={"notice": row.notice, "address": target})
    _close_if_done(row.case)
    return again


def _corrected(row: Message, address: str, *, secret: bool) -> str:
    if not address or address.lower() == row.address.lower():
        return row.address
    if secret:
        raise Refused(_("This mail lets its reader in. Withdraw the invitation and invite the right address."))
    return _sound(address)


def _sound(address: str) -> str:
    try:
        validate_email(address)
    except ValidationError:
        raise Refused(_("%(address)s is not an e-mail address.") % {"address": address}, code="address")
    return address


def _still_theirs(row: Message) -> None:
    """Refuse to send what an organisation was told to somebody who acts for it no more."""
    person = row.recipient
    if person is None or not person.is_active:
        raise Refused(_("The account of its recipient is closed."))
    if row.organisation and row.organisation_id not in person.organisation_ids:
        raise Refused(_("%(name)s no longer acts for %(organisation)s.")
                      % {"name": person.name, "organisation": row.organisation.name})
    if person.undeliverable_since and person.email.lower() == row.address.lower():
        raise Refused(_("Mail to %(address)s comes back: correct the address first, or say that it works.")
                      % {"address": row.address})


@transaction.atomic
def settle(message: Message, *, note: str, actor: User) -> Message:
    """Call a message delivered: the note says how its recipient was reached.

    Raises:
        NotPermitted: the actor does not work on mail.
        Refused: it did not fail, or nothing is said.
    """
    row = _locked(message, actor)
    if not note.strip():
        raise Refused(_("Say how its recipient was reached: the note is part of the record."))
    mark_settled(row)
    audit.record(SETTLED, target=row, actor=actor, data={"notice": row.notice, "note": note.strip()[:1000]})
    _close_if_done(row.case)
    return row


def _close_if_done(case: Case | None) -> None:
    if case and not case.messages.filter(status__in=TO_WORK).exists():
        cases.close_case(case, outcome="settled", actor=SYSTEM)


@transaction.atomic
def correct_address(person: User, *, email: str, organisation: Organisation, actor: User) -> User:
    """Give a person another address, to which mail goes and with which the person signs in from now on.

    Raises:
        NotPermitted: the actor does not look after the organisation's people.
        Refused: it is no address, or somebody else's, or the person does not act for the organisation.
    """
    require(actor, Can.MANAGE_PEOPLE, organisation)
    row = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if organisation.pk not in row.organisation_ids:
        raise Refused(_("%(name)s does not act for %(organisation)s.")
                      % {"name": row.name, "organisation": organisation.name})
    new, old = _sound(email.strip().lower()), row.email
    if User.objects.filter(email__iexact=new).exclude(pk=row.pk).exists():
        raise Refused(_("Somebody else has this address."), code="address")
    if new == old:
        raise Refused(_("This is the address that is on file."), code="address")
    row.email, row.undeliverable_since = new, None
    row.save(update_fields=["email", "undeliverable_since"])
    EmailAddress.objects.filter(user=row, email__iexact=old).update(email=new)
    audit.record(CORRECTED, target=row, actor=actor, organisation=organisation, data={"from": old, "to": new})
    return row


@transaction.atomic
def trust_address(person: User, *, actor: User) -> User:
    """Say that mail to a person arrives again, so that it is no longer held back.

    Raises:
        NotPermitted: the actor does not work on mail.
    """
    require(actor, Can.WORK_MAIL)
    row = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if row.undeliverable_since:
        row.undeliverable_since = None
        row.save(update_fields=["undeliverable_since"])
        audit.record(TRUSTED, target=row, actor=actor, organisation=_first_organisation(row))
    return row


def _first_organisation(person: User) -> Organisation | None:
    return next((each.organisation for each in person.current_memberships), None)


def note_undeliverable(address: str) -> User | None:
    """Note that mail to an address comes back, for the person whose it is, if it is somebody's."""
    person = User.objects.filter(email__iexact=address).first()
    if person and not person.undeliverable_since:
        person.undeliverable_since = clock.now()
        person.save(update_fields=["undeliverable_since"])
    return person
