"""What the platform writes about duties: what falls due, what is saved but not submitted, how a filing was answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.outbox import Notice


@dataclass(frozen=True)
class ObligationDue(Notice):
    """Something falls due, to the issuer's people; ``title`` is translated when the mail is rendered."""

    title: str
    cite: str
    due_at: datetime


@dataclass(frozen=True)
class NoticeNotSubmitted(Notice):
    """A notice of an event is saved but not submitted the day before it is due, to the issuer's people."""

    reference: str
    title: str
    due_at: datetime


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
