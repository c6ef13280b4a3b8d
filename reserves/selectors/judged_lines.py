"""Reading the holdings that a judged day rests on, as its account names their files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from core import clock
from core.models import FeedFile
from reserves.lines import HoldingLine
from reserves.selectors.day_files import HOLDINGS, DayFiles
from reserves.selectors.inputs import load_inputs


def judged_lines(result: Mapping[str, Any]) -> Sequence[HoldingLine]:
    """Return the lines of the pool of a ``assay.reserve_day/1`` account, in two queries."""
    wanted = [each["file"] for each in result["inputs"] if each["feed"] == HOLDINGS]
    if not wanted:
        return []
    files = FeedFile.objects.filter(pk__in=wanted).select_related("sender").order_by("feed", "sender__slug", "as_of")
    as_of = date.fromisoformat(result["as_of"])
    return load_inputs(DayFiles(as_of, tuple(files), (), clock.now())).holdings
