"""What is known besides the two sides of a position: entries of the bank, independent prices, which file says what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

BusinessDay = Callable[[date], bool]
DAY = timedelta(days=1)
#: How long ago a bank may have booked what the books still lack.
ENTRY_DAYS = 10 * DAY


class EntryLine(NamedTuple):
    """One movement that the bank booked, signed: what the account gained or lost."""

    file: int
    line: int
    account_id: str
    entry_ref: str
    booked_on: date
    value_on: date
    amount: Decimal
    currency: str
    description: str


class PriceLine(NamedTuple):
    """One quotation of an independent source, per 100 of nominal."""

    file: int
    line: int
    instrument_id: str
    source: str
    currency: str
    bid: Decimal | None
    mid: Decimal | None
    ask: Decimal | None


class Row(NamedTuple):
    """A row of a file that shows part of why a position differs."""

    side: str  # books, custodian, entries, prices or supply
    file: int | None
    line: int
    amount: Decimal
    text: str


@dataclass(frozen=True, slots=True)
class Known:
    """What a position is explained by: the day, its calendar, entries by account and currency, prices by instrument.

    `books` and `custodian` say by the key of a line which file it is of.
    """

    as_of: date
    is_business_day: BusinessDay
    entries: Mapping[tuple[str, str], Sequence[EntryLine]] = field(default_factory=dict)
    prices: Mapping[str, Sequence[PriceLine]] = field(default_factory=dict)
    books: Mapping[int, int] = field(default_factory=dict)
    custodian: Mapping[int, int] = field(default_factory=dict)

    def before(self) -> date:
        """The last business day before the day."""
        day = self.as_of - DAY
        while not self.is_business_day(day):
            day -= DAY
        return day

    def over_closed_days(self, until: date) -> bool:
        """Whether a day without business lies between the day and `until`, or is the day itself."""
        days = range((until - self.as_of).days)
        return any(not self.is_business_day(self.as_of + count * DAY) for count in days)
