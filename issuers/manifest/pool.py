"""The modules on the reserve and on how coins come and go: reserve, custody, issue and redemption."""

from __future__ import annotations

from issuers.manifest.parts import Column, Field, FieldKind, Module


def _(text: str) -> str:
    """Mark a text for the translators' catalogue; it is translated where it is shown."""
    return text


ASSETS = (
    ("cash", _("Cash")),
    ("deposit", _("Bank deposit with a term of up to three months")),
    ("debt", _("Marketable debt security")),
    ("reverse_repo", _("Cash receivable from an overnight reverse repo")),
    ("fund", _("Investment fund set up solely for the reserve")),
    ("other", _("Another type that the authority accepts")),
)

RESERVE = Module(
    "reserve", _("Reserve assets"),
    _("What backs the coins. The market value of the pool must never fall below the par value of the coins outstanding"
      " and in circulation."),
    "ORD Sch. 2 s. 5; SUP 2",
    (
        Field("assets", _("What the pool will hold"), FieldKind.TABLE,
              hint=_("One row per kind of asset, with the largest and the usual share of the pool."),
              columns=(Column("kind", _("Kind"), FieldKind.CHOICE, choices=ASSETS),
                       Column("currency", _("Currency"), FieldKind.CURRENCY),
                       Column("usual", _("Usual share (%)"), FieldKind.PERCENT),
                       Column("most", _("Largest share (%)"), FieldKind.PERCENT),
                       Column("term", _("Longest term (days)"), FieldKind.INTEGER, required=False)),
              cite="SUP 2.3.1"),
        Field("buffer", _("Buffer above par that you hold (%)"), FieldKind.PERCENT,
              hint=_("In percent of par. The law gives no figure; say below how you sized it."), cite="SUP 2.2.1"),
        Field("buffer_reason", _("How the buffer is sized"), FieldKind.LONG_TEXT,
              hint=_("The market risk it covers, the horizon and the confidence, with the worst month it would have"
                     " survived.")),
        Field("same_currency", _("Is the whole pool held in the reference currency?"), FieldKind.YES_NO,
              cite="ORD Sch. 2 s. 5(3)"),
        Field("mismatch", _("Which currencies else, and when you ask for approval"), FieldKind.LONG_TEXT,
              required=False, hint=_("Answer if part of the pool is in another currency."), cite="SUP 2.4.1"),
        Field("segregation", _("How the pool is kept apart from other assets"), FieldKind.LONG_TEXT,
              cite="ORD Sch. 2 s. 5(1), (4)"),
        Field("trust", _("The trust for holders"), FieldKind.CHOICE, choices=(
            ("trustee", _("An independent trustee")), ("declaration", _("A declaration of trust"))),
              cite="SUP 2.5.2"),
        Field("trustee", _("Trustee, if there is one"), required=False),
        Field("valuation", _("How the pool is valued each day"), FieldKind.LONG_TEXT,
              hint=_("Sources, bid prices, time of day, and who checks."), cite="SUP 2.2.2"),
        Field("reconciliation", _("How market value and par are reconciled"), FieldKind.LONG_TEXT,
              hint=_("How often, by whom, and what happens with a difference that stays."), cite="SUP 2.7.5"),
        Field("stress_tests", _("Stress tests"), FieldKind.LONG_TEXT,
              hint=_("Scenarios, how often (at least each quarter), and to whom the results go."),
              cite="SUP 6.4.6"),
        Field("surplus", _("When surplus may leave the pool"), FieldKind.LONG_TEXT, cite="SUP 2.5.3"),
        Field("attestor", _("Auditor who will attest the pool"), hint=_("Name of the firm."), cite="SUP 2.7.3"),
        Field("statement_at", _("Web address at which the weekly statement will stand"), FieldKind.URL,
              required=False, cite="SUP 2.7.2"),
    ),
    ("10", "15", "26"),
)

