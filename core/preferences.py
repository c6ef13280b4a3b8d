"""What a person chooses about mail: which optional kinds to have, and with which certificate mail is encrypted."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import audit, clock, smime
from core.business_days import hong_kong_calendar
from core.deadlines import day_of
from core.errors import Refused
from core.mail_notices import CertificateEnding
from core.models import MailCertificate, Message, OptOut, User
from core.outbox import NOTICES, Notice, enqueue

TURNED_OFF = audit.verb("core.mail.turned_off", gettext_noop("turned off mail of the kind %(notice)s"))
TURNED_ON = audit.verb("core.mail.turned_on", gettext_noop("turned on mail of the kind %(notice)s"))
FILED = audit.verb("core.certificate.filed", gettext_noop("filed certificate %(target)s for encrypted mail"))
WITHDRAWN = audit.verb("core.certificate.withdrawn", gettext_noop("withdrew certificate %(target)s"))
#: Days before a certificate ends on which its owner is told.
ENDING = (30, 7, 1)


def optional_kinds() -> list[type[Notice]]:
    """Return the kinds of mail that people may turn off."""
    return sorted((kind for kind in NOTICES.values() if kind.optional), key=lambda kind: kind.template)


def wanted_by(user: User) -> list[str]:
    """Return the optional kinds that the person has not turned off."""
    off = set(OptOut.objects.filter(user=user).values_list("notice", flat=True))
    return [kind.template for kind in optional_kinds() if kind.template not in off]


@transaction.atomic
def choose_mail(user: User, *, wanted: Collection[str], actor: User) -> list[str]:
    """Let a person have these optional kinds and no other; return what changed.

    Raises:
        Refused: somebody else chooses, or one of them is no optional kind.
    """
    _own(user, actor)
    known = [kind.template for kind in optional_kinds()]
    if set(wanted) - set(known):
        raise Refused(_("This mail cannot be turned off."))
    before = set(wanted_by(user))
    changed = []
    for notice in known:
        if (notice in wanted) != (notice in before):
            (_turn_on if notice in wanted else turn_off)(user, notice)
            changed.append(notice)
    return changed


@transaction.atomic
def turn_off(user: User, notice: str) -> bool:
    """Turn one optional kind off for a person who asked for it; return whether that changed anything.

    Raises:
        Refused: the kind cannot be turned off.
    """
    kind = NOTICES.get(notice)
    if kind is None or not kind.optional:
        raise Refused(_("This mail cannot be turned off."))
    _row, created = OptOut.objects.get_or_create(user=user, notice=notice)
    if created:
        audit.record(TURNED_OFF, target=user, actor=user, data={"notice": notice})
    return created


def _turn_on(user: User, notice: str) -> None:
    OptOut.objects.filter(user=user, notice=notice).delete()
    audit.record(TURNED_ON, target=user, actor=user, data={"notice": notice})


def certificate_of(user: User) -> MailCertificate | None:
    """Return the certificate on the person's file, valid or not."""
    return MailCertificate.objects.filter(user=user, withdrawn_at=None).first()


@transaction.atomic
def file_certificate(user: User, raw: bytes, *, actor: User) -> MailCertificate:
    """Keep a person's certificate: mail to the person is encrypted for it from now on; it replaces the one before.

    Raises:
        Refused: somebody else files it, or it does not serve; all reasons are said.
    """
    _own(user, actor)
    read = smime.read_certificate(raw, email=user.email, now=clock.now())
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    standing = certificate_of(user)
    if standing and standing.fingerprint == read.fingerprint:
        return standing
    MailCertificate.objects.filter(user=user, withdrawn_at=None).update(withdrawn_at=clock.now())
    row = MailCertificate.objects.create(
        user=user, pem=read.pem, fingerprint=read.fingerprint, subject=read.subject,
        not_before=read.not_before, not_after=read.not_after,
    )
    audit.record(FILED, target=row, actor=actor, data={"fingerprint": read.fingerprint})
    return row


@transaction.atomic
def withdraw_certificate(user: User, *, actor: User) -> None:
    """Take a person's certificate off the file: mail goes unencrypted from now on, and without any file."""
    _own(user, actor)
    for row in MailCertificate.objects.select_for_update().filter(user=user, withdrawn_at=None):
        row.withdrawn_at = clock.now()
        row.save(update_fields=["withdrawn_at"])
        audit.record(WITHDRAWN, target=row, actor=actor)


def _own(user: User, actor: User) -> None:
    if user.pk != actor.pk:
        raise Refused(_("Everybody chooses for themselves."))


def remind_of_certificates() -> list[Message]:
    """Tell the owners of certificates that end soon, on the business day at or before each day of reminding."""
    today, calendar = clock.today(), hong_kong_calendar()
    if not calendar.is_business_day(today):
        return []
    rows: list[Message] = []
    soon = MailCertificate.objects.standing().filter(not_after__lt=clock.now() + timedelta(days=max(ENDING) + 10))
    for certificate in soon.select_related("user").filter(user__is_active=True):
        last = day_of(certificate.not_after)
        days = [before for before in ENDING if calendar.on_or_before(last - timedelta(days=before)) <= today]
        if days:
            rows += enqueue(CertificateEnding(last), to=certificate.user, key=f"{certificate.pk}:{min(days)}")
    return rows
