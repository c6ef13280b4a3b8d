"""What the authority set for valuing pools, and the limits that issuers set themselves."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

#: Kind, class of assets, value.
PARAMETERS = (
    ("mark_tolerance", "government_debt", "0.001"),
    ("stale_after", "government_debt", "1"),
    ("haircut", "government_debt", "0.01"),
    ("haircut", "demand_deposit", "0"),
    ("haircut", "term_deposit", "0.005"),
    ("haircut", "reverse_repo", "0"),
    ("days_to_cash", "government_debt", "2"),
)


@dataclass(frozen=True, slots=True)
class OwnLimit:
    """One limit of an issuer's own; ``last_day`` if it holds from the last business day only."""

    metric: str
    figure: Decimal
    measure: str = "share"
    name: str = ""
    horizon: int | None = None
    last_day: bool = False


LIMITS: dict[str, tuple[OwnLimit, ...]] = {
    "KSHK": (
        OwnLimit("counterparty", Decimal("0.60"), name="Exchange Fund"),
        OwnLimit("custodian", Decimal("0.80")),
        OwnLimit("cash_within", Decimal("0.25"), horizon=1),
        OwnLimit("average_maturity", Decimal(60), "days"),
    ),
    "TWHK": (
        OwnLimit("cash_within", Decimal("0.25"), horizon=1),
        OwnLimit("counterparty", Decimal("0.18"), name="Harbour Bank", last_day=True),
    ),
    "LRHKD": (OwnLimit("average_maturity", Decimal(60), "days"),),
}
