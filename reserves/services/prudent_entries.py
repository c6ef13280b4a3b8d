"""How our own valuation is written into the account of a reserve day: marks, haircuts, reasons, ladders, names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, cast

import numpy as np

from core.money import EXACT, round_down
from core.rulebook import Rulebook
from reserves import exposures as kernel
from reserves.facts import line_name
from reserves.lines import SETTLEMENT, HoldingLine
from reserves.pricing import PRICED, Mark, State
from reserves.services.prudence import Measures, Prudence
from reserves.services.result import amount, text
from reserves.units import sum_of, to_amount

#: So many lines of each state, and names of each kind, stand in the account; the page of the valuation has all.
SHOWN_LINES, SHOWN_NAMES = 20, 10
EXCEPTIONS = (State.BEYOND, State.STALE, State.MISSING, State.NO_TERMS)


def prudent_entry(prudence: Prudence | None, currency: str, *, whole: bool) -> dict[str, Any] | None:
    """Return the prudent value, how much of the pool is independently priced, and the lines that do not agree."""
    if prudence is None:
        return None
    states: Counter[str] = Counter()
    for mark, count in zip(prudence.marks.kinds, np.bincount(prudence.marks.of, minlength=len(prudence.marks.kinds)),
                           strict=True):
        if mark:
            states[mark.state.value] += int(count)
    haircuts, after = _haircuts(prudence, currency)
    return {
        "value": amount(prudence.value, currency) if whole else None,
        "difference": amount(prudence.gap, currency) if whole else None,
        "coverage": _share(prudence.coverage()),
        "coverage_of_priced": _share(prudence.coverage(PRICED)),
        "source_rule": prudence.rule,
        "lines": {state.value: states[state.value] for state in State},
        "marks": {state.value: _marks(prudence, state) for state in EXCEPTIONS},
        "haircuts": haircuts,
        "haircut_value": amount(after, currency) if whole and after is not None else None,
        "rates": _rates(prudence, currency),
    }


def _share(value: Decimal | None) -> str | None:
    return text(None if value is None else round_down(value))


def _plain(value: Decimal | None) -> str | None:
    """Return a price without the zeros that the column pads it with."""
    return None if value is None else f"{value.normalize(EXACT):f}"


def _marks(prudence: Prudence, state: State) -> list[dict[str, Any]]:
    """Return the first lines in the state: by the size of the difference, account and place in the file."""
    marks, lines = prudence.marks, prudence.lines
    rows = np.flatnonzero(marks.where(lambda mark: mark.state is state))
    if not len(rows):
        return []
    sizes = np.array(_ranks(
        [-abs(mark.difference) if mark and mark.difference else Decimal(0) for mark in marks.kinds]))
    account, names = lines.accounts
    rank = sizes[marks.of[rows]] * len(names) + np.array(_ranks(names))[account[rows]]
    if len(rows) > SHOWN_LINES:  # of thousands only those that may be shown are put in order
        near = rank <= np.partition(rank, SHOWN_LINES - 1)[SHOWN_LINES - 1]
        rows, rank = rows[near], rank[near]
    first = rows[np.lexsort((lines.places[rows], rank))[:SHOWN_LINES]].tolist()
    return [mark_entry(line, cast(Mark, marks[row]), prudence)
            for row, line in zip(first, lines.at(first), strict=True)]


def _ranks(values: Sequence[Any]) -> list[int]:
    places = {value: place for place, value in enumerate(sorted(set(values)))}
    return [places[value] for value in values]


def mark_entry(line: HoldingLine, mark: Mark, prudence: Prudence) -> dict[str, Any]:
    """Return one line beside its own value, with every price that was to be had."""
    chosen, code = mark.chosen, line.currency
    return {
        "line": line_name(line), "account_id": line.account_id, "instrument_id": line.instrument_id,
        "description": line.description, "asset_class": line.asset_class, "row": line.line, "currency": code,
        "state": mark.state.value, "face_value": amount(line.face_value, code),
        "stated_value": amount(line.market_value, code), "own_value": amount(mark.value, code),
        "accrued": amount(mark.accrued, code), "difference": amount(mark.difference, code),
        "gap": _share(mark.gap), "tolerance": text(mark.tolerance),
        "price": _plain(chosen.price) if chosen else None, "side": chosen.side if chosen else None,
        "source": chosen.quote.source if chosen else None,
        "priced_on": prudence.priced_on[chosen.quote.file].isoformat() if chosen else None,
        "age_business_days": chosen.age if chosen else None, "stale_after": mark.stale_after,
        "prices": [
            {"source": quote.source, "priced_on": prudence.priced_on[quote.file].isoformat(),
             "bid": _plain(quote.bid), "mid": _plain(quote.mid), "ask": _plain(quote.ask)}
            for quote in chosen.quotes
        ] if chosen else [],
    }


def _haircuts(prudence: Prudence, currency: str) -> tuple[list[dict[str, Any]], Decimal | None]:
    """Return each class before and after its haircut, and their sum; None while a class has none set."""
    parts = kernel.sums_by(prudence.lines, [line.asset_class for line in prudence.lines.kinds], prudence.prudent)
    entries, total = [], Decimal(0)
    lacking = not parts
    for name, part in sorted(parts.items()):
        # A settlement is netted with what its account holds: no haircut is set for it.
        cut = Decimal(0) if name == SETTLEMENT else prudence.reference.parameter("haircut", name)
        after = None
        if cut is None:
            lacking = True
        else:
            left = EXACT.multiply(part.amount, EXACT.subtract(Decimal(1), Decimal(cut)))
            after = round_down(left, 4)
            total = EXACT.add(total, after)
        entries.append({"asset_class": name, "value": amount(part.amount, currency),
                        "haircut": None if cut is None else f"{Decimal(cut):f}", "after": amount(after, currency)})
    return entries, None if lacking else total


def _rates(prudence: Prudence, currency: str) -> list[dict[str, Any]]:
    entries = []
    for code, rate in sorted(prudence.rates.items()):
        held = [index for index, line in enumerate(prudence.lines) if line.currency == code]
        entries.append({
            "currency": code, "pair": rate.quote.instrument_id, "bid": _plain(rate.bid), "ask": _plain(rate.ask),
            "source": rate.quote.source, "priced_on": prudence.priced_on[rate.quote.file].isoformat(),
            "stated_value": amount(sum((prudence.lines[index].market_value for index in held), Decimal(0)), code),
            "converted": amount(to_amount(sum_of(prudence.stated[held])), currency),
            "lines": len(held),
        })
    return entries


def reason_entries(prudence: Prudence | None, currency: str, rulebook: Rulebook, law_day: Any) -> list[dict[str, Any]]:
    """Return why parts of the pool do not count, or why that is unknown; the parts sum to the whole of each."""
    cites = {rule.id: rule.on(law_day).cite for rule in rulebook.in_force(law_day, "holding")}
    return [
        {"reason": each.reason, "rule": each.reason if each.reason in cites else None,
         "cite": cites.get(each.reason), "verdict": each.verdict, "amount": amount(each.amount, currency),
         "lines": each.lines}
        for each in (prudence.reasons if prudence else ())
    ]


def liquidity_entry(
    prudence: Prudence | None, measures: Measures | None, currency: str
) -> dict[str, Any] | None:
    """Return what is cash within each horizon, at prudent value, and what was assumed of each class."""
    if prudence is None or measures is None:
        return None
    classes = sorted({line.asset_class for line in prudence.lines.kinds} - kernel.AT_ONCE)
    set_days = {name: prudence.reference.parameter("days_to_cash", name) for name in classes}
    return {
        "horizons": [{"business_days": each.business_days, "amount": amount(each.amount, currency),
                      "share": text(each.share)} for each in measures.liquidity],
        "assumptions": [{"asset_class": name, "business_days": None if days is None else int(Decimal(days))}
                        for name, days in set_days.items()],
    }


def concentration_entry(measures: Measures | None, currency: str) -> dict[str, Any] | None:
    """Return the largest exposures by kind of name, and how many names there are."""
    if measures is None:
        return None
    return {name: {"names": len(found), "largest": list(_exposures(found[:SHOWN_NAMES], currency))}
            for name, found in measures.exposures.items()}


def _exposures(found: Sequence[kernel.Exposure], currency: str) -> Iterable[dict[str, Any]]:
    for each in found:
        yield {"name": each.name, "members": list(each.members), "amount": amount(each.amount, currency),
               "share": text(each.share), "lines": each.lines}
