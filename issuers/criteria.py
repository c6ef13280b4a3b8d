"""The minimum criteria of ORD Schedule 2 Part 2, as officers assess them, and to whom each applies."""

from __future__ import annotations

from dataclasses import dataclass


def _(text: str) -> str:
    """Mark a text for the translators' catalogue; it is translated where it is shown."""
    return text


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion; ``modules`` name the modules of the form whose answers bear on it."""

    key: str
    title: str
    test: str
    cite: str
    modules: tuple[str, ...]
    kinds: tuple[str, ...] = ("company", "authorized_institution")


_COMPANY = ("company",)

CRITERIA: tuple[Criterion, ...] = (
    Criterion("s3", _("Corporate status"),
              _("A Hong Kong company, or an authorized institution incorporated outside Hong Kong."),
              "ORD Sch. 2 s. 3", ("corporate",)),
    Criterion("s4", _("Financial resources"),
              _("Adequate resources and liquid assets; paid-up share capital of at least HK$25,000,000 after the net"
                " debit balance, or approved other resources of that amount."),
              "ORD Sch. 2 s. 4, s. 1(2)", ("capital", "business_plan"), _COMPANY),
    Criterion("s5", _("Reserve assets"),
              _("A segregated pool per type whose market value never falls below the par value in circulation, of high"
                " quality and liquidity, in the reference currency, protected and disclosed."),
              "ORD Sch. 2 s. 5", ("reserve", "custody")),
    Criterion("s6", _("Redemption"),
              _("Valid requests honoured within one business day at par less a reasonable fee, without unduly"
                " burdensome conditions."),
              "ORD Sch. 2 s. 6", ("issuance",)),
    Criterion("s7", _("Fit and proper persons"),
              _("Controllers, chief executive, directors and stablecoin manager are fit and proper, and the managers"
                " are seen to be."),
              "ORD Sch. 2 s. 7", ("ownership", "chief_executive", "directors", "stablecoin_manager", "managers")),
    Criterion("s8", _("Knowledge and experience"), _("Those who run the activity day by day know how to."),
              "ORD Sch. 2 s. 8", ("chief_executive", "stablecoin_manager", "managers")),
    Criterion("s9", _("Prudential and risk management"),
              _("Security and internal control, fraud detection, contingency and safeguards; no deviation from the"
                " policies without prior consent."),
              "ORD Sch. 2 s. 9", ("risk", "technology")),
    Criterion("s10", _("Anti-money-laundering"), _("Controls against money laundering and terrorist financing."),
              "ORD Sch. 2 s. 10", ("aml",)),
    Criterion("s11", _("Purpose and soundness of issue"), _("The purpose and manner of issue are prudent and sound."),
              "ORD Sch. 2 s. 11", ("coin", "business_plan")),
    Criterion("s12", _("Business activities"), _("Dedicated resources; no other business without consent."),
              "ORD Sch. 2 s. 12", ("business_plan",), _COMPANY),
    Criterion("s13", _("Disclosures"), _("A white paper per type, information on complaints, a policy on conflicts."),
              "ORD Sch. 2 s. 13", ("coin", "conduct")),
    Criterion("s14", _("Complaints"), _("Accessible, affordable and timely, without unreasonable cost or delay."),
              "ORD Sch. 2 s. 14", ("conduct",)),
    Criterion("s15", _("No interest"), _("No interest is paid or permitted to be paid to holders."),
              "ORD Sch. 2 s. 15", ("issuance",)),
    Criterion("s16", _("Recovery and orderly wind-down"), _("Plans for continuity, orderly wind-down and redemption."),
              "ORD Sch. 2 s. 16", ("wind_down",)),
)


def criteria_for(issuer_kind: str) -> tuple[Criterion, ...]:
    """Return the criteria that apply to an issuer of the kind."""
    return tuple(criterion for criterion in CRITERIA if issuer_kind in criterion.kinds)
