"""What happens to licences because a day came: last days moved by closures, fees, effects, ends of suspensions."""

from __future__ import annotations

from core import clock
from issuers.services import effects, fees, proposals


def refresh_due_times() -> int:
    """Compute every last day that a closure entered meanwhile moves; return how many moved."""
    return fees.refresh_fee_times() + proposals.refresh_proposal_times()


def sweep_licences() -> dict[str, int]:
    """Do all that is due, in the order in which one follows from another; doing it twice does it once.

    Closures move last days before anything is called overdue. A renewal takes effect before the suspension that it
    renews could end, and a new suspension begins after that.
    """
    moved = refresh_due_times()
    renewed = effects.apply_due_proposals()
    ended = effects.end_suspensions()
    return {
        "moved": moved,
        "reinstated": len(ended),
        "applied": len(renewed) + len(effects.apply_due_proposals() if ended else []),
        "fees": len(fees.raise_due_fees(clock.today())),
        "overdue": len(fees.open_overdue_cases()),
    }
