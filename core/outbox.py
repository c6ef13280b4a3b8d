"""The outbox: typed notices become rows in the caller's transaction; workers send each exactly once.

A row is committed as *inflight* before SMTP and as *sent* after it. A worker that dies in between
leaves *inflight*, which nobody resends blindly: the sweep calls it *uncertain*, for a person. A
round goes over one connection; a server that takes nothing stops it before any row is touched.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, time, timedelta
from itertools import takewhile
from time import monotonic
from typing import Any, ClassVar

import css_inline
from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_noop

from core import audit, circuit, clock
from core.access import SYSTEM
from core.models import MailCertificate, Membership, Message, OptOut, Organisation, User
from core.roles import ROLES, Can
from core.smtp import Line, Outcome, ServerAway, hand_over
from core.unsubscribing import PLACEHOLDER, unsubscribe_url

SENT = audit.verb("core.message.sent", gettext_noop("sent %(notice)s to %(recipient)s"))
FAILED = audit.verb("core.message.failed", gettext_noop("could not send %(notice)s: %(error)s"))

BOUNCED = audit.verb("core.message.bounced", gettext_noop("%(notice)s came back: %(error)s"))

S = Message.Status
MAX_ATTEMPTS = 8
#: The most that one round takes, in messages and in time (well within a task's limit); the next round takes the rest.
BATCH, ROUND_SECONDS = 1000, 240
STALE_AFTER = timedelta(minutes=15)
NOTICES: dict[str, type[Notice]] = {}


@dataclass(frozen=True)
class Notice:
    """One kind of message; its fields are exactly what its three templates use.

    ``template`` is ``<app>/<name>``: ``templates/email/<app>/<name>.{subject.txt,txt,html}``.
    """

    template: ClassVar[str]
    #: Whether its recipient may turn it off; what the law or a duty rests on never is.
    optional: ClassVar[bool] = False
    #: Whether who holds it is let in somewhere: such a mail never goes to another address than it was written for.
    lets_in: ClassVar[bool] = False
    #: What the kind is called where people choose; only optional ones need a name.
    called: ClassVar[Any] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        name = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        cls.template = f"{cls.__module__.split('.')[0]}/{name}"
        NOTICES[cls.template] = cls

    def render(self, language: str, *, attached: bool = False) -> tuple[str, str, str]:
        """Return subject, text and HTML, with the heading in another language; ``attached``: a file goes with it."""
        other = "en" if language != "en" else "zh-hant"
        with translation.override(other):
            heading = self._subject({"site_url": settings.SITE_URL, "language": other})
        with translation.override(language):
            subject = self._subject({"site_url": settings.SITE_URL, "language": language})
            context = self._fields() | {
                "site_url": settings.SITE_URL, "language": language, "attached": attached,
                "unsubscribe_url": PLACEHOLDER if self.optional else "",
                "other_language": other, "other_heading": heading if heading != subject else "",
            }
            text, html = (render_to_string(f"email/{self.template}.{form}", context) for form in ("txt", "html"))
        return subject, text.strip() + "\n", css_inline.inline(html)

    def _fields(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def _subject(self, context: dict[str, Any]) -> str:
        return " ".join(render_to_string(f"email/{self.template}.subject.txt", self._fields() | context).split())


@dataclass(frozen=True)
class Address:
    """Somebody without an account: where to write to, and in which language."""

    email: str
    language: str

    @property
    def pk(self) -> str:
        return hashlib.sha256(self.email.lower().encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Attachment:
    """A file of the blob store that goes with a mail, to officers only and only where the authority allows it."""

    sha256: str
    filename: str
    media_type: str


def enqueue(
    notice: Notice, *, to: User | Address | Organisation | Iterable[User], key: str, may: Can | None = None,
    attachments: Sequence[Attachment] = (),
) -> list[Message]:
    """Write one row per recipient in the caller's transaction; the same key and recipient is one row.

    ``may`` leaves out the people of the organisation whose role there does not allow it; optional mail goes to nobody
    who turned it off. Returns the new rows only.
    """
    recipients: list[User | Address]
    if isinstance(to, Organisation):
        recipients, organisation = list(people_of(to, may)), to
    else:
        recipients, organisation = [to] if isinstance(to, User | Address) else list(to), None
    if notice.optional:
        off = set(OptOut.objects.filter(notice=notice.template).values_list("user", flat=True))
        recipients = [each for each in recipients if each.pk not in off]
    rows: list[Message] = []
    rendered: dict[tuple[str, bool], tuple[str, str, str]] = {}
    for recipient in {each.pk: each for each in recipients}.values():
        language, files = recipient.language, _allowed(attachments, recipient)
        if (language, bool(files)) not in rendered:
            rendered[language, bool(files)] = notice.render(language, attached=bool(files))
        subject, text, html = rendered[language, bool(files)]
        if notice.optional and isinstance(recipient, User):
            link = unsubscribe_url(recipient.pk, notice.template, language)
            text, html = text.replace(PLACEHOLDER, link), html.replace(PLACEHOLDER, link)
        row, created = Message.objects.get_or_create(
            key=f"{notice.template}:{key}:{recipient.pk}",
            defaults={
                "notice": notice.template, "organisation": organisation,
                "recipient": recipient if isinstance(recipient, User) else None,
                "address": recipient.email, "language": language, "optional": notice.optional,
                "subject": subject[:300], "text": text, "html": html,
                "attachments": files,
            },
        )
        rows += [row] if created else []
    return rows


def people_of(organisation: Organisation, may: Can | None = None) -> list[User]:
    """Return the active people of an organisation, by address; ``may`` leaves out those whose role does not allow."""
    current = Membership.objects.current().filter(organisation=organisation, user__is_active=True)
    if may is not None:
        current = current.filter(role__in=[role for role, allowed in ROLES.items() if may in allowed])
    return [membership.user for membership in current.select_related("user").order_by("user__email")]


def _allowed(attachments: Sequence[Attachment], recipient: User | Address) -> list[dict[str, str]]:
    """Return what may go with a mail to the recipient: to officers, where policy allows, encrypted where it says so."""
    if not attachments or not settings.MAIL_ATTACH_REPORTS_TO_OFFICERS:
        return []
    if not isinstance(recipient, User) or not recipient.is_authority:
        return []
    if settings.MAIL_ATTACHMENTS_ENCRYPTED and not MailCertificate.objects.standing().filter(user=recipient).exists():
        return []
    return [{"sha256": each.sha256, "filename": each.filename, "media_type": each.media_type} for each in attachments]


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
    """Send one queued message now; return its row, or None if it was not handed over: it waits, or another has it."""
    return Message.objects.get(pk=pk) if pk in deliver_batch([pk]) else None


def deliver_batch(pks: Iterable[int] | None = None) -> dict[int, Message.Status]:
    """Send what waits, or these of it, over one connection; return what became of each that was handed over.

    Each row is committed as *inflight* before its mail is handed over, and as what became of it after. The server is
    reached before the first row is touched: one that takes nothing costs one try, and every row waits as it was.
    """
    waiting = list(due() if pks is None else pks)[: _budget()]
    fates: dict[int, Message.Status] = {}
    if not waiting or circuit.waits_until():
        return fates
    try:
        with Line() as line:
            of, until, done = _Round(waiting), monotonic() + ROUND_SECONDS, None
            for pk in takewhile(lambda _pk: monotonic() < until, waiting):
                # One commit for two messages: what became of the last, and that the next is about to leave.
                with transaction.atomic():
                    fates |= _settled(done)
                    message, done = _claim(pk, of), None
                if message:
                    done = message, hand_over(line, message, of.certificates.get(message.recipient_id))
                    of.had[message.recipient_id or 0] += message.optional
                    if done[1].away:
                        break
            with transaction.atomic():
                fates |= _settled(done)
            if done and done[1].away:
                raise ServerAway(done[1].error)
    except ServerAway as failure:
        circuit.note_away(str(failure))
    else:
        circuit.note_taken()
    return fates


class _Round:
    """What is looked up once for all messages of a round: certificates, what was turned off, what people had today."""

    def __init__(self, pks: list[int]) -> None:
        today = datetime.combine(clock.today(), time(), clock.HONG_KONG)
        chosen = Message.objects.filter(pk__in=pks, optional=True).order_by()
        self.certificates = dict(
            MailCertificate.objects.standing().filter(user__messages__in=pks).order_by().values_list("user", "pem")
        )
        self.off = set(OptOut.objects.filter(user__in=chosen.values("recipient")).values_list("user", "notice"))
        self.had = Counter(Message.objects.filter(
            recipient__in=chosen.values("recipient"), optional=True, sent_at__gte=today
        ).order_by().values_list("recipient", flat=True))

    def has_had_enough(self, message: Message) -> bool:
        limit = settings.MAIL_OPTIONAL_PER_DAY
        return message.optional and 0 < limit <= self.had[message.recipient_id or 0]


def _claim(pk: int, of: _Round) -> Message | None:
    """Take a message that waits, so that nobody else sends it; one that is not to be sent now says why and is left."""
    now = clock.now()
    message = (
        Message.objects.select_for_update(skip_locked=True, no_key=True, of=("self",)).select_related("recipient")
        .filter(pk=pk, status=S.QUEUED, next_attempt_at__lte=now).first()
    )
    if message is None:
        return None
    person = message.recipient
    if person and person.undeliverable_since and message.address == person.email:
        _end(message, S.FAILED, f"held: mail to this address has come back since {person.undeliverable_since:%Y-%m-%d}")
        return None
    if message.optional and (message.recipient_id, message.notice) in of.off:
        _end(message, S.SETTLED, "turned off by its recipient before it was sent")
        return None
    if of.has_had_enough(message):
        message.next_attempt_at = datetime.combine(clock.today() + timedelta(days=1), time(8), clock.HONG_KONG)
        message.save(update_fields=["next_attempt_at"])
        return None
    message.status = S.INFLIGHT
    message.attempts += 1
    message.next_attempt_at = now
    message.save(update_fields=["status", "attempts", "next_attempt_at"])
    return message


def _end(message: Message, status: Message.Status, reason: str) -> None:
    message.status, message.error = status, reason
    message.save(update_fields=["status", "error"])
    if status == S.FAILED:
        audit.record(FAILED, target=message, actor=SYSTEM, data={"notice": message.notice, "error": reason})


def _settled(done: tuple[Message, Outcome] | None) -> dict[int, Message.Status]:
    """Write down what became of a message that was handed over; nobody else touches a row in flight."""
    if done is None:
        return {}
    message, outcome = done
    status, data = outcome.status, {"notice": message.notice}
    if outcome.untried:
        message.attempts -= 1  # it waits with all others
    elif status == S.QUEUED and message.attempts >= MAX_ATTEMPTS:
        status = S.FAILED
    message.status, message.error = status, outcome.error[:500]
    if status == S.SENT:
        message.sent_at = clock.now()
        audit.record(SENT, target=message, actor=SYSTEM, data=data | {"recipient": str(message.recipient_id or "-")})
    elif status == S.FAILED:
        audit.record(FAILED, target=message, actor=SYSTEM, data=data | {"error": outcome.error[:200]})
    elif status == S.QUEUED and not outcome.untried:
        message.next_attempt_at = clock.now() + timedelta(seconds=min(3600, 15 * 2**message.attempts))
    message.save(update_fields=["status", "error", "sent_at", "next_attempt_at", "attempts"])
    return {message.pk: status}


def _budget() -> int:
    """Return how many messages may leave in this minute."""
    limit = settings.MAIL_PER_MINUTE
    if not limit:
        return BATCH
    left = Message.objects.filter(sent_at__gt=clock.now() - timedelta(minutes=1)).count()
    return max(0, min(BATCH, limit - left))


def due() -> list[int]:
    """Return the keys of messages that wait and whose time has come, the oldest first."""
    waiting = Message.objects.filter(status=S.QUEUED, next_attempt_at__lte=clock.now())
    return list(waiting.order_by("next_attempt_at", "pk").values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def mark_uncertain() -> int:
    """Call messages *uncertain* whose worker died between SMTP and its commit; return how many."""
    stale = Message.objects.select_for_update(skip_locked=True).filter(
        status=S.INFLIGHT, next_attempt_at__lt=clock.now() - STALE_AFTER
    )
    count = 0
    for message in stale:
        message.status, message.error = S.UNCERTAIN, "the worker that was sending it died"
        message.save(update_fields=["status", "error"])
        count += 1
    return count


@transaction.atomic
def mark_bounced(message: Message, reason: str) -> bool:
    """Note that a message came back after the server had taken it; return whether that is news."""
    row = Message.objects.select_for_update(no_key=True).get(pk=message.pk)
    if row.status not in (S.SENT, S.UNCERTAIN):
        return False
    row.status, row.error = S.BOUNCED, reason[:500]
    row.save(update_fields=["status", "error"])
    message.status = row.status
    audit.record(BOUNCED, target=row, actor=SYSTEM, data={"notice": row.notice, "error": reason[:200]})
    return True


def mark_settled(message: Message) -> None:
    """Take a message that was not delivered off the list of what a person has to do; the caller records why."""
    message.status = S.SETTLED
    message.save(update_fields=["status"])
