"""With whom an address moved coins, as far as transfers are stored: the largest senders and receivers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum

from aml.addresses import canonical
from aml.models import ListedAddress, Transfer
from issuers.models import Deployment


@dataclass(frozen=True, slots=True)
class Counterparty:
    """What one address sent to another, or received from it, in one coin; ``listed`` names the entry that has it.

    ``amount`` is in coins where the decimals of the contract are on record, else in raw units.
    """

    address: str
    coin: str
    amount: Decimal
    count: int
    listed: str


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The largest senders to an address and receivers from it, and how many more there are of each."""

    senders: list[Counterparty]
    receivers: list[Counterparty]
    more_senders: int
    more_receivers: int


def neighbourhood(address: str, *, largest: int = 5) -> Neighbourhood:
    """Return the counterparties of a canonical address that moved most, listed ones before others."""
    contracts = {(each.chain, canonical(each.contract, each.chain)): each
                 for each in Deployment.objects.select_related("coin")}
    senders = _side(contracts, address, own="to_address", other="from_address")
    receivers = _side(contracts, address, own="from_address", other="to_address")
    names = _names({each.address for each in (*senders, *receivers)})
    senders, receivers = _largest(senders, names), _largest(receivers, names)
    return Neighbourhood(senders[:largest], receivers[:largest], max(0, len(senders) - largest),
                         max(0, len(receivers) - largest))


def _side(contracts: dict[tuple[str, str], Deployment], address: str, *, own: str, other: str) -> list[Counterparty]:
    rows = Transfer.objects.standing().filter(**{own: address}).order_by().values("chain", "contract", other)
    return [
        Counterparty(row[other], each.coin.symbol, row["moved"] * Decimal(1).scaleb(-(each.decimals or 0)),
                     row["count"], "")
        for row in rows.annotate(moved=Sum("value"), count=Count("pk"))
        if (each := contracts.get((row["chain"], row["contract"])))
    ]


def _names(addresses: set[str]) -> dict[str, str]:
    rows = ListedAddress.objects.filter(canonical__in=addresses, entry__until=None)
    return dict(rows.values_list("canonical", "entry__name"))


def _largest(found: Iterable[Counterparty], names: dict[str, str]) -> list[Counterparty]:
    named = [Counterparty(each.address, each.coin, each.amount, each.count, names.get(each.address, ""))
             for each in found]
    return sorted(named, key=lambda each: (not each.listed, -each.amount, each.address))
