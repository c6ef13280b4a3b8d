"""Compares the counts of coins that the issuer states with those that were read from the chain, chain by chain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from core.money import EXACT
from reserves.causes import Cause, smallest_unit
from reserves.reconcile import Comparison, Difference

ALL = "all"
#: What is compared, by the name of the comparison.
COMPARED = {
    "supply_chain": "total_supply",
    "unissued_chain": "unissued",
    "frozen_chain": "frozen",
    "pending_chain": "pending_redemption",
    "bridged_chain": "bridged",
}
#: One line: the chain (or ``all``) and its counts; one that is not given is None.
Counts = tuple[str, Mapping[str, Decimal | None]]


def compare_counts(
    stated: Iterable[Counts], read: Iterable[Counts], *, currency: str
) -> tuple[list[Comparison], list[Difference]]:
    """Return one comparison for each count that both sides give, and a difference for each chain that differs.

    Where one side gives the sum over all chains, sums are compared. Less than one minor unit is no difference.
    """
    stated, read = list(stated), list(read)
    comparisons, differences = [], []
    for name, count in COMPARED.items():
        left, right = _by_chain(stated, count), _by_chain(read, count)
        if left is None or right is None:
            if count == "total_supply":
                total = _sum((right or left or {}).values())
                comparisons.append(Comparison(name, currency, total if left else None, total if right else None, None,
                                              Decimal(0), 0, 0, "no_data"))
            continue
        if ALL in left or ALL in right:
            left, right = {ALL: _sum(left.values())}, {ALL: _sum(right.values())}
        found = [_difference(name, count, chain, left.get(chain), right.get(chain), currency)
                 for chain in sorted({*left, *right})]
        differing = [each for each in found if abs(each.difference) >= smallest_unit(currency)]
        totals = _sum(left.values()), _sum(right.values())
        listed = _sum(each.difference for each in differing)
        difference = EXACT.subtract(*totals)
        comparisons.append(Comparison(
            name, currency, *totals, difference, EXACT.subtract(difference, listed), len(found) - len(differing),
            len(differing), "differs" if differing else "matched",
        ))
        differences += differing
    return comparisons, differences


def _by_chain(lines: Iterable[Counts], count: str) -> dict[str, Decimal] | None:
    """Return the count by chain; None if no line gives it."""
    found: dict[str, Decimal] = {}
    for chain, counts in lines:
        if (value := counts[count]) is not None:
            found[chain] = EXACT.add(found.get(chain, Decimal(0)), value)
    return found or None


def _difference(
    name: str, count: str, chain: str, left: Decimal | None, right: Decimal | None, currency: str
) -> Difference:
    difference = EXACT.subtract(left or Decimal(0), right or Decimal(0))
    return Difference(
        name, f"{count}|{chain}", Cause.CHAIN_DIFFERS, "", "", "" if chain == ALL else chain, "", currency, left, right,
        difference, {"chain": chain, "count": count},
    )


def _sum(values: Iterable[Decimal]) -> Decimal:
    total = Decimal(0)
    for value in values:
        total = EXACT.add(total, value)
    return total
