"""The facts that a rule may ask for: name, type, unit and meaning, for who writes rules and for who supplies facts.

A fact that nobody can supply is left out or given as ``None``: the rule is then *unknown*, never met.
Numbers are ``Decimal`` or ``int`` (``float`` is refused), days are ``datetime.date``.

Known to be nothing is not missing: a count of nothing is 0, and an acceptance or approval of which the authority has no
record is ``False``. A day that does not exist because the count beside it is 0, or ``is_filed`` is ``False``, is left out.
A ratio is a share of 1 and unrounded. ``as_of`` is the day described, also where the law of another day is applied.
A company without approved other resources has no ``capital.approved_resources_hkd``; a debit balance is 0 or more.
Meanings are shown to readers where a verdict is unknown.
"""

# ruff: noqa: E501 - one fact, one line

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any


class Scope(StrEnum):
    COIN = "coin"
    ISSUER = "issuer"
    HOLDING = "holding"  # one line of the custodians' statements
    REDEMPTION = "redemption"  # one request to redeem


class Kind(StrEnum):
    AMOUNT = "amount"  # Decimal
    RATIO = "ratio"  # Decimal, unrounded
    INTEGER = "integer"
    TRUTH = "truth"
    DAY = "day"
    TEXT = "text"
    CHOICE = "choice"


PYTHON_TYPES: dict[Kind, tuple[type, ...]] = {
    Kind.AMOUNT: (Decimal, int),
    Kind.RATIO: (Decimal, int),
    Kind.INTEGER: (int,),
    Kind.TRUTH: (bool,),
    Kind.DAY: (date,),
    Kind.TEXT: (str,),
    Kind.CHOICE: (str,),
}


@dataclass(frozen=True, slots=True)
class Fact:
    name: str
    kind: Kind
    unit: str
    meaning: str
    scopes: frozenset[Scope]
    choices: tuple[str, ...] = ()

    def accepts(self, value: Any) -> bool:
        """True for ``None`` and for a value of the declared type; a bool is no integer, a datetime is no day."""
        if value is None:
            return True
        if isinstance(value, bool) is not (self.kind is Kind.TRUTH) or isinstance(value, datetime):
            return False
        return isinstance(value, PYTHON_TYPES[self.kind]) and (not self.choices or value in self.choices)


ASSET_CLASSES = (
    "cash",
    "demand_deposit",
    "term_deposit",
    "government_debt",
    "reverse_repo",
    "fund",
    "tokenised",
    "settlement",
    "other",
)
OBLIGOR_KINDS = (
    "government",
    "central_bank",
    "pse",
    "international_organisation",
    "mdb",
    "bank",
    "financial_institution",
    "corporate",
)
ISSUER_KINDS = ("company", "authorized_institution")
PRICE_BASES = ("bid", "mid", "ask", "par", "fair_value", "amortised")


def _(text: str) -> str:
    """Mark a text for the translators' catalogue; it is translated where it is shown."""
    return text


_C, _I, _H, _Q = Scope.COIN, Scope.ISSUER, Scope.HOLDING, Scope.REDEMPTION
_A, _R, _N, _T, _D, _X, _O = (
    Kind.AMOUNT,
    Kind.RATIO,
    Kind.INTEGER,
    Kind.TRUTH,
    Kind.DAY,
    Kind.TEXT,
    Kind.CHOICE,
)

