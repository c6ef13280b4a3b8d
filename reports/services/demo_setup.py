"""Entering who is in the demonstration world: authority, issuers, coins, banks, and what is on record about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from core.access import SYSTEM
from core.calendars import HongKongCalendar
from core.models import Organisation, User
from issuers.models import Coin, Issuer
from issuers.services.coins import add_deployment, create_coin
from issuers.services.conditions import attach_condition
from issuers.services.facts import file_capital, record_fact
from issuers.services.issuers import register_issuer
from issuers.services.licences import record_licence
from reports.demo.book import Security
from reports.demo.cast import AUTHORITY_NAMES, AUTHORITY_SLUG
from reports.demo.dealing import REPOS
from reports.demo.identifiers import collateral, contract
from reports.demo.licensing import CONDITIONS, has_licensing
from reports.demo.pool import Withdrawal
from reports.demo.rulings import Ruling, rulings
from reports.demo.world import HOUSES, OBLIGORS, PRICE_SOURCE, CoinPlan, IssuerPlan
from reports.services.demo_clock import PlayedClock, hong_kong
from reports.services.demo_licensing import play_licensing
from reports.services.demo_people import create_cast, create_keys
from reports.services.demo_stage import licence_of
from reports.services.demo_valuation import enter_valuation
from reserves.models import AcceptedInstrument, Custodian, MatchingTolerance, Obligor
from reserves.models.reference import Reference
from reserves.services.reference import approve_reference, propose_reference

LAW_BEGINS = date(2025, 8, 1)
SOURCE = "Supervisory file"

#: How far book and market value may differ where no face value is given, as a share of the market value.
TOLERANCES = {
    "term_deposit": "0.001", "government_debt": "0.005", "reverse_repo": "0.001", "fund": "0.005", "tokenised": "0.005",
    "other": "0.005",
}

def enter_world(
    plans: tuple[IssuerPlan, ...], withdrawals: dict[str, list[Withdrawal]], securities: Mapping[str, Security], *,
    start: date, until: date, calendar: HongKongCalendar, clock: PlayedClock,
) -> None:
    """Enter everything that is there before the first file arrives, each thing at its time.

    A coin's record begins on ``start``: it owes no files for days before.
    """
    clock.set(hong_kong(LAW_BEGINS, 9, 0))
    authority = _organisation(Organisation.Kind.AUTHORITY, AUTHORITY_SLUG, *AUTHORITY_NAMES)
    for house in (*HOUSES.values(), PRICE_SOURCE):
        _organisation(house.kind, house.slug, house.name_en, house.name_zh_hant, house.name_zh_hans)
    organisations: list[Organisation] = []
    coins: dict[str, Coin] = {}
    for plan in plans:
        clock.set(hong_kong(plan.licensed_on, 9, 30))
        issuer, entered = _issuer(plan, max(plan.launched_on, start), clock)
        organisations.append(issuer.organisation)
        coins |= entered
    clock.set(hong_kong(LAW_BEGINS, 9, 15))
    people = create_cast(authority, list(zip(plans, organisations, strict=True)), with_invited=has_licensing(until))
    create_keys(authority, organisations)
    _reference_data(plans, people, clock)
    enter_valuation(coins, securities, until=until, calendar=calendar, people=people, clock=clock)
    for plan in plans:
        for coin_plan in plan.coins:
            _record(plan, coin_plan, coins[coin_plan.symbol], withdrawals[coin_plan.symbol], until, calendar, people,
                    clock)
    play_licensing(plans, until=until, calendar=calendar, people=people, clock=clock)


def _organisation(kind: str, slug: str, name_en: str, name_zh_hant: str, name_zh_hans: str) -> Organisation:
    names = {"kind": kind, "name_en": name_en, "name_zh_hant": name_zh_hant, "name_zh_hans": name_zh_hans}
    return Organisation.objects.get_or_create(slug=slug, defaults=names)[0]


def _issuer(plan: IssuerPlan, launched_on: date, clock: PlayedClock) -> tuple[Issuer, dict[str, Coin]]:
    issuer = register_issuer(
        name_en=plan.name_en, name_zh_hant=plan.name_zh_hant, name_zh_hans=plan.name_zh_hans,
        address_en=plan.address_en, address_zh_hant=plan.address_zh_hant, email=f"compliance@{plan.domain}",
        website=f"https://www.{plan.domain}/", actor=SYSTEM,
    )
    record_licence(issuer, number=plan.licence, effective_on=plan.licensed_on, actor=SYSTEM)
    coins = {}
    clock.set(hong_kong(plan.launched_on, 8, 0))
    for coin_plan in plan.coins:
        coin = create_coin(issuer, symbol=coin_plan.symbol, reference_currency=coin_plan.currency,
                           launched_on=launched_on, actor=SYSTEM)
        for chain in coin_plan.chains:
            add_deployment(coin, chain=chain, contract=contract(coin_plan, chain), actor=SYSTEM)
        coins[coin_plan.symbol] = coin
    return issuer, coins


def _reference_data(plans: Sequence[IssuerPlan], people: dict[str, User], clock: PlayedClock) -> None:
    """One officer proposes, another approves an hour later."""
    clock.set(hong_kong(LAW_BEGINS, 10, 0))
    proposed: list[Reference] = [
        propose_reference(
            Obligor, valid_from=LAW_BEGINS, source=SOURCE, actor=people["bo"], name=obligor.name, kind=obligor.kind,
            country=obligor.country, risk_weight=Decimal(0), is_financial_institution=False,
            domestic_currency=obligor.currency,
        )
        for obligor in OBLIGORS
    ]
    proposed += [
        propose_reference(
            Custodian, valid_from=LAW_BEGINS, source=SOURCE, actor=people["bo"], name=house.name_en,
            is_licensed_bank=house.is_licensed_bank, arrangement_accepted=house.arrangement_accepted,
        )
        for house in HOUSES.values()
    ]
    proposed += [
        propose_reference(
            AcceptedInstrument, valid_from=LAW_BEGINS, source="Repo collateral schedule", actor=people["bo"],
            instrument_id=collateral(coin, number), name=f"Collateral of the reverse repos of {coin.symbol}",
            accepted=True,
        )
        for plan in plans for coin in plan.coins for number in range(REPOS)
    ]
    proposed += [
        propose_reference(
            MatchingTolerance, valid_from=LAW_BEGINS, source="Matching policy", actor=people["bo"],
            asset_class=asset_class, relative=Decimal(relative),
        )
        for asset_class, relative in TOLERANCES.items()
    ]
    clock.set(hong_kong(LAW_BEGINS, 11, 0))
    for row in proposed:
        approve_reference(row, actor=people["ben"])


def _record(
    plan: IssuerPlan, coin_plan: CoinPlan, coin: Coin, withdrawals: list[Withdrawal], until: date,
    calendar: HongKongCalendar, people: dict[str, User], clock: PlayedClock,
) -> None:
    """Record the facts and the capital figures, each on the day from which it holds."""
    issuer = coin.issuer
    for ruling in rulings(plan, coin_plan, until, calendar, withdrawals):
        clock.set(hong_kong(ruling.valid_from, 11, 30))
        if ruling.fact in CONDITIONS:
            _attach(ruling, coin, people["cy"])
            continue
        record_fact(issuer, fact=ruling.fact, value=ruling.value, valid_from=ruling.valid_from, source=ruling.source,
                    origin=ruling.origin, actor=people["cy"], coin=coin if ruling.of_coin else None)
    filed_on, paid_up = plan.licensed_on, Decimal(60_000_000)
    while filed_on <= until and "capital" in plan.stated:
        clock.set(hong_kong(filed_on, 16, 0))
        file_capital(
            issuer, as_of=filed_on, actor=SYSTEM, paid_up_hkd=paid_up, net_debit_balance_hkd=Decimal(4_200_000),
            net_liquid_assets_hkd=Decimal(31_500_000), funded_by_equity=True,
        )
        filed_on += timedelta(days=91)


def _attach(ruling: Ruling, coin: Coin, actor: User) -> None:
    """Attach the condition that sets the fact: the figure is recorded with it."""
    kind, wording = CONDITIONS[ruling.fact]
    terms = {"kind": kind, "value": ruling.value, "coin": coin.symbol if ruling.of_coin else None,
             "wording_en": wording}
    attach_condition(licence_of(coin.issuer), terms=terms, in_force_from=ruling.valid_from, actor=actor)
