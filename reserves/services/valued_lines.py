"""Every line of a judged day beside its own value, worked out again from the files that the day was judged on."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.rulebook import load
from issuers.facts import stated_facts
from reserves.models import ReserveDay
from reserves.pricing import Mark, State
from reserves.selectors.day_files import calendar_on, files_by_ids
from reserves.selectors.inputs import load_inputs
from reserves.services.pool import value_lines
from reserves.services.prudent_entries import mark_entry
from reserves.services.result import amount
from reserves.units import to_amount

CARRIED = "carried"
STATES = (*(state.value for state in State), CARRIED)
_NOT_PRICED = Mark(State.MISSING)


@dataclass(frozen=True, slots=True)
class Valued:
    """The lines of a day, and whether they still say what the account of the day says.

    Reference data that was put on record later than the day was judged makes them differ, until it is run again.
    """

    lines: list[dict[str, Any]]
    prudent_value: str | None
    agrees: bool


def valued_lines(day: ReserveDay) -> Valued:
    """Return the lines of the day, in the order of the files, each with its file and row."""
    result: Any = day.result
    coin, rulebook = day.coin, load()
    calendar = calendar_on(rulebook, day.as_of)
    inputs = load_inputs(files_by_ids(coin, day.as_of, calendar, [entry["file"] for entry in result["inputs"]]))
    stated = stated_facts(coin.issuer, coin, day.as_of)
    pool = value_lines(coin, inputs, calendar, rulebook, day.as_of, stated)
    prudence = pool.prudence
    if prudence is None:
        return Valued([], None, agrees=True)
    lines = []
    for line, mark, row, value in zip(prudence.lines, prudence.marks, prudence.rows, prudence.prudent, strict=True):
        lines.append(mark_entry(line, mark or _NOT_PRICED, prudence) | {
            "state": mark.state.value if mark else CARRIED, "file": int(inputs.holding_files[row]),
            "prudent_value": amount(to_amount(value), coin.reference_currency),
        })
    total = amount(prudence.value, coin.reference_currency) if pool.market_value is not None else None
    said = (result.get("prudent") or {}).get("value")
    return Valued(lines, total, agrees=said == total)


def matching(lines: list[dict[str, Any]], *, state: str = "", text: str = "") -> list[dict[str, Any]]:
    """Return the lines in a state and with a text in what names them, the largest differences first."""
    wanted = text.strip().casefold()
    found = [
        line for line in lines
        if (not state or line["state"] == state)
        and (not wanted or any(wanted in str(line[name]).casefold()
                               for name in ("account_id", "instrument_id", "description", "source")))
    ]
    return sorted(found, key=lambda line: (STATES.index(line["state"]) == len(STATES) - 1,
                                           -abs(Decimal(line["difference"] or 0)), line["file"], line["row"]))
