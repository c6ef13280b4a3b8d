"""The feed files of a day as their senders would write them: rows in the canonical columns, as CSV bytes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from core.rulebook.periods import add_months
from reports.demo.book import Demand, Position, Repo, Security, Settlement, Term, key
from reports.demo.chance import draw, swing
from reports.demo.identifiers import contract
from reports.demo.market import FIRST_DAY, MILLION, PAR, YEAR, Market, days_between
from reports.demo.pool import UNIT, Close
from reports.demo.requests import ISSUANCE, REDEMPTIONS, issuance_rows, redemption_rows
from reports.demo.world import HOUSES, PRICE_SOURCE, CoinPlan

HOLDINGS = (
    "as_of", "coin", "account_id", "custodian", "asset_class", "instrument_id", "line_ref", "description", "obligor",
    "currency", "face_value", "market_value", "price", "price_basis", "start_date", "maturity_date", "counterparty",
    "collateral_instrument_id", "collateral_value",
)
LEDGER = (
    "as_of", "coin", "account_id", "asset_class", "instrument_id", "line_ref", "description", "currency",
    "face_value", "book_value", "booked_on", "value_on",
)
PRICES = ("as_of", "instrument_id", "source", "currency", "bid", "ask")
SUPPLY = (
    "as_of", "coin", "chain", "contract", "block_number", "block_time", "total_supply", "unissued", "frozen",
    "pending_redemption",
)


@dataclass(frozen=True, slots=True)
class DayFile:
    """One file to send; ``sender`` is a house, or "" for the issuer itself."""

    feed: str
    sender: str
    filename: str
    raw: bytes


def files_of(plan: CoinPlan, close: Close, market: Market) -> list[DayFile]:
    """Return the files of a day, in the order in which they arrive."""
    stamp = f"{close.as_of:%Y%m%d}"
    files: list[DayFile] = []
    if close.is_business_day or close.reports_holdings:
        files.append(DayFile("prices", PRICE_SOURCE.slug, f"{plan.symbol}_prices_{stamp}.csv",
                             csv_of(PRICES, _prices(close, market))))
    if close.reports_holdings:
        by_sender: dict[str, list[Sequence[str]]] = {}
        for house, row in _holdings(plan, close, market):
            by_sender.setdefault(house if house in plan.also_reports else plan.trustee, []).append(row)
        files += [
            DayFile("holdings", sender, f"{plan.symbol}_holdings_{sender}_{stamp}.csv", csv_of(HOLDINGS, rows))
            for sender, rows in sorted(by_sender.items())
        ]
    if close.reports_books:
        files.append(DayFile("ledger", "", f"{plan.symbol}_ledger_{stamp}.csv", csv_of(LEDGER, _ledger(plan, close))))
    if close.served:
        files += [
            DayFile("redemptions", "", f"{plan.symbol}_redemptions_{stamp}.csv",
                    csv_of(REDEMPTIONS, redemption_rows(plan.symbol, close.served))),
            DayFile("issuance", "", f"{plan.symbol}_issuance_{stamp}.csv",
                    csv_of(ISSUANCE, issuance_rows(plan.symbol, plan.chains[0], close.served))),
        ]
    files.append(DayFile("supply", "", f"{plan.symbol}_supply_{stamp}.csv", csv_of(SUPPLY, _supply(plan, close))))
    return files


def csv_of(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return the rows as a file, whose first line names the columns."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue().encode()


def _money(minor: int) -> str:
    sign, whole = "-" if minor < 0 else "", abs(minor)
    return f"{sign}{whole // UNIT}.{whole % UNIT:02d}"


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _face(position: Position) -> int | None:
    if isinstance(position, Security):
        return position.face
    return position.principal if isinstance(position, Term | Repo) else None


_CLASS = {Demand: "demand_deposit", Term: "term_deposit", Security: "government_debt", Repo: "reverse_repo",
          Settlement: "settlement"}
_BASIS = {Demand: "par", Term: "amortised", Security: "bid", Repo: "amortised", Settlement: ""}


def _holdings(plan: CoinPlan, close: Close, market: Market) -> Iterable[tuple[str, Sequence[str]]]:
    book, as_of = close.book, close.as_of.isoformat()
    for position in book.positions:
        if isinstance(position, Settlement):
            if not position.confirmed:
                continue
        elif key(position) in close.omitted:
            continue
        house = plan.trustee if isinstance(position, Security | Settlement) else position.bank
        value, face, price = book.balance(position), _face(position), None
        if isinstance(position, Security):
            price = position.price(close.as_of, market)
            if off := close.nominal_off.get(position.isin):
                face = position.face + off
                value = face * price // PAR
        bank = HOUSES[house].name_en
        start = position.start if isinstance(position, Term | Repo) else None
        matures = None if isinstance(position, Demand | Settlement) else position.maturity
        yield house, (
            as_of, plan.symbol, position.account, bank, _CLASS[type(position)],
            position.isin if isinstance(position, Security) else "",
            "" if isinstance(position, Security) else position.ref, _said(position),
            position.obligor if isinstance(position, Security) else "", plan.currency,
            "" if face is None else _money(face), _money(value),
            "" if price is None else f"{price // 10_000}.{price % 10_000:04d}", _BASIS[type(position)],
            _day(start), _day(matures), bank if isinstance(position, Term | Repo) else "",
            position.collateral if isinstance(position, Repo) else "",
            _money(position.collateral_value) if isinstance(position, Repo) else "",
        )


def _prices(close: Close, market: Market) -> Iterable[Sequence[str]]:
    """Quote each security without the interest accrued, in millionths of a per cent, a little off the trustee's own."""
    for security in close.book.securities:
        dirty = security.price(close.as_of, market) + swing(14, security.isin, close.as_of, "quote")
        dirty -= dirty * close.overmarked.get(security.isin, 0) // MILLION
        accrued = 0
        if security.is_bond:
            since = days_between(add_months(security.maturity, -12), close.as_of)
            accrued = security.coupon * 100 * since // YEAR
        bid = dirty * 100 - accrued
        yield (close.as_of.isoformat(), security.isin, PRICE_SOURCE.name_en, market.currency,
               *(f"{side // MILLION}.{side % MILLION:06d}" for side in (bid, bid + 20_000)))


