"""Template words for supervision: rules, asset classes, cases, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core import cases, feeds, rulebook
from core.models import Case, FeedFile, Organisation
from core.rulebook.book import Instrument
from core.rulebook.rules import Rule
from issuers.models import Coin
from reports.models import ReportRun
from reports.selectors.weekly import statement_days

register = template.Library()

#: The pages on one coin: the address, its name, the sites that have it, and the addresses of pages below it.
COIN_PAGES = (
    ("coin", _("Reserve position"), "officer portal", "coin_day valuation outlook versions lines"),
    ("breaks", _("Breaks"), "officer portal", "break"),
    ("redemptions", _("Redemption and issue"), "officer portal", ""),
    ("limits", _("Limits"), "officer portal", ""),
    ("stress", _("Stress"), "officer portal", ""),
    ("coin_chain", _("Chain"), "officer portal", ""),
    ("upload_history", _("Files sent"), "officer portal", ""),
    ("feed_schedule", _("Schedule"), "officer", ""),
    ("feed_senders", _("Senders"), "officer", ""),
)


@register.filter
def rule_title(rule: Rule | str) -> str:
    """The title of a rule, given or named by its id, in the reader's language; the id where it has none."""
    try:
        found = rulebook.load("hk").rule(rule) if isinstance(rule, str) else rule
    except KeyError:
        return str(rule)
    return found.title_in(get_language() or "en")


@register.filter
def instrument_title(instrument: Instrument) -> str:
    """The name of a law or guideline in the reader's language."""
    return instrument.title_in(get_language() or "en")


@register.inclusion_tag("components/coin_pages.html", takes_context=True)
def coin_pages(context: Mapping[str, Any], coin: Coin) -> dict[str, Any]:
    """The way from any page on a coin to the others, those of the day that is shown where there is one."""
    match, day = context["request"].resolver_match, context.get("wanted")
    of_day = {"stress": f"?as_of={day}", "redemptions": f"?day={day}"} if isinstance(day, date) else {}
    return {
        "pages": [
            (label, reverse(f"{match.namespace}:{name}", args=[coin.symbol]) + of_day.get(name, ""), None,
             match.url_name == name or match.url_name in below.split())
            for name, label, sites, below in COIN_PAGES if match.namespace in sites.split()
        ],
        "symbol": coin.symbol,
    }


@register.filter
def feed_title(file: FeedFile) -> str:
    """What kind of file it is."""
    return str(feeds.FEEDS[file.feed].title)


@register.simple_tag
def documents_of(kind: str, owner: Organisation) -> dict[str, str]:
    """The references of an organisation's rendered reports of a kind, by what each is about."""
    ready = ReportRun.objects.filter(kind=kind, owner=owner, status=ReportRun.Status.RENDERED).order_by("version")
    return dict(ready.values_list("subject", "reference"))


@register.simple_tag
def statement_documents(coin: Coin) -> set[date]:
    """The days whose weekly statement in force can be taken away as a document."""
    return statement_days(coin)


@register.filter
def case_title(case: Case) -> str:
    """What kind of case it is."""
    return cases.case_title(case)


@register.filter
def case_summary(case: Case) -> str:
    """What the case is about, in one sentence."""
    return cases.case_summary(case)


@register.filter
def get(mapping: dict[str, Any], key: str) -> Any:
    """The value under a key that is known only at run time."""
    return mapping.get(key)


@register.simple_tag
def row_of(*cells: Any) -> tuple[Any, ...]:
    """The cells as one row, for a chart's headings."""
    return cells
