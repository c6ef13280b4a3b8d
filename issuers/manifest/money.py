"""The modules on what is planned and with what money: plan, capital, coin."""

from __future__ import annotations

from issuers.manifest.parts import COMPANY, Column, Field, FieldKind, Module


def _(text: str) -> str:
    """Mark a text for the translators' catalogue; it is translated where it is shown."""
    return text


_COMPANY_ONLY = (COMPANY,)

COIN = Module(
    "coin", _("The stablecoin"),
    _("What would be issued, on which ledgers, and what its white paper says. Each type of stablecoin has a pool of"
      " reserve assets of its own."),
    "ORD s. 4; Sch. 2 ss. 5, 11, 13",
    (
        Field("name", _("Name of the stablecoin")),
        Field("symbol", _("Symbol"), FieldKind.SYMBOL,
              hint=_("2 to 12 capital letters, digits or points, a letter first. It must not look like a coin that"
                     " exists.")),
        Field("reference_currency", _("Reference currency"), FieldKind.CURRENCY,
              hint=_("A specified stablecoin refers wholly to official currencies."), cite="ORD s. 4"),
        Field("par_value", _("What one coin stands for"), hint=_("Such as one Hong Kong dollar.")),
        Field("purpose", _("What it will be used for"), FieldKind.LONG_TEXT,
              hint=_("Users, payments and needs that are not met today. Say why issuing it is prudent and sound."),
              cite="ORD Sch. 2 s. 11"),
        Field("launch_on", _("Planned first day of issue"), FieldKind.DAY),
        Field("deployments", _("Chains and contracts"), FieldKind.TABLE,
              hint=_("One row per contract. Write the chain as CAIP-2 has it, such as eip155:1, and copy the address"
                     " from the block explorer: its checksum is checked. Leave the address empty if the contract is"
                     " not deployed yet."),
              columns=(Column("chain", _("Chain (CAIP-2)"), FieldKind.CHAIN),
                       Column("contract", _("Contract address"), FieldKind.CONTRACT, required=False),
                       Column("standard", _("Token standard")),
                       Column("deployed_on", _("Deployed on"), FieldKind.PAST_DAY, required=False)),
              cite="SUP 6.5.2"),
        Field("other_coins", _("Has the applicant issued other stablecoins?"), FieldKind.YES_NO),
        Field("other_coins_detail", _("Which, where, and how many are in circulation"), FieldKind.LONG_TEXT,
              required=False),
        Field("no_interest", _("Do you undertake to pay no interest to holders, and to let nobody else pay it?"),
              FieldKind.YES_NO, hint=_("Neither for the time a coin is held, nor on its value."),
              cite="ORD Sch. 2 s. 15"),
        Field("white_paper_at", _("Web address at which the white paper will stand"), FieldKind.URL, required=False,
              cite="SUP 8.2.3"),
        Field("white_paper_review", _("How the white paper is kept true"), FieldKind.LONG_TEXT,
              hint=_("Who reviews it, how often, and how the authority is told before it changes."), cite="SUP 8.2.4"),
    ),
    ("22",),
)

BUSINESS_PLAN = Module(
    "business_plan", _("Business plan"),
    _("What the business will be in each of the next three years. Figures are projections; give what they rest on."),
    "LIC Annex B 2, 3; ORD Sch. 2 s. 11",
    (
        Field("summary", _("The business in a few sentences"), FieldKind.LONG_TEXT,
              hint=_("What is offered, to whom, by whom, and how it earns.")),
        Field("customers", _("Customers and how they are reached"), FieldKind.LONG_TEXT,
              hint=_("Kinds of customers, places, channels and partners.")),
        Field("years", _("Figures of three years"), FieldKind.TABLE,
              hint=_("One row per year, in Hong Kong dollars. Three rows are expected."),
              columns=(Column("year", _("Year"), FieldKind.INTEGER),
                       Column("revenue", _("Revenue (HK$)"), FieldKind.AMOUNT_HKD),
                       Column("costs", _("Costs (HK$)"), FieldKind.AMOUNT_HKD),
                       Column("circulation", _("Coins in circulation at the end (HK$)"), FieldKind.AMOUNT_HKD),
                       Column("customers", _("Customers"), FieldKind.INTEGER))),
        Field("assumptions", _("What the figures rest on"), FieldKind.LONG_TEXT,
              hint=_("The three assumptions that matter most, and what happens if each fails.")),
        Field("downside", _("The bad case"), FieldKind.LONG_TEXT,
              hint=_("Half the circulation, or twice the costs: how long does the money last?")),
        Field("marketing", _("Marketing and incentives"), FieldKind.LONG_TEXT,
              hint=_("Incentives must not work like interest."), cite="SUP 2.6.1"),
        Field("competition", _("Competitors, and what is different here"), FieldKind.LONG_TEXT),
        Field("outside", _("Will coins be offered outside Hong Kong?"), FieldKind.YES_NO),
        Field("outside_detail", _("Where, and under which permissions"), FieldKind.LONG_TEXT, required=False),
    ),
    ("2", "3"),
)

