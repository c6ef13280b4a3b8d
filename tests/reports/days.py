"""Accounts of a reserve day (``assay.reserve_day/1``) made by hand, for documents without a database."""

from __future__ import annotations

import copy
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

AS_OF = date(2026, 11, 22)
JUDGED_AT = "2026-11-23T00:41:07+08:00"
DIGEST = "9f2c41ab" + "5" * 52 + "07de"

COIN_RULES = {
    "HK-RES-01": ("Market value of the reserve covers the par value in circulation", "ORD Sch. 2 s. 5(2); SUP 2.2.1, 2.2.3"),
    "HK-RES-02": ("Over-collateralisation reaches the target set for the coin", "SUP 2.2.1, 6.4.5"),
    "HK-RES-12": ("Effective trust over the reserve, with a legal opinion filed", "SUP 2.5.2"),
    "HK-RES-15": ("Breaches of internal limits are notified after one business day", "SUP 6.4.2, 6.4.4, 6.4.5"),
    "HK-RES-16": ("A stress test is filed for every quarter", "SUP 6.4.6, 6.4.7"),
}
LINE_RULES = {
    "HK-RES-03": ("Term of a bank deposit", "SUP 2.3.1(2)", {"check": "term_within", "months": 3}),
    "HK-RES-04": ("Residual maturity of debt securities", "SUP 2.3.1(3)", {"check": "residual_maturity_within", "years": 1}),
    "HK-RES-10": ("Assets are held in the coin's reference currency, or with prior written approval", "SUP 2.4.1",
                  {"check": "same_currency_or_approved"}),
    "HK-RES-13": ("The custodian is a licensed bank or accepted by the authority", "SUP 2.5.4", {"check": "any_true"}),
}


def finding(rule: str, verdict: str, observed: dict[str, Any], required: dict[str, Any], **fields) -> dict[str, Any]:
    title, cite = COIN_RULES.get(rule) or LINE_RULES[rule][:2]
    return {
        "rule": rule, "title": title, "subject": "LRHKD", "verdict": verdict, "cite": cite,
        "version_from": "2025-08-01", "observed": observed, "required": required, "counts": None,
        "exceptions": [], "exception_count": 0,
    } | fields


def line_finding(rule: str, met: int, exceptions: list[dict[str, Any]]) -> dict[str, Any]:
    breached = sum(each["verdict"] == "breached" for each in exceptions)
    unknown = len(exceptions) - breached
    return finding(
        rule, "breached" if breached else "unknown" if unknown else "met", {"lines": met + len(exceptions)},
        LINE_RULES[rule][2], counts={"met": met, "breached": breached, "unknown": unknown},
        exceptions=exceptions, exception_count=len(exceptions),
    )


def issuer_finding(rule: str, title: str, cite: str, verdict: str, observed: dict, required: dict) -> dict[str, Any]:
    return {
        "rule": rule, "title": title, "subject": "lion-rock-digital", "verdict": verdict, "cite": cite,
        "version_from": "2025-08-01", "observed": observed, "required": required, "counts": None,
        "exceptions": [], "exception_count": 0,
    }


ISSUER_FINDINGS = [
    issuer_finding(
        "HK-CAP-01", "Paid-up share capital net of the net debit balance", "ORD Sch. 2 s. 4, s. 1(2); SUP 5.1.1, 5.1.3",
        "met", {"capital.paid_up_hkd": "60000000", "capital.net_debit_balance_hkd": "0", "capital.approved_resources_hkd": None},
        {"check": "net_capital_at_least", "limit": 25_000_000},
    ),
    issuer_finding(
        "HK-CAP-02", "Net liquid assets, funded by equity, meet the issuer's need", "SUP 5.2.1", "unknown",
        {"capital.net_liquid_assets_hkd": "31000000", "capital.funded_by_equity": True},
        {"check": "need_met_from_equity", "licence.net_liquid_assets_need_hkd": None},
    ),
    issuer_finding(
        "HK-REP-01", "A statement of the reserve exists for every day", "SUP 2.7.2", "met",
        {"statement.days_missing": 0}, {"check": "at_most", "limit": 0},
    ),
    issuer_finding(
        "HK-REP-03", "Attestation by an independent auditor, complete and in time", "SUP 2.7.3", "unknown",
        {"as_of": "2026-11-22", "attestation.period_end": None, "attestation.is_filed": None, "attestation.filed_on": None,
         "attestation.period_end_tested": None, "attestation.random_day_count": None},
        {"check": "attested", "months": 1, "random_days_least": 1, "authority.attestation_frequency": None},
    ),
    issuer_finding(
        "HK-REP-04", "Breaches, policy failures and unresolved differences are reported immediately", "SUP 2.7.5, 3.6.3",
        "breached", {"breach.unreported_count": 1, "breach.oldest_unreported_hours": "5"},
        {"check": "reported_in_time", "authority.immediate_report_hours": "2"},
    ),
    issuer_finding(
        "HK-REP-07", "Policies are reviewed within their intervals", "SUP 2.7.4, 3.6.2, 6.3.5, 6.8.18, 6.8.19", "met",
        {"as_of": "2026-11-22", "reviews.reserve_policy_on": "2026-10-02", "reviews.issuance_policy_on": "2026-03-01",
         "reviews.risk_framework_on": "2026-03-01", "reviews.continuity_plans_on": "2026-05-11"},
        {"check": "reviewed_lately", "reserve_months": 3, "other_months": 12},
    ),
]


