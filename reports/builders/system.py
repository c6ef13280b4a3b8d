"""All coins at once: totals by currency, who holds and who owes, how peers compare, what if one custodian fails.

Everything comes from daily summaries. Amounts are never added across currencies; what is not known is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from core.money import EXACT, ratio
from reports.selectors.system import Standing
from reserves.models import ReserveDay
from reserves.scenarios import Scenario
from reserves.selectors.summaries import DayPart
from reserves.stress import Cell, Outcome, Stock, run_scenario, same_name
from reserves.summaries import GROUP, LAST_DAYS, PLACE
from reserves.units import to_units
from reserves.valuation import BEYOND, UNDATED, share

ZERO = Decimal(0)
LISTED = 10


@dataclass(slots=True)
class Holder:
    """A custodian or a group of obligors across coins of one currency."""

    name: str
    amount: Decimal = ZERO
    by_coin: dict[str, Decimal] = field(default_factory=dict)

    def add(self, symbol: str, amount: Decimal) -> None:
        self.amount = EXACT.add(self.amount, amount)
        self.by_coin[symbol] = EXACT.add(self.by_coin.get(symbol, ZERO), amount)


def totals(standings: Iterable[Standing]) -> list[dict[str, Any]]:
    """Return, by currency, what circulates, what is held by class, and whose figures are not among it."""
    by_currency: dict[str, list[Standing]] = {}
    for each in standings:
        by_currency.setdefault(each.coin.reference_currency, []).append(each)
    return [_total(currency, found) for currency, found in sorted(by_currency.items())]


def _total(currency: str, standings: Sequence[Standing]) -> dict[str, Any]:
    circulating = [each.day.circulation for each in standings if each.day and each.day.circulation is not None]
    classes: dict[str, Decimal] = {}
    for each in standings:
        for part in each.parts:
            if part.kind == PLACE:
                classes[part.asset_class] = EXACT.add(classes.get(part.asset_class, ZERO), part.amount)
    held = sum(classes.values(), ZERO)
    return {
        "currency": currency, "coins": len(standings), "circulation": _sum(circulating),
        "circulation_missing": [each.coin.symbol for each in standings if not each.day or each.day.circulation is None],
        "reserve": held if classes else None,
        "reserve_missing": [each.coin.symbol for each in standings if not each.parts],
        "classes": [(name, amount, share_of(amount, held)) for name, amount in
                    sorted(classes.items(), key=lambda item: -item[1])],
        "custodians": largest(standings, PLACE), "groups": largest(standings, GROUP),
    }


def _sum(amounts: Sequence[Decimal]) -> Decimal | None:
    if not amounts:
        return None
    total = ZERO
    for amount in amounts:
        total = EXACT.add(total, amount)
    return total


def share_of(part: Decimal, whole: Decimal) -> Decimal | None:
    """Return the part's share of the whole, rounded down to 8 places; None of nothing."""
    return share(to_units(part), to_units(whole))


def holders(standings: Iterable[Standing], kind: str) -> dict[str, Holder]:
    """Return custodians (``place``) or groups of obligors (``group``) by name as it is compared."""
    found: dict[str, Holder] = {}
    for each in standings:
        for part in each.parts:
            if part.kind == kind:
                found.setdefault(same_name(part.name), Holder(part.name)).add(each.coin.symbol, part.amount)
    return found


def largest(standings: Sequence[Standing], kind: str) -> list[dict[str, Any]]:
    """Return the largest holders of one currency with their share of all; what names nobody stands last."""
    found = holders(standings, kind)
    whole = sum((holder.amount for holder in found.values()), ZERO)
    ranked = sorted(found.values(), key=lambda holder: (not holder.name, -holder.amount, holder.name))
    shown = ranked[:LISTED] + [holder for holder in ranked[LISTED:] if not holder.name]
    return [
        {"name": holder.name, "amount": holder.amount, "share": share_of(holder.amount, whole),
         "coins": len(holder.by_coin), "most": max(holder.by_coin, key=lambda symbol: holder.by_coin[symbol])}
        for holder in shown
    ]


def peer(each: Standing) -> dict[str, Any]:
    """Return one coin beside its peers: how liquid it is, and how much the largest custodian and group hold."""
    whole = sum((part.amount for part in each.parts if part.kind == PLACE), ZERO)
    at_hand = sum((part.amount for part in each.parts if part.kind == PLACE and part.bucket == "overnight"), ZERO)
    top = {kind: _top([each], kind, whole) for kind in (PLACE, GROUP)}
    return {
        "standing": each, "coin": each.coin, "day": each.day, "late": each.late,
        "short": bool(each.day and each.day.backing_ratio is not None and each.day.backing_ratio < 1),
        "liquid": share_of(at_hand, whole) if each.parts else None,
        "custodian": top[PLACE], "group": top[GROUP],
    }


def _top(standings: list[Standing], kind: str, whole: Decimal) -> tuple[str, Decimal | None] | None:
    named = [holder for holder in holders(standings, kind).values() if holder.name]
    first = max(named, key=lambda holder: (holder.amount, holder.name), default=None)
    return (first.name, share_of(first.amount, whole)) if first else None


def without(
    standings: Iterable[Standing], name: str, scenario: Scenario | None, days_after: Callable[[date], Sequence[date]]
) -> list[dict[str, Any]]:
    """Return, for every coin that holds something there, what it would be without the custodian; the worst first.

    The ratio without it takes all that it holds as gone. Survival is that of the scenario with this custodian failing,
    run on the summaries: whatever matures within a rung of the ladder is taken to mature on its last day.
    """
    found = []
    for each in standings:
        parts = [part for part in each.parts if part.kind == PLACE]
        there = sum((part.amount for part in parts if same_name(part.name) == same_name(name)), ZERO)
        if not there or each.day is None:
            continue
        whole = sum((part.amount for part in parts), ZERO)
        value, circulation = each.day.reserve_market_value, each.day.circulation
        known = value is not None and circulation
        found.append({
            "coin": each.coin, "day": each.day, "amount": there, "share": share_of(there, whole),
            "ratio": ratio(EXACT.subtract(value, there), circulation) if known else None,  # type: ignore[arg-type]
            "outcome": _survival(each.day, parts, name, scenario, days_after) if circulation and scenario else None,
        })
    return sorted(found, key=lambda row: (row["ratio"] is not None, row["ratio"] or ZERO, row["coin"].symbol))


def _survival(
    day: ReserveDay, parts: Sequence[DayPart], name: str, scenario: Scenario,
    days_after: Callable[[date], Sequence[date]],
) -> Outcome:
    cells = tuple(
        Cell(part.asset_class, same_name(part.name), _matures(part.bucket, day.as_of), to_units(part.amount))
        for part in parts
    )
    stock = Stock(day.as_of, cells, {same_name(name): name}, whole=day.reserve_market_value is not None)
    return run_scenario(stock, day.circulation or ZERO, replace(scenario, custodian=name), days_after(day.as_of))


def _matures(bucket: str, as_of: date) -> date | None:
    if bucket in (UNDATED, BEYOND):
        return None
    return as_of + timedelta(days=LAST_DAYS[bucket])

