"""What tests of licences share: an hour to move, terms of each kind of proposal, and a proposal ready to be decided."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from typing import Any

import pikepdf

from core import clock
from issuers.models import Licence, Proposal
from issuers.services.proposals import propose

CEASE = {"kind": "cease_activity", "wording_en": "Stop minting on the second chain."}
BUFFER = {"kind": "buffer_target", "value": "0.02", "coin": "LRHKD", "wording_en": "Keep 2% above full backing."}
OTHER = {"kind": "other", "wording_en": "Publish complaints figures."}
GROUNDS = "The reserve fell below full backing on three days."
#: Of each kind, what proposes it on 20 November 2026, a Friday.
PROPOSED: dict[str, dict[str, Any]] = {
    "new_condition": {"terms": {"condition": BUFFER}},
    "vary_condition": {"terms": {"number": 1, "condition": BUFFER | {"value": "0.03"}}},
    "cancel_condition": {"terms": {"number": 1}},
    "temporary_suspension": {"terms": {}, "ends_on": date(2026, 12, 3)},
    "ordinary_suspension": {"terms": {}, "takes_effect_on": date(2026, 12, 7), "ends_on": date(2027, 6, 6)},
    "suspension_renewal": {"terms": {}},
    "reinstatement": {"terms": {}},
    "revocation": {"terms": {"reserve_direction": "Redeem all coins at par."}, "representation_days": 21},
    "surrender": {"terms": {}},
    "sanction": {"terms": {"measures": ["reprimand"]}},
}


def end(day: date) -> datetime:
    """Return the last second of a day in Hong Kong."""
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=clock.HONG_KONG)


def proposed(licence: Licence, kind: str, actor: Any, **changed: Any) -> Proposal:
    """Return a new proposal of the kind, with what was changed of its usual terms."""
    given = {"grounds": GROUNDS, "takes_effect_on": clock.today()} | PROPOSED[kind] | changed
    return propose(licence, kind=kind, actor=actor, **given)


def small_pdf() -> bytes:
    """Return a document of one empty page."""
    made = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(made)
    return made.getvalue()


def after_hearing(proposal: Proposal) -> str:
    """Return the morning after the time for representations, as the clock file takes it."""
    assert proposal.representations_until
    return (proposal.representations_until + timedelta(hours=10)).astimezone(clock.HONG_KONG).isoformat()[:19]
