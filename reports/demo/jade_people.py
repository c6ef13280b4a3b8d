"""Who stands behind Jade Harbour: people and bodies, their positions, what they hold, and their forms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from reports.demo.chance import draw


@dataclass(frozen=True, slots=True)
class Individual:
    """One individual; ``jobs`` are (employer, position, from, until or None), ``yes`` the questions answered so."""

    key: str
    name_en: str
    name_zh: str
    born: date
    country: str
    positions: tuple[str, ...] = ()
    affair: str = ""
    independent: bool = False
    studied: tuple[str, str, int] | None = None
    jobs: tuple[tuple[str, str, str, str | None], ...] = ()
    fitness: str = ""
    hours: int = 40
    reports_to: str = ""
    duties: str = ""
    funds: str = ""
    yes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Body:
    """One body corporate of the chart."""

    key: str
    name_en: str
    name_zh: str
    country: str
    number: str
    place: str
    business: str
    directors: tuple[tuple[str, str], ...]
    funds: str


INDIVIDUALS: tuple[Individual, ...] = (
    Individual(
        "tse", "Vivian Tse Wing Sze", "謝詠詩", date(1976, 11, 3), "HK", ("chief_executive", "director"),
        studied=("MBA", "Lion Rock University", 2003),
        jobs=(("Jade Harbour Digital Finance Limited", "Chief executive", "2023-05-16", None),
              ("Ferry Lane Payments Limited", "Chief operating officer", "2014-02-01", "2023-04-30")),
        fitness="Nine years in charge of the operations of a stored value facility with 600,000 accounts, among them"
                " safeguarding, daily reconciliation and two migrations of its core system.",
    ),
    Individual(
        "kwan", "Marcus Kwan Chi Ho", "關志豪", date(1980, 4, 22), "HK", ("alternate", "director", "manager"),
        "accounts",
        studied=("Certified public accountant", "Institute of Accountants (fictional)", 2006),
        jobs=(("Jade Harbour Digital Finance Limited", "Chief financial officer", "2023-09-01", None),
              ("Peak Trust Bank", "Deputy head of treasury", "2012-07-01", "2023-08-15")),
        fitness="Eleven years in a bank's treasury: liquidity, valuation of bills and deposits, and reports to the"
                " supervisor.",
        reports_to="Chief executive", duties="Accounts, valuation of the pool, treasury and budget.",
    ),
    Individual(
        "ip", "Helena Ip Suk Yin", "葉淑賢", date(1968, 1, 17), "HK", ("director",),
        studied=("Bachelor of Laws", "Lion Rock University", 1990),
        jobs=(("Ip Warehousing Limited", "Chair", "2009-01-01", None),),
        fitness="Chairs a family business of 300 people and sat on the trade board of the port for six years.", hours=8,
        funds="Sale of a warehouse in Kwai Chung in 2022 for HK$212,000,000; completion statement filed.",
        yes=(("related", "Sister of Mr Jonathan Ip, who holds 40% of Ip Family Trust Company Limited."),),
    ),
    Individual(
        "siu", "Raymond Siu Kin Man", "蕭健文", date(1961, 8, 30), "HK", ("director",), independent=True,
        studied=("Doctor of Philosophy in accounting", "University of the Estuary", 1993),
        jobs=(("University of the Estuary", "Professor of accounting", "1999-09-01", None),),
        fitness="Member of two audit committees of listed companies and author on the audit of client assets.", hours=6,
    ),
    Individual(
        "hargreaves", "Deborah Hargreaves", "", date(1965, 5, 9), "GB", ("director",), independent=True,
        studied=("Master of Science in computing", "Northmoor College", 1988),
        jobs=(("Self-employed", "Adviser on technology risk", "2021-01-01", None),
              ("Fenwick Clearing plc", "Chief information officer", "2010-03-01", "2020-12-31")),
        fitness="Ran the systems and the key ceremonies of a clearing house for ten years.", hours=6,
    ),
    Individual(
        "lo", "Calvin Lo Tsz Kit", "羅子傑", date(1984, 2, 11), "HK", ("manager",), "risk_control",
        studied=("Financial risk manager", "Risk Institute (fictional)", 2011),
        jobs=(("Jade Harbour Digital Finance Limited", "Chief risk officer", "2024-03-01", None),
              ("Lantau Commercial Bank", "Head of market risk", "2013-05-01", "2024-02-15")),
        fitness="Built the limits and stress tests of a bank's liquidity book.",
        reports_to="Risk committee; day by day the chief executive", duties="Limits, stress tests, incidents.",
    ),
    Individual(
        "fung", "Sylvia Fung Mei Ling", "馮美玲", date(1982, 9, 27), "HK", ("manager",), "aml_control",
        studied=("Certified anti-money-laundering specialist", "Specialists' Association (fictional)", 2012),
        jobs=(("Jade Harbour Digital Finance Limited", "Head of financial crime", "2024-01-08", None),
              ("Harbour Bank", "Deputy reporting officer", "2011-06-01", "2023-12-31")),
        fitness="Fourteen years of transaction monitoring and of reports of suspicions, four with chain analytics.",
        reports_to="Chief executive, with access to the board", duties="Due diligence, screening, monitoring, reports.",
    ),
    Individual(
        "chiu", "Desmond Chiu Ka Fai", "趙家輝", date(1986, 12, 1), "HK", ("manager",), "computer_systems",
        studied=("Bachelor of Engineering", "Lion Rock University", 2008),
        jobs=(("Jade Harbour Digital Finance Limited", "Head of technology", "2023-07-01", None),
              ("Ferry Lane Payments Limited", "Head of platform", "2014-09-01", "2023-06-30")),
        fitness="Ran signing modules and a switch with 99.98% availability; audited twice a year.",
        reports_to="Chief executive", duties="Contracts, keys, systems, continuity.",
    ),
    Individual(
        "ma", "Wendy Ma Hoi Yan", "馬凱欣", date(1979, 6, 14), "HK", ("manager",), "internal_audit",
        studied=("Certified internal auditor", "Auditors' Institute (fictional)", 2007),
        jobs=(("Jade Harbour Digital Finance Limited", "Head of internal audit", "2024-06-03", None),
              ("Stonebridge Advisory", "Director", "2012-01-01", "2024-05-31")),
        fitness="Twelve years of audits of payment firms, keys and client money.",
        reports_to="Audit committee", duties="Plan of audits, reports, follow-up.",
    ),
    Individual(
        "sze", "Kit Sze Kit Ying", "施潔瑩", date(1990, 3, 5), "HK", ("manager",), "compliance",
        studied=("Master of Laws in regulation", "University of the Estuary", 2015),
        jobs=(("Jade Harbour Digital Finance Limited", "Compliance officer", "2024-02-01", None),
              ("Nine Dragons Bank", "Senior compliance manager", "2015-10-01", "2024-01-15")),
        fitness="Nine years of licensing matters, conduct rules and complaints in a bank.",
        reports_to="Chief executive, with access to the audit committee", duties="Policies, notices, complaints.",
    ),
    Individual("jonathan", "Jonathan Ip Chun Hei", "葉俊熙", date(1972, 10, 8), "HK"),
    Individual(
        "teo", "Adrian Teo Boon Keng", "張文慶", date(1970, 7, 19), "SG",
        jobs=(), funds="Dividends of Northpoint since 2016, taxed in Singapore; accounts filed as document 9.",
        yes=(("litigation", "Defendant in a dispute on the lease of an office in Singapore, S$180,000, brought in 2024;"
                            " hearing not yet fixed. No allegation of fraud."),),
    ),
)

BODIES: tuple[Body, ...] = (
    Body("holdings", "Jade Harbour Holdings Limited", "翠灣控股有限公司", "HK", "70318846",
         "9 Causeway Quay, Causeway Bay, Hong Kong", "Holds the shares of the group's companies.",
         (("Helena Ip Suk Yin", "HK"), ("Vivian Tse Wing Sze", "HK")),
         "Paid in by its members out of the sale of a warehouse in 2022."),
    Body("trust", "Ip Family Trust Company Limited", "葉氏家族信託有限公司", "HK", "66120735",
         "31/F, 22 Tide Street, Hong Kong", "Trustee of the Ip family trust; it has no other business.",
         (("Helena Ip Suk Yin", "HK"), ("Jonathan Ip Chun Hei", "HK")), "Assets settled on the trust in 2019."),
    Body("northpoint", "Northpoint Ventures Pte. Ltd.", "", "SG", "201612345E",
         "60 Shoreline Way, Singapore", "Invests its owner's money in payment and trade firms.",
         (("Adrian Teo Boon Keng", "SG"),), "Retained earnings of 2016 to 2023."),
)

EVERYBODY: tuple[Individual | Body, ...] = (*BODIES, *INDIVIDUALS)

#: Who holds what share of the votes of whom; "" is the applicant.
HOLDINGS: tuple[tuple[str, str, Decimal], ...] = (
    ("holdings", "", Decimal(74)), ("northpoint", "", Decimal(18)), ("tse", "", Decimal(8)),
    ("trust", "holdings", Decimal(85)), ("ip", "holdings", Decimal(15)),
    ("ip", "trust", Decimal(60)), ("jonathan", "trust", Decimal(40)), ("teo", "northpoint", Decimal(100)),
)
_SIGNED_ON = "2025-09-26"


def form_of(person: Individual | Body) -> dict[str, Any]:
    """Return the answers of the person's form by question; those that the form does not ask are left over."""
    if isinstance(person, Body):
        return _form_of_body(person)
    street = draw(90, "street", person.key) + 3
    answers: dict[str, Any] = {
        "identity_document": "hkid" if person.country == "HK" else "passport",
        "identity_number": f"{person.name_en[0]}{draw(900_000, 'identity', person.key) + 100_000}"
                           f"({draw(10, 'check', person.key)})",
        "identity_country": person.country, "residence": person.country,
        "address": f"Flat {draw(40, 'flat', person.key) + 1}A, {street} Peak View Road, Hong Kong"
                   if person.country == "HK" else f"{street} Garden Row, fictional",
        "email": f"{person.key}@jadeharbour.example",
        "phone": f"+852 2123 {4200 + draw(700, 'phone', person.key)}",
        "employment": [
            {"employer": employer, "position": position, "since": since, "until": until,
             "leaving": "New position" if until else None}
            for employer, position, since, until in person.jobs
        ],
        "experience": person.fitness, "hours_per_week": person.hours, "reports_to": person.reports_to,
        "responsibilities": person.duties, "source_of_funds": person.funds, "declared": True,
        "declared_by": person.name_en, "declared_on": _SIGNED_ON,
    }
    if person.studied:
        title, body, year = person.studied
        answers["qualifications"] = [{"title": title, "body": body, "year": year}]
    return answers | _yes(person.yes)


def _form_of_body(body: Body) -> dict[str, Any]:
    return {
        "place_of_business": body.place, "business": body.business,
        "directors": [{"name": name, "nationality": country} for name, country in body.directors],
        "audited_until": "2025-03-31", "source_of_funds": body.funds, "declared": True,
        "declared_by": f"{body.directors[0][0]}, director", "declared_on": _SIGNED_ON,
    }


def _yes(questions: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, details in questions:
        found |= {key: True, f"{key}_details": details}
    return found
