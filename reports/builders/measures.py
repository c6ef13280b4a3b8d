"""What a finding measured and what its rule required, in a few words each, from the finding alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import wording
from core.rulebook.facts import FACTS, Kind
from reports.builders import labels

Finding = Mapping[str, Any]
Measure = Callable[[Finding, str], tuple[str, str]]
MEASURES: dict[str, Measure] = {}


def measured_and_required(finding: Finding, currency: str) -> tuple[str, str]:
    """Return both sides of the rule as text; ``currency`` is the coin's, for amounts in it."""
    name = finding["required"]["check"]
    if finding.get("counts"):
        return _lines_met(finding), _line_requirement(finding["required"])
    return MEASURES[name](finding, currency) if name in MEASURES else _as_listed(finding, currency)


def not_known(finding: Finding) -> list[str]:
    """Return the meanings of the facts that an unknown finding lacked; none for any other verdict."""
    if finding["verdict"] != "unknown" or finding.get("counts"):
        return []
    sides = {**finding["observed"], **finding["required"]}
    return [_(FACTS[name].meaning) for name, value in sides.items() if value is None and name in FACTS]


def value_text(name: str, value: Any, currency: str) -> str:
    """Return one fact's value with its unit; a value that is not known says so."""
    if value is None:
        return _("not known")
    fact = FACTS[name]
    if fact.kind is Kind.TRUTH:
        return _("yes") if value else _("no")
    if fact.kind is Kind.DAY:
        return wording.hk_date(value, "short")
    if fact.kind is Kind.RATIO:
        return wording.percent(value)
    if fact.kind is Kind.AMOUNT:
        unit = "HKD" if fact.unit == "HKD" else currency if fact.unit == "coin currency" else fact.unit
        return _amount(value, unit)
    return str(labels.CHOICES.get(name, {}).get(value, value))


def _measure(*checks: str) -> Callable[[Measure], Measure]:
    def name_it(function: Measure) -> Measure:
        MEASURES.update(dict.fromkeys(checks, function))
        return function

    return name_it


def _amount(value: Any, unit: str) -> str:
    if len(unit) != 3:
        count = Decimal(value)
        return labels.UNITS[unit] % {"count": 1 if count == 1 else 2, "number": wording.amount(count, places=0)}
    if abs(Decimal(value)) >= 1_000_000:
        return _("%(currency)s %(amount)s m") % {"currency": unit, "amount": wording.amount(value, scale=6)}
    return _("%(currency)s %(amount)s") % {"currency": unit, "amount": wording.amount(value)}


def _least(text: str) -> str:
    return _("≥ %(limit)s") % {"limit": text}


def _most(text: str) -> str:
    return _("≤ %(limit)s") % {"limit": text}


def _limit(bound: Callable[[str], str], value: Any, name: str, currency: str) -> str:
    return _("not known") if value is None else bound(value_text(name, value, currency))


def _side(finding: Finding, side: str, name: str, currency: str) -> str:
    return value_text(name, finding[side].get(name), currency)


def _months(count: Any) -> str:
    return ngettext("%(count)d month", "%(count)d months", int(count)) % {"count": int(count)}


def _as_listed(finding: Finding, currency: str) -> tuple[str, str]:
    shown = [value_text(name, value, currency) for name, value in finding["observed"].items() if name in FACTS]
    limits = [value_text(name, value, currency) for name, value in finding["required"].items() if name in FACTS]
    return wording.enumerated(shown), wording.enumerated(limits)


def _lines_met(finding: Finding) -> str:
    counts = finding["counts"]
    total = sum(counts.values())
    if not total:
        return _("not stated")
    return ngettext("%(met)s of %(total)s line", "%(met)s of %(total)s lines", total) % {
        "met": wording.amount(counts.get("met", 0), places=0), "total": wording.amount(total, places=0)
    }


def _line_requirement(required: Mapping[str, Any]) -> str:
    if required["check"] == "term_within":
        return _most(_months(required["months"]))
    if required["check"] == "residual_maturity_within":
        years = int(required["years"])
        return _most(ngettext("%(count)d year", "%(count)d years", years) % {"count": years})
    if required["check"] == "at_most_unless_agreed":
        return _most(_amount(required["limit"], "business days"))
    return _("every line")


@_measure("covers")
def _covers(finding: Finding, currency: str) -> tuple[str, str]:
    return (
        _side(finding, "observed", "reserve.market_value", currency),
        _limit(_least, finding["required"].get("coin.circulation"), "coin.circulation", currency),
    )


def _target(finding: Finding) -> str:
    buffer = finding["required"].get("licence.buffer_target")
    return _("target not set") if buffer is None else _least(wording.percent(1 + Decimal(buffer)))


