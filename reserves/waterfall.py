"""Why the backing ratio moved from one day to the next, in steps that add up exactly, also as printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from core.money import EXACT
from reserves.lines import ASSET_CLASSES

PLACES = 18
CIRCULATION = "circulation"


@dataclass(frozen=True, slots=True)
class Step:
    """One cause of the change: exact, and as printed with 18 places."""

    cause: str
    delta: Fraction
    text: str


@dataclass(frozen=True, slots=True)
class PoolDay:
    """A day's circulation and the market value of each asset class."""

    circulation: Decimal
    by_class: Mapping[str, Decimal]

    @property
    def value(self) -> Fraction:
        return sum(map(Fraction, self.by_class.values()), Fraction(0))

    @property
    def ratio(self) -> Fraction:
        return self.value / Fraction(self.circulation)


def waterfall(before: PoolDay, after: PoolDay) -> tuple[Step, ...]:
    """The steps from the ratio of `before` to that of `after`; none if nothing circulated on either day.

    First the circulation changes while the pool stays as it was, then each asset class changes at the new circulation:
    V0/C1 - V0/C0, then (v1 - v0)/C1 of each class. The steps sum exactly to the change of the ratio. A class that did
    not change has no step.

    Printed steps sum exactly to the printed change (18 places, half to even): each is rounded down, and the units of
    the last place that are then missing go, one each, to the steps that lost most by it, earlier steps first.
    """
    if not before.circulation or not after.circulation:
        return ()
    circulation = Fraction(after.circulation)
    deltas = {CIRCULATION: before.value / circulation - before.ratio}
    for name in (*ASSET_CLASSES, *sorted({*before.by_class, *after.by_class}.difference(ASSET_CLASSES))):
        change = Fraction(after.by_class.get(name, Decimal(0))) - Fraction(before.by_class.get(name, Decimal(0)))
        if change:
            deltas[name] = change / circulation
    printed = _allocate(list(deltas.values()), PLACES)
    return tuple(Step(cause, delta, text) for (cause, delta), text in zip(deltas.items(), printed, strict=True))


def change_text(steps: tuple[Step, ...]) -> str:
    """The change that the printed steps sum to."""
    return _text(round(sum((step.delta for step in steps), Fraction(0)) * 10**PLACES), PLACES)


def _allocate(deltas: list[Fraction], places: int) -> list[str]:
    exact = [delta * 10**places for delta in deltas]
    floors = [delta.numerator // delta.denominator for delta in exact]
    missing = round(sum(exact, Fraction(0))) - sum(floors)
    losers = sorted(range(len(exact)), key=lambda index: (floors[index] - exact[index], index))
    for index in losers[:missing]:
        floors[index] += 1
    return [_text(units, places) for units in floors]


def _text(units: int, places: int) -> str:
    return f"{EXACT.scaleb(Decimal(units), -places):f}"
