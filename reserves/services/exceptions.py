"""Every line that does not meet a rule on a judged day, where the account of the day lists only the first."""

from __future__ import annotations

from typing import Any

from core.rulebook import load
from reserves.models import ReserveDay
from reserves.selectors.day_files import calendar_on, files_by_ids
from reserves.selectors.inputs import load_inputs
from reserves.services.assessment import assess_inputs


def exceptions_of(day: ReserveDay) -> dict[str, list[dict[str, Any]]]:
    """Return the lines that do not meet each rule, by rule, as the day was judged.

    Where the account has them all they are taken from it. Else the lines are judged again; what then does not begin
    as the account does is left at what the account lists, for a fact was stated otherwise since.
    """
    account: dict[str, Any] = day.result or {}
    stated = {each["rule"]: each for each in account["findings"] if each["exception_count"]}
    listed = {rule: list(each["exceptions"]) for rule, each in stated.items()}
    if all(len(listed[rule]) == each["exception_count"] for rule, each in stated.items()):
        return listed
    again = _judged_again(day, account)
    for rule, each in stated.items():
        found = again.get(rule, [])
        if len(found) == each["exception_count"] and found[: len(listed[rule])] == listed[rule]:
            listed[rule] = found
    return listed


def _judged_again(day: ReserveDay, account: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    rulebook = load()
    calendar = calendar_on(rulebook, day.as_of)
    files = files_by_ids(day.coin, day.as_of, calendar, [each["file"] for each in account["inputs"]])
    found = assess_inputs(day.coin, load_inputs(files), calendar=calendar, rulebook=rulebook, seen_at=day.opened_at,
                          listed=None)
    return {each["rule"]: each["exceptions"] for each in found.result["findings"]}