CUSTODY = Module(
    "custody", _("Custody"),
    _("Who keeps the reserve assets, where, and how they stay out of reach of everybody else's creditors."),
    "SUP 2.5.4",
    (
        Field("custodians", _("Custodians"), FieldKind.TABLE,
              columns=(Column("name", _("Name")), Column("country", _("Place"), FieldKind.COUNTRY),
                       Column("lei", _("LEI"), FieldKind.LEI, required=False),
                       Column("licensed_bank", _("Licensed bank"), FieldKind.YES_NO),
                       Column("share", _("Share of the pool (%)"), FieldKind.PERCENT))),
        Field("diligence", _("What you found out about each custodian before choosing it"), FieldKind.LONG_TEXT,
              hint=_("Standing, insolvency law, presence in Hong Kong, systems.")),
        Field("agreements", _("What the agreements say on title, set-off and liens"), FieldKind.LONG_TEXT),
        Field("fees", _("Are custody fees paid from outside the pool?"), FieldKind.YES_NO, cite="SUP 2.2.1"),
        Field("concentration", _("Limits per custodian and its connected parties"), FieldKind.LONG_TEXT,
              cite="SUP 6.4.2"),
        Field("access", _("Who can move assets, and with how many approvals"), FieldKind.LONG_TEXT),
        Field("failure", _("What happens if a custodian fails"), FieldKind.LONG_TEXT),
    ),
    ("21", "28"),
)

ISSUANCE = Module(
    "issuance", _("Issue, redemption and distribution"),
    _("How coins are issued only against money received, and redeemed at par within one business day."),
    "ORD Sch. 2 s. 6; SUP 3",
    (
        Field("customers", _("Who may have coins issued and redeemed directly"), FieldKind.LONG_TEXT),
        Field("issue_steps", _("From the customer's money to the coins"), FieldKind.LONG_TEXT,
              hint=_("Each step, how long it takes, and what ties minting to an equal rise of the pool."),
              cite="SUP 3.2.1"),
        Field("redemption_steps", _("From a request to the customer's money"), FieldKind.LONG_TEXT,
              hint=_("What makes a request valid, each step, and the cut-off times."), cite="SUP 3.3.3"),
        Field("redemption_hours", _("Hours from a valid request to payment"), FieldKind.INTEGER,
              hint=_("In the usual case. The law wants payment within one business day."),
              cite="ORD Sch. 2 s. 6(2)"),
        Field("fees", _("Fees"), FieldKind.TABLE, required=False,
              hint=_("Leave empty if issue and redemption are free."),
              columns=(Column("for", _("For what")), Column("customers", _("For whom")),
                       Column("amount", _("Amount (HK$)"), FieldKind.AMOUNT_HKD, required=False),
                       Column("percent", _("Percent"), FieldKind.PERCENT, required=False)),
              cite="SUP 3.3.4"),
        Field("fees_reason", _("Why the fees are reasonable"), FieldKind.LONG_TEXT, required=False),
        Field("minimum", _("Smallest amount redeemed (HK$)"), FieldKind.AMOUNT_HKD,
              hint=_("0 if there is none. Conditions must not be unduly burdensome.")),
        Field("large", _("How very large redemptions are met"), FieldKind.LONG_TEXT,
              hint=_("A day on which a third of the coins come back.")),
        Field("distributors", _("Distributors"), FieldKind.TABLE, required=False,
              columns=(Column("name", _("Name")), Column("country", _("Place"), FieldKind.COUNTRY),
                       Column("licence", _("Its licence"), required=False)),
              cite="ORD s. 9(5)"),
        Field("places", _("How people in places where coins may not be offered are kept out"), FieldKind.LONG_TEXT,
              cite="SUP 3.5.2"),
        Field("insolvency", _("What holders can claim if the issuer fails"), FieldKind.LONG_TEXT,
              cite="ORD Sch. 2 s. 6(4)"),
    ),
    ("16", "20", "27"),
)
