"""What the platform writes about attestations: a report came in, the authority answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.outbox import Notice


@dataclass(frozen=True)
class AttestationReported(Notice):
    """The auditor uploaded a report, to the issuer's people who file it."""

    reference: str
    coin: str


@dataclass(frozen=True)
class AttestationAnswered(Notice):
    """The authority accepted or queried the filed report, to the issuer's people and, if queried, the auditors."""

    reference: str
    coin: str
    queried: bool


@dataclass(frozen=True)
class FilingReturned(Notice):
    """A filing came back with a question, to the people who file; ``title`` is translated when the mail is rendered."""

    reference: str
    title: Any
    coin: str
