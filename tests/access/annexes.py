"""A report with a table that is too long to print."""

from __future__ import annotations

from core import blobs
from reports.models import ReportRun
from tests.api.conftest import DAY

_ANNEX = {"reference": "annexes_report", "name": "annexes_name"}
PARTS = {f"{site}:report_annex": _ANNEX for site in ("officer", "portal", "api")}


def build(world, request) -> None:
    coin = request.getfixturevalue("coin")
    table, reference = blobs.store_blob(b"line\r\nL1\r\n"), f"DR-{coin.symbol}-20261014-1"
    named = {"name": f"{reference}-exceptions.csv", "table": "exceptions", "rows": "1", "media_type": "text/csv",
             "sha256": table.sha256, "size": str(table.size)}
    ReportRun.objects.create(
        reference=reference, kind="daily_reserve", subject=coin.symbol, owner=coin.issuer.organisation,
        as_of=DAY.replace(day=14), version=1, facts={"annexes": [named]}, digest="0" * 64, status="rendered",
        document=table,
    )
    world |= {"annexes_report": reference, "annexes_name": named["name"]}