def met_day() -> dict[str, Any]:
    """A normal day: 60 holdings, every rule of the coin met, nothing differs."""
    return {
        "schema": "assay.reserve_day/1", "coin": "LRHKD", "currency": "HKD",
        "issuer": {"name_en": "Lion Rock Digital Limited", "name_zh_hant": "獅子山數碼有限公司",
                   "name_zh_hans": "狮子山数码有限公司", "licence_number": "FRS 001"},
        "as_of": AS_OF.isoformat(), "business_day": False, "version": 1, "law_on": None,
        "rulebook": {"regime": "hk", "digest": "ab" * 32, "overlay": None},
        "supply": {"total_supply": "4200000000", "unissued": "50000000", "frozen": "1250000", "pending_redemption": "0",
                   "by_chain": [{"chain": "eip155:1", "contract": "0x5afe", "total_supply": "4200000000"}]},
        "circulation": "4150000000", "circulation_basis":
            {"include_frozen": True, "include_pending": False, "cite": "SUP 2.2.3; ORD Sch. 2 s. 5(2)"},
        "reserve_market_value": "4211420000.00", "eligible_reserve": "4211420000.00", "ineligible_reserve": "0.00",
        "unknown_eligibility": "0.00", "backing_ratio": "1.01480000", "surplus": "61420000.00", "buffer_target": "0.01",
        "liquid_one_business_day": "1643900000.00", "liquid_share": "0.39034340",
        "composition": [
            {"asset_class": name, "market_value": value, "eligible_value": value, "share": part, "lines": lines, "change": change}
            for name, value, part, lines, change in (
                ("demand_deposit", "1268400000.00", "0.30118108", 9, "3200000.00"),
                ("term_deposit", "612000000.00", "0.14531916", 7, "0.00"),
                ("government_debt", "1955520000.00", "0.46433744", 40, "-8980000.00"),
                ("reverse_repo", "375500000.00", "0.08916232", 4, "-9400000.00"),
            )
        ],
        "ladder": [
            {"bucket": bucket, "market_value": value, "cumulative_share": part}
            for bucket, value, part in (
                ("overnight", "1643900000.00", "0.39034340"), ("2_7", "214000000.00", "0.44115766"),
                ("8_30", "688000000.00", "0.60452294"), ("31_90", "905000000.00", "0.81941436"),
                ("91_180", "513000000.00", "0.94122647"), ("181_365", "247520000.00", "1.00000000"),
                ("over_365", "0.00", "1.00000000"), ("undated", "0.00", "1.00000000"),
            )
        ],
        "weighted_average_maturity_days": "38.2", "undated_share": "0.00000000", "unvalued": [],
        "previous": {"as_of": "2026-11-21", "version": 1, "backing_ratio": "1.01820000", "circulation": "4151053821.00",
                     "reserve_market_value": "4226600000.00", "eligible_reserve": "4226600000.00"},
        "waterfall": [
            {"cause": "circulation", "delta": "0.000257831325"}, {"cause": "demand_deposit", "delta": "0.000771084337"},
            {"cause": "government_debt", "delta": "-0.002163855421"}, {"cause": "reverse_repo", "delta": "-0.002265060241"},
        ],
        "findings": [
            finding("HK-RES-01", "met", {"reserve.market_value": "4211420000.00"}, {"check": "covers", "coin.circulation": "4150000000"}),
            finding("HK-RES-02", "met", {"reserve.backing_ratio": "1.01480000"},
                    {"check": "ratio_covers_buffer", "licence.buffer_target": "0.01000000"}),
            line_finding("HK-RES-03", 7, []), line_finding("HK-RES-04", 40, []), line_finding("HK-RES-10", 60, []),
            finding("HK-RES-12", "met", {"trust.in_place": True, "trust.opinion_filed": True}, {"check": "all_true"}),
            line_finding("HK-RES-13", 60, []),
            finding("HK-RES-15", "met", {"limits.longest_unnotified_business_days": 0}, {"check": "at_most", "limit": 1}),
            finding("HK-RES-16", "met",
                    {"as_of": "2026-11-22", "stress_test.filed_count": 4, "stress_test.filed_on": "2026-10-09",
                     "licence.effective_on": "2025-12-15"}, {"check": "filed_each_quarter"}),
        ],
        "verdict": "met",
        "comparisons": [
            {"name": "books_custodian", "left": "4211420000.00", "right": "4211420000.00", "difference": "0.00",
             "matched": 60, "differing": 0, "state": "matched"},
            {"name": "par_supply", "left": "4150000000", "right": "4150000000", "difference": "0", "matched": 1,
             "differing": 0, "state": "matched"},
        ],
        "breaks": [], "resolved_breaks": [],
        "inputs": [
            {"feed": feed, "file": number, "sha256": f"{number:02x}" * 32, "filename": name, "sender": sender,
             "received_at": f"2026-11-23T00:{number}:20+08:00", "rows": rows, "as_of": as_of, "age_days": age}
            for number, (feed, name, sender, rows, as_of, age) in enumerate(
                (
                    ("supply", "LRD_SUPPLY_20261122.csv", "Lion Rock Digital Limited", 1, "2026-11-22", 0),
                    ("holdings", "BKA_20261122.csv", "Harbour Bank", 34, "2026-11-22", 0),
                    ("holdings", "CUS_20261120.xlsx", "Peak Custody", 26, "2026-11-20", 2),
                    ("ledger", "LRD_LEDGER_20261122.csv", "Lion Rock Digital Limited", 61, "2026-11-22", 0),
                ),
                start=11,
            )
        ],
        "missing": [], "digest": DIGEST,
    }


