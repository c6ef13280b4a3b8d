"""What happens to licences because a day came: last days moved by closures, fees, effects, ends of suspensions."""

from __future__ import annotations

from core import clock
from issuers.services import effects, fees, proposals


def refresh_due_times() -> int:
    """Compute every last day that a closure entered meanwhile moves; return how many moved."""
    return fees.refresh_fee_times() + proposals.refresh_proposal_times()


def sweep_licences() -> dict[str, int]:
    """Do all that is due, in the order in which one follows from another; doing it twice does it once.

    Suspensions end before new ones begin, and closures move last days before anything is called overdue.
    """
    return {
        "moved": refresh_due_times(),
        "reinstated": len(effects.end_suspensions()),
        "applied": len(effects.apply_due_proposals()),
        "fees": len(fees.raise_due_fees(clock.today())),
        "overdue": len(fees.open_overdue_cases()),
    }
