"""What the pages of a coin-day show of our own valuation: marks, reasons, ladders, names and limits, as text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import wording
from reports.builders import labels
from reports.builders.figures import unit_of
from reports.builders.rows import sender_name
from reserves.models import Limit

Entry = Mapping[str, Any]
Shown = Callable[[Any], str]
SHOWN_MARKS, SHOWN_NAMES = 5, 5
STATES: dict[str, tuple[Any, str]] = {
    "beyond": (gettext_lazy("Beyond the tolerance"), "bad"),
    "stale": (gettext_lazy("Stale price"), "warn"),
    "missing": (gettext_lazy("No independent price"), "warn"),
    "no_terms": (gettext_lazy("Terms not on record"), "warn"),
    "unjudged": (gettext_lazy("No tolerance set"), "warn"),
    "agrees": (gettext_lazy("Agrees"), "good"),
    "carried": (gettext_lazy("Carried at its value"), ""),
}
REASONS: dict[str, Any] = {
    "HK-RES-03": gettext_lazy("Term of a deposit"),
    "HK-RES-04": gettext_lazy("Residual maturity"),
    "HK-RES-05": gettext_lazy("Risk weight"),
    "HK-RES-06": gettext_lazy("Obligor"),
    "HK-RES-07": gettext_lazy("Reverse repo"),
    "HK-RES-08": gettext_lazy("Fund not for the reserve alone"),
    "HK-RES-09": gettext_lazy("Tokenised or other asset without acceptance"),
    "HK-RES-10": gettext_lazy("Currency"),
    "account": gettext_lazy("Settlement of such an account"),
}
NAMES: dict[str, Any] = {
    "counterparty": gettext_lazy("Counterparties, with those connected"),
    "custodian": gettext_lazy("Custodians"),
}


def panels(result: Entry) -> dict[str, Any] | None:
    """Return what the page of the day shows; None for an account from before there was such a valuation."""
    if "prudent" not in result or result["prudent"] is None:
        return None
    prudent, currency = result["prudent"], result["currency"]
    scale, unit = unit_of(result)
    shown = partial(wording.amount, scale=scale)
    return {
        "unit": unit, "facts": _facts(result, prudent, shown),
        "marks": [mark(each) for state in ("beyond", "stale", "missing", "no_terms")
                  for each in prudent["marks"][state]][:SHOWN_MARKS],
        "more": max(0, sum(prudent["lines"][state] for state in ("beyond", "stale", "missing", "no_terms"))
                    - SHOWN_MARKS),
        "priced": sum(prudent["lines"].values()),
        "waits": prudent["lines"]["missing"] + prudent["lines"]["stale"] > 0,
        "rates": [_rate(each, currency) for each in prudent["rates"]],
        "haircuts": [_haircut(each, shown) for each in prudent["haircuts"]],
        "haircut_value": prudent["haircut_value"] and shown(prudent["haircut_value"]),
        "reasons": [_reason(each, shown) for each in result["ineligible_by_reason"]],
        "horizons": [_horizon(each, shown) for each in (result["liquidity"] or {}).get("horizons", ())],
        "assumptions": wording.clauses(map(_assumption, (result["liquidity"] or {}).get("assumptions", ()))),
        "names": [_names(name, result["concentration"], shown) for name in NAMES] if result["concentration"] else [],
        "limits": [limit(each, currency) for each in result["limits"]],
    }


def late_prices(inputs: Sequence[Entry], names: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return a sentence for each file of prices that came after the day had been judged."""
    return [
        _("Prices of %(source)s for %(day)s came on %(at)s, after this day had been judged: it was judged again with"
          " them, and the version before is kept.") % {
            "source": sender_name(names, each["sender"]), "day": wording.hk_date(each["as_of"], "short"),
            "at": wording.hk_datetime(each["received_at"], "short"),
        } for each in inputs
    ]


def _facts(result: Entry, prudent: Entry, shown: Shown) -> list[tuple[Any, str]]:
    return [
        (_("Stated value"), shown(result["reserve_market_value"])),
        (_("Of this eligible"), shown(result["eligible_reserve"])),
        (_("Of this not eligible"), shown(result["ineligible_reserve"])),
        (_("Of this of unknown eligibility"), shown(result["unknown_eligibility"])),
        (_("Prudent value"), shown(prudent["value"])),
        (_("Stated above prudent value"), shown(prudent["difference"])),
        (_("Independently priced, of the reserve"), wording.share(prudent["coverage"])),
        (_("Independently priced, of what has a market"), wording.share(prudent["coverage_of_priced"])),
        (_("After haircuts"),
         _("not set") if prudent["haircut_value"] is None else shown(prudent["haircut_value"])),
    ]


