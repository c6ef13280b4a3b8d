"""What goes wrong in the demonstration world, when, and for how long.

``first`` counts business days back from the last one: 0 is the last business day of the world, 1 the one before.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OmittedDeposit:
    """A deposit stands in the books and is left out of the bank's statement.

    It is ``share`` of the pool, or as much as brings the confirmed pool down to ``ratio`` (parts per million).
    """

    first: int
    days: int
    share: int = 0
    ratio: int = 0


@dataclass(frozen=True, slots=True)
class WrongNominal:
    """The custodian states a bill with a nominal that the books do not have."""

    first: int
    days: int
    amount: int = 500_000


@dataclass(frozen=True, slots=True)
class UnbookedTokens:
    """Tokens exist on the chain that the books do not know, from ``first`` to the end."""

    first: int
    tokens: int


@dataclass(frozen=True, slots=True)
class Overdrawn:
    """More of the surplus is withdrawn than the target allows, and put back ``days`` business days later."""

    first: int
    days: int
    ratio: int


@dataclass(frozen=True, slots=True)
class LongDeposit:
    """A term deposit is placed for longer than the guideline allows."""

    first: int
    days_long: int


@dataclass(frozen=True, slots=True)
class MintBeforeMoney:
    """On the last day tokens are minted before the subscriptions are credited, down to this backing ratio."""

    ratio: int


@dataclass(frozen=True, slots=True)
class LateStatements:
    """The holdings of the last business days have not arrived."""

    last: int


@dataclass(frozen=True, slots=True)
class Overmarked:
    """The trustee carries the longest bond above what its market pays, from ``first`` to the end, by ``ppm``."""

    first: int
    ppm: int


Incident = (
    OmittedDeposit | WrongNominal | UnbookedTokens | Overdrawn | LongDeposit | MintBeforeMoney | LateStatements
    | Overmarked
)