@_measure("ratio_covers_buffer")
def _ratio(finding: Finding, currency: str) -> tuple[str, str]:
    return _side(finding, "observed", "reserve.backing_ratio", currency), _target(finding)


@_measure("withdrawals_leave_buffer")
def _withdrawals(finding: Finding, currency: str) -> tuple[str, str]:
    count = finding["observed"].get("withdrawals.count")
    if count == 0:
        return _("no withdrawal"), _target(finding)
    name = "withdrawals.count" if count is None else "withdrawals.lowest_ratio_after"
    return _side(finding, "observed", name, currency), _target(finding)


@_measure("at_most", "at_most_unless_agreed")
def _at_most(finding: Finding, currency: str) -> tuple[str, str]:
    name = next(iter(finding["observed"]))
    unit = FACTS[name].unit
    value, limit = finding["observed"][name], finding["required"]["limit"]
    return (_("not known") if value is None else _amount(value, unit)), _most(_amount(limit, unit))


@_measure("net_capital_at_least")
def _net_capital(finding: Finding, currency: str) -> tuple[str, str]:
    seen, limit = finding["observed"], _least(_amount(finding["required"]["limit"], "HKD"))
    paid_up, debit = seen.get("capital.paid_up_hkd"), seen.get("capital.net_debit_balance_hkd")
    if paid_up is None or debit is None:
        return _("not known"), limit
    return _amount(Decimal(paid_up) - Decimal(debit), "HKD"), limit


@_measure("need_met_from_equity")
def _need(finding: Finding, currency: str) -> tuple[str, str]:
    need = finding["required"].get("licence.net_liquid_assets_need_hkd")
    return (
        _side(finding, "observed", "capital.net_liquid_assets_hkd", currency),
        _("need not set") if need is None else _least(_amount(need, "HKD")),
    )


@_measure("all_true", "any_true")
def _records(finding: Finding, currency: str) -> tuple[str, str]:
    values = [value for name, value in finding["observed"].items() if name in FACTS]
    shown = _("%(count)d of %(total)d on record") % {"count": values.count(True), "total": len(values)}
    wanted = _("all on record") if finding["required"]["check"] == "all_true" else _("one on record")
    return (shown if None not in values else _("not known")), wanted


@_measure("nothing_unexplained")
def _flows(finding: Finding, currency: str) -> tuple[str, str]:
    values = [value for name, value in finding["observed"].items() if name != "flows.due_until"]
    known = [Decimal(value) for value in values if value is not None]
    if len(known) < len(values) and not any(known):
        return _("not known"), _("nothing")
    return _amount(f"{max(known, key=abs):f}", currency), _("nothing")


@_measure("filed_each_quarter")
def _quarterly(finding: Finding, currency: str) -> tuple[str, str]:
    if finding["observed"].get("stress_test.filed_count") == 0:
        return _("none filed"), _("each quarter")
    return _side(finding, "observed", "stress_test.filed_on", currency), _("each quarter")


@_measure("reported_in_time")
def _reported(finding: Finding, currency: str) -> tuple[str, str]:
    seen = {name.split(".")[1]: value for name, value in finding["observed"].items()}
    count, hours = seen.get("unreported_count"), seen.get("oldest_unreported_hours")
    allowed = finding["required"].get("authority.immediate_report_hours")
    required = _("none unreported") if allowed is None else _most(_amount(allowed, "hours"))
    if count is None:
        return _("not known"), required
    if not count:
        return _("none unreported"), required
    return _("%(count)d unreported, oldest %(hours)s") % {
        "count": count, "hours": _("not known") if hours is None else _amount(hours, "hours")
    }, required


@_measure("filed_within", "attested")
def _filed(finding: Finding, currency: str) -> tuple[str, str]:
    kind = "attestation" if finding["required"]["check"] == "attested" else "accounts"
    seen, within = finding["observed"], _most(_months(finding["required"]["months"]))
    filed = seen.get(f"{kind}.is_filed")
    if filed is None:
        return _("not known"), within
    if not filed:
        return _("not filed"), within
    return _("filed %(day)s") % {"day": value_text(f"{kind}.filed_on", seen.get(f"{kind}.filed_on"), currency)}, within


@_measure("reviewed_lately")
def _reviewed(finding: Finding, currency: str) -> tuple[str, str]:
    days = [value for name, value in finding["observed"].items() if name != "as_of"]
    known = sorted(day for day in days if day)
    required = _("%(reserve)s, others %(other)s") % {
        "reserve": _months(finding["required"]["reserve_months"]), "other": _months(finding["required"]["other_months"])
    }
    if not known:
        return _("not known"), required
    return _("%(count)d of %(total)d dated, oldest %(day)s") % {
        "count": len(known), "total": len(days), "day": wording.hk_date(known[0], "short")
    }, required
