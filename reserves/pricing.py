"""Our own value of each line from independent prices, and how far the stated value is from it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_UP, Context, Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Literal, NamedTuple, overload

import numpy as np

from core.money import EXACT
from reserves.daycount import Coupons, accrued
from reserves.held import held
from reserves.lines import HoldingLine
from reserves.units import to_amount, to_units

#: What has a market: other classes are carried at what they are owed.
PRICED = frozenset({"government_debt", "fund", "tokenised", "other"})
SourceRule = Literal["lowest_bid", "median_bid"]
LOWEST: SourceRule = "lowest_bid"
PER = 100  # prices are per 100 of nominal
_NOTHING = Fraction(0)
#: A gap that is not to be written in full is a little larger, so that none beyond a tolerance passes for one within.
_GAP = Context(prec=40, rounding=ROUND_UP)


class State(StrEnum):
    """What came of pricing a line."""

    AGREES = "agrees"
    UNJUDGED = "unjudged"  # priced, and no tolerance is set
    BEYOND = "beyond"  # beyond the tolerance
    STALE = "stale"
    MISSING = "missing"  # no independent price that may be used
    NO_TERMS = "no_terms"  # a price, and too little known of the instrument or its nominal


class Quote(NamedTuple):
    """One quotation of one source."""

    file: int
    line: int
    instrument_id: str
    source: str
    currency: str
    bid: Decimal | None
    mid: Decimal | None
    ask: Decimal | None


class Chosen(NamedTuple):
    """The price that counts of those that sources gave for a day."""

    price: Decimal
    side: str
    quote: Quote
    quotes: tuple[Quote, ...]
    age: int  # business days


class Terms(NamedTuple):
    """How an instrument's price becomes a value; ``coupons`` is None where it pays none."""

    coupons: Coupons | None
    price_with_accrued: bool | None
    stated_with_accrued: bool | None


@dataclass(frozen=True, slots=True)
class Parameters:
    """What officers have set, by asset class; what is not set is missing."""

    tolerance: Mapping[str, Decimal]
    stale_after: Mapping[str, int]
    rule: SourceRule = LOWEST


class Mark(NamedTuple):
    """One line with its own value beside the stated one; amounts in the line's currency."""

    state: State
    chosen: Chosen | None = None
    accrued: Decimal | None = None
    value: Decimal | None = None  # comparable with what is stated
    difference: Decimal | None = None  # stated less our own
    gap: Decimal | None = None  # the difference, whatever its sign, as a share of our own value
    tolerance: Decimal | None = None
    stale_after: int | None = None
    bid_available: bool | None = None

    @property
    def covered(self) -> bool:
        """Whether the line is independently priced, by a price that is not known to be stale."""
        return self.value is not None and self.state is not State.STALE


class Marks(Sequence[Mark | None]):
    """Lines beside their own values: ``kinds`` has what comes of several lines once, ``of`` gives the one of each."""

    def __init__(self, kinds: Sequence[Mark | None], of: np.ndarray) -> None:
        self.kinds, self.of = kinds, of

    def __len__(self) -> int:
        return len(self.of)

    @overload
    def __getitem__(self, index: int) -> Mark | None: ...
    @overload
    def __getitem__(self, index: slice) -> list[Mark | None]: ...
    def __getitem__(self, index: int | slice) -> Mark | None | list[Mark | None]:
        if isinstance(index, slice):
            return [self.kinds[number] for number in self.of[index].tolist()]
        return self.kinds[int(self.of[index])]

    def __iter__(self) -> Iterator[Mark | None]:
        return (self.kinds[number] for number in self.of.tolist())

    def where(self, holds: Callable[[Mark], bool]) -> np.ndarray:
        """For each line, whether that holds of its mark; not where it has none."""
        found: np.ndarray = np.array([mark is not None and holds(mark) for mark in self.kinds], dtype=bool)[self.of]
        return found

    def chosen(self, rows: np.ndarray) -> Marks:
        """The marks of some lines."""
        return self if len(rows) == len(self) else Marks(self.kinds, self.of[rows])


class Priced(NamedTuple):
    """What one price and the terms make of 1 of nominal: ``numerator / denominator``, exactly."""

    numerator: int
    denominator: int
    accrued: Fraction


