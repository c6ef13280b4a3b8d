"""What the daily reserve audit report prints: frozen facts as titles, rows and sentences, in the active language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import wording
from reports.builders import figures, labels, prudence, rows
from reports.builders.annexes import attached
from reports.builders.figures import unit_of

VERDICT_ORDER = ("breached", "unknown", "met")

Facts = Mapping[str, Any]
Result = Mapping[str, Any]


def printed(frozen: Facts, digest: str) -> dict[str, Any]:
    """Return the context of ``pdf/daily_reserve.html``."""
    result = frozen["result"]
    findings = sorted(  # the coin's rules stand before the issuer's
        [*result["findings"], *(frozen["issuer_findings"] or [])],
        key=lambda each: VERDICT_ORDER.index(each["verdict"]),
    )
    scale, unit = unit_of(result)
    return {
        "facts": frozen, "result": result, "digest": digest, "attachment": f"{frozen['reference']}.json",
        "headline": _headline(result, findings), "what_if": _what_if(result), "strip": _strip(result, scale, unit),
        "unit": unit, "changes": _changes(result, scale, unit), "composition": _composition(result, scale),
        "ladder": figures.ladder(result, scale=scale, names=labels.SHORT_LADDER) if result["ladder"] else "",
        "maturity": _maturity(result), "prudence": prudence.panels(result),
        "history": _history(frozen), "rules": [rows.rule(each, result["currency"]) for each in findings],
        "exceptions": rows.exceptions(findings, result["currency"]), "comparisons": rows.comparisons(result),
        "breaks": rows.breaks(result), "inputs": rows.inputs(result, frozen["senders"]),
        "missing": rows.missing(result),
        "method": _method(frozen, digest), "attached": attached(frozen.get("annexes", ())),
    }


def _amount(value: str | None, currency: str) -> str:
    """An amount in a sentence: the currency stands before it and its size in words after it."""
    if value is None:
        return wording.no_data()
    if abs(Decimal(value)) >= 1_000_000:
        return _("%(currency)s %(amount)s million") % {"currency": currency, "amount": wording.amount(value, scale=6)}
    return _("%(currency)s %(amount)s") % {"currency": currency, "amount": wording.amount(value)}


def _headline(result: Result, findings: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    titles = {
        "met": (_("Fully backed"), "good"), "breached": (_("Not fully backed"), "bad"),
        "unknown": (_("Backing is unknown"), "warn"),
    }
    title, tone = titles[result["verdict"]]
    tally = {verdict: sum(each["verdict"] == verdict for each in findings) for verdict in VERDICT_ORDER}
    sentences = [_backing(result), _tally(tally, len(findings))]
    if result["missing"]:
        feeds = wording.enumerated(labels.FEEDS.get(each["feed"], each["feed"]) for each in result["missing"])
        sentences.append(_("Not received: %(feeds)s.") % {"feeds": feeds})
    return {"title": title, "tone": tone, "sentences": sentences}


def _backing(result: Result) -> str:
    currency, surplus = result["currency"], result["surplus"]
    if result["circulation_basis"] is None and result["supply"]:
        return _("There is no backing ratio: no law in force on this day says what counts as circulation.")
    if result["backing_ratio"] is None or surplus is None:
        return _("There is no backing ratio for this day: a figure that it needs is missing, or nothing circulates.")
    words = {
        "ratio": wording.percent(result["backing_ratio"]),
        "amount": _amount(f"{abs(Decimal(surplus)):f}", currency),
    }
    if Decimal(surplus) < 0:
        return _(
            "The reserve was worth %(ratio)s of the coins in circulation at par, a shortfall of %(amount)s."
        ) % words
    return _("The reserve was worth %(ratio)s of the coins in circulation at par, a surplus of %(amount)s.") % words


def _tally(tally: Mapping[str, int], total: int) -> str:
    if not total:
        return _("No rule was judged.")
    return ngettext(
        "Of %(total)d rule judged, breached: %(breached)d, unknown: %(unknown)d, met: %(met)d.",
        "Of %(total)d rules judged, breached: %(breached)d, unknown: %(unknown)d, met: %(met)d.",
        total,
    ) % {"total": total, **tally}


def _what_if(result: Result) -> list[str]:
    said = []
    if result["law_on"]:
        said.append(_("Judged as if the law of %(day)s applied.") % {"day": wording.hk_date(result["law_on"])})
    if result["rulebook"]["overlay"]:
        said.append(
            _("Judged with another rulebook file (SHA-256 %(digest)s).")
            % {"digest": wording.short_digest(result["rulebook"]["overlay"])}
        )
    if result["version"] is None:
        said.append(_("These are not findings of the day and are not kept."))
    return said


def _strip(result: Result, scale: int, unit: str) -> list[dict[str, str]]:
    surplus = result["surplus"]
    short = surplus is not None and Decimal(surplus) < 0
    tone = "r" if short else ""
    target = result["buffer_target"]
    required = (
        _("required 100%") if target is None
        else _("target %(target)s") % {"target": wording.percent(1 + Decimal(target))}
    )
    from_chain = (result["supply"] or {}).get("source") == "chain"
    circulating = _("%(unit)s, read from the chain") % {"unit": unit} if from_chain else unit
    amounts = [
        (_("In circulation, par"), result["circulation"], circulating, "", "of=supply"),
        (_("Reserve, market value"), result["reserve_market_value"], unit, "", "of=holdings"),
        (_("Shortfall") if short else _("Surplus"), surplus and f"{abs(Decimal(surplus)):f}", unit, tone, ""),
        (_("Liquid, 1 business day"), result["liquid_one_business_day"], unit, "", ""),
    ]
    return [
        _cell(_("Backing ratio"), wording.percent(result["backing_ratio"]), required, tone),
        *(_cell(label, wording.amount(value, scale=scale), under, kind) | {"lines": lines}
          for label, value, under, kind, lines in amounts),
    ]


def _cell(label: str, value: str, under: str, tone: str) -> dict[str, str]:
    return {"label": label, "value": value, "under": under, "tone": f"{tone} long" if len(value) > 9 else tone}


def changes_of(result: Result) -> dict[str, Any] | None:
    """Return what moved the ratio since the day before; None where one of the two is not known."""
    return _changes(result, *unit_of(result))


def _changes(result: Result, scale: int, unit: str) -> dict[str, Any] | None:
    previous = result["previous"]
    if not previous or previous["backing_ratio"] is None or result["backing_ratio"] is None or not result["waterfall"]:
        return None
    drawing, axis = figures.waterfall(result)
    moved = [
        {
            "cause": labels.CAUSES.get(cause, cause), "points": wording.points(delta),
            "detail": _detail(result, cause, scale, unit),
        }
        for cause, delta in figures.steps(result)
    ]
    return {"since": previous["as_of"], "drawing": drawing, "axis": axis, "steps": moved}


def _detail(result: Result, cause: str, scale: int, unit: str) -> str:
    if cause == "circulation":
        before, after = result["previous"]["circulation"], result["circulation"]
    else:
        row = next((each for each in result["composition"] if each["asset_class"] == cause), None)
        if row is None or row["change"] is None:
            return ""
        before, after = f"{Decimal(row['market_value']) - Decimal(row['change']):f}", row["market_value"]
    return _("%(before)s to %(after)s (%(unit)s)") % {
        "before": wording.amount(before, scale=scale), "after": wording.amount(after, scale=scale), "unit": unit
    }


def _composition(result: Result, scale: int) -> dict[str, Any]:
    def money(value: str | None, *, signed: bool = False) -> str:
        return "" if value is None else wording.amount(value, scale=scale, signed=signed)

    rows = [
        {
            "label": labels.ASSET_CLASSES.get(each["asset_class"], each["asset_class"]),
            "asset_class": each["asset_class"],
            "market_value": money(each["market_value"]), "eligible": money(each["eligible_value"]),
            "share": wording.share(each["share"]), "change": money(each["change"], signed=True),
            "lines": wording.amount(each["lines"], places=0),
        }
        for each in result["composition"]
    ]
    changes = [Decimal(each["change"]) for each in result["composition"] if each["change"] is not None]
    return {
        "rows": rows,
        "total": money(result["reserve_market_value"]), "eligible": money(result["eligible_reserve"]),
        "change": money(f"{sum(changes, Decimal(0)):f}", signed=True) if changes else "",
        "lines": wording.amount(sum(each["lines"] for each in result["composition"]), places=0),
        "not_counted": [
            (label, money(value))
            for label, value in (
                (_("Of this not eligible"), result["ineligible_reserve"]),
                (_("Of this of unknown eligibility"), result["unknown_eligibility"]),
            )
            if value is not None and Decimal(value)
        ] + [
            (_in_another(each["currency"], scale), money(each["market_value"])) for each in result["unvalued"]
        ],
    }


def _in_another(currency: str, scale: int) -> str:
    unit = _("%(currency)s million") % {"currency": currency} if scale else currency
    return _("Not in the total, %(unit)s") % {"unit": unit}


def _maturity(result: Result) -> str:
    days = result["weighted_average_maturity_days"]
    if days is None:
        return ""
    return _("Weighted average maturity: %(days)s days.") % {"days": wording.amount(days, places=1)}


def _history(frozen: Facts) -> dict[str, Any]:
    series = frozen["history"]
    known = sum(ratio is not None for _day, ratio in series)
    return {
        "days": len(series), "known": known,
        "drawing": figures.history(series, frozen["result"]["buffer_target"]),
        "note": ngettext(
            "%(known)d of %(total)d day has a ratio.",
            "%(known)d of %(total)d days have a ratio; the line has a gap where there is none.", len(series),
        ) % {"known": known, "total": len(series)},
    }


def _method(frozen: Facts, digest: str) -> list[tuple[str, str]]:
    result = frozen["result"]
    basis, book = result["circulation_basis"], result["rulebook"]
    rows = [
        (_("Backing ratio"), _("Market value of the reserve divided by the par value in circulation. It is judged "
                               "unrounded and printed rounded down.")),
    ]
    if basis:
        rows.append((_("Circulation"), _circulation(basis)))
    if result["backing_ratio"] is not None:
        rows.append((_("Ratio to 8 places"), wording.ratio8(result["backing_ratio"])))
    rows.append((
        _("Rulebook"),
        _("Regime %(regime)s, SHA-256 %(digest)s") % {"regime": book["regime"].upper(), "digest": book["digest"]},
    ))
    rows.append((_("Result"), _("SHA-256 %(digest)s") % {"digest": result["digest"]}))
    rows.append((_("These facts"), _("SHA-256 %(digest)s, attached as %(name)s") % {
        "digest": digest, "name": f"{frozen['reference']}.json"
    }))
    if frozen["judged_at"]:
        rows.append((_("Judged at"), _("%(when)s Hong Kong time") % {"when": wording.hk_datetime(frozen["judged_at"])}))
    return rows


def _circulation(basis: Mapping[str, Any]) -> str:
    words = {"cite": wording.cite(basis["cite"])}
    if basis["include_frozen"] and basis["include_pending"]:
        return _("Total supply less unissued tokens; frozen tokens and pending redemptions count (%(cite)s).") % words
    if basis["include_frozen"]:
        return _("Total supply less unissued tokens and pending redemptions; frozen tokens count (%(cite)s).") % words
    if basis["include_pending"]:
        return _("Total supply less unissued and frozen tokens; pending redemptions count (%(cite)s).") % words
    return _("Total supply less unissued tokens, frozen tokens and pending redemptions (%(cite)s).") % words
