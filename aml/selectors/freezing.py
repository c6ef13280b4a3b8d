"""How long it took from the listing of an address to its freezing on chain, coin by coin (AML guideline 5.9-5.12)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import Min

from aml.models import ContractAct, ListedAddress, ListVersion
from aml.selectors.movements import transfers_of, with_any
from aml.selectors.wallets import addresses_in_force
from core import clock
from issuers.models import Deployment


@dataclass(frozen=True, slots=True)
class Freezing:
    """One listed address that has held the coin: when it was listed, known here, and frozen.

    The publisher gives a day; ``took`` counts from when the platform had the list, and is negative for an address
    that was frozen before. None: it is not frozen, for ``open_for`` so far.
    """

    deployment: Deployment
    listed: ListedAddress
    listed_on: date | None
    known_at: datetime
    frozen_at: datetime | None
    took: timedelta | None
    open_for: timedelta | None
    in_time: bool | None  # None: nobody has said what is in time


@dataclass(frozen=True, slots=True)
class Measured:
    """The freezing times of one issuer's coin on one chain."""

    deployment: Deployment
    rows: tuple[Freezing, ...]
    is_read: bool  # whether anything that the contract did is on record

    @property
    def frozen(self) -> int:
        return sum(1 for row in self.rows if row.frozen_at)

    @property
    def open(self) -> int:
        return len(self.rows) - self.frozen

    @property
    def median(self) -> timedelta | None:
        took = [max(row.took, timedelta()) for row in self.rows if row.took is not None]
        return timedelta(seconds=int(median(each.total_seconds() for each in took))) if took else None

    @property
    def longest(self) -> timedelta | None:
        return max((max(row.took, timedelta()) for row in self.rows if row.took is not None), default=None)


def freezing_times(deployments: Iterable[Deployment], *, within_hours: int | None) -> list[Measured]:
    """Return, for each contract, the listed addresses that took part in its transfers, and when each was frozen."""
    named: dict[str, ListedAddress] = {}
    for row in addresses_in_force().order_by("-pk"):
        named[row.canonical] = row
    loaded = {(each.source, each.number): each.loaded_at for each in ListVersion.objects.all()}
    since = _since(named)
    return [_measured(each, named, since, loaded, within_hours) for each in deployments]


def _since(named: dict[str, ListedAddress]) -> dict[str, tuple[str, int]]:
    """Return the list and first version in which each address has been without a break that matters here."""
    rows = ListedAddress.objects.filter(canonical__in=named).values_list("canonical", "entry__source").annotate(
        first=Min("entry__since")).order_by("canonical")
    return {canonical: (source, first) for canonical, source, first in rows if named[canonical].entry.source == source}


def _measured(deployment: Deployment, named: Any, since: Any, loaded: Any, within: int | None) -> Measured:
    touched = with_any(transfers_of(deployment), named).values_list("from_address", "to_address")
    parties = {address for pair in touched.iterator() for address in pair}
    acts = ContractAct.objects.filter(deployment=deployment, taken_back_at=None)
    state: dict[str, datetime | None] = {}
    for act in acts.filter(kind__in=("freeze", "unfreeze")).order_by("block_number", "log_index"):
        if act.kind == "unfreeze":
            state[act.account] = None
        elif state.get(act.account) is None:
            state[act.account] = act.block_time
    rows = [_freezing(deployment, named[address], loaded[since[address]], state.get(address), within)
            for address in sorted((parties | set(state)) & set(named))]
    return Measured(deployment, tuple(rows), acts.exists())


def _freezing(
    deployment: Deployment, listed: ListedAddress, known_at: datetime, frozen_at: datetime | None, within: int | None
) -> Freezing:
    took = frozen_at - known_at if frozen_at else None
    waited = None if frozen_at else clock.now() - known_at
    limit = None if within is None else timedelta(hours=within)
    spent = took if took is not None else waited
    in_time = None if limit is None or spent is None else spent <= limit
    if in_time and took is None:
        in_time = None  # there is still time
    return Freezing(deployment, listed, listed.listed_on, known_at, frozen_at, took, waited, in_time)
