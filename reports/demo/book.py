"""The books of one pool: positions, and double entries that always sum to nothing.

Amounts are whole minor units. What the pool owns is positive; par outstanding, what is owed to redeemers and the
licensee's surplus are negative, so that all accounts together are zero after every entry.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from reports.demo.market import MILLION, PAR, Market, days_between, interest

PAR_OUTSTANDING = "par outstanding"
REDEEMERS = "owed to redeemers"
SURPLUS = "surplus"


@dataclass(slots=True)
class Demand:
    """Money on demand at a bank; ``weight`` is its part of all such money, in thousandths."""

    account: str
    bank: str
    ref: str
    weight: int

    def describe(self) -> str:
        return "Call account"


@dataclass(slots=True)
class Term:
    """Money at a bank until a day."""

    account: str
    bank: str
    ref: str
    slot: int
    principal: int
    rate: int
    start: date
    maturity: date

    def value(self, day: date, market: Market) -> int:
        return self.principal + interest(self.principal, self.rate, days_between(self.start, day))

    def describe(self) -> str:
        return f"Term deposit at {self.rate / 10_000:.3f}% until {self.maturity:%-d %b %Y}"


@dataclass(slots=True)
class Security:
    """A bill (no coupon) or a bond that pays its last coupon at maturity."""

    account: str
    isin: str
    name: str
    obligor: str
    slot: int
    is_bond: bool
    face: int
    coupon: int
    maturity: date

    def price(self, day: date, market: Market) -> int:
        return market.bid(day, self.maturity, self.coupon)

    def value(self, day: date, market: Market) -> int:
        return self.face * self.price(day, market) // PAR

    def redemption(self) -> int:
        return self.face * (MILLION + self.coupon) // MILLION

    def describe(self) -> str:
        return self.name


@dataclass(slots=True)
class Repo:
    """Money lent until the next business day against a security."""

    account: str
    bank: str
    ref: str
    principal: int
    rate: int
    start: date
    maturity: date
    collateral: str
    collateral_value: int

    def value(self, day: date, market: Market) -> int:
        days = min(days_between(self.start, day), days_between(self.start, self.maturity))
        return self.principal + interest(self.principal, self.rate, days)

    def describe(self) -> str:
        return "Overnight reverse repo"


@dataclass(slots=True)
class Settlement:
    """A trade that is agreed and not yet settled: what is to be received, or, negative, to be paid."""

    account: str
    ref: str
    description: str
    amount: int
    booked_on: date
    value_on: date
    confirmed: bool = True


Position = Demand | Term | Security | Repo | Settlement


@dataclass(slots=True)
class Book:
    """All accounts of a pool. An account of the pool is a position; the others have names."""

    balances: dict[str, int] = field(default_factory=dict)
    demand: list[Demand] = field(default_factory=list)
    terms: list[Term] = field(default_factory=list)
    securities: list[Security] = field(default_factory=list)
    repos: list[Repo] = field(default_factory=list)
    settlements: list[Settlement] = field(default_factory=list)

    def post(self, *entries: tuple[str, int]) -> None:
        """Enter amounts on accounts.

        Raises:
            ValueError: the entries do not balance.
        """
        if sum(amount for _, amount in entries):
            raise ValueError(f"entries do not balance: {entries}")
        for account, amount in entries:
            self.balances[account] = self.balances.get(account, 0) + amount

    @property
    def cash(self) -> str:
        """The account through which money comes and goes."""
        return key(self.demand[0])

    @property
    def money(self) -> int:
        """All money on demand."""
        return sum(self.balances.get(key(account), 0) for account in self.demand)

    @property
    def par(self) -> int:
        return -self.balances.get(PAR_OUTSTANDING, 0)

    @property
    def assets(self) -> int:
        return sum(self.balance(position) for position in self.positions)

    @property
    def positions(self) -> list[Position]:
        return [*self.demand, *self.terms, *self.securities, *self.repos, *self.settlements]

    def balance(self, position: Position) -> int:
        return self.balances.get(key(position), 0)

    def mark(self, position: Term | Security | Repo, value: int) -> None:
        """Carry the position at the value; the difference is the licensee's."""
        change = value - self.balance(position)
        if change:
            self.post((key(position), change), (SURPLUS, -change))

    def close(self, position: Position, proceeds: int) -> None:
        """End a position against cash; what it brought beyond its value is the licensee's."""
        value = self.balances.pop(key(position), 0)
        self.balances[self.cash] = self.balances.get(self.cash, 0) + proceeds
        self.balances[SURPLUS] = self.balances.get(SURPLUS, 0) + value - proceeds

    def check(self) -> None:
        """Raise ValueError unless all accounts together are zero."""
        if off := sum(self.balances.values()):
            raise ValueError(f"the books are out of balance by {off}")


def key(position: Position) -> str:
    """Return the account of a position."""
    if isinstance(position, Security):
        return f"{position.account} {position.isin}"
    return f"{position.account} {position.ref}"
