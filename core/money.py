"""Exact amounts: money with its currency, minor units, and the one way in which ratios are rounded for print."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, ROUND_DOWN, ROUND_FLOOR, Context, Decimal, localcontext

# Wide enough that no amount of this platform (38 digits, 18 of them decimals) is ever rounded by arithmetic.
EXACT = Context(prec=100)
_UNBOUNDED = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)

# ISO 4217 minor units that differ from 2.
MINOR_UNITS = {
    "BHD": 3,
    "BIF": 0,
    "CLF": 4,
    "CLP": 0,
    "DJF": 0,
    "GNF": 0,
    "IQD": 3,
    "ISK": 0,
    "JOD": 3,
    "JPY": 0,
    "KMF": 0,
    "KRW": 0,
    "KWD": 3,
    "LYD": 3,
    "OMR": 3,
    "PYG": 0,
    "RWF": 0,
    "TND": 3,
    "UGX": 0,
    "UYI": 0,
    "UYW": 4,
    "VND": 0,
    "VUV": 0,
    "XAF": 0,
    "XOF": 0,
    "XPF": 0,
}
INT64_MAX = 2**63 - 1


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies were added or compared."""


def minor_units(currency: str) -> int:
    """Decimal places of the currency (ISO 4217), 2 unless listed."""
    return MINOR_UNITS.get(currency, 2)


def to_minor_units(amount: Decimal, currency: str) -> int:
    """The amount as a whole number of the currency's smallest unit, for int64 arithmetic.

    ``ValueError`` if the amount has more decimals than the currency, ``OverflowError`` beyond int64.
    """
    scaled = _UNBOUNDED.scaleb(amount, minor_units(currency))
    whole = int(scaled)
    if whole != scaled:
        raise ValueError(f"{amount} has more decimals than {currency}")
    if abs(whole) > INT64_MAX:
        raise OverflowError(f"{amount} {currency} does not fit 64 bits of minor units")
    return whole


def from_minor_units(units: int, currency: str) -> Decimal:
    """The amount of so many of the currency's smallest unit, with the currency's decimals."""
    return EXACT.scaleb(Decimal(units), -minor_units(currency))


def round_down(value: Decimal, places: int = 8) -> Decimal:
    """``value`` to so many places, towards minus infinity: a printed ratio never looks better than it is.

    A shortfall is thereby never printed as full backing: 0.999999999 prints as 0.99999999.
    """
    with localcontext(EXACT):
        return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_FLOOR)


def ratio(numerator: Decimal, denominator: Decimal) -> Decimal | None:
    """The quotient to 100 digits, or ``None`` where there is nothing to divide by.

    Rounded towards zero, so that a quotient below 1 never becomes 1.
    """
    if not denominator:
        return None
    with localcontext(EXACT) as context:
        context.rounding = ROUND_DOWN
        return numerator / denominator


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in one currency (ISO 4217 code)."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal) or not self.amount.is_finite():
            raise TypeError(f"an amount of money is a finite Decimal, not {self.amount!r}")

    def _same(self, other: Money) -> Decimal:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")
        return other.amount

    def __add__(self, other: Money) -> Money:
        return Money(EXACT.add(self.amount, self._same(other)), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(EXACT.subtract(self.amount, self._same(other)), self.currency)

    def __neg__(self) -> Money:
        return Money(EXACT.minus(self.amount), self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __str__(self) -> str:
        return f"{self.currency} {self.amount:f}"

    @property
    def minor_units(self) -> int:
        """See ``to_minor_units``."""
        return to_minor_units(self.amount, self.currency)

    @classmethod
    def of_minor_units(cls, units: int, currency: str) -> Money:
        return cls(from_minor_units(units, currency), currency)
