"""What is written about an application on its way in: it waits for a signature, it was received, it was answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.models import Organisation
from core.outbox import Notice


@dataclass(frozen=True)
class ApplicationPrepared(Notice):
    """An application waits for a signature, to the issuer's people who may sign."""

    application: str
    prepared_by: str


@dataclass(frozen=True)
class ApplicationNotSubmitted(Notice):
    """A draft has lain since somebody last changed it, to the issuer's people who fill it in."""

    application: str
    changed_at: datetime


@dataclass(frozen=True)
class ApplicationNotSigned(Notice):
    """An application still waits for a signature, to the issuer's people who may sign."""

    application: str
    prepared_by: str
    prepared_at: datetime


@dataclass(frozen=True)
class ApplicationSubmitted(Notice):
    """The receipt of a submission, to the issuer's people who see applications."""

    application: str
    number: int
    prepared_by: str
    signed_by: str
    submitted_at: datetime
    digest: str


@dataclass(frozen=True)
class ApplicationReceived(Notice):
    """An application came in or came back, to officers who review."""

    application: str
    number: int
    issuer: Organisation


@dataclass(frozen=True)
class ApplicationWithdrawn(Notice):
    """An applicant withdrew, to officers who review."""

    application: str
    issuer: Organisation


@dataclass(frozen=True)
class RequestAnswered(Notice):
    """A request for information was answered, to officers who review."""

    application: str
    number: int
    issuer: Organisation
