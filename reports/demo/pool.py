"""One coin's pool from its first day to its last: who issues, redeems and pays in, and what goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from core.calendars import HongKongCalendar
from reports.demo.book import REDEEMERS, SURPLUS, Book, Settlement, Term, key
from reports.demo.chance import draw, swing
from reports.demo.dealing import LOT, Desk, ratio_ppm
from reports.demo.incidents import (
    Incident,
    LateStatements,
    LongDeposit,
    MintBeforeMoney,
    OmittedDeposit,
    Overdrawn,
    UnbookedTokens,
    WrongNominal,
)
from reports.demo.market import FIRST_DAY, MILLION, Market
from reports.demo.requests import Served
from reports.demo.world import CoinPlan

UNIT = 100
PENDING_WIDTH = 2_600
EXTRA_SLOT = 90  # deposits that are not part of the ladder
GROWTH_DAYS = 400


@dataclass(slots=True)
class Close:
    """A pool at the end of a day, and what its reporters get wrong about it."""

    as_of: date
    is_business_day: bool
    book: Book
    reports_holdings: bool
    reports_books: bool
    pending: int
    omitted: frozenset[str] = frozenset()
    nominal_off: dict[str, int] = field(default_factory=dict)
    unbooked_tokens: int = 0
    served: Served | None = None

    @property
    def lacks_holdings(self) -> bool:
        """Say whether the statements of a business day have not arrived."""
        return self.is_business_day and not self.reports_holdings


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Surplus that the licensee took out of the pool, and the backing ratio it left."""

    day: date
    ratio: int


