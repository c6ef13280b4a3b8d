"""A world of coins whose files differ on purpose: what was planted is known, so that what is found can be judged."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from core.access import SYSTEM
from core.calendars import HongKongCalendar
from core.models import Membership, Organisation, User
from core.roles import Role
from issuers.models import Coin
from issuers.services.coins import create_coin
from issuers.services.issuers import register_issuer
from issuers.services.licences import record_licence
from reserves.services.intake import receive_file
from reserves.services.quarantine import release_file
from tests.factories import csv_bytes, holding, ledger_line, par_outstanding, supply_line

CALENDAR = HongKongCalendar()
PAR = Decimal("90000000.00")
FACE, UNPAIRED = "face_value", ""
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Planted:
    """One difference that was planted: where, the parts that it is to be taken apart into, and what nothing explains."""

    coin: str
    kind: str
    where: tuple[str, str, str]  # account, name of the position, currency
    parts: tuple[tuple[str, Decimal], ...]
    residual: Decimal = Decimal(0)


@dataclass
class Day:
    """The files of a coin for one day while they are written, and what was planted in them."""

    coin: str
    as_of: date
    chance: random.Random
    books: list[dict[str, Any]] = field(default_factory=list)
    held: list[dict[str, Any]] = field(default_factory=list)
    entries: list[dict[str, Any]] = field(default_factory=list)
    prices: list[dict[str, Any]] = field(default_factory=list)
    supply: list[dict[str, Any]] = field(default_factory=list)
    par: Decimal = PAR
    planted: list[Planted] = field(default_factory=list)
    number: int = 0

    def amount(self, low: int = 10_000, high: int = 90_000_000) -> Decimal:
        """An amount that nothing else is likely to have."""
        return Decimal(self.chance.randrange(low, high) * 100 + self.chance.randrange(1, 99)).scaleb(-4).quantize(CENT)

    def name(self) -> str:
        self.number += 1
        return f"{self.as_of:%y%m%d}-{self.number}"

    def hold(self, value: Decimal, **given: Any) -> None:
        self.held.append(holding(self.as_of, self.coin, market_value=value, **given))

    def book(self, value: Decimal, **given: Any) -> None:
        self.books.append(ledger_line(self.as_of, self.coin, book_value=value, **given))

    def move(self, account: str, amount: Decimal, description: str, value_on: date | None = None) -> None:
        self.entries.append({
            "as_of": self.as_of, "account_id": account, "entry_ref": f"E{self.as_of:%y%m%d}{len(self.entries)}",
            "booked_on": self.as_of, "value_on": value_on or self.as_of, "amount": amount, "currency": "HKD",
            "description": description,
        })

    def plant(self, kind: str, account: str, name: str, *parts: tuple[str, Decimal], currency: str = "HKD",
              residual: Decimal = Decimal(0)) -> None:
        self.planted.append(Planted(self.coin, kind, (account, name, currency), parts, residual))


# --- what can be planted: each writes both sides and says what is to be found ----------------------------------------
def in_transit(day: Day) -> None:
    ref, value = day.name(), day.amount()
    over = CALENDAR.next_business_day(day.as_of)
    dates = {"booked_on": day.as_of} | ({"value_on": over} if (over - day.as_of).days > 1 else {})
    day.book(value, account_id="BANK-2", line_ref=ref, description="Deposit placed", asset_class="term_deposit", **dates)
    day.plant("in_transit", "BANK-2", ref, ("in_transit", value))


def value_date(day: Day) -> None:
    ref, value, over = day.name(), day.amount(), CALENDAR.next_business_day(day.as_of)
    base = day.amount()
    kind = "value_date" if (over - day.as_of).days == 1 else "in_transit"
    common = {"account_id": f"BANK-V{ref}", "line_ref": ref, "asset_class": "demand_deposit"}
    day.hold(base + value, custodian="Harbour Bank", **common)
    day.book(base, **common)
    day.move(common["account_id"], value, "Incoming transfer", value_on=over)
    day.plant(kind, common["account_id"], ref, (kind, -value))


def accrued_interest(day: Day) -> None:
    ref, principal, interest = day.name(), day.amount(50_000_000, 90_000_000), day.amount(10_000, 90_000)
    common = {"account_id": "BANK-2", "line_ref": ref, "asset_class": "term_deposit"}
    day.hold(principal + interest, face_value=principal, custodian="Harbour Bank", start_date=day.as_of - timedelta(30),
             maturity_date=day.as_of + timedelta(60), **common)
    day.book(principal, **common)
    day.plant("accrued_interest", "BANK-2", ref, ("accrued_interest", -interest))


def coupon(day: Day) -> None:
    ref, base, paid = day.name(), day.amount(), day.amount(10_000, 900_000)
    common = {"account_id": f"BANK-C{ref}", "line_ref": ref, "asset_class": "demand_deposit"}
    day.hold(base + paid, custodian="Harbour Bank", **common)
    day.book(base, **common)
    day.move(common["account_id"], paid, "Coupon HK0000000017")
    day.plant("coupon", common["account_id"], ref, ("accrued_interest", -paid))


def fee(day: Day) -> None:
    ref, base, charged = day.name(), day.amount(50_000_000, 90_000_000), day.amount(10_000, 90_000)
    common = {"account_id": f"BANK-F{ref}", "line_ref": ref, "asset_class": "demand_deposit"}
    day.hold(base - charged, custodian="Harbour Bank", **common)
    day.book(base, **common)
    day.move(common["account_id"], -charged, "Custody fee of the month")
    day.plant("fee", common["account_id"], ref, ("fee", charged))


def fee_line(day: Day) -> None:
    ref, charged = day.name(), day.amount(10_000, 90_000)
    day.book(-charged, account_id="BANK-1", line_ref=ref, asset_class="settlement", description="Custody fees to be paid")
    day.plant("fee_line", "BANK-1", ref, ("fee", -charged))


def price_source(day: Day) -> None:
    isin, face = f"HK{day.as_of:%y%m%d}{day.number:04d}", Decimal(day.chance.randrange(10, 900)) * 10_000
    day.number += 1
    ours, theirs = (Decimal(day.chance.randrange(9_600, 9_900)).scaleb(-2) + step for step in (Decimal(0), Decimal(1)))
    value, marked = (face * price / 100 for price in (theirs, ours))
    common = {"account_id": "CUST-1", "instrument_id": isin, "line_ref": "", "asset_class": "government_debt"}
    day.hold(value, face_value=face, price=theirs, price_basis="mid", custodian="Peak Custody", obligor="Exchange Fund",
             maturity_date=day.as_of + timedelta(80), **common)
    day.book(marked, **common)
    day.prices.append({"as_of": day.as_of, "instrument_id": isin, "source": "Evergreen Pricing", "currency": "HKD",
                       "mid": theirs})
    day.plant("price_source", "CUST-1", isin, ("price_source", marked - value))


def rounding(day: Day) -> None:
    ref, value = day.name(), day.amount()
    common = {"account_id": "BANK-1", "line_ref": ref, "asset_class": "demand_deposit"}
    day.hold(value, custodian="Harbour Bank", **common)
    day.book(value + CENT, **common)
    day.plant("rounding", "BANK-1", ref, ("rounding", CENT))


def duplicate(day: Day) -> None:
    ref, value = day.name(), day.amount()
    common = {"account_id": "CUST-1", "line_ref": ref, "asset_class": "reverse_repo"}
    for times in ("", ", sent again"):
        day.hold(value, custodian="Peak Custody", description=f"Reverse repo{times}", start_date=day.as_of - timedelta(1),
                 maturity_date=day.as_of + timedelta(1), **common)
    day.book(value, **common)
    day.plant("duplicate", "CUST-1", ref, ("duplicate", -value))


def missing_at_custodian(day: Day) -> None:
    ref, value = day.name(), day.amount()
    day.book(value, account_id="BANK-2", line_ref=ref, asset_class="term_deposit", description="Deposit",
             booked_on=day.as_of - timedelta(20), value_on=day.as_of - timedelta(20))
    day.plant("missing_at_custodian", "BANK-2", ref, ("missing_at_custodian", value))


def missing_in_books(day: Day) -> None:
    ref, value = day.name(), day.amount()
    day.hold(value, account_id="BANK-2", line_ref=ref, custodian="Harbour Bank", asset_class="demand_deposit")
    day.plant("missing_in_books", "BANK-2", ref, ("missing_in_books", -value))


def one_of_several(day: Day) -> None:
    """The bank states one total, the books its parts: one of them is not in the total."""
    ref, values = day.name(), [day.amount() for _ in range(4)]
    common = {"account_id": f"BANK-S{ref}", "asset_class": "cash", "line_ref": ""}
    day.hold(sum(values[1:], Decimal(0)), custodian="Harbour Bank", **common)
    for number, value in enumerate(values):
        day.book(value, **common | {"line_ref": f"{ref}-{number}"})
    day.plant("one_of_several", common["account_id"], "cash", ("missing_at_custodian", values[0]))


def currency(day: Day) -> None:
    ref, value = day.name(), day.amount()
    common = {"account_id": "CUST-1", "line_ref": ref, "asset_class": "tokenised"}
    day.hold(value, custodian="Peak Custody", currency="USD", **common)
    day.book(value, **common)
    day.plant("currency", "CUST-1", ref, ("currency_differs", value))
    day.plant("currency", "CUST-1", ref, ("currency_differs", -value), currency="USD")


def mixed(day: Day) -> None:
    """The bank took its fee and paid interest; the books have neither."""
    ref, base = day.name(), day.amount(50_000_000, 90_000_000)
    charged, paid = day.amount(10_000, 90_000), day.amount(10_000, 90_000)
    common = {"account_id": f"BANK-M{ref}", "line_ref": ref, "asset_class": "demand_deposit"}
    day.hold(base - charged + paid, custodian="Harbour Bank", **common)
    day.book(base, **common)
    day.move(common["account_id"], -charged, "Service charge")
    day.move(common["account_id"], paid, "Credit interest")
    day.plant("mixed", common["account_id"], ref, ("fee", charged), ("accrued_interest", -paid))


def unknown(day: Day) -> None:
    ref, base, lost = day.name(), day.amount(50_000_000, 90_000_000), day.amount(10_000, 9_000_000)
    common = {"account_id": f"BANK-U{ref}", "line_ref": ref, "asset_class": "demand_deposit"}
    day.hold(base, custodian="Harbour Bank", **common)
    day.book(base + lost, **common)
    for _ in range(3):  # movements that both sides have
        day.move(common["account_id"], day.amount(10_000, 900_000), "Transfer")
    day.plant("unknown", common["account_id"], ref, residual=lost)


def _par(day: Day, kind: str, change: Decimal) -> None:
    day.par += change
    day.plant(kind, "", "par", (kind, change))


def frozen(day: Day) -> None:
    count = day.amount()
    day.supply[0]["frozen"] = count
    _par(day, "frozen", -count)


def bridged(day: Day) -> None:
    count = day.amount()
    day.supply.append(supply_line(day.as_of, day.coin, chain="eip155:8453", total_supply=count, contract="0x" + "b" * 40))
    day.plant("bridged", "", "par", ("bridged", -count))


def unissued(day: Day) -> None:
    count = day.amount()
    day.supply[0] |= {"total_supply": PAR + count, "unissued": count}  # the books count them already
    _par(day, "unissued", count)


def pending_redemption(day: Day) -> None:
    count = day.amount()
    day.supply[0] |= {"total_supply": PAR + count, "pending_redemption": count}
    _par(day, "pending_redemption", count)


def par_unknown(day: Day) -> None:
    lost = day.amount()
    day.par -= lost
    day.plant("par_unknown", "", "par", residual=-lost)


OF_ASSETS: tuple[Callable[[Day], None], ...] = (
    in_transit, value_date, accrued_interest, coupon, fee, fee_line, price_source, rounding, duplicate,
    missing_at_custodian, missing_in_books, one_of_several, currency, mixed, unknown,
)
OF_PAR: tuple[Callable[[Day], None], ...] = (frozen, bridged, unissued, pending_redemption, par_unknown)


def sound(coin: str, as_of: date, chance: random.Random) -> Day:
    """A day on which everything agrees: one deposit against one, one against several, several against one."""
    day = Day(coin, as_of, chance)
    day.supply.append(supply_line(as_of, coin, total_supply=PAR))
    parts = [day.amount() for _ in range(3)]
    for account, many in (("BANK-1", 1), ("BANK-N", 3)):
        common = {"account_id": account, "asset_class": "demand_deposit", "instrument_id": "", "line_ref": "BASE"}
        for number in range(many):
            day.hold(parts[number] if many > 1 else sum(parts, Decimal(0)), custodian="Harbour Bank",
                     **common | {"description": f"Part {number}"})
        day.book(sum(parts, Decimal(0)), **common)
    day.prices.append({"as_of": as_of, "instrument_id": "HK0000000001", "source": "Evergreen Pricing",
                       "currency": "HKD", "mid": "99.5"})
    day.move("BANK-1", day.amount(10_000, 900_000), "Transfer")
    return day


def days_of(coin: str, first: date, count: int, seed: int, per_day: int, *, offset: int = 0) -> list[Day]:
    """The days of a coin. On days without business only the tokens are reported, and everything stands as it did."""
    chance, turn, par = random.Random(f"{seed}|{coin}"), offset, offset
    days: list[Day] = []
    for as_of in (first + timedelta(days=number) for number in range(count)):
        if not CALENDAR.is_business_day(as_of) and days:
            carried = Day(coin, as_of, chance, planted=list(days[-1].planted))
            carried.supply = [line | {"as_of": as_of.isoformat(), "block_time": f"{as_of}T15:59:59Z"}
                              for line in days[-1].supply]
            days.append(carried)
            continue
        day = sound(coin, as_of, chance)
        for _ in range(per_day - 1):
            OF_ASSETS[turn % len(OF_ASSETS)](day)
            turn += 1
        OF_PAR[par % len(OF_PAR)](day)
        par += 1
        days.append(day)
    return days


def make_coins(count: int, first: date) -> list[Coin]:
    """The coins of so many licensed issuers, and a source of prices."""
    Organisation.objects.get_or_create(kind=Organisation.Kind.PRICE_SOURCE, slug="evergreen", name_en="Evergreen Pricing")
    coins = []
    for number in range(count):
        issuer = register_issuer(name_en=f"Planted Issuer {number} Limited", actor=SYSTEM)
        record_licence(issuer, number=f"FRP{number:02d}", effective_on=first - timedelta(days=1), actor=SYSTEM)
        coins.append(create_coin(issuer, symbol=f"PL{number:02d}", reference_currency="HKD", launched_on=first,
                                 actor=SYSTEM))
    return coins


def _officer() -> User:
    """Who decides on files that are held."""
    place, _new = Organisation.objects.get_or_create(
        kind=Organisation.Kind.AUTHORITY, defaults={"slug": "authority", "name_en": "Authority"})
    user, new = User.objects.get_or_create(email="officer@planted.example", defaults={"name": "Planted Officer"})
    if new:
        Membership.objects.create(user=user, organisation=place, role=Role.CASE_OFFICER, since=date(2025, 8, 1))
    return user


def send(coin: Coin, day: Day) -> None:
    """Send the files of a day through the intake."""
    evergreen = Organisation.objects.get(slug="evergreen")
    files = {"entries": day.entries, "prices": day.prices, "supply": day.supply, "holdings": day.held,
             "ledger": [*day.books, par_outstanding(day.as_of, day.coin, value=day.par)] if day.books else []}
    for feed, rows in files.items():
        if rows:
            sent = receive_file(coin, feed, csv_bytes(rows), filename=f"{day.coin}-{day.as_of}-{feed}.csv", actor=SYSTEM,
                                sender=evergreen if feed == "prices" else None)
            if sent.status == "quarantined":  # a line that comes or goes is much of a small pool: an officer has looked
                sent = release_file(sent, reason="The pool is small.", actor=_officer())
            assert sent.status == "accepted", (feed, sent.problems[:3])
