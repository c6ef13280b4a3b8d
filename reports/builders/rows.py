"""The tables of the daily reserve audit report: rules, exceptions, comparisons, breaks and files, as rows of text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core import wording
from reports.builders import labels
from reports.builders.measures import measured_and_required, not_known, value_text

SHOWN_EXCEPTIONS_PER_RULE = 3
SHOWN_BREAKS = 15

Result = Mapping[str, Any]


def rule(finding: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """One finding as a row: what was measured, what was required, what is not known."""
    measured, required = measured_and_required(finding, currency)
    label, tone = labels.VERDICTS[finding["verdict"]]
    return {
        "rule": finding["rule"], "title": finding["title"], "cite": finding["cite"],
        "version_from": finding["version_from"], "measured": measured, "required": required, "verdict": label,
        "tone": tone, "not_known": not_known(finding),
    }


def exceptions(findings: Sequence[Mapping[str, Any]], currency: str) -> list[dict[str, Any]]:
    """Return the lines that do not meet a rule, the first few per rule, and how many more the attachment has."""
    return [
        {
            "rule": finding["rule"],
            "title": finding["title"],
            "lines": [
                {
                    "line": each["line"],
                    "verdict": labels.VERDICTS[each["verdict"]][0], "tone": labels.VERDICTS[each["verdict"]][1],
                    "observed": _observed(each["observed"], currency),
                }
                for each in finding["exceptions"][:SHOWN_EXCEPTIONS_PER_RULE]
            ],
            "more": finding["exception_count"] - min(len(finding["exceptions"]), SHOWN_EXCEPTIONS_PER_RULE),
        }
        for finding in findings
        if finding["exception_count"]
    ]


def _observed(observed: Mapping[str, Any], currency: str) -> str:
    return wording.clauses(
        _("%(fact)s: %(value)s") % {
            "fact": labels.LINE_FACTS.get(name, name), "value": value_text(name, value, currency)
        }
        for name, value in observed.items()
    )


def comparisons(result: Result) -> list[dict[str, Any]]:
    """Each comparison with both sides, named."""
    rows = []
    for each in result["comparisons"]:
        title, left, right = labels.COMPARISONS.get(each["name"], (each["name"], _("Left"), _("Right")))
        state, tone = labels.COMPARISON_STATES[each["state"]]
        rows.append(
            {
                "title": title, "left_label": left, "right_label": right, "left": wording.amount(each["left"]),
                "right": wording.amount(each["right"]), "difference": wording.amount(each["difference"], signed=True),
                "differing": each["differing"], "matched": each["matched"], "state": state, "tone": tone,
                "lines": _lines(each),
            }
        )
    return rows


def _lines(comparison: Mapping[str, Any]) -> tuple[str, str] | None:
    """Which lines the two sides are the sums of, as the page of lines is asked for them."""
    if comparison["state"] == "no_data":
        return None
    if comparison["name"] == "par_supply":
        return f"of=ledger&asset_class=par_outstanding&{_currency(comparison)}", "of=supply"
    currency = _currency(comparison)
    return f"of=ledger&{currency}", f"of=holdings&{currency}"


def _currency(comparison: Mapping[str, Any]) -> str:
    """The currency to filter by; accounts of the first days did not say in which they compared."""
    return f"currency={comparison.get('currency', '')}"


def breaks(result: Result) -> dict[str, Any]:
    """The open breaks, the largest first, and how many more the attachment has."""
    ordered = sorted(  # the largest first; a break that was never stored has no reference
        result["breaks"], key=lambda each: (-abs(Decimal(each["difference"] or 0)), each["reference"] or "")
    )
    rows = [
        {
            "reference": each["reference"] or "", "cause": _cause(each),
            "where": " · ".join(part for part in (each["account_id"], each["instrument_id"], each["line_ref"]) if part),
            "left": _side(each["left"]), "right": _side(each["right"]),
            "difference": wording.amount(each["difference"], signed=True), "currency": each["currency"],
            "age": each["age_business_days"], "state": labels.BREAK_STATES.get(each["state"], each["state"]),
        }
        for each in ordered[:SHOWN_BREAKS]
    ]
    states = {each["state"] for each in result["comparisons"]}
    return {
        "rows": rows, "more": len(ordered) - len(rows), "total": len(ordered), "resolved": result["resolved_breaks"],
        "all_compared": bool(states) and "no_data" not in states,
    }


def _cause(each: Mapping[str, Any]) -> Any:
    cause = each["cause"]
    return labels.CHAIN_CAUSES.get((cause, each["comparison"])) or labels.BREAK_CAUSES.get(cause, cause)


def _side(value: str | None) -> str:
    return _("absent") if value is None else wording.amount(value)


def inputs(result: Result, senders: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The files that the day rests on."""
    return [
        {**each, "feed": labels.FEEDS.get(each["feed"], each["feed"]), "sender": sender_name(senders, each["sender"])}
        for each in result["inputs"]
    ]


def sender_name(senders: Mapping[str, Any], slug: str) -> str:
    return wording.organisation_name(senders[slug]) if slug in senders else slug


def missing(result: Result) -> list[dict[str, Any]]:
    """The files that it lacks."""
    return [{**each, "feed": labels.FEEDS.get(each["feed"], each["feed"])} for each in result["missing"]]
