"""Who is in the rehearsal, and what issuers send each day: most days are sound, some fall short, some files are late."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from core.access import SYSTEM
from core.calendars import HongKongCalendar
from core.models import Membership, Organisation, User
from core.roles import Role
from issuers.models import Coin
from issuers.services.coins import create_coin
from issuers.services.issuers import register_issuer
from issuers.services.licences import record_licence
from reserves.services.intake import receive_file
from tests.factories import csv_bytes, holding, ledger_line, par_outstanding, supply_line

OFFICERS = (("Bo Chan", Role.CASE_OFFICER), ("Cy Leung", Role.HEAD_OF_LICENSING), ("Ops Fung", Role.OPERATIONS))
PEOPLE = (("Compliance", Role.COMPLIANCE_OFFICER), ("Administrator", Role.ISSUER_ADMINISTRATOR))


@dataclass(frozen=True, slots=True)
class Sending:
    """The files of one coin and position day, sent a number of days after the day on which they are due."""

    coin: str
    as_of: date
    market_value: str
    late_days: int


def enter(issuers: int, first: date) -> None:
    """Enter the authority, its officers, and the issuers with a coin and two people each."""
    authority = Organisation.objects.create(
        kind=Organisation.Kind.AUTHORITY, slug="monetary-authority", name_en="Monetary Authority",
        name_zh_hant="金融管理專員", name_zh_hans="金融管理专员",
    )
    for name, role in OFFICERS:
        _join(authority, name, role, first)
    for number in range(issuers):
        issuer = register_issuer(name_en=f"Rehearsed Issuer {number} Limited", actor=SYSTEM)
        record_licence(issuer, number=f"FRC{number:03}", effective_on=first, actor=SYSTEM)
        create_coin(issuer, symbol=f"RC{number:03}", reference_currency="HKD", launched_on=first, actor=SYSTEM)
        for name, role in PEOPLE:
            _join(issuer.organisation, f"{name} {number}", role, first)


def _join(organisation: Organisation, name: str, role: Role, since: date) -> None:
    user = User.objects.create_user(f"{name.lower().replace(' ', '.')}@{organisation.slug}.example", name, None)
    Membership.objects.create(user=user, organisation=organisation, role=role, since=since)


def sendings(issuers: int, first: date, days: int, chance: random.Random) -> Iterator[Sending]:
    """Yield what each coin sends for each calendar day: one day in twelve falls short, one in fifteen comes late."""
    for offset in range(days):
        for number in range(issuers):
            short, late = chance.randrange(12) == 0, chance.randrange(15) == 0
            yield Sending(f"RC{number:03}", first + timedelta(days=offset), "98000000.00" if short else "100000000.00",
                          2 if late else 0)


def send(sending: Sending, coin: Coin, calendar: HongKongCalendar) -> None:
    """Send the files as the issuer's program would; books and statements are of business days only."""
    day, symbol = sending.as_of, sending.coin
    files = {"supply": csv_bytes([supply_line(day, symbol)])}
    if calendar.is_business_day(day):
        files["holdings"] = csv_bytes([holding(day, symbol, market_value=sending.market_value)])
        files["ledger"] = csv_bytes([ledger_line(day, symbol, book_value=sending.market_value),
                                     par_outstanding(day, symbol)])
    for feed, raw in files.items():
        sent = receive_file(coin, feed, raw, filename=f"{symbol}-{feed}-{day}.csv", actor=SYSTEM)
        if sent.status != "accepted":
            raise SystemExit(f"{sent} is {sent.status}: {sent.problems}")
