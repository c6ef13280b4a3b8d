"""What Jade Harbour answers about its reserve, its controls, its conduct and its end, and what it declares."""

from __future__ import annotations

from typing import Any

from reports.demo.jade_plan import DOMAIN, FIRST_MODULES

RESERVE: dict[str, Any] = {
    "assets": [
        {"kind": "deposit", "currency": "HKD", "usual": "45", "most": "60", "term": 90},
        {"kind": "debt", "currency": "HKD", "usual": "50", "most": "70", "term": 182},
        {"kind": "cash", "currency": "HKD", "usual": "5", "most": "100"},
    ],
    "buffer": "1.5",
    "buffer_reason": "It covers the loss of the pool when yields rise by 150 basis points in ten business days, at 99%"
    " confidence over ten years, with half as much again. The worst month, March 2020, would have taken 0.6% of par.",
    "same_currency": True,
    "segregation": "The pool is in accounts and a securities account opened in the trustee's name and marked as held"
    " for holders. Nothing else is paid in or out; the ledger of the pool is a book of its own.",
    "trust": "trustee",
    "trustee": "Bauhinia Custody Trust",
    "valuation": "Each business day at 16:00 at bid prices of two vendors, the lower of the two. Finance values, risk"
    " checks differences above one basis point before the figure is used.",
    "reconciliation": "Every day by 09:00 for the day before: statements against books, books against chain. A"
    " difference that stands at noon goes to the chief risk officer; one that stays a day stops minting.",
    "stress_tests": "Each month: yields, a bank that fails, redemption of 30% in a day, and all three together. Results"
    " go to the risk committee and, each quarter, to the authority.",
    "surplus": "Above 2.5% of par, after the monthly close, on the word of the chief financial officer and the trustee,"
    " and never below 1.5% afterwards.",
    "attestor": "Stonebridge & Partners",
    "statement_at": f"https://www.{DOMAIN}/reserve",
}

ISSUANCE: dict[str, Any] = {
    "customers": "Companies that have an account with us after due diligence. Holders who have none may redeem after"
    " the same checks; this takes up to three business days.",
    "issue_steps": "The customer's transfer reaches the trustee's account; the trustee confirms it; treasury books it;"
    " two officers release the mint of the same amount to the customer's listed wallet. Usually within two hours.",
    "redemption_steps": "The customer sends coins to the redemption address and files a request with its bank account."
    " A request is valid once coins are received and screening is clear. Received by 15:00, it is paid the same day.",
    "redemption_hours": 8,
    "fees": [{"for": "Redemption above HK$50,000,000 in a day", "customers": "Companies", "percent": "0.02"}],
    "fees_reason": "The fee is what two early withdrawals of deposits cost on average. All other redemption is free.",
    "minimum": "0.00",
    "large": "5% in cash and 15% in deposits at call are paid at once. Bills sold under a standing line at two dealers"
    " bring 40% of the pool by the next morning; the test of this May took five hours.",
    "distributors": [
        {"name": "Quayside Payments Limited", "country": "HK", "licence": "SVF (fictional) 0417"},
    ],
    "places": "Contracts and onboarding exclude residents of listed places; the site answers them with a notice, and"
    " wallets are screened for services that serve them.",
    "insolvency": "Holders claim on the trust for their share of the pool at par, ahead of everybody else; the trustee"
    " pays without the company's help. For a shortfall they rank as unsecured creditors.",
}

CUSTODY: dict[str, Any] = {
    "custodians": [
        {"name": "Bauhinia Custody Trust", "country": "HK", "licensed_bank": False, "share": "55"},
        {"name": "Harbour Bank", "country": "HK", "licensed_bank": True, "share": "25"},
        {"name": "Lantau Commercial Bank", "country": "HK", "licensed_bank": True, "share": "20"},
    ],
    "diligence": "Audited accounts of three years, visits, control reports of type 2, and advice of counsel on the"
    " treatment of client assets in a winding-up. Reviewed each year.",
    "agreements": "Title stays with the trustee for holders. The custodians have waived set-off and liens; fees are"
    " invoiced to the company and cannot be taken from the assets.",
    "fees": True,
    "concentration": "At most 30% of deposits with one bank and its connected parties, at most 60% of the pool with one"
    " custodian. Watched daily by risk control.",
    "access": "Treasury enters, the trustee approves, and above HK$20,000,000 the chief financial officer too. Payments"
    " leave only to accounts on a list that takes two days to change.",
    "failure": "Securities move to Peak Trust Bank under a signed standby agreement within three business days;"
    " deposits of one bank are covered by cash and the standing line meanwhile.",
}

