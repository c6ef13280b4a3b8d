"""What the platform writes to a licensee about its licence: intentions, decisions, what took effect, fees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from core.outbox import Notice


@dataclass(frozen=True)
class ActionIntended(Notice):
    """The authority intends to act on the licence; the licensee may make representations until then."""

    reference: str
    licence: str
    power: Any
    representations_until: datetime


@dataclass(frozen=True)
class ActionDecided(Notice):
    """The authority decided; from when it takes effect and until when the tribunal can be asked.

    ``provided_by_law`` is whether our sources name a provision for the act; where none, nothing is said of a review.
    """

    reference: str
    licence: str
    power: Any
    takes_effect_on: date
    tribunal_until: datetime | None
    provided_by_law: bool = True


@dataclass(frozen=True)
class ActionDropped(Notice):
    """The authority does not go on with what it intended."""

    reference: str
    licence: str
    power: Any


@dataclass(frozen=True)
class RepresentationsDue(Notice):
    """The time in which the licensee may be heard ends soon and nothing was said yet, to those who may speak for it."""

    reference: str
    licence: str
    until: datetime


@dataclass(frozen=True)
class RepresentationsReceived(Notice):
    """The licensee was heard, to the officer who made the proposal."""

    reference: str
    licence: str


@dataclass(frozen=True)
class LicenceChanged(Notice):
    """The licence is in another state: suspended, in force again, revoked, given up."""

    licence: str
    state: Any
    since: date


@dataclass(frozen=True)
class FeeInvoiced(Notice):
    """A licence fee was invoiced."""

    invoice: str
    licence: str
    due_at: datetime


@dataclass(frozen=True)
class FeeOverdue(Notice):
    """A licence fee was not paid in time."""

    invoice: str
    licence: str
    due_at: datetime