def mark(each: Entry) -> dict[str, Any]:
    """One line beside its own value, as a row."""
    label, tone = STATES[each["state"]]
    return {
        **each, "label": label, "tone": tone, "asset_class": labels.ASSET_CLASSES[each["asset_class"]],
        "stated": wording.amount(each["stated_value"]),
        "own": wording.amount(each["own_value"]) if each["own_value"] is not None else "",
        "difference": wording.amount(each["difference"], signed=True) if each["difference"] is not None else "",
        "gap": "" if each["gap"] is None else wording.percent(each["gap"], places=3),
        "priced": _priced(each), "others": max(0, len(each["prices"]) - 1),
    }


def _priced(each: Entry) -> str:
    if each["price"] is None:
        return ""
    return _("%(price)s (%(side)s), %(source)s, %(day)s") % {
        "price": each["price"], "side": labels.CHOICES["valuation.price_basis"][each["side"]],
        "source": each["source"], "day": wording.hk_date(each["priced_on"], "short"),
    }


def _rate(each: Entry, currency: str) -> str:
    return _(
        "%(pair)s at %(bid)s (bid), %(source)s, %(day)s: %(code)s %(stated)s count as %(currency)s %(converted)s."
    ) % {
        "pair": each["pair"], "bid": each["bid"], "source": each["source"], "code": each["currency"],
        "day": wording.hk_date(each["priced_on"], "short"), "stated": wording.amount(each["stated_value"]),
        "currency": currency, "converted": wording.amount(each["converted"]),
    }


def _haircut(each: Entry, shown: Shown) -> dict[str, Any]:
    return {
        "label": labels.ASSET_CLASSES[each["asset_class"]], "value": shown(each["value"]),
        "haircut": _("not set") if each["haircut"] is None else wording.percent(each["haircut"]),
        "after": "" if each["after"] is None else shown(each["after"]),
    }


def _reason(each: Entry, shown: Shown) -> dict[str, Any]:
    label, tone = labels.VERDICTS[each["verdict"]]
    return {**each, "label": REASONS.get(each["reason"], each["reason"]), "amount": shown(each["amount"]),
            "verdict": label, "tone": tone}


def _horizon(each: Entry, shown: Shown) -> tuple[str, str, str]:
    days = each["business_days"]
    return (ngettext("%(days)d business day", "%(days)d business days", days) % {"days": days},
            shown(each["amount"]), wording.share(each["share"]))


def _assumption(each: Entry) -> str:
    days, label = each["business_days"], labels.ASSET_CLASSES[each["asset_class"]]
    if days is None:
        return _("%(asset_class)s: no sale before maturity assumed") % {"asset_class": label}
    return ngettext("%(asset_class)s: sold in %(days)d business day", "%(asset_class)s: sold in %(days)d business days",
                    days) % {"asset_class": label, "days": days}


def _names(name: str, concentration: Entry, shown: Shown) -> dict[str, Any]:
    found = concentration[name]
    return {
        "label": NAMES[name], "more": max(0, found["names"] - SHOWN_NAMES),
        "rows": [
            {"name": each["name"] or _("Not named"), "amount": shown(each["amount"]),
             "share": wording.share(each["share"]),
             "members": wording.enumerated(each["members"]) if len(each["members"]) > 1 else ""}
            for each in found["largest"][:SHOWN_NAMES]
        ],
    }


def limit(each: Entry, currency: str) -> dict[str, Any]:
    """One limit of the issuer's own with what was measured, as a row."""
    label, tone = labels.VERDICTS[each["state"]]
    return {
        **each, "label": Limit.Metric(each["metric"]).label, "kind": Limit.Kind(each["kind"]).label,
        "verdict": label, "tone": tone, "limit_text": _figure(each["figure"], each["measure"], currency),
        "measured_text": _figure(each["measured"], each["measure"], currency),
        "whose": each["name"] or each["measured_name"],
    }


def _figure(value: str | None, measure: str, currency: str) -> str:
    if value is None:
        return _("not known")
    if measure == Limit.Measure.SHARE:
        return wording.percent(value)
    if measure == Limit.Measure.DAYS:
        return ngettext("%(days)s day", "%(days)s days", 1 if Decimal(value) == 1 else 2) % {"days": value}
    return _("%(currency)s %(amount)s") % {"currency": currency, "amount": wording.amount(value)}


def tally(lines: Sequence[Entry]) -> list[tuple[str, Any, int]]:
    """Return how many lines are in each state, those that need a look first."""
    counts = dict.fromkeys(STATES, 0)
    for line in lines:
        counts[line["state"]] += 1
    return [(state, STATES[state][0], count) for state, count in counts.items() if count]
