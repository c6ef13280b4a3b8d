"""A stress test of the issuer's coin that was filed; drafts are tried where the services are tested."""

from __future__ import annotations

from core import clock
from core.rulebook.periods import quarter_start
from reserves.models import StressFiling
from tests.api.conftest import DAY
from tests.reserves.stress_days import pdf

_TEST = {"reference": "stress_reference"}
_DAY = {"symbol": "symbol", "as_of": "as_of"}
PARTS = {
    "officer:stress_test": _TEST, "officer:stress_test_report": _TEST,
    "portal:stress_test": _TEST, "portal:stress_test_report": _TEST,
}


def build(world, request) -> None:
    from core import blobs

    filed = StressFiling.objects.create(
        coin=request.getfixturevalue("coin"), reference=f"STT-2026-{9999 - StressFiling.objects.count()}", period_start=quarter_start(DAY),
        period_end=quarter_start(DAY, 1), as_of=DAY, status="filed", method="M", data_sources="D", results="R",
        report=blobs.store_blob(pdf()), report_name="stress.pdf", digest="0" * 64, filed_at=clock.now(),
    )
    world |= {"stress_reference": filed.reference}
