"""Takes in mail that came back: finds the message, marks it and its address, keeps the rest for a person."""

from __future__ import annotations

import mailbox
from collections.abc import Iterator
from pathlib import Path

import structlog
from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import audit, blobs, bounces, clock
from core.access import SYSTEM, require
from core.errors import Refused
from core.models import Bounce, Message, User
from core.outbox import mark_bounced
from core.roles import Can
from core.undelivered import note_undeliverable, open_mail_cases

UNDELIVERABLE = audit.verb("core.address.undeliverable", gettext_noop("mail to %(target)s comes back: %(reason)s"),
                           audience=audit.Audience.ISSUER)
READ = audit.verb("core.bounce.read", gettext_noop("read what came back: %(target)s"))
#: The most that is kept of one mail: what comes back repeats what we wrote, which is short.
KEPT_BYTES = 2_000_000
log = structlog.get_logger(__name__)


@transaction.atomic
def receive_bounce(raw: bytes) -> Bounce:
    """Take in one mail that came back; the same bytes again are the same row.

    Raises:
        Refused: there is nothing in it.
    """
    if not raw.strip():
        raise Refused(_("The mail is empty."), code="empty")
    blob = blobs.store_blob(raw[:KEPT_BYTES])
    if known := Bounce.objects.filter(raw=blob).first():
        return known
    said = bounces.parse(raw)
    message = _message_of(said)
    # Only what carries our proof is believed: anybody may write to this address.
    kind = said.kind if message else Bounce.Kind.UNKNOWN
    row = Bounce.objects.create(
        kind=kind, raw=blob, message=message, address=said.address or (message.address if message else ""),
        code=said.code[:20], reason=said.reason,
    )
    if message and kind == Bounce.Kind.HARD:
        reason = f"{said.code} {said.reason}".strip()
        mark_bounced(message, reason)
        person = note_undeliverable(message.address) if said.address_is_dead else None
        if person:
            first = next((each.organisation for each in person.current_memberships), None)
            audit.record(UNDELIVERABLE, target=person, actor=SYSTEM, organisation=first, data={"reason": reason[:200]})
        open_mail_cases()
    return row


def _message_of(said: bounces.Returned) -> Message | None:
    found = Message.objects.in_bulk([pk for pk, _proof in said.names])
    return next(
        (found[pk] for pk, proof in said.names if pk in found and constant_time_compare(found[pk].token, proof)), None
    )


@transaction.atomic
def read_bounce(bounce: Bounce, *, actor: User) -> Bounce:
    """Note that a person looked at what the platform did not understand.

    Raises:
        NotPermitted: the actor does not work on mail.
    """
    require(actor, Can.WORK_MAIL)
    row = Bounce.objects.select_for_update(no_key=True).get(pk=bounce.pk)
    if row.read_at is None:
        row.read_by, row.read_at = actor, clock.now()
        row.save(update_fields=["read_by", "read_at"])
        audit.record(READ, target=row, actor=actor)
    return row


def sweep_bounces(place: Path) -> int:
    """Take in what lies in a maildir or in a mbox file; return how many mails that were.

    A mail is put away after it was taken in: a worker that dies in between takes the same bytes again, which are known.
    """
    box: mailbox.Mailbox = mailbox.Maildir(place, create=False) if place.is_dir() else mailbox.mbox(place, create=False)
    taken = 0
    try:
        box.lock()
        for key in list(_waiting(box)):
            with box.get_file(key) as file:
                raw = file.read(KEPT_BYTES)
            try:
                receive_bounce(raw)
            except Refused as refusal:
                log.warning("mail that came back was not taken in", reason=str(refusal))
            taken += 1
            _put_away(box, key)
        box.flush()
    finally:
        box.unlock()
        box.close()
    return taken


def _waiting(box: mailbox.Mailbox) -> Iterator[str]:
    if isinstance(box, mailbox.Maildir):
        return (key for key in box.iterkeys() if box.get_message(key).get_subdir() == "new")
    return box.iterkeys()


def _put_away(box: mailbox.Mailbox, key: str) -> None:
    """Mark a mail of a maildir as seen; take one out of a mbox file, which its writer only adds to."""
    if isinstance(box, mailbox.Maildir):
        mail = box.get_message(key)
        mail.set_subdir("cur")
        mail.add_flag("S")
        box[key] = mail
    else:
        box.discard(key)