RISK: dict[str, Any] = {
    "governance": "Business lines own their risks; risk control and compliance watch them and report to the risk"
    " committee; internal audit reports to the audit committee. The chief risk officer may stop minting alone.",
    "appetite": "No loss of par, no open currency position, no asset over twelve months. Delay of onboarding is"
    " accepted; delay of redemption is not.",
    "limits": [
        {"risk": "Market", "indicator": "Loss at 150 basis points", "limit": "1.0% of par", "owner": "Risk control"},
        {"risk": "Liquidity", "indicator": "Payable within one day", "limit": "25% of par", "owner": "Treasury"},
        {"risk": "Concentration", "indicator": "Deposits at one bank", "limit": "30%", "owner": "Risk control"},
        {"risk": "Technology", "indicator": "Failed redemptions", "limit": "0.1% a day", "owner": "Technology"},
    ],
    "breach": "The owner tells the chief risk officer within the hour and the risk committee within the day. A breach"
    " of full backing or of redemption goes to the authority at once.",
    "third_parties": [
        {"name": "Cormorant Cloud", "service": "Hosting", "country": "HK", "replaceable": 60},
        {"name": "Plover Analytics", "service": "Blockchain analytics", "country": "SG", "replaceable": 45},
    ],
    "incidents": "Four levels with names, numbers and a room. The chief executive decides on level 3 and above."
    " De-pegging of more than 0.5% for ten minutes is level 3; holders are told within the hour.",
    "audit": "Three people under Ms Ma. First year: reserve, keys, onboarding, complaints, payroll; each report goes to"
    " the audit committee unabridged.",
    "review": 12,
    "deviation": "Policies are in one register with an owner each. A change opens a ticket that compliance closes only"
    " with the authority's consent attached; systems read their limits from the register.",
}

TECHNOLOGY: dict[str, Any] = {
    "architecture": "One ERC-20 contract per chain behind a proxy, a ledger of our own, and a service that signs. Coins"
    " move between chains only by burn and mint through us.",
    "operations": [
        {"operation": "Mint and burn", "approvers": 2, "keys": "Hardware modules, Causeway Bay and Tseung Kwan O"},
        {"operation": "Freeze", "approvers": 2, "keys": "Hardware modules, Causeway Bay"},
        {"operation": "Upgrade", "approvers": 4, "keys": "Cold cards in two vaults", "time_lock": 48},
        {"operation": "Pause", "approvers": 2, "keys": "Hardware modules, both sites"},
    ],
    "contract_auditor": "Sandpiper Security",
    "contract_audited_on": "2025-08-22",
    "upgrade": True,
    "key_storage": "Made in a recorded ceremony in a shielded room, in modules of level 3. Upgrade keys never touch a"
    " network and lie in two vaults in Hong Kong; each use is booked by two people who are not in technology.",
    "keys_in_hong_kong": True,
    "key_loss": "Minting is paused within ten minutes, the key is replaced by the remaining ones, and the authority is"
    " told at once. Last exercised in June 2025; it took 41 minutes.",
    "customer_security": "Two factors and a list of addresses that takes a day to change. New addresses are proven by a"
    " signed message.",
    "testing": "Penetration tests twice a year by two firms in turn, a red team each spring, and a bounty programme.",
    "forks": "Minting and redemption on the chain stop. The risk committee names the chain that is recognised; coins on"
    " the other are not.",
}

