"""One sample of every mail about the assessment of an application, with what it is filled in with."""

from __future__ import annotations

from datetime import UTC, date, datetime

from issuers.notices.assessment import (
    ApplicationReopened,
    ApplicationReturned,
    InformationRequested,
    LicenceGranted,
    LicenceRefused,
    ProcessingStopped,
    RequestDue,
    RequestEnded,
    ReviewBegun,
)

DUE = datetime(2026, 12, 17, 15, 59, 59, tzinfo=UTC)
REFERENCE = "APP-2026-0007"
SAMPLES = (
    ReviewBegun(REFERENCE),
    ApplicationReturned(REFERENCE),
    InformationRequested(REFERENCE, number=1, items=2, due_at=DUE),
    RequestDue(REFERENCE, number=1, due_at=DUE, days_left=3),
    RequestEnded(REFERENCE, number=1, withdrawn=False),
    LicenceGranted(REFERENCE, number="FRS07", effective_on=date(2027, 1, 4)),
    LicenceRefused(REFERENCE, ground="The reserve is not protected.", review_until=DUE, cite="ORD s. 140"),
    ProcessingStopped(REFERENCE),
    ApplicationReopened(REFERENCE),
)
