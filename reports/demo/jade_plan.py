"""What Jade Harbour answers about itself, its owners, its people, its coin, its plan and its capital."""

from __future__ import annotations

from typing import Any

from issuers.identifiers import check_contract
from reports.demo.chance import hexadecimal

NAME_EN, NAME_ZH = "Jade Harbour Digital Finance Limited", "翠灣數碼金融有限公司"
NAME_ZH_HANS = "翠湾数码金融有限公司"
DOMAIN, SYMBOL = "jadeharbour.example", "JHHKD"
CHAINS = ("eip155:1", "eip155:137")


def contract_of(chain: str) -> str:
    """Return the checksummed address of a contract that does not exist."""
    return check_contract(chain, f"0x{hexadecimal(40, 'contract', SYMBOL, chain)}")


CORPORATE: dict[str, Any] = {
    "name_en": NAME_EN,
    "name_zh": NAME_ZH,
    "incorporated_in": "HK",
    "incorporated_on": "2023-05-16",
    "registration_number": "75820461",
    "principal_place": "Suite 2805, 28/F, Jade Harbour Tower\n9 Causeway Quay, Causeway Bay, Hong Kong",
    "postal_address": "Suite 2805, 28/F, Jade Harbour Tower\n9 Causeway Quay, Causeway Bay, Hong Kong",
    "email": f"office@{DOMAIN}",
    "website": f"https://www.{DOMAIN}/",
    "contact_name": "Kit Sze, compliance officer",
    "contact_phone": "+852 2123 4100",
    "year_end": "2025-03-31",
}

OWNERSHIP: dict[str, Any] = {
    "structure": "Jade Harbour Holdings Limited holds 74% of the votes, Northpoint Ventures Pte. Ltd. 18% and Ms Tse,"
    " the chief executive, 8%.\nHoldings is owned to 85% by Ip Family Trust Company Limited, which holds the shares as"
    " trustee of the Ip family trust, and to 15% by Ms Helena Ip. Ms Ip has 60% of the trust company and her brother"
    " Mr Jonathan Ip 40%. Mr Adrian Teo owns the whole of Northpoint.",
    "agreements": "Under the shareholders' agreement Northpoint appoints one director while it holds 15% or more, and"
    " may veto a change of the articles. Shares may not be pledged without the board's consent.",
    "indirect": False,
    "changes": False,
    "support": "Holdings has undertaken in a deed to subscribe for up to HK$20,000,000 of new shares within ten"
    " business days of the board's call, whenever net liquid assets fall below HK$24,000,000.",
    "keeping_informed": "The company secretary compares the registers of members of every body in the chart each month"
    " and after every notice of transfer. A change goes to the compliance officer on the same day, who files the"
    " notice; the articles let the board refuse a transfer for which consent has not been given.",
}

CHIEF_EXECUTIVE: dict[str, Any] = {
    "reporting": "To the board, through its chair. The chair sets her goals and reviews them twice a year.",
    "authority": "Expenses of up to HK$2,000,000 each within the budget, and daily management. New products, new"
    " chains, new custodians and anything outside the policies go to the board.",
    "residence": True,
    "absence": "Mr Kwan takes over when the chief executive is out of reach for four hours on a business day or says so"
    " in writing. Both receive the same daily report and sit on the same committees.",
    "succession": "Mr Kwan is named as the successor for up to six months. The nomination committee keeps a list of two"
    " outside candidates and reviews it each December.",
}

DIRECTORS: dict[str, Any] = {
    "board_size": 5,
    "independent": 2,
    "skills": "Payments (Ms Tse), finance and accounts (Mr Kwan, Prof. Siu), trusts and law (Ms Ip), technology risk"
    " and custody (Ms Hargreaves). The board lacks a member who has run an incident of a public chain; the risk"
    " committee has an outside adviser for this until one is found.",
    "meetings": 8,
    "committees": [
        {"name": "Audit committee", "chair": "Raymond Siu", "members": 3, "duty": "Accounts, audits, reporting lines"},
        {"name": "Risk committee", "chair": "Deborah Hargreaves", "members": 3,
         "duty": "Limits, incidents, outsourcing"},
        {"name": "Nomination committee", "chair": "Helena Ip", "members": 3, "duty": "Appointments and pay"},
    ],
    "conflicts": "Directors declare interests on appointment, each year and at the head of each meeting. Who has an"
    " interest leaves the room and does not vote; the register of interests is open to the authority.",
}

MANAGERS: dict[str, Any] = {
    "affairs": [
        {"affair": "accounts", "name": "Marcus Kwan", "title": "Chief financial officer", "in_hong_kong": True},
        {"affair": "risk_control", "name": "Calvin Lo", "title": "Chief risk officer", "in_hong_kong": True},
        {"affair": "aml_control", "name": "Sylvia Fung", "title": "Head of financial crime", "in_hong_kong": True},
        {"affair": "computer_systems", "name": "Desmond Chiu", "title": "Head of technology", "in_hong_kong": True},
        {"affair": "internal_audit", "name": "Wendy Ma", "title": "Head of internal audit", "in_hong_kong": True},
        {"affair": "compliance", "name": "Kit Sze", "title": "Compliance officer", "in_hong_kong": True},
    ],
    "staff_now": 31,
    "staff_at_launch": 46,
    "in_hong_kong": 42,
    "fit_and_proper": "Identity, criminal record, credit, qualification and reference checks before appointment, and a"
    " yearly declaration. The nomination committee decides; internal audit samples a quarter of the files each year.",
    "knowledge": "The heads of the six affairs have between 9 and 22 years in banks, payment systems or audit. Four of"
    " them have worked under the stored value facilities regime.",
    "training": "Two days on joining and one day each half-year on the ordinance, money laundering, keys and incidents."
    " Each ends with a test; whoever fails twice loses access to systems until it is passed.",
    "remuneration": "No pay depends on the number of coins in circulation. A third of bonuses above HK$500,000 is"
    " deferred for two years and is forfeited after a breach of a limit.",
}

