"""What a day's requests to redeem and to be issued coins show: how punctual payment was, and whether flows tie out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from core.calendars import HongKongCalendar
from core.money import EXACT, minor_units
from core.rulebook.facts import FACTS, Scope
from issuers.models import Coin
from reserves.facts import Facts
from reserves.flows import Moved, Request, TieOut, moved, requests_on, tie_out
from reserves.selectors.flows import opening_of
from reserves.selectors.inputs import Inputs
from reserves.services.result import amount


@dataclass(frozen=True, slots=True)
class Flows:
    """The requests of a day with the facts of each, the two tie-outs, and those that the statement lost."""

    stated: bool
    requests: list[Request]
    facts: list[Facts]
    lost: list[str]
    flow: Moved | None
    chain: TieOut | None
    books: TieOut | None


def read_flows(
    coin: Coin, inputs: Inputs, calendar: HongKongCalendar, stated: Mapping[str, Any], *, chain: Decimal | None,
    books: Decimal | None,
) -> Flows:
    """Read a day's requests; ``chain`` and ``books`` are what it closes with.

    Tied out from business day to business day: on a day without business nothing is paid and books stand still.
    """
    as_of, currency = inputs.files.as_of, coin.reference_currency
    redemptions = inputs.redemptions
    before = None
    if calendar.is_business_day(as_of) and (redemptions is not None or inputs.issuance is not None):
        before = opening_of(coin, calendar.previous_business_day(as_of))
    found = requests_on(redemptions or [], as_of=as_of, currency=currency, calendar=calendar)
    lost: list[str] = []
    if before and redemptions is not None:
        lost = sorted(before.open_requests - {line.request_id for line in redemptions})
    flow = moved(redemptions, inputs.issuance, after=before.as_of, until=as_of) if before else None
    unit = Decimal(1).scaleb(-minor_units(currency))
    return Flows(
        stated=redemptions is not None, requests=found,
        facts=[*(_facts(each, stated) for each in found), *(_lost(name, stated) for name in lost)],
        lost=lost, flow=flow,
        chain=tie_out(before.chain, chain, flow, unit=unit) if before and flow else None,
        books=tie_out(before.books, books, flow, unit=unit) if before and flow else None,
    )


def _facts(request: Request, stated: Mapping[str, Any]) -> Facts:
    line = request.line
    return _stated(stated) | {
        "line": line.request_id,
        "redemption.business_days": request.business_days,
        "redemption.par_value": request.par_value,
        "redemption.paid_amount": line.paid_amount if request.paid_on else None,
        "redemption.fee": line.fee,
    }


def _lost(name: str, stated: Mapping[str, Any]) -> Facts:
    """Return what is known of a request that was open the day before and that the statement no longer names."""
    return _stated(stated) | {"line": name}


def _stated(stated: Mapping[str, Any]) -> Facts:
    return {name: value for name, value in stated.items() if Scope.REDEMPTION in FACTS[name].scopes} | {
        # The register of consents is the authority's own: no record of one means that there is none.
        "approval.redemption_delay": stated.get("approval.redemption_delay") or False,
    }


def flow_facts(flows: Flows, due_until: date | None) -> Facts:
    """Return the facts of scope ``coin`` that the tie-outs give; ``due_until`` is None on a day without business."""
    return {
        "flows.due_until": due_until,
        "flows.unexplained_chain": flows.chain.unexplained if flows.chain else None,
        "flows.unexplained_books": flows.books.unexplained if flows.books else None,
    }


def flows_entry(flows: Flows, currency: str) -> dict[str, Any] | None:
    """Return the account of the day's requests; null where no statement of them was received."""
    if not flows.stated and flows.flow is None:
        return None
    still_open = [request for request in flows.requests if request.is_open]
    paid = [request for request in flows.requests if not request.is_open]
    return {
        "stated": flows.stated,
        "open": {"requests": len(still_open), "amount": _total(still_open, currency)},
        "paid": {"requests": len(paid), "amount": _total(paid, currency)},
        "longest_business_days": max((request.business_days for request in flows.requests), default=None),
        "lost": flows.lost,
        "tie_out": [_tie_out_entry(name, found, currency)
                    for name, found in (("chain", flows.chain), ("books", flows.books))],
    }


def _total(requests: Sequence[Request], currency: str) -> str | None:
    total = Decimal(0)
    for request in requests:
        total = EXACT.add(total, request.line.amount)
    return amount(total, currency)


def _tie_out_entry(name: str, found: TieOut | None, currency: str) -> dict[str, Any]:
    parts = ("opening", "issued", "redeemed", "closing", "unexplained")
    state = "no_data" if found is None else "differs" if found.unexplained else "tied"
    return {"name": name, "state": state, "basis": found.basis if found else None} | {
        part: amount(getattr(found, part), currency) if found else None for part in parts
    }
