"""Template words for supervision: rules, asset classes, cases, in the reader's language."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import get_language

from core import cases, feeds, rulebook
from core.models import Case, FeedFile, Organisation
from core.rulebook.book import Instrument
from core.rulebook.rules import Rule
from reports.models import ReportRun

register = template.Library()


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


@register.filter
def feed_title(file: FeedFile) -> str:
    """What kind of file it is."""
    return str(feeds.FEEDS[file.feed].title)


@register.simple_tag
def documents_of(kind: str, owner: Organisation) -> dict[str, str]:
    """The references of an organisation's rendered reports of a kind, by what each is about."""
    ready = ReportRun.objects.filter(kind=kind, owner=owner, status=ReportRun.Status.RENDERED).order_by("version")
    return dict(ready.values_list("subject", "reference"))


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
