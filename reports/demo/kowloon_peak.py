"""What Kowloon Peak Bank, an authorized institution, has answered of its draft so far."""

from __future__ import annotations

from typing import Any

NAME_EN, NAME_ZH, DOMAIN = "Kowloon Peak Bank Limited", "九龍峰銀行有限公司", "kowloonpeak.example"
NAME_ZH_HANS = "九龙峰银行有限公司"

ANSWERS: dict[str, dict[str, Any]] = {
    "corporate": {
        "name_en": NAME_EN, "name_zh": NAME_ZH, "incorporated_in": "HK", "incorporated_on": "1978-02-20",
        "registration_number": "04417208",
        "principal_place": "Kowloon Peak Bank Building\n101 Peak Road, Kowloon",
        "postal_address": "GPO Box 1978, Hong Kong", "email": f"digital-assets@{DOMAIN}",
        "website": f"https://www.{DOMAIN}/", "contact_name": "Una Leung, head of digital assets",
        "contact_phone": "+852 2123 7800", "year_end": "2024-12-31",
    },
    "group": {
        "structure": "Listed; the largest shareholder, a family holding, has 31%. The chart is being drawn up.",
        "unit": "Digital Assets, a division of Transaction Banking. Its head reports to the chief operating officer.",
        "other_coins": False, "intragroup": "None: systems and people of the division are the bank's own.",
    },
    "stablecoin_manager": {
        "reporting": "To the chief operating officer, and to the board's risk committee each quarter.",
        "authority": "Minting and redemption within limits that the risk committee sets.", "resident": True,
        "staff": 14,
    },
    "managers": {"staff_now": 9, "staff_at_launch": 24, "in_hong_kong": 24,
                 "training": "The bank's own academy, with a module on keys and on the ordinance."},
    "coin": {
        "name": "Peak Dollar", "symbol": "KPHKD", "reference_currency": "HKD", "par_value": "One Hong Kong dollar",
        "purpose": "Payment of dividends and coupons of tokenised securities that the bank keeps for its customers.",
        "other_coins": False, "no_interest": True,
    },
    "business_plan": {
        "summary": "A settlement coin for the bank's custody customers, issued against their deposits.",
        "customers": "Some 60 institutional customers of the custody desk.", "outside": False,
        "competition": "Central bank money in the wholesale pilot, and deposits tokenised by other banks.",
    },
    "reserve": {
        "assets": [{"kind": "deposit", "currency": "HKD", "usual": "60", "most": "80", "term": 31},
                   {"kind": "debt", "currency": "HKD", "usual": "40", "most": "60", "term": 91}],
        "buffer": "1", "same_currency": True, "trust": "declaration", "attestor": "Stonebridge & Partners",
        "segregation": "Accounts at two other licensed banks, declared to be held for holders.",
        "valuation": "Daily at 17:00 by the middle office, at bid prices.",
        "stress_tests": "Quarterly, with those of the bank's liquidity book.",
    },
    "issuance": {
        "customers": "Institutional customers with a custody account.", "redemption_hours": 4, "minimum": "0.00",
        "issue_steps": "The deposit is debited, the pool is credited, and the coin is minted in one booking.",
        "redemption_steps": "The coin is burnt and the deposit is credited in one booking, until 18:00.",
    },
    "custody": {
        "custodians": [{"name": "Harbour Bank", "country": "HK", "licensed_bank": True, "share": "50"},
                       {"name": "Peak Trust Bank", "country": "HK", "licensed_bank": True, "share": "50"}],
        "fees": True, "access": "Two officers of treasury operations, and the trustee's agent above HK$50,000,000.",
    },
    "risk": {
        "governance": "The bank's three lines, with a risk officer for the division.", "review": 12,
        "audit": "The bank's internal audit; two audits in the first year.",
    },
    "technology": {"upgrade": True, "keys_in_hong_kong": True, "contract_auditor": "Sandpiper Security",
                   "testing": "Yearly penetration tests, and those of the bank's systems each quarter."},
    "aml": {"mlro": "Gordon Yuen, the bank's reporting officer for eleven years", "records": 7, "staff": 5,
            "sanctions": "The bank's screening, three times a day.",
            "reports": "Through the bank's reporting officer."},
    "conduct": {"acknowledge_days": 2, "reply_days": 15, "complaints_email": f"complaints@{DOMAIN}",
                "complaints": "Through the bank's customer relations, which are independent of the division."},
    "wind_down": {"recovery_hours": 2, "exit_days": 30,
                  "continuity": "The bank's second data centre in Sha Tin takes over within two hours."},
}
