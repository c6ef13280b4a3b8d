"""What the treasurer of a pool does on a business day: collects, pays, places, lends and marks to market."""

from __future__ import annotations

from datetime import date, timedelta

from core.calendars import HongKongCalendar
from reports.demo.book import PAR_OUTSTANDING, REDEEMERS, SURPLUS, Book, Demand, Repo, Security, Settlement, Term, key
from reports.demo.chance import draw
from reports.demo.identifiers import account_number, collateral, isin
from reports.demo.market import MILLION, PAR, Market, days_between, interest
from reports.demo.world import CoinPlan

TERMS, BILLS, BONDS, REPOS = 4, 8, 3, 2
#: Parts of all assets, in thousandths: what is left over is on demand or lent overnight.
TERM_SHARE, BILL_SHARE, BOND_SHARE, DEMAND_SHARE = 150, 405, 60, 285
TENORS = (28, 56, 84)  # within three months whatever the months
BILL_TENORS = (91, 182, 364)
LOT = 100_000 * 100
DEMAND_DISCOUNT = 9_000  # what a call account pays less than the market, ppm


class Desk:
    """The treasury of one coin; ``serial`` numbers what it buys."""

    def __init__(self, plan: CoinPlan, market: Market, calendar: HongKongCalendar) -> None:
        self.plan, self.market, self.calendar = plan, market, calendar
        self.book = Book()
        self.serial = 0
        weights = (420, 330, 250) if len(plan.deposit_banks) == 3 else (560, 440)
        for bank, weight in zip(plan.deposit_banks, weights, strict=True):
            self.book.demand.append(Demand(account_number(plan, bank, "call"), bank, "CALL", weight))

    def open(self, day: date, par: int, surplus: int) -> None:
        """Fund the pool and invest it at once, with maturities that lie apart as if it had run for long."""
        book = self.book
        book.post((book.cash, par + surplus), (PAR_OUTSTANDING, -par), (SURPLUS, -surplus))
        for slot in range(TERMS):
            self._place_term(day - timedelta(days=14 * slot + 3), slot, 70)
        for slot in range(BILLS):
            self._buy(day, slot, is_bond=False, tenor=20 + 21 * slot, settles=False)
        for slot in range(BONDS):
            self._buy(day, slot, is_bond=True, tenor=90 + 110 * slot, settles=False)

    def collect(self, day: date, before: date) -> None:
        """Take in what fell due since the business day before: settlements, interest, maturities."""
        book, days = self.book, days_between(before, day)
        for settlement in [s for s in book.settlements if s.value_on <= day]:
            book.close(settlement, settlement.amount)
            book.settlements.remove(settlement)
        for account in book.demand:
            rate = max(0, self.market.rate(before, 1) - DEMAND_DISCOUNT)
            earned = interest(book.balance(account), rate, days)
            book.post((key(account), earned), (SURPLUS, -earned))
        for repo in book.repos:
            book.close(repo, repo.value(day, self.market))
        book.repos.clear()
        for term in [t for t in book.terms if t.maturity <= day]:
            book.close(term, term.value(term.maturity, self.market))
            book.terms.remove(term)
        for security in [s for s in book.securities if s.maturity <= day]:
            book.close(security, security.redemption())
            book.securities.remove(security)

    def serve(self, target: int, pending: int) -> tuple[int, int]:
        """Pay yesterday's redeemers, then issue or redeem to the target; ``pending`` is taken back and paid later.

        Returns what was issued (or, negative, redeemed and paid at once) and what yesterday's redeemers were paid.
        """
        book = self.book
        owed = -book.balances.get(REDEEMERS, 0)
        book.post((REDEEMERS, owed), (book.cash, -owed))
        issued = target + pending - book.par
        book.post((book.cash, issued), (PAR_OUTSTANDING, -issued))
        book.post((PAR_OUTSTANDING, pending), (REDEEMERS, -pending))
        return issued, owed

    def fund(self, amount: int) -> None:
        """Take money from the licensee into the surplus, or, negative, pay it out."""
        self.book.post((self.book.cash, amount), (SURPLUS, -amount))

    def invest(self, day: date) -> None:
        """Replace what matured, lend the rest overnight, spread the money over the banks."""
        book = self.book
        taken = {term.slot for term in book.terms}
        for slot in sorted(set(range(TERMS)) - taken):
            self._place_term(day, slot, TENORS[draw(3, self.plan.symbol, day, "term", slot)])
        for is_bond, slots in ((False, BILLS), (True, BONDS)):
            taken = {s.slot for s in book.securities if s.is_bond is is_bond}
            for slot in sorted(set(range(slots)) - taken):
                tenor = 350 if is_bond else BILL_TENORS[draw(3, self.plan.symbol, day, "bill", slot)]
                self._buy(day, slot, is_bond=is_bond, tenor=tenor, settles=True)
        self._lend(day)
        self._spread()

    def mark(self, day: date) -> None:
        for position in self.book.positions:
            if isinstance(position, Term | Security | Repo):
                self.book.mark(position, position.value(day, self.market))
        self.book.check()

    def _free(self) -> int:
        """Money that is neither promised nor needed at hand."""
        book = self.book
        promised = sum(min(0, settlement.amount) for settlement in book.settlements)
        return book.money + promised - book.assets * DEMAND_SHARE * 7 // 10_000

    def _place_term(self, start: date, slot: int, tenor: int) -> None:
        principal = self.book.assets * TERM_SHARE // 1000 // TERMS // LOT * LOT
        if 0 < principal <= self._free():
            self.place_deposit(start, slot, principal, tenor)

    def place_deposit(self, start: date, slot: int, principal: int, tenor: int) -> Term:
        """Put money on deposit until the last business day within the tenor."""
        bank = self.plan.deposit_banks[slot % len(self.plan.deposit_banks)]
        maturity = self.calendar.on_or_before(start + timedelta(days=tenor))
        self.serial += 1
        rate = self.market.rate(start, tenor) // 100 * 100
        term = Term(account_number(self.plan, bank, "term"), bank, f"TD-{self.plan.letter}{self.serial:04d}", slot,
                    principal, rate, start, maturity)
        self.book.terms.append(term)
        self.book.post((key(term), principal), (self.book.cash, -principal))
        return term

    def _buy(self, day: date, slot: int, *, is_bond: bool, tenor: int, settles: bool) -> None:
        share, slots = (BOND_SHARE, BONDS) if is_bond else (BILL_SHARE, BILLS)
        wanted = self.book.assets * share // 1000 // slots
        if wanted > self._free():
            return
        self.serial += 1
        maturity = self.calendar.on_or_before(day + timedelta(days=tenor))
        bought = self._security(slot, is_bond, tenor, maturity)
        bought.face = wanted * PAR // bought.price(day, self.market) // LOT * LOT
        if bought.face <= 0:
            return
        cost = bought.value(day, self.market)
        self.book.securities.append(bought)
        if not settles:
            self.book.post((key(bought), cost), (self.book.cash, -cost))
            return
        owed = Settlement(bought.account, f"BUY-{bought.isin}", f"Purchase of {bought.isin} not yet settled", -cost,
                          day, self.calendar.next_business_day(day))
        self.book.settlements.append(owed)
        self.book.post((key(bought), cost), (key(owed), -cost))

    def _security(self, slot: int, is_bond: bool, tenor: int, maturity: date) -> Security:
        dollars = self.plan.currency == "USD"
        issues_bills = "United States Treasury" if dollars else "Exchange Fund"
        obligor = "Government of the Hong Kong SAR" if is_bond and not dollars else issues_bills
        kind = "Government Bond" if is_bond else "Treasury Bill" if dollars else "Exchange Fund Bill"
        coupon = 27_500 + 500 * slot if is_bond else 0
        return Security(
            account_number(self.plan, self.plan.trustee, "safe"), isin(self.plan, self.serial),
            f"{kind} due {maturity:%-d %b %Y}", obligor, slot, is_bond, 0, coupon, maturity,
        )

    def _lend(self, day: date) -> None:
        until = self.calendar.next_business_day(day)
        free = self.book.money - self.book.assets * DEMAND_SHARE // 1000
        free += sum(min(0, settlement.amount) for settlement in self.book.settlements)
        each = free // REPOS // LOT * LOT
        if each <= 0:
            return
        rate = self.market.rate(day, 1) // 100 * 100
        for number in range(REPOS):
            bank = self.plan.deposit_banks[number % len(self.plan.deposit_banks)]
            repo = Repo(account_number(self.plan, bank, "repo"), bank, f"RR-{number + 1}", each, rate, day, until,
                        collateral(self.plan, number), each * 102 // 100)
            self.book.repos.append(repo)
            self.book.post((key(repo), each), (self.book.cash, -each))

    def _spread(self) -> None:
        """Move money between the banks until each has its part."""
        book, money = self.book, self.book.money
        for account in book.demand[1:]:
            move = money * account.weight // 1000 - book.balance(account)
            book.post((key(account), move), (book.cash, -move))


def ratio_ppm(assets: int, par: int) -> int:
    """Return assets over par in parts per million, rounded down."""
    return assets * MILLION // par