def _said(position: Position) -> str:
    return position.description if isinstance(position, Settlement) else position.describe()


def _ledger(plan: CoinPlan, close: Close) -> Iterable[Sequence[str]]:
    as_of = close.as_of.isoformat()
    for position in close.book.positions:
        face = _face(position)
        settles = position if isinstance(position, Settlement) else None
        booked_on, value_on = (settles.booked_on, settles.value_on) if settles else (None, None)
        yield (
            as_of, plan.symbol, position.account, _CLASS[type(position)],
            position.isin if isinstance(position, Security) else "",
            "" if isinstance(position, Security) else position.ref, _said(position), plan.currency,
            "" if face is None else _money(face), _money(close.book.balance(position)),
            _day(booked_on), _day(value_on),
        )
    yield (as_of, plan.symbol, f"{plan.symbol}-PAR", "par_outstanding", "", "PAR", "Par value outstanding",
           plan.currency, "", _money(close.book.par), "", "")


def _supply(plan: CoinPlan, close: Close) -> Iterable[Sequence[str]]:
    """One line a chain. The first chain has most tokens, and all that are frozen, unissued or being redeemed."""
    since = (close.as_of - FIRST_DAY).days
    outstanding = close.book.par + close.unbooked_tokens * UNIT
    week = close.as_of.isocalendar()[1]
    unissued = (draw(180, plan.symbol, close.as_of.year, week, "unissued") + 20) * 10_000 * UNIT
    frozen = plan.circulation // 40_000 * UNIT
    elsewhere = outstanding * 3 // 10 // UNIT * UNIT if len(plan.chains) > 1 else 0
    for number, chain in enumerate(plan.chains):
        first = number == 0
        total = outstanding - elsewhere + unissued + close.pending if first else elsewhere
        base, pace = (23_045_000, 7_160) if first else (74_300_000, 40_800)
        yield (
            close.as_of.isoformat(), plan.symbol, chain, contract(plan, chain), str(base + pace * since),
            f"{close.as_of.isoformat()}T15:59:59Z", _money(total), _money(unissued if first else 0),
            _money(frozen if first else 0), _money(close.pending if first else 0),
        )
