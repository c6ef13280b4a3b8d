"""The facts of the quarterly overview of all issuers: totals, ratios, concentration, breaches, licensing, changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from core.money import EXACT, round_down
from reports.builders.backing import backing, texts, verdict_of
from reports.builders.parties import as_reference, body_of
from reports.builders.system import holders, peer, totals, without
from reports.selectors import quarter
from reports.selectors.month import CoinPeriod, coins_of
from reports.selectors.month_filings import late_files
from reports.selectors.periods import Period, quarter_before
from reports.selectors.system import Standing
from reserves.scenarios import Scenario
from reserves.services.result import amount
from reserves.summaries import PLACE

SCHEMA = "assay.quarterly_overview/1"
#: Of how many custodians the report says what their failure would do: those that hold most.
FAILING = 5
ZERO = Decimal(0)


def reference_of(period: Period, version: int) -> str:
    """Return e.g. ``QSO-2026Q4-1``."""
    return as_reference("QSO", f"{period.last.year}Q{(period.last.month + 2) // 3}", version)


def content(
    period: Period, scenario: Scenario | None, days_after: Callable[[date], Sequence[date]]
) -> dict[str, Any]:
    """Return everything that the report says of the quarter, as it stood at its end."""
    now, before = _figures(period), _figures(quarter_before(period))
    standings = now["standings"]
    parts = [_coin(each, standing) for each, standing in zip(now["coins"], standings, strict=True)]
    found = totals(standings)
    return texts({
        "from": period.first, "to": period.last,
        "verdict": verdict_of(part["backing"]["verdict"] for part in parts),
        "currencies": [_currency(each) for each in found], "coins": parts,
        "late": _late(period), "breaches": quarter.breaches_by_rule(period), "licensing": quarter.licensing(period),
        "failures": _failures(standings, scenario, days_after),
        "scenario": scenario and {
            "titles": dict(zip(("en", "zh_hant", "zh_hans"), scenario.titles, strict=True)), "source": scenario.source},
        "changes": _changes(now, before),
        "before": {"from": quarter_before(period).first, "to": quarter_before(period).last},
    })


def _figures(period: Period) -> dict[str, Any]:
    coins = coins_of(period)
    return {"period": period, "coins": coins, "standings": quarter.standings(coins)}


def _coin(each: CoinPeriod, standing: Standing) -> dict[str, Any]:
    row, coin, day = peer(standing), each.coin, standing.day
    return {
        "coin": coin.symbol, "currency": coin.reference_currency, "issuer": body_of(coin.issuer.organisation),
        "backing": backing(each.judged, each.expected), "as_of": day.as_of if day else None,
        "circulation": amount(day.circulation, coin.reference_currency) if day else None,
        "reserve": amount(day.reserve_market_value, coin.reference_currency) if day else None,
        "liquid": row["liquid"], "custodian": _top(row["custodian"]), "group": _top(row["group"]),
    }


def _top(found: tuple[str, Decimal | None] | None) -> dict[str, Any] | None:
    return {"name": found[0], "share": found[1]} if found else None


def _currency(total: Mapping[str, Any]) -> dict[str, Any]:
    """The totals of one currency with amounts as they are written."""
    currency = total["currency"]

    def holder(each: Mapping[str, Any]) -> dict[str, Any]:
        return dict(each) | {"amount": amount(each["amount"], currency)}

    return dict(total) | {
        "circulation": amount(total["circulation"], currency), "reserve": amount(total["reserve"], currency),
        "classes": [{"asset_class": name, "amount": amount(value, currency), "share": share}
                    for name, value, share in total["classes"]],
        "custodians": [holder(each) for each in total["custodians"]],
        "groups": [holder(each) for each in total["groups"]],
    }


def _late(period: Period) -> list[dict[str, Any]]:
    rows = late_files(period)
    known = Counter((row["feed"], row["came_at"] is not None) for row in rows)
    return [{"feed": feed, "late": known[feed, True] + known[feed, False], "not_come": known[feed, False]}
            for feed in sorted({row["feed"] for row in rows})]


def _failures(
    standings: list[Standing], scenario: Scenario | None, days_after: Callable[[date], Sequence[date]]
) -> list[dict[str, Any]]:
    """What the reserves would be without each of the custodians that hold most: by coins, then by name."""
    found = [holder for holder in holders(standings, PLACE).values() if holder.name]
    ranked = sorted(found, key=lambda each: (-len(each.by_coin), -_most(each.by_coin), each.name))
    names = [holder.name for holder in ranked[:FAILING]]
    return [{"custodian": name, "coins": [_lost(row) for row in without(standings, name, scenario, days_after)]}
            for name in names]


def _most(by_coin: Mapping[str, Decimal]) -> Decimal:
    return max(by_coin.values())


def _lost(row: Mapping[str, Any]) -> dict[str, Any]:
    outcome = row["outcome"]
    return {
        "coin": row["coin"].symbol, "currency": row["coin"].reference_currency,
        "amount": amount(row["amount"], row["coin"].reference_currency), "share": row["share"],
        "ratio": None if row["ratio"] is None else round_down(row["ratio"]),
        "verdict": outcome.verdict if outcome else "unknown",
        "survival_days": outcome.survival_days if outcome else None,
        "horizon_days": len(outcome.days) if outcome else None,
    }


def _changes(now: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """The headline figures of the quarter beside those of the one before; None on either side where not known.

    Of days that were never judged nobody can say that no file was late and no rule breached.
    """
    sums = {
        name: {each["currency"]: each for each in totals(side["standings"])}
        for name, side in (("now", now), ("before", before))
    }
    currencies = []
    for currency in sorted(sums["now"].keys() | sums["before"].keys()):
        earlier, later = (sums[name].get(currency, {}) for name in ("before", "now"))
        currencies.append({"currency": currency} | {
            figure: _change(earlier.get(figure), later.get(figure), currency) for figure in ("circulation", "reserve")
        })
    counted = [_counts(side) for side in (before, now)]
    return {"currencies": currencies,
            "counts": {name: {"before": counted[0][name], "now": counted[1][name]} for name in counted[0]}}


def _change(before: Decimal | None, now: Decimal | None, currency: str) -> dict[str, Any]:
    change = None if before is None or now is None else EXACT.subtract(now, before)
    return {"before": amount(before, currency), "now": amount(now, currency), "change": amount(change, currency)}


def _counts(side: Mapping[str, Any]) -> dict[str, Any]:
    period: Period = side["period"]
    parts = [backing(each.judged, each.expected) for each in side["coins"]]
    rules, late = quarter.breaches_by_rule(period), late_files(period)
    days, not_judged = (sum(part[name] for part in parts) for name in ("days", "not_judged"))
    judged = days - not_judged
    return {
        "coins": len(side["coins"]), "days": days, "unknown_days": sum(part["unknown"] for part in parts),
        "breached_days": sum(part["breached"] for part in parts) if judged else None,
        "breaches_opened": sum(row["opened"] for row in rules) if rules or judged else None,
        "late_files": len(late) if late or (days and not not_judged) else None,
    }
