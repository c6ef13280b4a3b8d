"""The words a report uses for the codes in its facts: asset classes, feeds, comparisons, causes of breaks."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

ASSET_CLASSES: dict[str, Any] = {
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
CAUSES: dict[str, Any] = {**ASSET_CLASSES, "circulation": _("Coins in circulation")}
LADDER: dict[str, Any] = {
    "overnight": _("Overnight"),
    "2_7": _("2 to 7 days"),
    "8_30": _("8 to 30 days"),
    "31_90": _("31 to 90 days"),
    "91_180": _("91 to 180 days"),
    "181_365": _("181 to 365 days"),
    "over_365": _("over 1 year"),
    "undated": _("No date"),
}
# The same under a narrow column of a chart.
SHORT_LADDER: dict[str, Any] = {
    "overnight": pgettext_lazy("chart", "Overnight"),
    "2_7": pgettext_lazy("chart", "2–7 d"),
    "8_30": pgettext_lazy("chart", "8–30 d"),
    "31_90": pgettext_lazy("chart", "31–90 d"),
    "91_180": pgettext_lazy("chart", "91–180 d"),
    "181_365": pgettext_lazy("chart", "181–365 d"),
    "over_365": pgettext_lazy("chart", "over 1 y"),
    "undated": pgettext_lazy("chart", "No date"),
}
FEEDS: dict[str, Any] = {
    "holdings": _("Holdings"),
    "ledger": _("Ledger"),
    "supply": _("Token supply"),
}
COMPARISONS: dict[str, tuple[Any, Any, Any]] = {
    # name -> what is compared, left side, right side
    "books_custodian": (_("Issuer's books against custodians"), _("Books"), _("Custodians")),
    "par_supply": (_("Par value in the books against token supply"), _("Books"), _("Token supply")),
}
COMPARISON_STATES: dict[str, tuple[Any, str]] = {
    "matched": (_("Matched"), "good"),
    "differs": (_("Differs"), "bad"),
    "no_data": (_("No data"), "warn"),
}
BREAK_STATES: dict[str, Any] = {"new": pgettext_lazy("break", "New"), "carried": _("Carried over")}
VERDICTS: dict[str, tuple[Any, str]] = {
    "breached": (_("Breached"), "bad"),
    "unknown": (_("Unknown"), "warn"),
    "met": (_("Met"), "good"),
}


def plain(code: str) -> str:
    """Return a code that has no wording of its own as words: ``missing_at_custodian``, "missing at custodian"."""
    return code.replace("_", " ")