def choose(
    quotes: Sequence[Quote], currency: str, ages: Mapping[int, int], *, rule: SourceRule, sides: Collection[str]
) -> tuple[Chosen | None, bool | None]:
    """The price that counts, and whether there was a bid (None where nobody quoted at all).

    The newest quotations come first; among these a bid, or else another side that the law allows where there is none.
    ``ages`` gives the age of each file in business days.
    """
    given = [quote for quote in quotes if quote.currency == currency]
    if not given:
        return None, None
    newest = min(ages[quote.file] for quote in given)
    current = [quote for quote in given if ages[quote.file] == newest]
    has_bid = any(quote.bid is not None for quote in current)
    for side in ("bid",) if has_bid else tuple(side for side in ("mid", "ask") if side in sides):
        offered = [(price, quote) for quote in current if (price := getattr(quote, side)) is not None]
        if len(offered) > 1:
            offered.sort(key=lambda pair: (pair[0], pair[1].source, pair[1].file, pair[1].line))
        if offered:
            price, quote = offered[0 if rule == LOWEST else (len(offered) - 1) // 2]
            return Chosen(price, side, quote, tuple(given), newest), has_bid
    return None, has_bid


def price_of(chosen: Chosen, terms: Terms, day: date) -> Priced | None:
    """What 1 of nominal is worth on the day, as the stated value would have it; None if the terms do not say."""
    price, per = chosen.price.as_integer_ratio()
    per *= PER
    if terms.coupons is None:
        return Priced(price, per, _NOTHING)
    interest = accrued(terms.coupons, day)
    if interest is None or terms.price_with_accrued is None or terms.stated_with_accrued is None:
        return None
    # Interest is added to a clean price, taken off one that includes it, or left where it is.
    sign = int(terms.stated_with_accrued) - int(terms.price_with_accrued)
    own, of = interest.numerator, interest.denominator
    return Priced(price * of + sign * own * per, per * of, interest)


def price_lines(
    lines: Sequence[HoldingLine], quotes: Mapping[str, Sequence[Quote]], ages: Mapping[int, int],
    terms: Mapping[str, Terms], parameters: Parameters, *, day: date, sides: Collection[str],
) -> Marks:
    """Each line beside its own value; None for what has no market.

    ``quotes`` and ``terms`` are by instrument. Values are rounded down to a ten-thousandth, which never flatters.
    """
    known: dict[tuple[str, str], tuple[Chosen | None, bool | None, Priced | None]] = {}
    pool = held(lines)
    classes = {line.asset_class: line for line in pool.kinds if line.asset_class in PRICED}
    places = {name: number for number, name in enumerate(classes, 1)}
    marks: list[Mark | None] = [None, *(_marked(line, None, None, None, parameters) for line in classes.values())]
    of = pool.numbers(lambda line: places.get(line.asset_class, 0))
    names = pool.column("instrument_id") if quotes else ()
    quoted = [row for row, name in enumerate(names) if name in quotes and of[row]]
    for row, line in zip(quoted, pool.at(quoted), strict=True):
        of[row] = len(marks)
        key = (line.instrument_id, line.currency)
        if key not in known:
            chosen, has_bid = choose(quotes.get(line.instrument_id, ()), line.currency, ages, rule=parameters.rule,
                                     sides=sides)
            own = terms.get(line.instrument_id)
            known[key] = chosen, has_bid, price_of(chosen, own, day) if chosen and own else None
        marks.append(_marked(line, *known[key], parameters))
    return Marks(marks, of)


def _marked(
    line: HoldingLine, chosen: Chosen | None, has_bid: bool | None, priced: Priced | None, parameters: Parameters
) -> Mark:
    tolerance = parameters.tolerance.get(line.asset_class)
    stale_after = parameters.stale_after.get(line.asset_class)
    if chosen is None:
        return Mark(State.MISSING, tolerance=tolerance, stale_after=stale_after, bid_available=has_bid)
    if priced is None or line.face_value is None:
        return Mark(State.NO_TERMS, chosen, tolerance=tolerance, stale_after=stale_after, bid_available=has_bid)
    nominal = to_units(line.face_value)
    value = to_amount(nominal * priced.numerator // priced.denominator)
    interest = to_amount(nominal * priced.accrued.numerator // priced.accrued.denominator)
    difference = EXACT.subtract(line.market_value, value)
    gap = _GAP.divide(abs(difference), value) if value > 0 else Decimal(0) if not difference else Decimal(1)
    if stale_after is not None and chosen.age > stale_after:
        state = State.STALE
    elif tolerance is None:
        state = State.UNJUDGED
    else:
        state = State.AGREES if gap <= tolerance else State.BEYOND
    return Mark(state, chosen, interest, value, difference, gap, tolerance, stale_after, has_bid)


def prudent(line: HoldingLine, mark: Mark | None) -> Decimal:
    """The lower of the stated value and our own, the stated one where there is no other."""
    if mark is None or mark.value is None:
        return line.market_value
    return min(line.market_value, mark.value)
