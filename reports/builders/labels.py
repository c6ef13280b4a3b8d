"""The words a report uses for the codes in its facts: asset classes, feeds, comparisons, causes of breaks."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

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
    "redemptions": _("Redemption requests"),
    "issuance": _("Issuance requests"),
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
BREAK_CAUSES: dict[str, Any] = {
    "missing_in_books": _("missing in the books"),
    "missing_at_custodian": _("missing at the custodian"),
    "face_differs": _("face value differs"),
    "value_differs": _("value differs"),
    "currency_differs": _("currency differs"),
    "duplicate": _("line occurs twice"),
    "in_transit": _("in transit"),
    "rounding": _("rounding"),
    "par_supply": _("par value and token supply differ"),
}
BREAK_STATES: dict[str, Any] = {"new": pgettext_lazy("break", "New"), "carried": _("Carried over")}
VERDICTS: dict[str, tuple[Any, str]] = {
    "breached": (_("Breached"), "bad"),
    "unknown": (_("Unknown"), "warn"),
    "met": (_("Met"), "good"),
}
# The facts of one line, as short as beside their values.
LINE_FACTS: dict[str, Any] = {
    "as_of": _("day"),
    "line": _("line"),
    "holding.asset_class": _("asset class"),
    "holding.currency": _("currency"),
    "holding.term_start": _("start of the term"),
    "holding.term_end": _("end of the term"),
    "holding.maturity": _("maturity"),
    "coin.currency": _("reference currency"),
    "obligor.kind": _("obligor"),
    "obligor.risk_weight": _("risk weight"),
    "obligor.domestic_currency": _("domestic currency"),
    "obligor.is_financial_institution": _("financial institution"),
    "repo.is_overnight": pgettext_lazy("reverse repo", "overnight"),
    "repo.collateral_eligible": _("eligible collateral"),
    "repo.counterparty_minimal_risk": _("counterparty of minimal risk"),
    "fund.sole_purpose": _("set up solely for the reserve"),
    "fund.only_eligible_assets": _("eligible assets only"),
    "acceptance.granted": _("accepted by the authority"),
    "approval.currency_mismatch": _("currency approved"),
    "account.pools": _("coins on the account"),
    "custodian.is_licensed_bank": _("licensed bank"),
    "custodian.arrangement_accepted": _("arrangement accepted"),
    "valuation.price_basis": _("price basis"),
    "valuation.price_source": _("price from"),
    "valuation.bid_available": _("bid price to be had"),
    "redemption.business_days": _("business days"),
    "redemption.par_value": _("par value"),
    "redemption.paid_amount": _("amount paid"),
    "redemption.fee": _("fee"),
    "redemption.fee_ceiling": _("highest fee"),
    "approval.redemption_delay": _("delay approved"),
}
CHOICES: dict[str, dict[str, Any]] = {
    "holding.asset_class": ASSET_CLASSES,
    "obligor.kind": {
        "government": _("Government"),
        "central_bank": _("Central bank"),
        "pse": _("Public sector entity"),
        "international_organisation": _("Qualifying international organisation"),
        "mdb": _("Multilateral development bank"),
        "bank": _("Bank"),
        "financial_institution": _("Other financial institution"),
        "corporate": _("Other company"),
    },
    "valuation.price_basis": {
        "bid": pgettext_lazy("price", "bid"),
        "mid": pgettext_lazy("price", "mid"),
        "ask": pgettext_lazy("price", "ask"),
        "par": pgettext_lazy("price", "par"),
        "fair_value": pgettext_lazy("price", "fair value"),
        "amortised": pgettext_lazy("price", "amortised cost"),
    },
    "authority.attestation_frequency": {
        "monthly": _("monthly"),
        "quarterly": _("quarterly"),
        "half_yearly": _("half-yearly"),
        "yearly": _("yearly"),
    },
    "issuer.kind": {"company": _("Company"), "authorized_institution": _("Authorized institution")},
}
UNITS: dict[str, Any] = {
    "business days": ngettext_lazy("%(number)s business day", "%(number)s business days", "count"),
    "coins": ngettext_lazy("%(number)s coin", "%(number)s coins", "count"),
    "days": ngettext_lazy("%(number)s day", "%(number)s days", "count"),
    "events": ngettext_lazy("%(number)s event", "%(number)s events", "count"),
    "hours": ngettext_lazy("%(number)s hour", "%(number)s hours", "count"),
    "stress tests": ngettext_lazy("%(number)s stress test", "%(number)s stress tests", "count"),
    "withdrawals": ngettext_lazy("%(number)s withdrawal", "%(number)s withdrawals", "count"),
}