AML: dict[str, Any] = {
    "mlro": "Sylvia Fung, 14 years in financial crime at two banks and a payment firm",
    "risk_assessment_on": "2025-09-12",
    "cdd": "Companies: registers, owners down to 10%, directors, purpose and turnover, with documents certified or"
    " fetched from the registry. Who acts is identified in person or by chip and video.",
    "edd": "Listed places, politically exposed persons, cash-rich trades and complex ownership: source of funds and of"
    " wealth, approved by Ms Fung, and above HK$50,000,000 a month by the chief executive.",
    "wallets": "A wallet is listed after a signed message or a test transfer, and screened; hosted wallets with the"
    " provider's confirmation.",
    "analytics": "Plover covers both chains, with two hops back and one forward. It sees little through mixers and"
    " nothing inside exchanges; samples of fifty alerts a month are checked by hand.",
    "circulation": "All transfers above HK$8,000 are scored within a minute. Addresses of listed persons and of proven"
    " theft are frozen by two people within thirty minutes.",
    "travel_rule": "Messages under IVMS101 through two networks, which reach 92% of the counterparties of our"
    " customers. Where none is reached, the transfer waits until the data are there or goes back.",
    "sanctions": "United Nations and local lists, loaded at 07:00 and 19:00; everybody is screened again within two"
    " hours of a change.",
    "reports": "An alert becomes a case within a day, a decision within five, a report to the Joint Financial"
    " Intelligence Unit without delay. Ms Fung decides alone.",
    "records": 6,
    "staff": 9,
}

CONDUCT: dict[str, Any] = {
    "disclosure": "White paper, terms, fees, the reserve of every week and the attestations, on the site in English and"
    " Chinese, free and without an account.",
    "complaints": "By form, e-mail, telephone or letter, in Cantonese, English or Putonghua, free of charge. Ms Ng of"
    " customer care decides; on review a director who was not involved.",
    "acknowledge_days": 3,
    "reply_days": 20,
    "complaints_email": f"complaints@{DOMAIN}",
    "complaints_phone": "+852 2123 4188",
    "conflicts": "Staff declare interests and may not trade the coin against other coins. Treasury has no say in"
    " redemption; gifts above HK$500 are refused.",
    "privacy": "Data are collected for a stated purpose, kept in Hong Kong, encrypted and erased after six years."
    " Nothing personal is on a chain.",
    "accounting": "A general ledger and a ledger of the pool, with a nightly copy in Tseung Kwan O. The authority gets"
    " a reading account on both, and an export on request within the day.",
    "advertising": "Compliance approves every advertisement against a list of ten points and keeps it for three years."
    " Once licensed each shows the number.",
}

WIND_DOWN: dict[str, Any] = {
    "continuity": "Redemption, the reserve ledger and screening go on from Tseung Kwan O within four hours; the rest"
    " within two days. Two people per function can work from home.",
    "recovery_hours": 4,
    "tested_on": "2025-06-21",
    "triggers": "Backing below 100.5%, redemption of 30% in a week, net liquid assets below HK$24,000,000, loss of a"
    " signing site, or the end of a custodian's agreement without a successor.",
    "exit_steps": "The board resolves and tells the authority. Minting stops; holders are told the same day. The"
    " trustee pays redemptions from the pool as it matures; after 60 days the rest goes to the trustee's own account"
    " for holders. The company keeps eleven people until the last report.",
    "exit_days": 90,
    "exit_cost": "12600000.00",
    "exit_funding": "HK$12,600,000 in a separate account, reviewed each year, out of the company's own money.",
    "unclaimed": "The trustee holds the money at par for six years and pays whoever brings coins back; what is left is"
    " paid into court.",
}

DECLARATIONS: dict[str, Any] = {
    "true_and_complete": True, "board_approved": True, "board_approved_on": "2025-09-25", "notify_changes": True,
    "refused": False, "disciplined": False, "insolvency": False, "consent_enquiries": True,
}

#: Every answer of the form by module and question.
ANSWERS: dict[str, dict[str, Any]] = FIRST_MODULES | {
    "reserve": RESERVE, "issuance": ISSUANCE, "custody": CUSTODY, "risk": RISK, "technology": TECHNOLOGY, "aml": AML,
    "conduct": CONDUCT, "wind_down": WIND_DOWN, "declarations": DECLARATIONS,
}