def breached_day() -> dict[str, Any]:
    """A day below full backing, with breaks and holdings that do not meet rules."""
    day = copy.deepcopy(met_day())
    exceptions = [
        {"line": f"CUS_20261122.csv:{n}", "verdict": "breached" if n % 3 else "unknown",
         "observed": {"as_of": "2026-11-22", "holding.maturity": "2028-02-15" if n % 3 else None}}
        for n in range(4, 13)
    ]
    day |= {
        "version": 2, "circulation": "4212650000", "reserve_market_value": "4196650000.00",
        "eligible_reserve": "4120070000.00", "ineligible_reserve": "62250000.00", "unknown_eligibility": "14330000.00",
        "backing_ratio": "0.99620191", "surplus": "-16000000.00", "verdict": "breached",
        "waterfall": [
            {"cause": "circulation", "delta": "-0.015000000000"}, {"cause": "demand_deposit", "delta": "-0.003401000000"},
            {"cause": "government_debt", "delta": "-0.002100000000"}, {"cause": "reverse_repo", "delta": "0.001900000000"},
            {"cause": "term_deposit", "delta": "-0.001000000000"}, {"cause": "fund", "delta": "-0.002397086000"},
        ],
        "comparisons": [
            {"name": "books_custodian", "left": "4196650000.00", "right": "4182320000.00", "difference": "14330000.00",
             "matched": 57, "differing": 4, "state": "differs"},
            {"name": "par_supply", "left": "4212650000", "right": "4212650000", "difference": "0", "matched": 1,
             "differing": 0, "state": "matched"},
        ],
        "breaks": [
            {"reference": f"BRK-2611-{n:03d}", "comparison": "books_custodian", "cause": "missing_at_custodian" if n % 2 else "amount_differs",
             "account_id": f"HB-001-{n:04d}", "instrument_id": "HK0000123456", "line_ref": f"TD-{n}", "asset_class": "term_deposit",
             "currency": "HKD", "left": f"{n * 1_000_000}.00", "right": None if n % 2 else f"{n * 990_000}.00",
             "difference": f"{n * 10_000}.00", "opened_on": "2026-11-20", "age_business_days": n % 4,
             "state": "carried" if n % 4 else "new", "evidence": {}}
            for n in range(1, 21)
        ],
        "resolved_breaks": ["BRK-2611-099"],
    }
    by_rule = {each["rule"]: each for each in day["findings"]}
    by_rule["HK-RES-01"] |= {"verdict": "breached", "observed": {"reserve.market_value": "4196650000.00"},
                             "required": {"check": "covers", "coin.circulation": "4212650000"}}
    by_rule["HK-RES-02"] |= {"verdict": "unknown", "observed": {"reserve.backing_ratio": "0.99620191"},
                             "required": {"check": "ratio_covers_buffer", "licence.buffer_target": None}}
    by_rule["HK-RES-04"] |= line_finding("HK-RES-04", 31, exceptions)
    day["buffer_target"] = None
    return day