class Pool:
    """The life of one coin's reserve from ``start`` to ``until``; ``closes`` may be walked once."""

    def __init__(self, plan: CoinPlan, market: Market, calendar: HongKongCalendar, start: date, until: date) -> None:
        self.plan, self.market, self.calendar, self.start, self.until = plan, market, calendar, start, until
        self.last_business_day = calendar.on_or_before(until)
        self.desk = Desk(plan, market, calendar)
        self.withdrawals: list[Withdrawal] = []
        days = list(calendar.business_days(start, self.last_business_day))
        #: Business days left until the last one, by day.
        self.left = {day: number for number, day in enumerate(reversed(days))}
        self.omitted: dict[str, int] = {}
        self.pending = 0
        self.served: Served | None = None
        self.funded_again = 0

    def of_kind(self, kind: type[Incident]) -> list:
        return [incident for incident in self.plan.incidents if isinstance(incident, kind)]

    def closes(self) -> Iterator[Close]:
        """The pool at the end of each day, in order. The book is the same object each time: use it at once."""
        before = self.calendar.previous_business_day(self.start)
        opened = False
        for offset in range((self.until - self.start).days + 1):
            day = self.start + timedelta(days=offset)
            if not opened:
                self._open(before)
                opened = True
            if day in self.left:
                self._business_day(day, before)
                before = day
            early = self._mint_before_money(day) if day == self.until else 0
            yield self._close(day, early)

    def level(self, day: date) -> int:
        """Return the par that is to be in circulation: growth, and moods that fade towards the last day."""
        remaining = (self.until - day).days
        trend = self.plan.circulation * UNIT * MILLION * GROWTH_DAYS
        trend //= MILLION * GROWTH_DAYS + self.plan.growth * remaining
        mood = 0
        for step in range(max(0, (day - FIRST_DAY).days - 40), (day - FIRST_DAY).days + 1):
            mood = mood * 14 // 15 + swing(8_500, self.plan.symbol, "mood", step)
        mood = mood * min(20, self.left.get(day, 20)) // 20
        return trend * (MILLION + mood) // MILLION // UNIT * UNIT

    def _open(self, before: date) -> None:
        par = self.level(self.start)
        self.desk.open(before, par, par * self.plan.middle // MILLION)
        self.desk.mark(before)

    def _business_day(self, day: date, before: date) -> None:
        left = self.left[day]
        self.desk.collect(day, before)
        overdrawn = [i for i in self.of_kind(Overdrawn) if i.first - i.days < left <= i.first]
        target = self.level(day)
        quiet = overdrawn or (left == 0 and self.of_kind(MintBeforeMoney))
        self.pending = 0 if quiet else target * draw(PENDING_WIDTH, self.plan.symbol, day, "pending") // MILLION
        issued, owed = self.desk.serve(target, self.pending)
        self.served = Served(day, self.served.day if self.served else None, issued, owed, self.pending)
        self.desk.mark(day)
        self._fund(day, left, overdrawn)
        self._deposits(day, left)
        self.desk.invest(day)
        self.desk.mark(day)

    def _fund(self, day: date, left: int, overdrawn: list[Overdrawn]) -> None:
        book, plan = self.desk.book, self.plan
        par = book.par
        surplus = -book.balances[SURPLUS]
        floor, middle = plan.floor, plan.middle
        if self.of_kind(MintBeforeMoney) and left <= 5:
            floor, middle = plan.middle, (plan.middle + plan.ceiling) // 2
        if overdrawn:
            if overdrawn[0].first == left:
                self._withdraw(day, surplus - par * (overdrawn[0].ratio - MILLION) // MILLION)
        elif surplus * MILLION < floor * par:
            self.desk.fund((par * middle // MILLION - surplus) // (UNIT * 10_000) * UNIT * 10_000)
        elif self.calendar.previous_business_day(day).month != day.month and surplus * MILLION > plan.ceiling * par:
            self._withdraw(day, surplus - par * (plan.middle + plan.ceiling) // 2 // MILLION)

    def _withdraw(self, day: date, amount: int) -> None:
        amount = amount // (UNIT * 10_000) * UNIT * 10_000
        if amount > 0:
            self.desk.fund(-amount)
            self.withdrawals.append(Withdrawal(day, ratio_ppm(self.desk.book.assets, self.desk.book.par)))

    def _deposits(self, day: date, left: int) -> None:
        """Place the deposits that incidents are about, and let the bank find those it left out."""
        self.omitted = {account: until for account, until in self.omitted.items() if left > until}
        for number, incident in enumerate(self.plan.incidents):
            if isinstance(incident, OmittedDeposit) and incident.first == left:
                book = self.desk.book
                amount = book.assets * incident.share // MILLION
                if incident.ratio:
                    amount = book.assets - book.par * incident.ratio // MILLION
                term = self._extra(day, EXTRA_SLOT + number, amount, 28)
                self.omitted[key(term)] = left - incident.days
            elif isinstance(incident, LongDeposit) and incident.first == left:
                self._extra(day, EXTRA_SLOT + number, self.desk.book.assets * 22 // 1000, incident.days_long)

    def _extra(self, day: date, slot: int, amount: int, tenor: int) -> Term:
        return self.desk.place_deposit(day, slot, max(LOT, amount // LOT * LOT), tenor)

    def _mint_before_money(self, day: date) -> int:
        """Issue tokens on the last day whose money the bank credits on the next business day only; return how many."""
        for incident in self.of_kind(MintBeforeMoney):
            book = self.desk.book
            confirmed = book.assets - sum(book.balances[account] for account in self.omitted)
            amount = (confirmed * MILLION // incident.ratio - book.par) // (UNIT * 10_000) * UNIT * 10_000
            cash = book.demand[0]
            owed = Settlement(cash.account, "SUB-1", "Subscriptions not yet credited by the bank", amount, day,
                              self.calendar.next_business_day(day), confirmed=False)
            book.settlements.append(owed)
            book.post((key(owed), amount), ("par outstanding", -amount))
            return amount
        return 0

    def _close(self, day: date, early: int) -> Close:
        is_business_day = day in self.left
        opening = day == self.start  # the pool is stated on its first day, whatever day that is
        last = self.calendar.on_or_before(day)
        left = self.left.get(last, len(self.left))
        late = any(left < incident.last for incident in self.of_kind(LateStatements))
        off = {}
        for incident in self.of_kind(WrongNominal):
            if incident.first - incident.days < left <= incident.first:
                bills = sorted((s for s in self.desk.book.securities if not s.is_bond), key=lambda s: s.maturity)
                off[bills[-1].isin] = -incident.amount * UNIT
        unbooked = sum(i.tokens for i in self.of_kind(UnbookedTokens) if left <= i.first)
        if self.desk.book.balances.get(REDEEMERS, 0) > 0:
            raise ValueError("redeemers owe the pool")
        return Close(
            day, is_business_day, self.desk.book, (is_business_day or opening) and not late,
            is_business_day or opening or bool(early), self.pending, frozenset(self.omitted), off, unbooked,
            replace(self.served, issued=self.served.issued + early) if is_business_day and self.served else None,
        )
