"""The demonstration's files are all to be believed, so that none of its days waits for an officer."""

from __future__ import annotations

import pytest

from core.feeds import FEEDS
from reserves.plausibility import TOTAL, Before, columns_of, doubts, measure
from reserves.services.plausibility import assertions_of
from tests.reports.test_demo_world import PLANS, SUNDAY, raw_files


def doubted(symbol: str, days: int) -> list[tuple]:
    """Every doubt that the platform would have of the coin's files, each compared with its sender's last."""
    last: dict[tuple[str, str], Before] = {}
    found = []
    for (day, feed, sender), raw in sorted(raw_files(symbol, days, SUNDAY).items()):
        asserted = assertions_of(feed)
        parsed = FEEDS[feed].parse(raw, filename="f.csv")
        cells = zip(*(parsed.rows.column(name) for name in columns_of(asserted)), strict=True)
        figures = measure(len(parsed.rows), cells, asserted)
        problems = doubts(figures, last.get((feed, sender)), asserted)
        found += [(day, feed, sender, problem.rule, problem.params) for problem in problems]
        totals = {each.column: figures.totals[each.column] for each in asserted if each.kind == TOTAL}
        last[feed, sender] = Before(0, day, figures.rows, totals)
    return found


@pytest.mark.parametrize("symbol", PLANS)
def test_no_file_of_the_demonstration_is_doubted(symbol):
    assert doubted(symbol, 30) == []
