"""The outbox: typed notices become rows in the caller's transaction; workers send each exactly once.

A row is committed as *inflight* before SMTP and as *sent* after it. A worker that dies in between
leaves *inflight*, which nobody resends blindly: the sweep calls it *uncertain*, for a person.
"""

from __future__ import annotations

import hashlib
import re
import smtplib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any, ClassVar

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_noop

from core import audit, clock
from core.access import SYSTEM
from core.models import Membership, Message, Organisation, User
from core.roles import ROLES, Can

SENT = audit.verb("core.message.sent", gettext_noop("sent %(notice)s to %(recipient)s"))
FAILED = audit.verb("core.message.failed", gettext_noop("could not send %(notice)s: %(error)s"))

MAX_ATTEMPTS = 8
STALE_AFTER = timedelta(minutes=15)
NOTICES: dict[str, type[Notice]] = {}


@dataclass(frozen=True)
class Notice:
    """One kind of message; its fields are exactly what its three templates use.

    ``template`` is ``<app>/<name>``: ``templates/email/<app>/<name>.{subject.txt,txt,html}``.
    """

    template: ClassVar[str]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        name = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        cls.template = f"{cls.__module__.split('.')[0]}/{name}"
        NOTICES[cls.template] = cls

    def render(self, language: str) -> tuple[str, str, str]:
        """Return subject, text and HTML in the language."""
        context = {field.name: getattr(self, field.name) for field in fields(self)} | {
            "site_url": settings.SITE_URL, "language": language
        }
        with translation.override(language):
            subject, text, html = (
                render_to_string(f"email/{self.template}.{form}", context) for form in ("subject.txt", "txt", "html")
            )
        return " ".join(subject.split()), text.strip() + "\n", css_inline.inline(html)


@dataclass(frozen=True)
class Address:
    """Somebody without an account: where to write to, and in which language."""

    email: str
    language: str

    @property
    def pk(self) -> str:
        return hashlib.sha256(self.email.lower().encode()).hexdigest()[:32]


def enqueue(
    notice: Notice, *, to: User | Address | Organisation | Iterable[User], key: str, may: Can | None = None
) -> list[Message]:
    """Write one row per recipient in the caller's transaction; the same key and recipient is one row.

    ``may`` leaves out the people of the organisation whose role there does not allow it. Returns the new rows only.
    """
    recipients: list[User | Address]
    if isinstance(to, Organisation):
        current = Membership.objects.current().filter(organisation=to, user__is_active=True).select_related("user")
        if may is not None:
            current = current.filter(role__in=[role for role, allowed in ROLES.items() if may in allowed])
        recipients, organisation = [membership.user for membership in current.order_by("user__email")], to
    else:
        recipients, organisation = [to] if isinstance(to, User | Address) else list(to), None
    rows = []
    for recipient in {each.pk: each for each in recipients}.values():
        subject, text, html = notice.render(recipient.language)
        row, created = Message.objects.get_or_create(
            key=f"{notice.template}:{key}:{recipient.pk}",
            defaults={
                "notice": notice.template, "organisation": organisation,
                "recipient": recipient if isinstance(recipient, User) else None,
                "address": recipient.email, "language": recipient.language,
                "subject": subject[:300], "text": text, "html": html,
            },
        )
        rows += [row] if created else []
    return rows


def enqueue_rendered(notice: str, *, to: User, subject: str, text: str, html: str, key: str) -> Message:
    """Write one row for a message that another library worded, such as a password reset; the key makes it once."""
    return Message.objects.get_or_create(
        key=f"{notice}:{key}",
        defaults={
            "notice": notice, "recipient": to, "address": to.email, "language": to.language,
            "subject": " ".join(subject.split())[:300], "text": text, "html": html,
        },
    )[0]


def deliver(pk: int) -> Message | None:
    """Send one queued message now; return its row, or None if it is not waiting or another worker has it."""
    with transaction.atomic():
        message = (
            Message.objects.select_for_update(skip_locked=True)
            .filter(pk=pk, status=Message.Status.QUEUED, next_attempt_at__lte=clock.now())
            .first()
        )
        if message is None:
            return None
        message.status = Message.Status.INFLIGHT
        message.attempts += 1
        message.next_attempt_at = clock.now()
        message.save(update_fields=["status", "attempts", "next_attempt_at"])
    error, status = _send(message)
    with transaction.atomic():
        message = Message.objects.select_for_update().get(pk=pk)
        if status == Message.Status.QUEUED and message.attempts >= MAX_ATTEMPTS:
            status = Message.Status.FAILED
        message.status, message.error = status, error[:500]
        if status == Message.Status.SENT:
            message.sent_at = clock.now()
            audit.record(SENT, target=message, actor=SYSTEM,
                         data={"notice": message.notice, "recipient": str(message.recipient_id or "-")})
        elif status == Message.Status.FAILED:
            audit.record(FAILED, target=message, actor=SYSTEM, data={"notice": message.notice, "error": error[:200]})
        elif status == Message.Status.QUEUED:
            message.next_attempt_at = clock.now() + timedelta(seconds=min(3600, 15 * 2**message.attempts))
        message.save(update_fields=["status", "error", "sent_at", "next_attempt_at"])
    return message


def _send(message: Message) -> tuple[str, Message.Status]:
    """Return the error (or "") and what became of the mail.

    A 5xx answer is final (RFC 5321 4.2.1). A connection that breaks once the server listens may have
    taken the mail with it: nobody knows, so nobody sends it again.
    """
    connection = get_connection()
    mail = EmailMultiAlternatives(
        message.subject, message.text, to=[message.address], connection=connection,
        headers={"Message-ID": f"<{message.pk}.{message.queued_at:%Y%m%d%H%M%S}@{settings.MAIL_DOMAIN}>"},
    )
    mail.attach_alternative(message.html, "text/html")
    try:
        connection.open()
    except (smtplib.SMTPException, OSError) as failure:
        return f"{type(failure).__name__}: {failure}", Message.Status.QUEUED
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as refusal:
        code, reason = next(iter(refusal.recipients.values()))
        return f"{code} {reason.decode(errors='replace')}", _after(code)
    except smtplib.SMTPResponseException as answer:
        said = answer.smtp_error
        words = said.decode(errors="replace") if isinstance(said, bytes) else said
        return f"{answer.smtp_code} {words}", _after(answer.smtp_code)
    except (smtplib.SMTPException, OSError) as failure:
        return f"{type(failure).__name__}: {failure}", Message.Status.UNCERTAIN
    finally:
        with suppress(smtplib.SMTPException, OSError):  # the mail's fate is known, however the parting goes
            connection.close()
    return "", Message.Status.SENT


def _after(code: int) -> Message.Status:
    return Message.Status.FAILED if code >= 500 else Message.Status.QUEUED


def due() -> list[int]:
    """Return the keys of messages that wait and whose time has come."""
    waiting = Message.objects.filter(status=Message.Status.QUEUED, next_attempt_at__lte=clock.now())
    return list(waiting.order_by("next_attempt_at").values_list("pk", flat=True)[:1000])


@transaction.atomic
def mark_uncertain() -> int:
    """Call messages *uncertain* whose worker died between SMTP and its commit; return how many."""
    stale = Message.objects.select_for_update(skip_locked=True).filter(
        status=Message.Status.INFLIGHT, next_attempt_at__lt=clock.now() - STALE_AFTER
    )
    count = 0
    for message in stale:
        message.status = Message.Status.UNCERTAIN
        message.save(update_fields=["status"])
        count += 1
    return count
