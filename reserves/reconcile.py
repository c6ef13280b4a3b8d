"""Compares the issuer's books with what custodians hold, position by position, and par value with supply."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from core.money import EXACT
from reserves.causes import Cause, smallest_unit
from reserves.columns import assets_of, columns_of
from reserves.comparing import Matched, Tolerance, match, rows_by_position, sums_by_currency
from reserves.evidence import Known
from reserves.explaining import explain
from reserves.lines import PAR_OUTSTANDING, HoldingLine, LedgerLine
from reserves.meeting import LEVELS
from reserves.positions import Position, other_currency, position_of
from reserves.solving import Fact, Part, solve

BOOKS_CUSTODIAN = "books_custodian"
PAR_SUPPLY = "par_supply"


@dataclass(frozen=True, slots=True)
class Difference:
    """One position that differs. `key` is the same every day; `left` is the books, `right` the other side.

    What the parts explain and the residual, which nothing explains, sum to the difference.
    """

    comparison: str
    key: str
    cause: Cause
    account_id: str
    instrument_id: str
    line_ref: str
    asset_class: str
    currency: str
    left: Decimal | None
    right: Decimal | None
    difference: Decimal
    evidence: dict[str, Any] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    residual: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The sums of what was compared in one currency. left - right = difference = sum of differences + tolerated."""

    name: str
    currency: str
    left: Decimal | None
    right: Decimal | None
    difference: Decimal | None
    tolerated: Decimal
    matched: int
    differing: int
    state: Literal["matched", "differs", "no_data"]
    unexplained: Decimal = Decimal(0)

    @property
    def explained(self) -> Decimal:
        """What the parts of the differences sum to: explained + unexplained + tolerated = difference."""
        return EXACT.subtract(EXACT.subtract(self.difference or Decimal(0), self.tolerated), self.unexplained)


NOTHING_TO_COMPARE = Comparison(BOOKS_CUSTODIAN, "", None, None, None, Decimal(0), 0, 0, "no_data")


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Every difference in order of its key, and one comparison for each currency of the pool."""

    differences: tuple[Difference, ...]
    comparisons: tuple[Comparison, ...]


def reconcile(
    ledger: Sequence[LedgerLine],
    holdings: Sequence[HoldingLine],
    *,
    known: Known,
    tolerances: Mapping[str, Tolerance],
) -> Reconciliation:
    """Compare books with custodians. `tolerances` by asset class; a class without one must agree exactly.

    Lines of the class par_outstanding belong to `reconcile_par`. If one side gives no lines at all there is nothing to
    compare: state no_data, no differences.
    """
    books = assets_of(ledger)
    if not books or not holdings:
        return Reconciliation((), (NOTHING_TO_COMPARE,))
    matched = match(columns_of(books, holdings), tolerances)
    return explain_matched(matched, books, holdings, known)


def explain_matched(
    matched: Matched, books: Sequence[LedgerLine] | Mapping[int, LedgerLine],
    holdings: Sequence[HoldingLine] | Mapping[int, HoldingLine], known: Known,
) -> Reconciliation:
    """Explain what `match` found to differ; of the lines, by their row, only those in `matched.rows` are needed."""
    differing = [
        position_of(
            LEVELS[matched.meetings.level[number]],
            [books[row] for row in rows.tolist() if row < matched.columns.books],
            [holdings[row - matched.columns.books] for row in rows.tolist() if row >= matched.columns.books],
            bool(matched.on_face[number]),
            int(matched.left[number]),
            int(matched.right[number]),
        )
        for number, rows in rows_by_position(matched)
    ]
    pairs = other_currency(differing)
    found = [_difference(position, known, pairs) for position in differing]
    differences = tuple(sorted(found, key=lambda difference: difference.key))
    return Reconciliation(differences, _comparisons(matched, differences))


def reconcile_par(
    ledger_par: Decimal | None,
    circulating: Decimal | None,
    *,
    currency: str,
    parts: Mapping[str, Decimal] | None = None,
    facts: Iterable[Fact] = (),
) -> tuple[Comparison, Difference | None]:
    """Compare par value outstanding in the books with the tokens in circulation, both in units of `currency`.

    Books are kept in minor units and tokens are finer, so less than one minor unit is no difference. `parts` are the
    counts (unissued, frozen, pending redemption) that books and chain might treat differently; one that is as large as
    the difference is named in the evidence. `facts` are what the counts of each chain would explain.
    """
    if ledger_par is None or circulating is None:
        return Comparison(PAR_SUPPLY, currency, ledger_par, circulating, None, Decimal(0), 0, 0, "no_data"), None
    difference = EXACT.subtract(ledger_par, circulating)
    if abs(difference) < smallest_unit(currency):
        return Comparison(PAR_SUPPLY, currency, ledger_par, circulating, difference, difference, 1, 0, "matched"), None
    explained = solve(difference, list(facts))
    whole = explained.parts and not explained.residual
    cause = max(explained.parts, key=lambda part: abs(part.amount)).cause if whole else Cause.PAR_SUPPLY
    evidence = {
        "equals": sorted(name for name, part in (parts or {}).items() if part == abs(difference)),
        "parts": {name: f"{part:f}" for name, part in sorted((parts or {}).items())},
    }
    found = Difference(
        PAR_SUPPLY, f"par|{currency}", cause, "", "", "", PAR_OUTSTANDING, currency,
        ledger_par, circulating, difference, evidence, explained.parts, explained.residual,
    )
    return Comparison(
        PAR_SUPPLY, currency, ledger_par, circulating, difference, Decimal(0), 0, 1, "differs", explained.residual
    ), found


def _difference(position: Position, known: Known, pairs: Mapping[str, str]) -> Difference:
    key = position.key
    found = explain(position, known, other_key=pairs.get(key, ""))
    return Difference(
        BOOKS_CUSTODIAN, key, found.cause, position.account_id, position.instrument_id, position.line_ref,
        position.asset_class, position.currency, position.left, position.right, position.difference, found.evidence,
        found.parts, found.residual,
    )


def _comparisons(matched: Matched, differences: Sequence[Difference]) -> tuple[Comparison, ...]:
    compared = []
    for sums in sums_by_currency(matched):
        found = [difference for difference in differences if difference.currency == sums.currency]
        listed = residual = Decimal(0)
        for each in found:
            listed, residual = EXACT.add(listed, each.difference), EXACT.add(residual, each.residual)
        whole = EXACT.subtract(sums.left, sums.right)
        compared.append(
            Comparison(
                BOOKS_CUSTODIAN, sums.currency, sums.left, sums.right, whole, EXACT.subtract(whole, listed),
                sums.positions - sums.differing, sums.differing, "differs" if found else "matched", residual,
            )
        )
    return tuple(compared)

