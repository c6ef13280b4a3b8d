"""An audit firm with its people, a period of a coin, and days judged in it: what tests of attestation play with."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime

from allauth.mfa.models import Authenticator

from core.access import SYSTEM
from core.clock import HONG_KONG
from core.errors import Refused
from core.models import Membership, Organisation, User
from core.roles import Role
from issuers.models import Coin
from reserves.models import Engagement, ReserveDay
from reserves.services.days import run_day
from reserves.services.draws import reveal_draws
from reserves.services.engagements import admit_auditor, engage_auditor, enter_audit_firm, propose_auditor
from reserves.services.evidence import freeze_waiting
from reserves.services.intake import parse_now_or_later, receive_file
from tests.cast import PASSWORD, TOTP_SECRET
from tests.factories import csv_bytes, holding, ledger_line, par_outstanding, supply_line

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
PERIOD_END = date(2026, 10, 30)  # a Friday; the 31st is a Saturday
UNTIL = date(2026, 12, 31)
BILL = "HK0000123456"


def noon(day: date) -> datetime:
    """Return noon of the day in Hong Kong."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=HONG_KONG)


def day_files(as_of: date, coin: str = "LRHKD") -> dict[str, bytes]:
    """Return the files of a day with three holdings, books that agree, and 99 million in circulation."""
    bill = {"instrument_id": BILL, "line_ref": "", "asset_class": "government_debt", "obligor": "Government"}
    return {
        "holdings": csv_bytes([
            holding(as_of, coin, market_value="60000000.00"),
            holding(as_of, coin, **bill, face_value="35000000", market_value="34900000.50", price="99.7",
                    price_basis="bid", maturity_date="2027-01-15"),
            holding(as_of, coin, account_id="BANK-2", line_ref="T1", asset_class="term_deposit",
                    market_value="5100000.25", start_date="2026-09-20", maturity_date="2026-12-18"),
        ]),
        "ledger": csv_bytes([
            ledger_line(as_of, coin, book_value="60000000.00"),
            ledger_line(as_of, coin, instrument_id=BILL, line_ref="", asset_class="government_debt",
                        face_value="35000000", book_value="34900000.50"),
            ledger_line(as_of, coin, account_id="BANK-2", line_ref="T1", asset_class="term_deposit",
                        book_value="5100000.25"),
            par_outstanding(as_of, coin),
        ]),
        "supply": csv_bytes([supply_line(as_of, coin)]),
    }


def judged(coin: Coin, as_of: date, supersedes: dict | None = None, **changed: bytes) -> ReserveDay:
    """Send the files of the day, some changed, and judge it; return the row."""
    for feed, raw in (day_files(as_of, coin.symbol) | changed).items():
        if supersedes and feed not in changed:
            continue
        file = receive_file(coin, feed, raw, filename=f"{feed}.csv", actor=SYSTEM,
                            supersedes=(supersedes or {}).get(feed))
        parse_now_or_later(file)
    run_day(coin, as_of, actor=SYSTEM)
    return ReserveDay.objects.get(coin=coin, as_of=as_of, status=ReserveDay.Status.JUDGED)


def firm(name: str = "Ledger & Vane LLP") -> Organisation:
    """Enter an audit firm."""
    return enter_audit_firm(name_en=name, actor=SYSTEM)


def auditor(place: Organisation, email: str = "may@vane.example", name: str = "May Tse") -> User:
    """Return a person of the firm, with an account."""
    user = User.objects.create_user(email, name, PASSWORD)
    Membership.objects.create(user=user, organisation=place, role=Role.AUDITOR, since=date(2025, 8, 1))
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": TOTP_SECRET})
    return user


def engaged(coin: Coin, place: Organisation, amy: User, **given) -> Engagement:
    """Engage the firm for October."""
    terms = {"period_start": FIRST, "period_end": LAST, "access_until": UNTIL} | given
    return engage_auditor(coin, place, actor=amy, **terms)


def admitted(engagement: Engagement, user: User, amy: User, officer: User, until: date = UNTIL):
    """Let the person in: proposed by the issuer's administrator, agreed to by an officer."""
    proposed = propose_auditor(engagement, email=user.email, name=user.name, until=until, actor=amy)
    return admit_auditor(proposed, actor=officer)


def drawn_and_frozen(engagement: Engagement) -> Engagement:
    """Reveal the draw, judge the days that are tested, and freeze them."""
    reveal_draws()
    for day in engagement.test_days.all():
        with suppress(Refused):
            judged(engagement.coin, day.as_of)
    freeze_waiting()
    return Engagement.objects.get(pk=engagement.pk)
