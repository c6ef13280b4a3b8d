"""Who of an issuer's people receives what the authority writes, and what was written to them."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet

from core.models import Message, Organisation, User
from core.outbox import people_of
from core.roles import Can


@dataclass(frozen=True)
class Readers:
    """The people of an organisation to whom notices go, and those of them whom mail does not reach."""

    people: list[User]
    unreached: list[User]

    @property
    def reached(self) -> int:
        return len(self.people) - len(self.unreached)

    @property
    def few(self) -> bool:
        """Whether fewer people are reached than there have to be."""
        return self.reached < settings.MAIL_LEAST_RECIPIENTS


def readers_of(organisation: Organisation) -> Readers:
    """Return who receives the organisation's notices."""
    people = list({each.pk: each for each in people_of(organisation, Can.VIEW_CASES)}.values())
    return Readers(people, [each for each in people if each.undeliverable_since])


def mail_to(organisation: Organisation) -> QuerySet[Message]:
    """Return what was written to the organisation's people, newest first, without the words."""
    return (
        Message.objects.filter(organisation=organisation).select_related("recipient").defer("text", "html")
        .order_by("-queued_at", "-pk")
    )


def mail_seen_by(user: User, organisation: Organisation) -> QuerySet[Message]:
    """Return what the reader may know of: administrators all that went to the organisation, others what they got."""
    rows = mail_to(organisation)
    return rows if user.can(Can.MANAGE_PEOPLE, organisation) else rows.filter(recipient=user)