def no_data_day() -> dict[str, Any]:
    """A day for which no supply and no holdings came: nothing can be said, and nothing is."""
    day = copy.deepcopy(met_day())
    day |= dict.fromkeys(
        ("supply", "circulation", "circulation_basis", "reserve_market_value", "eligible_reserve", "ineligible_reserve",
         "unknown_eligibility", "backing_ratio", "surplus", "liquid_one_business_day", "liquid_share",
         "weighted_average_maturity_days")
    )
    day |= {
        "composition": [], "ladder": [], "waterfall": [], "verdict": "unknown", "inputs": [], "breaks": [],
        "findings": [
            finding("HK-RES-01", "unknown", {"reserve.market_value": None}, {"check": "covers", "coin.circulation": None}),
            finding("HK-RES-02", "unknown", {"reserve.backing_ratio": None},
                    {"check": "ratio_covers_buffer", "licence.buffer_target": "0.01000000"}),
            finding("HK-RES-12", "unknown", {"trust.in_place": None, "trust.opinion_filed": None}, {"check": "all_true"}),
        ],
        "comparisons": [{"name": "books_custodian", "left": None, "right": None, "difference": None, "matched": 0,
                         "differing": 0, "state": "no_data"}],
        "missing": [{"feed": "supply", "expected_by": "2026-11-23T09:00:00+08:00", "late_hours": 26},
                    {"feed": "holdings", "expected_by": "2026-11-23T09:00:00+08:00", "late_hours": 26}],
    }
    return day


def huge_what_if_day() -> dict[str, Any]:
    """Sixty thousand million, 18 decimals, long names, judged as if the law of another day applied."""
    day = copy.deepcopy(met_day())
    day |= {
        "coin": "USDC", "currency": "USD", "version": None, "law_on": "2025-08-01", "verdict": "breached",
        "issuer": {"name_en": "The Extraordinarily Long-Named International Digital Currency Issuing and Redemption Company "
                              "(Hong Kong, Macau and Overseas Territories) Holdings Limited",
                   "name_zh_hant": "非常長名稱的國際數碼貨幣發行及贖回（香港、澳門及海外地區）控股有限公司", "name_zh_hans": "", "licence_number": None},
        "circulation": "59178991110.123456789012345678", "reserve_market_value": "59147592128.00",
        "eligible_reserve": "59147592128.00", "backing_ratio": "0.99946942", "surplus": "-31398982.123456789012345678",
        "liquid_one_business_day": "28123456789.00", "previous": None, "waterfall": [], "buffer_target": None,
    }
    factor = Decimal("14.0445")
    for row in (*day["composition"], *day["ladder"]):
        row["market_value"] = f"{Decimal(row['market_value']) * factor:.2f}"
    for row in day["composition"]:
        row["eligible_value"], row["change"] = row["market_value"], None
    for row in day["inputs"]:
        row["filename"] = "circle_reserve_fund_holdings_as_of_2025_03_19_final_corrected_version_" + row["filename"]
    return day


def history(last: str | None, days: int = 400) -> list[tuple[date, str | None]]:
    """A believable series that ends in ``last``, with a gap of five days."""
    series: list[tuple[date, str | None]] = []
    for n in range(days):
        ratio = Decimal("1.0150") + Decimal((n * 37 % 23) - 11) / 4000 + Decimal((n // 40 * 13 % 7) - 3) / 1500
        series.append((AS_OF - timedelta(days=days - 1 - n), None if 200 <= n < 205 else f"{ratio:.8f}"))
    series[-1] = (AS_OF, last)
    return series
