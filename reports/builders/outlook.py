"""What would have avoided a breach, and what moved the pool since the day before, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import wording
from reports.builders import labels
from reserves.lines import HoldingLine
from reserves.outlook import (
    CAUSES,
    Cure,
    by_cause,
    cure_of_backing,
    days_over_term,
    days_until_short_enough,
    marks_that_cure,
    moves,
    moves_that_would_have_cured,
)
from reserves.services.result import amount

Result = Mapping[str, Any]
FULL_BACKING, BUFFER, TERM, RESIDUAL = "HK-RES-01", "HK-RES-02", "HK-RES-03", "HK-RES-04"
#: How many lines of one rule are named.
NAMED = 5
MOVES: dict[str, Any] = {
    "new": gettext_lazy("New lines"), "gone": gettext_lazy("Lines gone or matured"),
    "quantity": gettext_lazy("Bought or sold"), "balance": gettext_lazy("Paid in or out"),
    "revalued": gettext_lazy("Worth more or less"),
}


def avoided(result: Result) -> list[dict[str, Any]]:
    """Return, for each breached rule of which it can be said, the sentences on what would have avoided the breach."""
    found = []
    for finding in result["findings"]:
        if finding["verdict"] == "breached" and (ways := list(_ways(finding, result))):
            found.append({"rule": finding["rule"], "ways": ways})
    return found


def cure_of(result: Result, rule: str) -> Cure | None:
    """Return the smallest changes that would have met a rule on backing; None where it was met or is not known."""
    value, circulation = result["reserve_market_value"], result["circulation"]
    buffer = "0" if rule == FULL_BACKING else result["buffer_target"]
    if value is None or circulation is None or buffer is None:
        return None
    return cure_of_backing(Decimal(value), Decimal(circulation), Decimal(buffer), result["currency"])


def _ways(finding: Mapping[str, Any], result: Result) -> Iterator[str]:
    if finding["rule"] in (FULL_BACKING, BUFFER):
        if cure := cure_of(result, finding["rule"]):
            yield from _of_backing(cure, result["currency"])
    elif finding["rule"] in (TERM, RESIDUAL):
        yield from _of_terms(finding)


def _of_backing(cure: Cure, currency: str) -> Iterator[str]:
    def money(value: Decimal) -> str:
        return f"{currency} {wording.amount(value)}"

    yield _("%(amount)s more in the reserve.") % {"amount": money(cure.more_reserve)}
    yield _("%(amount)s less in circulation, bought back with the issuer's own funds and burnt.") % {
        "amount": money(cure.less_circulation)}
    if cure.redeemed_from_reserve is not None:
        yield _("%(amount)s redeemed from the reserve itself.") % {"amount": money(cure.redeemed_from_reserve)}


def _of_terms(finding: Mapping[str, Any]) -> Iterator[str]:
    over = [(days, each) for each in finding["exceptions"] if (days := _days_over(finding, each)) is not None]
    for days, each in over[:NAMED]:
        if finding["rule"] == TERM:
            yield ngettext("%(line)s: a term shorter by %(days)d day.", "%(line)s: a term shorter by %(days)d days.",
                           days) % {"line": each["line"], "days": days}
        else:
            yield ngettext("%(line)s: a maturity earlier by %(days)d day.",
                           "%(line)s: a maturity earlier by %(days)d days.", days) % {
                "line": each["line"], "days": days}
    if more := finding["exception_count"] - min(len(over), NAMED):
        yield ngettext("And %(count)d more line, each by its own days.",
                       "And %(count)d more lines, each by its own days.", more) % {"count": more}


def _days_over(finding: Mapping[str, Any], exception: Mapping[str, Any]) -> int | None:
    observed, required = exception["observed"], finding["required"]
    names = ("holding.term_start", "holding.term_end") if finding["rule"] == TERM else ("as_of", "holding.maturity")
    limit = required.get("months" if finding["rule"] == TERM else "years")
    if exception["verdict"] != "breached" or limit is None or any(not observed.get(name) for name in names):
        return None
    first, last = (date.fromisoformat(observed[name]) for name in names)
    return (days_over_term if finding["rule"] == TERM else days_until_short_enough)(first, last, int(limit))


def outlook_page(result: Result, lines: Sequence[HoldingLine], before: Sequence[HoldingLine] | None) -> dict[str, Any]:
    """Return what the outlook shows: what would have avoided a breach, down to single lines, and why the pool moved."""
    currency = result["currency"]
    moved = moves(before, lines, currency) if before is not None else []
    cures = {rule: cure for rule in (FULL_BACKING, BUFFER) if (cure := cure_of(result, rule)) is not None}
    return {
        "ways": avoided(result),
        "marks": [
            {"rule": rule, "rise": amount(mark.rise, currency), "line": mark.line, "share": _share(mark.share)}
            for rule, cure in cures.items() for mark in marks_that_cure(lines, cure.more_reserve, currency)
        ],
        "undone": [
            {"rule": rule, "name": move.name, "account": move.account_id, "cause": MOVES[move.cause],
             "delta": amount(_printed(move.delta), currency)}
            for rule, cure in cures.items() for move in moves_that_would_have_cured(moved, cure.more_reserve)
        ],
        "causes": list(MOVES.items()),
        "moved": [
            {"label": labels.ASSET_CLASSES.get(name, name), "cells": [causes.get(cause) for cause in CAUSES],
             "total": sum(causes.values(), Decimal(0))}
            for name, causes in by_cause(moved).items()
        ],
    }


def _printed(delta: Fraction) -> Decimal:
    units = round(delta * 10_000)
    return Decimal(units).scaleb(-4)


def _share(part: Fraction) -> Decimal:
    """The share rounded up to 8 places: what is printed is enough."""
    return Decimal(-(-part.numerator * 10**8 // part.denominator)).scaleb(-8)
