"""The small real world in which pages are looked at: three issuers and two weeks, made by the services alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from core import clock
from core.access import SYSTEM
from core.calendars import HongKongCalendar
from core.models import Case, FeedFile, Organisation, User
from issuers.models import Coin, Issuer, IssuerFact, PublicWarning
from issuers.services.coins import add_deployment, create_coin
from issuers.services.facts import record_fact
from issuers.services.issuers import register_issuer
from issuers.services.licences import record_licence
from issuers.services.warnings import draft_warning, publish_warning
from reports.models import ReportRun
from reports.services.announcements import announce_breaches
from reports.services.judgement import judge_issuer
from reports.services.rendering import render_report
from reports.services.reports import freeze_report
from reserves.models import ReserveDay
from reserves.selectors import waiting_days
from reserves.services.days import advance_day
from reserves.services.intake import receive_file
from reserves.services.late_feeds import open_late_feed_cases
from reserves.services.opening import open_overdue_days
from tests import cast
from tests.browser.aml_world import add_alerts
from tests.browser.chain_world import add_readings
from tests.browser.licensing_world import add_licensing
from tests.browser.schedules_world import add_schedules
from tests.factories import csv_bytes, holding, ledger_line, par_outstanding, supply_line
from tests.reserves.redemptions import asked, issued

#: When everybody looks: a Monday in Hong Kong, twenty minutes after the files of the weekend were due.
NOW = datetime(2026, 11, 23, 9, 20, tzinfo=clock.HONG_KONG)
FIRST, LAST = date(2026, 11, 10), date(2026, 11, 22)
FRIDAY = date(2026, 11, 20)
MILLION = 1_000_000
CALENDAR = HongKongCalendar()
FIFTY_FAULTS = Path(__file__).resolve().parents[1] / "samples" / "holdings" / "fifty_faults.csv"
CONTRACTS = {
    "LRHKD": "0x8a1f4be05c9d27f3b64e01d2c58a97e3f6b0d4a1",
    "TWHK": "0x41c7d9e2b85f03a6c1d4e7f8092b3a5c6d7e8f90",
    "OCHKD": "0xd03b5f7a9c1e24680bdf13579ace02468bdf1357",
}


@dataclass
class World:
    """Who and what there is, under the names by which tests speak of them."""

    organisations: dict[str, Organisation] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    coins: dict[str, Coin] = field(default_factory=dict)
    refused: FeedFile | None = None
    warned: PublicWarning | None = None
    drafted: PublicWarning | None = None
    #: By what the records of licensing are found, under the names that addresses of pages use.
    licensing: dict[str, Any] = field(default_factory=dict)
    aml: dict[str, int] = field(default_factory=dict)
    schedules: dict[str, int] = field(default_factory=dict)

    def getfixturevalue(self, name: str) -> Organisation:
        """Let the cast find the organisation that a person belongs to, as a test's request would."""
        return self.organisations[name]

    def breach_of_backing(self, symbol: str) -> Case:
        return Case.objects.get(breach__rule="HK-RES-01", subject=symbol)

    def accepted(self, symbol: str, feed: str, day: date) -> FeedFile:
        return FeedFile.objects.get(subject=symbol, feed=feed, as_of=day, status=FeedFile.Status.ACCEPTED)

    def late(self, symbol: str) -> Case:
        return Case.objects.filter(kind="reserves.late_feed", subject=symbol).order_by("as_of", "pk")[0]


def make_world() -> World:
    """Make it in the present database, at ``NOW``."""
    world = World()
    world.organisations["authority"] = Organisation.objects.create(
        kind=Organisation.Kind.AUTHORITY, slug="monetary-authority", name_en="Monetary Authority",
        name_zh_hant="金融管理專員", name_zh_hans="金融管理专员",
    )
    lion = _issuer("Lion Rock Digital Limited", "獅子山數碼有限公司", "狮子山数码有限公司", "FRS01", "LRHKD", FIRST)
    tide = _issuer("Tidewater Payments Limited", "潮汐支付有限公司", "潮汐支付有限公司", "FRS02", "TWHK", date(2026, 11, 14))
    outer = _issuer("Outer Channel Finance Limited", "東涌海岸金融有限公司", "东涌海岸金融有限公司", "FRS03", "OCHKD",
                    date(2026, 11, 17))
    world.organisations |= {"issuer": lion.issuer.organisation, "rival": tide.issuer.organisation}
    world.coins = {coin.symbol: coin for coin in (lion, tide, outer)}
    world.people = {name: cast.person(name, world) for name in cast.CAST}
    for coin, fact, value in (
        (lion, "licence.buffer_target", Decimal("0.01")), (lion, "trust.in_place", True),
        (lion, "trust.opinion_filed", True), (tide, "licence.buffer_target", Decimal("0.01")),
    ):
        record_fact(coin.issuer, coin=coin, fact=fact, value=value, valid_from=date(2026, 1, 2), source="Licence",
                    origin=IssuerFact.Origin.SET, actor=SYSTEM)
    for coin in (lion, tide, outer):
        _send_all(coin)
    for pk in waiting_days():
        advance_day(pk)
    open_overdue_days()
    for pk in waiting_days():
        advance_day(pk)
    open_late_feed_cases()
    _report(lion, tide)
    world.refused = receive_file(lion, "holdings", FIFTY_FAULTS.read_bytes(), filename="lrhkd_holdings_20261122.csv",
                                 actor=world.people["ann"])
    _warn(world, lion)
    add_licensing(world)
    add_readings(lion, LAST)
    world.aml |= add_alerts(world)
    world.schedules |= add_schedules(world)
    return world


