"""What the platform writes to people about reports, documents, breaches and deadlines; no figure leaves by mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy

from core.outbox import Notice


@dataclass(frozen=True)
class DailyReportReady(Notice):
    """A daily reserve audit report can be read, to the issuer's people who may read reports."""

    optional: ClassVar[bool] = True
    called: ClassVar[Any] = gettext_lazy("A daily reserve audit report is ready")

    reference: str
    coin: str
    as_of: date
    version: int


@dataclass(frozen=True)
class DocumentReady(Notice):
    """A document of licensing can be read; ``title`` is its kind, translated when the mail is rendered."""

    reference: str
    title: Any
    subject: str
    version: int


@dataclass(frozen=True)
class BreachOpened(Notice):
    """A breach was opened, to officers who work cases and to the issuer's people who see cases."""

    case: str
    subject: str
    as_of: date
    due_at: datetime | None


@dataclass(frozen=True)
class FeedLate(Notice):
    """A file that was due has not come, to the issuer's people who see cases."""

    case: str
    coin: str
    feed: Any
    as_of: date | None


@dataclass(frozen=True)
class DueItem:
    """One line of a digest: what it is (translated when the mail is rendered), about what, until when."""

    case: str
    title: Any
    subject: str
    due_at: datetime


@dataclass(frozen=True)
class NewReport:
    """One line of a digest on a report: its kind (translated when the mail is rendered), about what, of which day."""

    title: Any
    subject: str
    as_of: date
    reference: str


@dataclass(frozen=True)
class ReportReady(Notice):
    """A report can be read, to an officer who asked to be told at once; ``title`` is translated as it is rendered."""

    reference: str
    title: Any
    subject: str
    as_of: date
    version: int


@dataclass(frozen=True)
class MorningDigest(Notice):
    """What is due within a week, earliest first, and new reports, to one officer or to one issuer's people.

    Each time limit in it has mail of its own, which nobody can turn off.
    """

    optional: ClassVar[bool] = True
    called: ClassVar[Any] = gettext_lazy("The morning digest of what is due within a week")

    day: date
    total: int
    overdue: int
    today: int
    items: tuple[DueItem, ...]
    more: int
    reports: tuple[NewReport, ...] = ()
    more_reports: int = 0


@dataclass(frozen=True)
class NewReports(Notice):
    """Reports of which an officer chose to be told with the digest, to one who has turned the digest itself off."""

    reports: tuple[NewReport, ...]
    more: int = 0