_TABLE: tuple[tuple[Any, ...], ...] = (
    # name, scopes, kind, unit, meaning[, choices]
    # every scope
    ("as_of", (_C, _I, _H), _D, "", _("the day that the facts describe")),
    # the coin and its pool
    ("reserve.market_value", (_C,), _A, "coin currency", _("signed sum of the market value of all lines of the pool")),
    ("coin.circulation", (_C,), _A, "coin currency", _("par value in circulation")),
    ("reserve.backing_ratio", (_C,), _R, "1 = 100 %", _("market value of the reserve divided by the circulation, unrounded")),
    ("licence.buffer_target", (_C,), _R, "1 = 100 %", _("over-collateralisation target above 1, set for this coin")),
    ("licence.issuance_cap", (_C,), _A, "coin currency", _("cap on the value issued, set for this coin as a condition of the licence")),
    ("trust.in_place", (_C,), _T, "", _("an effective trust over the pool exists for the holders")),
    ("trust.opinion_filed", (_C,), _T, "", _("legal opinion on the trust filed before use and again after its latest material change")),
    ("withdrawals.count", (_C,), _N, "withdrawals", _("transfers of surplus from the pool to the licensee on the day")),
    ("withdrawals.lowest_ratio_after", (_C,), _R, "1 = 100 %", _("lowest backing ratio that a withdrawal of surplus left, unrounded")),
    ("limits.longest_unnotified_business_days", (_C,), _N, "business days",
     _("age of the oldest breach of an internal credit, liquidity or market limit not notified")),
    ("stress_test.filed_count", (_C,), _N, "stress tests", _("stress tests filed with the authority so far")),
    ("stress_test.filed_on", (_C,), _D, "", _("day the latest stress test was filed")),
    ("stress_test.period_start", (_C,), _D, "", _("first day of the quarter that the latest stress test is of")),
    ("licence.effective_on", (_C, _I), _D, "", _("day the licence took effect")),
    # one line of the holdings
    ("line", (_H,), _X, "", _("reference of the line")),
    ("holding.asset_class", (_H,), _O, "", _("class of the line"), ASSET_CLASSES),
    ("holding.currency", (_H,), _X, "ISO 4217", _("currency of the line")),
    ("holding.term_start", (_H,), _D, "", _("first day of the deposit")),
    ("holding.term_end", (_H,), _D, "", _("day the deposit falls due")),
    ("holding.maturity", (_H,), _D, "", _("day the security falls due")),
    ("coin.currency", (_H,), _X, "ISO 4217", _("reference currency of the line's coin")),
    ("obligor.kind", (_H,), _O, "", _("kind of the debt's obligor or guarantor"), OBLIGOR_KINDS),
    ("obligor.risk_weight", (_H,), _R, "1 = 100 %", _("risk weight under the standardised approach (Cap. 155L ss. 55-58)")),
    ("obligor.domestic_currency", (_H,), _X, "ISO 4217", _("own domestic currency of a government or central bank")),
    ("obligor.is_financial_institution", (_H,), _T, "", _("the obligor is a financial institution or an associate of one")),
    ("repo.is_overnight", (_H,), _T, "", _("the reverse repo matures on the next business day")),
    ("repo.collateral_eligible", (_H,), _T, "", _("all collateral of the reverse repo would be eligible as debt of the pool")),
    ("repo.counterparty_minimal_risk", (_H,), _T, "", _("the counterparty of the reverse repo carries minimal credit risk")),
    ("fund.sole_purpose", (_H,), _T, "", _("the fund was set up solely to manage this licensee's reserve")),
    ("fund.only_eligible_assets", (_H,), _T, "", _("the fund holds only cash, deposits, debt and repos that are eligible themselves")),
    ("acceptance.granted", (_H,), _T, "", _("the authority has accepted this asset or tokenised form")),
    ("approval.currency_mismatch", (_H,), _T, "", _("prior written approval to hold this currency for this coin")),
    ("account.pools", (_H,), _N, "coins", _("number of coins whose reserve the line's account holds")),
    ("custodian.is_licensed_bank", (_H,), _T, "", _("the line's custodian is a licensed bank")),
    ("custodian.arrangement_accepted", (_H,), _T, "", _("the line's custody arrangement is accepted by the authority")),
    ("valuation.price_basis", (_H,), _O, "", _("what the market value rests on"), PRICE_BASES),
    ("valuation.price_source", (_H,), _X, "", _("who gave the price: the custodian that sent the line, or an independent source")),
    ("valuation.bid_available", (_H,), _T, "", _("a bid price was to be had on the day")),
    # one request to redeem
    ("redemption.business_days", (_Q,), _N, "business days", _("business days from the receipt of the valid request to its payment, or to the day described while it is not paid")),
    ("approval.redemption_delay", (_Q,), _T, "", _("the authority consented in writing beforehand to a later payment")),
    ("redemption.par_value", (_Q,), _A, "coin currency", _("par value of the coins redeemed, down to the smallest unit of the currency")),
    ("redemption.paid_amount", (_Q,), _A, "coin currency", _("what the holder was paid")),
    ("redemption.fee", (_Q,), _A, "coin currency", _("what the issuer kept back as its fee")),
    ("redemption.fee_ceiling", (_Q,), _R, "1 = 100 %", _("highest fee that the issuer publishes and the authority finds reasonable, as a share of the par value")),
    # redemption and issuance of the coin
    ("controls.diligence_first", (_C,), _T, "", _("neither issue nor redemption takes place before the customer's due diligence is done")),
    ("controls.registered_only", (_C,), _T, "", _("funds and coins move only between accounts and wallets that the customer registered before")),
    ("flows.due_until", (_C,), _D, "", _("business day up to which issues and redemptions are to explain what is outstanding")),
    ("flows.unexplained_chain", (_C,), _A, "coin currency", _("change of the supply on chain that issues and redemptions do not explain")),
    ("flows.unexplained_books", (_C,), _A, "coin currency", _("change of the par value in the books that issues and redemptions do not explain")),
    ("valuation.mark_gap", (_H,), _R, "1 = 100 %", _("difference between the stated value and the value at an independent price, as a share of the latter")),
    ("valuation.mark_tolerance", (_H,), _R, "1 = 100 %", _("difference that the authority tolerates for this class of assets")),
    ("valuation.price_age_business_days", (_H,), _N, "business days", _("age of the independent price")),
    ("valuation.stale_after_business_days", (_H,), _N, "business days", _("business days after which the authority takes a price of this class to be stale")),
    # the issuer: reports
    ("statement.days_missing", (_I,), _N, "days", _("days up to as_of without the daily statement of some coin")),
    ("publication.gap_days", (_I,), _N, "days", _("longest time since any coin's last weekly report or its publication, whichever is older")),
    ("approval.publication_interval", (_I,), _T, "", _("the authority has agreed to another interval")),
    ("authority.attestation_frequency", (_I,), _O, "", _("how often the authority requires attestation"),
     ("monthly", "quarterly", "half_yearly", "yearly")),
    ("attestation.period_end", (_I,), _D, "", _("last business day of the latest completed attestation period")),
    ("attestation.is_filed", (_I,), _T, "", _("the attestation report of the latest period is with the authority and on the website")),
    ("attestation.filed_on", (_I,), _D, "", _("day the attestation report was with the authority and on the website")),
    ("attestation.period_end_tested", (_I,), _T, "", _("the auditor tested the period's last business day")),
    ("attestation.random_day_count", (_I,), _N, "business days", _("randomly selected business days that the auditor tested")),
    ("breach.unreported_count", (_I,), _N, "events",
     _("breaches, material policy failures and unresolved reconciliation differences not reported")),
    ("breach.oldest_unreported_hours", (_I,), _A, "hours", _("time since the oldest event not reported became known to the issuer")),
    ("authority.immediate_report_hours", (_I,), _A, "hours", _("hours that the authority takes 'immediately' to mean")),
    ("distress.unreported_count", (_I,), _N, "events",
     _("known signs of inability to meet obligations, insolvency or suspension of payment not reported")),
    ("distress.oldest_unreported_hours", (_I,), _A, "hours", _("time since the oldest sign not reported became known to the issuer")),
    ("accounts.year_end", (_I,), _D, "", _("end of the latest completed financial year")),
    ("accounts.is_filed", (_I,), _T, "", _("the audited accounts of that year are with the authority")),
    ("accounts.filed_on", (_I,), _D, "", _("day the audited accounts were filed")),
    ("accounts.cover_reserve", (_I,), _T, "", _("the audit covers the reserve")),
    ("reviews.reserve_policy_on", (_I,), _D, "", _("day the reserve policy was last adopted or reviewed")),
    ("reviews.issuance_policy_on", (_I,), _D, "", _("day the issue, redemption and distribution policy was last adopted or reviewed")),
    ("reviews.risk_framework_on", (_I,), _D, "", _("day the risk management framework was last adopted or reviewed")),
    ("reviews.continuity_plans_on", (_I,), _D, "", _("day the incident, business continuity and exit plans were last adopted, or reviewed and tested")),
    # the issuer: capital
    ("issuer.kind", (_I,), _O, "", _("Hong Kong company, or authorized institution"), ISSUER_KINDS),
    ("capital.paid_up_hkd", (_I,), _A, "HKD", _("paid-up share capital")),
    ("capital.net_debit_balance_hkd", (_I,), _A, "HKD", _("net debit balance in the last audited accounts")),
    ("capital.approved_resources_hkd", (_I,), _A, "HKD", _("other financial resources that the authority has approved")),
    ("capital.net_liquid_assets_hkd", (_I,), _A, "HKD", _("net liquid assets")),
    ("capital.funded_by_equity", (_I,), _T, "", _("the net liquid assets are funded by equity")),
    ("licence.net_liquid_assets_need_hkd", (_I,), _A, "HKD", _("net liquid assets that this issuer needs, from past and expected operating expenses")),
)

FACTS: dict[str, Fact] = {
    name: Fact(name, kind, unit, meaning, frozenset(scopes), *choices)
    for name, scopes, kind, unit, meaning, *choices in _TABLE
}

# Conditions that a rule may put on its subject (``applies_to``), and the fact each is read from.
SUBJECT_CONDITIONS: dict[str, str] = {
    "asset_class": "holding.asset_class",
    "issuer_kind": "issuer.kind",
}
