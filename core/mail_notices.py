"""What is mailed about mail itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core import outbox


@dataclass(frozen=True)
class CertificateEnding(outbox.Notice):
    """A person's certificate for encrypted mail ends soon, to that person."""

    ends_on: date
