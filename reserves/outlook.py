"""The smallest change that would have avoided a breach, and what moved the pool since the day before, exactly.

Amounts are rounded up to the smallest unit of the currency, so that one unit less would not have been enough.
A reduction of the circulation is one that the issuer pays from its own funds: coins bought back from the reserve take
as much out of the reserve as they take out of circulation, which cures no shortfall; where that would help (a buffer
above full backing), the smallest such redemption is given too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil

from core.money import EXACT, minor_units
from core.rulebook.periods import add_months
from reserves.lines import HoldingLine
from reserves.units import PLACES, to_amount, to_units
from reserves.valuation import AT_ONCE

NEW, GONE, QUANTITY, BALANCE, REVALUED = CAUSES = ("new", "gone", "quantity", "balance", "revalued")
#: Classes that have a price: a deposit or a repo is a claim that nobody marks up.
PRICED = frozenset({"government_debt", "fund", "tokenised", "other"})
#: How many single lines are named.
NAMED = 5


@dataclass(frozen=True, slots=True)
class Cure:
    """The smallest changes, each of which alone would have met the rule; None where no such change does."""

    required: Fraction
    more_reserve: Decimal
    less_circulation: Decimal
    redeemed_from_reserve: Decimal | None


@dataclass(frozen=True, slots=True)
class Mark:
    """How much higher one line would have had to be valued, as an amount and as a share of its value."""

    line: HoldingLine
    rise: Decimal
    share: Fraction


@dataclass(frozen=True, slots=True)
class Move:
    """What one position did to the pool since the day before; ``cause`` is one of ``CAUSES``."""

    asset_class: str
    cause: str
    account_id: str
    name: str
    delta: Fraction


def cure_of_backing(value: Decimal, circulation: Decimal, buffer: Decimal, currency: str) -> Cure | None:
    """What would have brought the reserve to (1 + buffer) times the circulation; None if it is there already."""
    unit = Fraction(1, 10 ** minor_units(currency))
    held, circulating, wanted = Fraction(value), Fraction(circulation), 1 + Fraction(buffer)
    required = circulating * wanted
    if held >= required:
        return None
    redeemed = None
    if buffer > 0:
        needed = _up((required - held) / Fraction(buffer), unit)
        redeemed = needed if Fraction(needed) <= circulating else None
    return Cure(
        required=required, more_reserve=_up(required - held, unit),
        less_circulation=_up(circulating - held / wanted, unit), redeemed_from_reserve=redeemed,
    )


def _up(amount: Fraction, unit: Fraction) -> Decimal:
    """The amount rounded up to a whole number of units, which are a power of ten."""
    count = ceil(amount / unit)
    places = len(str(unit.denominator)) - 1
    return EXACT.scaleb(Decimal(count), -places)


def marks_that_cure(lines: Iterable[HoldingLine], rise: Decimal, currency: str) -> list[Mark]:
    """The lines that would have had to be marked up least, in relation to their value, to bring ``rise`` alone."""
    marked = [line for line in lines if line.currency == currency and line.market_value > 0
              and line.asset_class in PRICED]
    largest = sorted(marked, key=lambda line: (-line.market_value, line.account_id, line.line))[:NAMED]
    return [Mark(line, rise, Fraction(rise) / Fraction(line.market_value)) for line in largest]


def days_over_term(start: date, end: date, months: int) -> int:
    """By how many days a term is longer than so many months; 0 if it is not."""
    return max((end - add_months(start, months)).days, 0)


def days_until_short_enough(as_of: date, maturity: date, years: int) -> int:
    """By how many days a residual maturity is longer than so many years; 0 if it is not."""
    return max((maturity - add_months(as_of, 12 * years)).days, 0)


# --- what moved since the day before ---------------------------------------------------------------------------------
Key = tuple[str, str, str, str]


@dataclass(slots=True)
class _Position:
    asset_class: str
    value: int = 0
    face: Fraction | None = Fraction(0)


def moves(before: Iterable[HoldingLine], after: Iterable[HoldingLine], currency: str) -> list[Move]:
    """What each position did to the pool; the moves of a class add up exactly to the change of its market value.

    Where both days give a face value, the change divides into what was bought or sold at yesterday's price and what the
    same face is worth more or less; deposits change by what was paid in or out; anything else is revaluation.
    """
    earlier, later = _positions(before, currency), _positions(after, currency)
    found: list[Move] = []
    for key in sorted({*earlier, *later}):
        was, is_now = earlier.get(key), later.get(key)
        asset_class, account, _custodian, name = (key[0], key[1], key[2], key[3])
        for cause, delta in _causes(was, is_now, asset_class):
            if delta:
                found.append(Move(asset_class, cause, account, name, delta))
    return found


def _positions(lines: Iterable[HoldingLine], currency: str) -> dict[Key, _Position]:
    found: dict[Key, _Position] = {}
    for line in lines:
        if line.currency != currency:
            continue
        key = (line.asset_class, line.account_id, line.custodian,
               line.instrument_id or line.line_ref or line.description)
        position = found.setdefault(key, _Position(line.asset_class))
        position.value += to_units(line.market_value)
        known = position.face is not None and line.face_value is not None
        position.face = position.face + Fraction(line.face_value) if known else None  # type: ignore[arg-type,operator]
    return found


def _causes(was: _Position | None, is_now: _Position | None, asset_class: str) -> list[tuple[str, Fraction]]:
    if was is None or is_now is None:
        if is_now is not None:
            return [(NEW, Fraction(is_now.value, 10**PLACES))]
        return [(GONE, Fraction(-was.value, 10**PLACES))] if was is not None else []
    change = Fraction(is_now.value - was.value, 10**PLACES)
    if asset_class in AT_ONCE or asset_class == "term_deposit":
        return [(BALANCE, change)]
    if was.face and is_now.face is not None:
        traded = Fraction(was.value, 10**PLACES) * (is_now.face - was.face) / was.face
        return [(QUANTITY, traded), (REVALUED, change - traded)]
    return [(REVALUED, change)]


def by_cause(found: Sequence[Move]) -> dict[str, dict[str, Decimal]]:
    """The moves by class and cause with 4 decimals; those of a class add up exactly to its change, also as printed."""
    sums: dict[str, dict[str, Fraction]] = {}
    for move in found:
        causes = sums.setdefault(move.asset_class, {})
        causes[move.cause] = causes.get(move.cause, Fraction(0)) + move.delta
    return {asset_class: _printed(causes) for asset_class, causes in sums.items()}


def _printed(causes: Mapping[str, Fraction]) -> dict[str, Decimal]:
    """Round each down to 4 decimals and hand the units that are then missing to those that lost most by it."""
    exact = {cause: delta * 10**PLACES for cause, delta in causes.items()}
    floors = {cause: delta.numerator // delta.denominator for cause, delta in exact.items()}
    missing = int(sum(exact.values(), Fraction(0))) - sum(floors.values())
    for cause in sorted(exact, key=lambda each: (floors[each] - exact[each], CAUSES.index(each)))[:missing]:
        floors[cause] += 1
    return {cause: to_amount(floors[cause]) for cause in CAUSES if cause in floors}


def moves_that_would_have_cured(found: Sequence[Move], gap: Decimal) -> list[Move]:
    """The single moves down without which the pool would have been enough, the largest first."""
    enough = [move for move in found if -move.delta >= Fraction(gap)]
    return sorted(enough, key=lambda move: (move.delta, move.account_id, move.name))[:NAMED]