def _warn(world: World, lion: Coin) -> None:
    """Put a clone of Lion Rock's on the warning list, and leave another warning for a second officer."""
    told = draft_warning(
        name_en="Lion Rok Digital Holdings", name_zh_hant="獅子山數碼控股", name_zh_hans="狮子山数码控股", token="LRHKO",
        website="https://lionrok-digital.example/", contract=f"eip155:56:{CONTRACTS['TWHK']}",
        wording_en="It claims to issue a licensed stablecoin. It holds no licence and is not Lion Rock Digital Limited.",
        wording_zh_hant="該實體聲稱發行持牌穩定幣。它並無牌照，亦非獅子山數碼有限公司。",
        wording_zh_hans="该实体声称发行持牌稳定币。它并无牌照，亦非狮子山数码有限公司。",
        resembles=lion.issuer.licence, actor=world.people["bo"],
    )
    world.warned = publish_warning(told, actor=world.people["ben"])
    world.drafted = draft_warning(
        name_en="Tidewater Pay", token="TWHKD", website="https://tidewater-pay.example/",
        wording_en="It offers a stablecoin to the public and holds no licence.", evidence=_page_seen(),
        evidence_note="The page as an officer saw it on 22 November.", actor=world.people["bo"],
    )


def _page_seen() -> tuple[bytes, str]:
    out = BytesIO()
    Image.new("RGB", (320, 200), "white").save(out, "PNG")
    return out.getvalue(), "tidewater-pay.png"


def _issuer(name_en: str, name_zh_hant: str, name_zh_hans: str, number: str, symbol: str, launched_on: date) -> Coin:
    issuer: Issuer = register_issuer(
        name_en=name_en, name_zh_hant=name_zh_hant, name_zh_hans=name_zh_hans,
        email=f"compliance@{symbol.lower()}.example", address_en="18/F, 1 Harbour Road, Hong Kong", actor=SYSTEM,
    )
    record_licence(issuer, number=number, effective_on=launched_on, actor=SYSTEM)
    coin = create_coin(issuer, symbol=symbol, reference_currency="HKD", launched_on=launched_on, actor=SYSTEM)
    add_deployment(coin, chain="eip155:1", contract=CONTRACTS[symbol], actor=SYSTEM)
    return coin


def _send_all(coin: Coin) -> None:
    """Send the files of every day since the launch; Outer Channel's custodian has not reported since Friday."""
    day = coin.launched_on
    while day <= LAST:
        files = files_of(coin.symbol, day)
        if coin.symbol == "OCHKD" and day >= FRIDAY:
            files.pop("holdings", None)
        for feed, raw in files.items():
            sent = receive_file(coin, feed, raw, filename=f"{coin.symbol.lower()}_{feed}_{day:%Y%m%d}.csv", actor=SYSTEM)
            assert sent.status == FeedFile.Status.ACCEPTED, sent.problems
        day += timedelta(days=1)


def _report(lion: Coin, tide: Coin) -> None:
    """Judge the issuer, render its last report, let the rival's wait, and tell everybody."""
    judge_issuer(lion.issuer, LAST, actor=SYSTEM)
    of_last = ReserveDay.objects.filter(as_of=LAST, status=ReserveDay.Status.JUDGED)
    runs = [freeze_report(ReportRun.Kind.DAILY_RESERVE, of_last.get(coin=coin), actor=SYSTEM) for coin in (lion, tide)]
    render_report(runs[0].pk)
    announce_breaches()


