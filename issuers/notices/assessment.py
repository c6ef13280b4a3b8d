"""What an applicant is told of its application by mail; what was found, asked and decided stands on the platform."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from core.outbox import Notice


@dataclass(frozen=True)
class ReviewBegun(Notice):
    """The application is complete and its review began."""

    reference: str


@dataclass(frozen=True)
class ApplicationReturned(Notice):
    """The application is incomplete and may be changed again."""

    reference: str


@dataclass(frozen=True)
class InformationRequested(Notice):
    """A numbered request for information was sent, or sent again."""

    reference: str
    number: int
    items: int
    due_at: datetime
    again: bool = False


@dataclass(frozen=True)
class RequestDue(Notice):
    """A request is still open shortly before its last day (``days_left`` business days), on it, or after it (-1)."""

    reference: str
    number: int
    due_at: datetime
    days_left: int


@dataclass(frozen=True)
class RequestEnded(Notice):
    """The answers to a request were accepted, or the request was withdrawn."""

    reference: str
    number: int
    withdrawn: bool


@dataclass(frozen=True)
class LicenceGranted(Notice):
    """The application was granted."""

    reference: str
    number: str
    effective_on: date


@dataclass(frozen=True)
class LicenceRefused(Notice):
    """The application was refused: on which ground, and until when the tribunal may be asked (ORD s. 140)."""

    reference: str
    ground: str
    review_until: datetime
    cite: str


@dataclass(frozen=True)
class ProcessingStopped(Notice):
    """What was asked for did not come, and the application is no longer processed (ORD s. 14(4))."""

    reference: str


@dataclass(frozen=True)
class ApplicationReopened(Notice):
    """The end of an application (its refusal, or that it was no longer processed) was taken back."""

    reference: str
