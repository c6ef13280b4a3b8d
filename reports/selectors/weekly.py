"""Reading the documents of weekly statements: those of the statements in force, which anybody may take away."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from issuers.models import Coin
from reports.models import ReportRun
from reserves.models import WeeklyStatement


def statement_runs(symbol: str) -> QuerySet[ReportRun]:
    """Return the rendered documents of a coin's statements in force; a version that was replaced has none."""
    filed = WeeklyStatement.objects.filter(
        coin__symbol=symbol, as_at=OuterRef("as_of"), version=OuterRef("version"), status=WeeklyStatement.Status.FILED)
    ready = ReportRun.objects.filter(kind=ReportRun.Kind.WEEKLY_STATEMENT, subject=symbol,
                                     status=ReportRun.Status.RENDERED, document__isnull=False)
    return ready.filter(Exists(filed)).defer("facts")


def statement_days(coin: Coin) -> set[date]:
    """Return the days whose statement in force has a document."""
    return set(statement_runs(coin.symbol).values_list("as_of", flat=True))


def statement_document(symbol: str, as_at: date, language: str) -> str | None:
    """Return the document in a language by the digest of its bytes, in English until it is rendered; or None."""
    run = statement_runs(symbol).filter(as_of=as_at).first()
    if run is None:
        return None
    row = run.documents.filter(language=language).first()
    return (row and row.given_id) or run.document_id
