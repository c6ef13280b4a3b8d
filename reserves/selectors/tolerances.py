"""Reading how far the two sides of a position may differ, as officers have set it for a day."""

from __future__ import annotations

from datetime import date

from core.shared_reads import shared
from reserves.comparing import Tolerance
from reserves.models import MatchingTolerance


@shared
def tolerances_on(day: date) -> dict[str, Tolerance]:
    """Return the approved tolerances in force by asset class; of two rows for one class the later counts."""
    in_force = MatchingTolerance.objects.in_force(day).order_by("valid_from", "pk")
    return {row.asset_class: Tolerance(row.absolute, row.relative) for row in in_force}