def files_of(symbol: str, day: date) -> dict[str, bytes]:
    """Return the files of one day: on a day without business only the supply."""
    held, booked = lines_of(symbol, day)
    files = {"supply": csv_bytes([supply_line(day, symbol, contract=CONTRACTS[symbol], total_supply=circulating(symbol, day),
                                              frozen="1250")])}
    if CALENDAR.is_business_day(day):
        par = par_outstanding(day, symbol, value=f"{circulating(symbol, day)}.00")
        files |= {"holdings": csv_bytes(held), "ledger": csv_bytes([*booked, par])}
        if symbol == "LRHKD" and day > FIRST:
            files |= requests_of(day)
    return files


def requests_of(day: date) -> dict[str, bytes]:
    """Return the requests of a business day, such as explain what Lion Rock's coins did since the one before.

    On Friday one is two business days old and not paid.
    """
    before = CALENDAR.previous_business_day(day)
    grown = circulating("LRHKD", day) - circulating("LRHKD", before)
    redemptions = [
        asked(f"R-{before:%m%d}-1", f"{before}T16:10", f"{day}T10:20", amount="40000", paid_amount="40000.00"),
        asked(f"R-{day:%m%d}-2", f"{day}T10:05", f"{day}T15:40", amount="250000", paid_amount="250000.00"),
        asked(f"R-{day:%m%d}-1", f"{day}T16:10", amount="40000"),
    ]
    if day == FRIDAY:
        redemptions.append(asked("R-1118-7", "2026-11-18T11:30", amount="18250.75"))
    return {"redemptions": csv_bytes(redemptions),
            "issuance": csv_bytes([issued(f"I-{day:%m%d}-1", f"{day}T11:25", amount=grown + 290_000)])}


def circulating(symbol: str, day: date) -> int:
    """Return the tokens of a day: they grow, and on the last day Lion Rock mints before the money has come."""
    base = {"LRHKD": 4_150, "TWHK": 1_860, "OCHKD": 412}[symbol] * MILLION
    steps = (day - FIRST).days
    minted = 66_081_363 if symbol == "LRHKD" and day == LAST else 0
    return base + steps * 3 * MILLION + (steps * 7919 % 11) * 250_000 + minted


def lines_of(symbol: str, day: date) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return what custodians hold and what the books say, worth about 1.3 % more than the tokens."""
    steps = (day - FIRST).days
    pool = circulating(symbol, day) * (10_130 + steps * 37 % 23) // 10_000
    long = day + timedelta(days=200 if symbol == "TWHK" and day >= date(2026, 11, 16) else 75)
    shares: list[tuple[int, dict[str, Any]]] = [
        (20, {"account_id": "HB-01", "custodian": "Harbour Bank", "asset_class": "demand_deposit", "line_ref": "D1",
              "description": "Current account"}),
        (22, {"account_id": "PT-01", "custodian": "Peak Trust Bank", "asset_class": "term_deposit", "line_ref": "TD-204",
              "description": "Term deposit", "start_date": day - timedelta(days=12), "maturity_date": long}),
        (33, {"account_id": "BC-77", "custodian": "Bauhinia Custody Trust", "asset_class": "government_debt",
              "instrument_id": "HK0000102936", "line_ref": "S1", "description": "Exchange Fund Bill", "obligor": "Exchange Fund",
              "price_basis": "bid", "maturity_date": day + timedelta(days=48)}),
        (25, {"account_id": "BC-77", "custodian": "Bauhinia Custody Trust", "asset_class": "reverse_repo",
              "line_ref": "R1", "description": "Reverse repo", "counterparty": "Nine Dragons Bank",
              "start_date": day, "maturity_date": CALENDAR.next_business_day(day)}),
    ]
    held, booked = [], []
    for share, given in shares:
        given["account_id"] = f"{symbol}-{given['account_id']}"  # a pool of its own for every coin
        value = f"{pool * share // 100}.00"
        held.append(holding(day, symbol, **given, market_value=value))
        same = {name: given[name] for name in ("account_id", "asset_class", "line_ref", "description")}
        booked.append(ledger_line(day, symbol, **same, instrument_id=given.get("instrument_id", ""), book_value=value))
    if symbol == "LRHKD" and day >= date(2026, 11, 19):  # the books know a deposit that no bank confirms
        booked.append(ledger_line(day, symbol, account_id=f"{symbol}-PT-01", asset_class="term_deposit", line_ref="TD-260",
                                  description="Term deposit", book_value="30000000.00"))
    return held, booked

