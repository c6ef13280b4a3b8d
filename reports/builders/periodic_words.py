"""The words that monthly and quarterly reports share: verdicts of a period, rows that are cut, ratios of coins."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from core import feeds, wording
from core.rulebook import load
from reports.builders import figures, labels

#: Rows of one table that are printed; the attached facts have them all.
SHOWN_ROWS = 500
VERDICTS: dict[str, tuple[Any, str]] = {
    "breached": (gettext_lazy("Requirements were breached"), "bad"),
    "unknown": (gettext_lazy("Part of the period is unknown"), "warn"),
    "met": (gettext_lazy("No breach was found"), "good"),
}
Row = Mapping[str, Any]


def first_rows(rows: Sequence[Row], printed: Callable[[Row], Row]) -> dict[str, Any]:
    """Return the first rows as they are printed, and how many more there are."""
    return {"rows": [printed(row) for row in rows[:SHOWN_ROWS]], "more": max(0, len(rows) - SHOWN_ROWS),
            "total": len(rows)}


def count(value: str | None) -> str:
    """A count; what is not known is no zero."""
    return wording.no_data() if value is None else wording.amount(value, places=0)


def money(value: str | None, currency: str) -> str:
    """An amount with its currency, to the cent, or that there is none known in it."""
    return _("%(currency)s %(amount)s") % {"currency": currency, "amount": wording.amount(value)}


def rule_title(rule: str) -> str:
    """The title of a rule in the active language; its id where the rulebook has none."""
    try:
        return str(load().rule(rule).title_in(get_language() or "en"))
    except KeyError:
        return rule


def feed_title(feed: str) -> str:
    """What kind of file it is."""
    known = feeds.FEEDS.get(feed)
    return str(known.title) if known else str(labels.FEEDS.get(feed, feed))


def tag(verdict: str) -> dict[str, Any]:
    """A verdict as its label and tone."""
    label, tone = labels.VERDICTS[verdict]
    return {"verdict": label, "tone": tone}


def ratio_row(backing: Row) -> dict[str, Any]:
    """How one coin was backed, as the cells of a row."""
    mean_of = int(backing["with_ratio"])
    return {
        "lowest": wording.percent(backing["lowest"]), "lowest_on": wording.hk_date(backing["lowest_on"], "short"),
        "highest": wording.percent(backing["highest"]), "highest_on": wording.hk_date(backing["highest_on"], "short"),
        "mean": wording.percent(backing["mean"]), "closing": wording.percent(backing["closing"]),
        "mean_of": ngettext("of %(days)d day", "of %(days)d days", mean_of) % {"days": mean_of} if mean_of else "",
        "days": count(backing["days"]),
        **{verdict: count(backing[verdict]) for verdict in ("met", "breached", "unknown")},
        "short": backing["lowest"] is not None and Decimal(backing["lowest"]) < 1, **tag(backing["verdict"]),
    }


def ratio_chart(backing: Row, buffer_target: str | None) -> Any:
    """The ratio day by day as the web draws it; nothing where fewer than two days have one."""
    if int(backing["with_ratio"]) < 2:
        return ""
    return figures.history(backing["series"], buffer_target, height=170)


def lowest_of(coins: Sequence[Row]) -> tuple[str, Row] | None:
    """The lowest ratio of all coins, with its coin."""
    known = [(Decimal(each["backing"]["lowest"]), each) for each in coins if each["backing"]["lowest"] is not None]
    if not known:
        return None
    value, row = min(known, key=lambda pair: pair[0])
    return wording.percent(value), row
