"""What the platform writes about duties: what falls due, what is saved but not submitted, how a filing was answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.outbox import Notice


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that falls due; ``title`` is translated when the mail is rendered.

    ``reference`` is that of a notice of an event that is saved and not submitted, "" for a duty of the calendar.
    """

    title: str
    due_at: datetime
    cite: str = ""
    reference: str = ""


@dataclass(frozen=True)
class DutiesDue(Notice):
    """All that the issuer's people are reminded of on one day, the nearest last day first."""

    dues: tuple[Due, ...]


@dataclass(frozen=True)
class EventNoticeAnswered(Notice):
    """A notice of an event was acknowledged or returned, to the issuer's people."""

    reference: str
    title: str
    returned: bool


@dataclass(frozen=True)
class ConsentNotSubmitted(Notice):
    """A request for consent has lain as a draft, to the issuer's people."""

    reference: str
    changed_at: datetime


@dataclass(frozen=True)
class ConsentDecided(Notice):
    """A request for consent was decided, or its time ran out, to the issuer's people."""

    reference: str
    outcome: str


@dataclass(frozen=True)
class ObligationOverdue(Notice):
    """Something was not filed in time and a case was opened, to the issuer's people."""

    case: str
    title: str
    due_at: datetime


@dataclass(frozen=True)
class BreachAnswerDue(Notice):
    """A breach still waits for the issuer's answer, to its people who may answer."""

    case: str
    subject: str
    due_at: datetime
    overdue: bool = False