OTHER_BUSINESS = Module(
    "other_business", _("Other business"),
    _("A licensed company keeps to issuing stablecoins; any other business needs the authority's consent before it"
      " begins."),
    "ORD Sch. 2 s. 12",
    (
        Field("other", _("Does the applicant carry on any other business?"), FieldKind.YES_NO),
        Field("other_detail", _("Which business, since when, and with what share of revenue"), FieldKind.LONG_TEXT,
              required=False),
        Field("planned", _("Is other business planned within three years?"), FieldKind.YES_NO),
        Field("planned_detail", _("Which business, and when consent will be asked for"), FieldKind.LONG_TEXT,
              required=False),
        Field("dedicated", _("Which people, systems and premises serve the licensed business only"),
              FieldKind.LONG_TEXT),
        Field("separation", _("How other business would be kept from harming the licensed one"), FieldKind.LONG_TEXT),
    ),
    (), _COMPANY_ONLY,
)

CAPITAL = Module(
    "capital", _("Capital and liquid assets"),
    _("Paid-up share capital counts after the net debit balance of the last audited accounts is taken off. An"
      " authorized institution answers to its banking supervisor instead."),
    "ORD Sch. 2 s. 4, s. 1(2); SUP 5",
    (
        Field("paid_up", _("Paid-up share capital (HK$)"), FieldKind.AMOUNT_HKD,
              hint=_("What shareholders have paid, not what is authorised."), cite="ORD Sch. 2 s. 4"),
        Field("paid_up_currency", _("Currency in which it was paid"), FieldKind.CURRENCY),
        Field("accounts_on", _("Day of the last audited accounts"), FieldKind.PAST_DAY),
        Field("net_debit", _("Net debit balance in these accounts (HK$)"), FieldKind.AMOUNT_HKD,
              hint=_("Accumulated losses, as a figure without a minus sign. 0 if there are none."),
              cite="ORD Sch. 2 s. 1(2)"),
        Field("other_resources", _("Other financial resources that the authority approved (HK$)"),
              FieldKind.AMOUNT_HKD, required=False, hint=_("Leave empty if none were approved."),
              cite="ORD Sch. 2 s. 4"),
        Field("net_liquid_assets", _("Net liquid assets funded by equity (HK$)"), FieldKind.AMOUNT_HKD,
              cite="SUP 5.2.1"),
        Field("operating_expenses", _("Expected operating expenses of one year (HK$)"), FieldKind.AMOUNT_HKD),
        Field("sources", _("Where the capital came from"), FieldKind.LONG_TEXT,
              hint=_("Who paid it, out of what, and through which banks.")),
        Field("liquidity_plan", _("How liquid assets are sized and watched"), FieldKind.LONG_TEXT,
              hint=_("Trigger levels, and what happens when one is reached.")),
        Field("related_parties", _("How capital is kept out of deals with related parties"), FieldKind.LONG_TEXT,
              cite="SUP 5.1.2"),
        Field("auditor", _("Auditor"), hint=_("Name of the firm.")),
    ),
    ("25",), _COMPANY_ONLY,
)
