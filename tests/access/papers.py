"""A weekly statement, filed a week before the others of the world, with its document."""

from __future__ import annotations

from datetime import timedelta

from core import blobs, clock
from reports.models import ReportRun
from reserves.models import WeeklyStatement
from tests.api.conftest import DAY

PARTS = {"public:statement_pdf": {"as_at": "papers_day"}}


def build(world, request) -> None:
    coin, day = request.getfixturevalue("coin"), DAY - timedelta(days=7)
    figures = dict.fromkeys(("circulation", "reserve_market_value", "surplus", "backing_ratio"))
    content = {"coin": coin.symbol, "currency": coin.reference_currency, "composition": [], "days": [], **figures}
    WeeklyStatement.objects.create(
        coin=coin, as_at=day, version=1, status="filed", content=content, digest="a" * 64, prepared_by_label="Ann",
        approved_by_label="Amy", filed_at=clock.now(),
    )
    ReportRun.objects.create(
        kind="weekly_statement", subject=coin.symbol, as_of=day, version=1, status="rendered", facts={}, digest="b" * 64,
        reference=f"WS-{coin.symbol}-{day:%Y%m%d}-1", owner=coin.issuer.organisation,
        document=blobs.store_blob(b"%PDF-1.7 statement"),
    )
    world["papers_day"] = day.isoformat()