COIN: dict[str, Any] = {
    "name": "Jade Harbour Hong Kong Dollar",
    "symbol": SYMBOL,
    "reference_currency": "HKD",
    "par_value": "One Hong Kong dollar",
    "purpose": "Settlement between exporters in Hong Kong and their buyers and carriers in the region. Freight is paid"
    " against documents today, with money that arrives two to four days after the goods. A coin that moves with the"
    " document shortens this to minutes, at any hour.",
    "launch_on": "2027-07-05",
    "deployments": [
        {"chain": chain, "contract": contract_of(chain), "standard": "ERC-20", "deployed_on": "2025-09-08"}
        for chain in CHAINS
    ],
    "other_coins": False,
    "no_interest": True,
    "white_paper_at": f"https://www.{DOMAIN}/white-paper",
    "white_paper_review": "The compliance officer reviews it each quarter and after each change of the contract or of a"
    " policy. A new version goes to the authority ten business days before it is published.",
}

BUSINESS_PLAN: dict[str, Any] = {
    "summary": "Jade Harbour issues and redeems one coin at par for trading companies and the payment firms that serve"
    " them. It earns the income of the reserve and fees for bulk redemption; customers pay nothing to hold or move"
    " coins.",
    "customers": "Exporters, freight forwarders and three licensed payment firms in Hong Kong, reached by our own sales"
    " team of six and the trade finance desks of two banks. No retail customers in the first two years.",
    "years": [
        {"year": 2027, "revenue": "9800000.00", "costs": "38200000.00", "circulation": "420000000.00",
         "customers": 140},
        {"year": 2028, "revenue": "34500000.00", "costs": "43600000.00", "circulation": "1350000000.00",
         "customers": 420},
        {"year": 2029, "revenue": "71200000.00", "costs": "51900000.00", "circulation": "2600000000.00",
         "customers": 900},
    ],
    "assumptions": "Income of the reserve of 2.6% a year; forty new customers a quarter in 2027; costs grow by staff"
    " only. If income falls to 1% the second year's loss grows to HK$27,000,000; if customers come at half the pace,"
    " break-even moves to 2030; both are covered by capital and the undertaking of Holdings.",
    "downside": "With half the circulation, capital and the undertaking pay the costs of 26 months. With twice the"
    " costs they last 11 months; hiring stops at the first trigger of the liquidity plan.",
    "marketing": "Trade fairs, two articles a month and integrations at our cost. There are no rebates, points or"
    " yields for holding coins.",
    "competition": "Bank transfers and card schemes for the small, letters of credit for the large. What is different"
    " is settlement against an electronic bill of lading on the same ledger.",
    "outside": False,
}

OTHER_BUSINESS: dict[str, Any] = {
    "other": False,
    "planned": False,
    "dedicated": "All 46 people, the office at Causeway Quay and all systems serve the licensed business only. The"
    " group shares one service with us: payroll.",
    "separation": "Any other business would be run in another company of the group, with its own staff and accounts,"
    " and would not begin before consent is given.",
}

CAPITAL: dict[str, Any] = {
    "paid_up": "68000000.00",
    "paid_up_currency": "HKD",
    "accounts_on": "2025-03-31",
    "net_debit": "14350000.00",
    "net_liquid_assets": "41200000.00",
    "operating_expenses": "38200000.00",
    "sources": "HK$50,320,000 from Holdings out of the sale of a warehouse in 2022, HK$12,240,000 from Northpoint and"
    " HK$5,440,000 from Ms Tse's savings. All of it came through accounts at Harbour Bank and Peak Trust Bank.",
    "liquidity_plan": "At least twelve months of expected expenses in deposits and Exchange Fund bills. Triggers at"
    " HK$30,000,000 (hiring stops) and HK$24,000,000 (the undertaking of Holdings is called); the chief financial"
    " officer reports the figure each Monday.",
    "related_parties": "No loans to or guarantees for group companies. A contract with one above HK$200,000 needs the"
    " audit committee, with the interested directors absent.",
    "auditor": "Stonebridge & Partners",
}

FIRST_MODULES: dict[str, dict[str, Any]] = {
    "corporate": CORPORATE, "ownership": OWNERSHIP, "chief_executive": CHIEF_EXECUTIVE, "directors": DIRECTORS,
    "managers": MANAGERS, "coin": COIN, "business_plan": BUSINESS_PLAN, "other_business": OTHER_BUSINESS,
    "capital": CAPITAL,
}
