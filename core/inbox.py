"""A person's inbox: the very rows that are mailed, read and unread; nobody reads another's."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from core import clock
from core.models import Message, User

#: Notices that only officers may ever read, by the beginning of their names: were one addressed to somebody else, it
#: would tell them what they must not know.
FOR_OFFICERS = ("aml/",)
#: Mails that hold a secret by which somebody signs in: whoever has the session must not get it without the mailbox.
WITH_SECRETS = ("account/", "core/invited")


def inbox_of(reader: User) -> QuerySet[Message]:
    """Return the messages that were written to the person, newest first."""
    rows = Message.objects.filter(recipient=reader)
    return rows if reader.is_authority else rows.exclude(_named(FOR_OFFICERS))


def _named(beginnings: Iterable[str]) -> Q:
    wanted = Q()
    for each in beginnings:
        wanted |= Q(notice__startswith=each)
    return wanted


def unread_count(reader: User) -> int:
    """Return how many messages the person has not opened."""
    return inbox_of(reader).filter(read_at=None).count()


def holds_secret(message: Message) -> bool:
    """Say whether the text stays in the mailbox, because it may hold a link that signs somebody in."""
    return message.notice.startswith(WITH_SECRETS)


def open_message(message: Message, *, reader: User) -> Message:
    """Note that the recipient has opened the message; the first time counts."""
    if message.read_at is None and message.recipient_id == reader.pk:
        message.read_at = clock.now()
        Message.objects.filter(pk=message.pk, read_at=None).update(read_at=message.read_at)
    return message


def read_everything(reader: User) -> int:
    """Note all of the person's messages as read; return how many were not."""
    return inbox_of(reader).filter(read_at=None).update(read_at=clock.now())
