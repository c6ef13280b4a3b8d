"""Template words for attestations and weekly statements: figures, asset classes and signatures in plain language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core import feeds, rulebook
from core.rulebook.facts import FACTS
from core.wording import amount, hk_date, percent

register = template.Library()

CLASSES = {
    "cash": _("Cash"),
    "demand_deposit": _("Demand deposits"),
    "term_deposit": _("Term deposits"),
    "government_debt": _("Debt securities"),
    "reverse_repo": _("Reverse repo"),
    "fund": _("Funds"),
    "tokenised": _("Tokenised assets"),
    "settlement": _("Settlement balances"),
    "other": _("Other assets"),
}
FIGURES = CLASSES | {
    "market_value": _("Market value of the reserve"),
    "reserve_market_value": _("Market value of the reserve"),
    "outstanding_par": _("Outstanding par value"),
    "par_outstanding": _("Par value outstanding in the books"),
    "circulation": _("Par value in circulation"),
    "backing_ratio": _("Backing ratio"),
    "surplus": _("Surplus"),
    "eligible_reserve": _("Eligible reserve"),
    "verdict": _("Full backing"),
    "adequate": _("Adequate"),
}
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
#: A figure with more decimals than anybody reads: the download has them all.
LONG = re.compile(r"(\.\d{8})\d+$", re.ASCII)
TEXTS = {"yes": _("Yes"), "no": _("No"), "met": _("Met"), "breached": _("Breached"), "unknown": _("Unknown")}


@register.filter
def figure_name(name: str) -> str:
    """The name of a figure: "market_value", "composition.cash", "composition[cash]"."""
    code = name.removeprefix("composition.").removeprefix("composition[").removesuffix("]")
    return str(FIGURES.get(code, name))


@register.filter
def figure(value: Any) -> str:
    """A figure as text: a number with its digits grouped, a word in the reader's language; none is said."""
    if value is None or value == "":
        return _t("No data")
    if str(value) in TEXTS:
        return str(TEXTS[str(value)])
    if isinstance(value, int):
        return amount(value, places=0)
    if DAY.fullmatch(str(value)):
        return hk_date(str(value))
    try:
        return _exact(str(value))
    except ArithmeticError:
        return str(value)


def _exact(text: str) -> str:
    """Return a number with all its decimals, two at least."""
    places = max(2, len(text.partition(".")[2].rstrip("0")))
    return amount(text, places=places)


@register.filter
def in_millions(value: Any) -> str:
    """An amount in millions with two decimals, or that there is none; the exact one stands in the table."""
    return _t("No data") if value in (None, "") else amount(value, scale=6)


@register.filter
def told(found: Mapping[str, Any]) -> list[str]:
    """What a rule was told, one sentence a fact; of lines on which it was told the same, once with their number."""
    facts = found["facts"]
    if "lines" not in facts:
        read = [name for name in facts if name in found["observed"] or name in found["required"]]
        return [_told(name, facts[name]) for name in read]
    return [
        ngettext("%(count)d line: %(facts)s", "%(count)d lines: %(facts)s", group["count"])
        % {"count": group["count"],
           "facts": "; ".join(_told(name, value) for name, value in group.items() if name != "count")}
        for group in facts["lines"]
    ]


def _told(name: str, value: Any) -> str:
    meaning = _t(FACTS[name].meaning) if name in FACTS else name
    if isinstance(value, bool):
        value = "yes" if value else "no"
    shown = CLASSES.get(value) if isinstance(value, str) else None
    return _t("%(fact)s: %(value)s") % {"fact": meaning, "value": shown or LONG.sub(r"\1…", figure(value))}


@register.filter
def ratio_percent(value: Any) -> str:
    """A backing ratio in percent, or that there is none."""
    return _t("No data") if value in (None, "") else percent(value)


@register.filter
def feed_name(code: str) -> str:
    """What kind of file a feed is."""
    return str(feeds.FEEDS[code].title) if code in feeds.FEEDS else code


@register.filter
def rule_name(code: str) -> str:
    """The title of a rule in the reader's language; its id where the rulebook has none of that name."""
    try:
        return rulebook.load("hk").rule(code).title_in(get_language() or "en")
    except KeyError:
        return code


@register.filter
def signature_words(checked: Mapping[str, Any]) -> list[str]:
    """What can be said of a PDF's signatures, one sentence each, and no more."""
    if not checked or checked["state"] == "unsigned":
        return [_t("The PDF is not signed digitally.")]
    if checked["state"] == "unreadable":
        return [_t("Whether the PDF is signed digitally could not be read.")]
    return [" ".join(_one(each)) for each in checked["signatures"]]


def _one(signature: Mapping[str, Any]) -> list[str]:
    said = [_t("Signed with a certificate in the name of %(signer)s.") % {"signer": signature["signer"]}]
    if not signature["intact"]:
        return [*said, _t("The signature does not hold: what it covers was changed, or it is damaged.")]
    said.append(_t("What it covers is unchanged.") if signature["covers_all"]
                else _t("What it covers is unchanged; something was added after it."))
    said.append(_t("The certificate leads to a root that the authority trusts.") if signature["trusted"]
                else _t("The certificate leads to no root that the authority trusts, so who holds it is not shown."))
    return said
