"""Holding files that are not to be believed against what their sender sent last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache

from django.db.models import Sum

from core.models import FeedFile
from core.problems import Problem
from core.tables import Parsed
from reserves.models import Holding, LedgerLine, SupplyLine
from reserves.parsers.description import describe
from reserves.plausibility import TOTAL, Assertion, Before, assertions_in, columns_of, doubts, measure

#: Where the lines of a feed lie whose totals are compared.
LINES = {"holdings": Holding, "ledger": LedgerLine, "supply": SupplyLine}
#: A file is compared with one that is at most so much older; what lies longer back says little of a day.
REACH = timedelta(days=10)


@lru_cache
def assertions_of(feed: str) -> tuple[Assertion, ...]:
    """Return what files of the feed are expected to keep to, as its description says."""
    return assertions_in(describe(feed).assertions)


def doubts_of(feed_file: FeedFile, parsed: Parsed) -> Sequence[Problem]:
    """Return why a well-formed file is not to be believed; its day is known."""
    asserted = assertions_of(feed_file.feed)
    if not asserted:
        return ()
    cells = zip(*(parsed.rows.column(name) for name in columns_of(asserted)), strict=True)
    figures = measure(len(parsed.rows), cells, asserted)
    return doubts(figures, before(feed_file, asserted), asserted)


def compared_with(feed_file: FeedFile) -> FeedFile | None:
    """Return the sender's last accepted file of an earlier day; its first file, or one after a gap, has none."""
    if feed_file.as_of is None:
        return None
    earlier = FeedFile.objects.filter(
        feed=feed_file.feed, subject=feed_file.subject, sender=feed_file.sender_id,
        as_of__lt=feed_file.as_of, as_of__gte=feed_file.as_of - REACH, status=FeedFile.Status.ACCEPTED,
    )
    return earlier.order_by("-as_of").only("as_of", "row_count").first()


def before(feed_file: FeedFile, asserted: Sequence[Assertion]) -> Before | None:
    """Return the figures of the file that this one is compared with: one query for each total."""
    last = compared_with(feed_file)
    if last is None or last.as_of is None:
        return None
    totals = {}
    for each in asserted:
        if each.kind == TOTAL:
            lines = LINES[feed_file.feed]._default_manager.filter(file=last).order_by()
            grouped = lines.values_list(each.by) if each.by else lines.values_list("file_id")
            sums = grouped.annotate(total=Sum(each.column))
            totals[each.column] = {unit if each.by else "": total for unit, total in sums}
    return Before(last.pk, last.as_of, last.row_count, totals)
