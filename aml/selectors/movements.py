"""Stored transfers and acts as detectors look at them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from decimal import Decimal
from functools import reduce
from operator import or_

from django.db.models import Max, Min, Q, QuerySet

from aml.addresses import NOBODY, canonical
from aml.detectors.rows import Act, Move
from aml.models import BlockRange, ContractAct, DetectorRun, Transfer, Wallet
from core.models import FeedFile
from issuers.models import Deployment

HKD = "HKD"


def deployments_of(run: DetectorRun) -> list[Deployment]:
    """Return the contracts of coins that the run goes through."""
    every = Deployment.objects.select_related("coin__issuer__organisation").order_by("pk")
    if run.file_id is None:
        return list(every)
    named = set(Transfer.objects.filter(file=run.file_id).values_list("chain", "contract").distinct().order_by())
    named |= set(BlockRange.objects.filter(file=run.file_id).values_list("chain", "contract"))
    return [each for each in every if (each.chain, canonical(each.contract, each.chain)) in named]


def transfers_of(deployment: Deployment) -> QuerySet[Transfer]:
    """Return the standing transfers of the contract."""
    return Transfer.objects.standing().filter(
        chain=deployment.chain, contract=canonical(deployment.contract, deployment.chain))


def around(transfers: QuerySet[Transfer], file: FeedFile | None, reach: timedelta) -> QuerySet[Transfer]:
    """Return the transfers that one of the file may belong with: those at most ``reach`` earlier or later."""
    if file is None:
        return transfers
    span = transfers.filter(file=file).aggregate(first=Min("block_time"), last=Max("block_time"))
    if span["first"] is None:
        return transfers.none()
    return transfers.filter(block_time__range=(span["first"] - reach, span["last"] + reach))


def with_any(transfers: QuerySet[Transfer], addresses: Collection[str]) -> QuerySet[Transfer]:
    """Return the transfers that any of the addresses takes part in."""
    wanted = list(addresses)
    return transfers.filter(reduce(or_, (Q(from_address__in=wanted), Q(to_address__in=wanted))))


def moves(transfers: QuerySet[Transfer], deployment: Deployment) -> list[Move]:
    """Return transfers between parties, in the order of time; coins that are made or destroyed are none."""
    scale = scale_of(deployment)
    rows = transfers.exclude(from_address=NOBODY).exclude(to_address=NOBODY).order_by("block_time", "log_index", "pk")
    names = ("tx_hash", "log_index", "block_time", "from_address", "to_address", "value")
    return [
        Move(f"{tx_hash}:{index}", at, sender, receiver, int(value), None if scale is None else value * scale)
        for tx_hash, index, at, sender, receiver, value in rows.values_list(*names).iterator(chunk_size=10_000)
    ]


def scale_of(deployment: Deployment) -> Decimal | None:
    """Return what one raw unit is worth in HKD; None where the decimals or the rate are not on record."""
    if deployment.decimals is None or deployment.coin.reference_currency != HKD:
        return None
    return Decimal(1).scaleb(-deployment.decimals)


def acts_of(deployment: Deployment) -> list[Act]:
    """Return what the contract did, as far as the chain has not taken it back."""
    rows = ContractAct.objects.filter(deployment=deployment, taken_back_at=None)
    return [Act(f"{row.tx_hash}:{row.log_index}", row.kind, row.name, row.block_time, row.account, row.other, row.value)
            for row in rows]


def own_addresses(deployment: Deployment) -> set[str]:
    """Return the wallets that the coin's issuer reported as its own: issuer, treasury and custodian."""
    own = Wallet.objects.filter(owner=deployment.coin.issuer.organisation_id).exclude(part=Wallet.Part.CUSTOMER)
    return set(own.values_list("canonical", flat=True))
