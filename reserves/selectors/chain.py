"""Reading what was read of chains: readings, events, checkpoints and their gaps, and what a reading needs to know."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.conf import settings
from django.db.models import Max, Q, QuerySet, Sum

from core import clock
from core.access import Actor
from core.findings import digest_of
from issuers.models import Coin, Deployment
from reserves.chain.endpoints import Endpoint, EndpointsInvalid, read_endpoints
from reserves.chain.events import Kind, Shape, Vocabulary
from reserves.models import (
    ChainCheckpoint,
    ChainEvent,
    ChainReading,
    ChainRollback,
    ContractEvent,
    TransferRange,
    TreasuryWallet,
)

NOBODY: tuple[Endpoint, ...] = ()
#: Slug of the organisation in whose name a coin's supply is sent as it was read.
READER = "chain-reader"


def endpoints_of(chain: str) -> tuple[Endpoint, ...]:
    """Return the nodes that are asked about the chain; none if the setting names none or cannot be used."""
    try:
        return read_endpoints(settings.CHAIN_ENDPOINTS).get(chain, NOBODY)
    except EndpointsInvalid:
        return NOBODY


def is_read(deployments: Iterable[Deployment]) -> bool:
    """Say whether a coin is read from its chains: it has contracts, and there are nodes to ask about each."""
    chains = [deployment.chain for deployment in deployments]
    return bool(chains) and all(endpoints_of(chain) for chain in chains)


def coins_read(coins: Iterable[Coin]) -> list[Coin]:
    """Return those of the coins that are read from their chains, in one query."""
    coins, by_coin = list(coins), dict[int, list[Deployment]]()
    if settings.CHAIN_ENDPOINTS:
        for deployment in Deployment.objects.filter(coin__in=coins):
            by_coin.setdefault(deployment.coin_id, []).append(deployment)
    return [coin for coin in coins if is_read(by_coin.get(coin.pk, ()))]


def accepted_reading(deployment: Deployment, as_of: date) -> ChainReading | None:
    """Return the reading of the contract that counts for the day."""
    return ChainReading.objects.standing().filter(
        deployment=deployment, as_of=as_of, status=ChainReading.Status.ACCEPTED).first()


def unread_days(coin: Coin, days: Iterable[date]) -> list[date]:
    """Return those of the days on which a contract of the coin has no accepted reading, the oldest first."""
    days = sorted(days)
    wanted = coin.deployments.count()
    rows = ChainReading.objects.standing().filter(
        deployment__coin=coin, as_of__in=days, status=ChainReading.Status.ACCEPTED).values_list("as_of", flat=True)
    found = list(rows)
    return [day for day in days if found.count(day) < wanted]


def vocabulary_of(deployment: Deployment) -> tuple[Vocabulary, str]:
    """Return the events that count for the contract today, and their digest."""
    own = ContractEvent.objects.in_force(clock.today()).filter(deployment=deployment).order_by("valid_from", "pk")
    shapes = [Shape(row.signature, Kind(row.kind), account=row.account_at, value=row.value_at) for row in own]
    vocabulary = Vocabulary.of(shapes)
    return vocabulary, digest_of(sorted([topic, *map(str, shape)] for topic, shape in vocabulary.shapes.items()))


def wallets_on(deployment: Deployment, day: date) -> dict[str, TreasuryWallet]:
    """Return the registered wallets on the contract by address in small letters; of two rows the later counts."""
    rows = TreasuryWallet.objects.in_force(day).filter(deployment=deployment).order_by("valid_from", "pk")
    return {row.address.lower(): row for row in rows}


def last_checkpoint(deployment: Deployment) -> ChainCheckpoint | None:
    """Return the checkpoint after which the next blocks are read."""
    return ChainCheckpoint.objects.standing().filter(deployment=deployment).order_by("-to_block").first()


def marks_of(deployment: Deployment) -> list[tuple[int, str]]:
    """Return number and hash of the block of each checkpoint, the latest first."""
    rows = ChainCheckpoint.objects.standing().filter(deployment=deployment).order_by("-to_block")
    return list(rows.values_list("to_block", "block_hash"))


def frozen_at(deployment: Deployment, block: int) -> list[str]:
    """Return the addresses that are frozen after the block."""
    events = ChainEvent.objects.standing().filter(
        deployment=deployment, kind__in=[Kind.FREEZE, Kind.UNFREEZE], block_number__lte=block)
    frozen: dict[str, bool] = {}
    for kind, account in events.order_by("block_number", "log_index").values_list("kind", "account"):
        frozen[account] = kind == Kind.FREEZE
    return sorted(account for account, is_frozen in frozen.items() if is_frozen)


def is_paused_at(deployment: Deployment, block: int) -> bool:
    """Say whether the contract is paused after the block."""
    events = ChainEvent.objects.standing().filter(
        deployment=deployment, kind__in=[Kind.PAUSE, Kind.UNPAUSE], block_number__lte=block)
    return events.order_by("-block_number", "-log_index").values_list("kind", flat=True).first() == Kind.PAUSE


class Known(NamedTuple):
    """The coins that there were after an earlier block."""

    block: int
    supply: Decimal


def supply_before(deployment: Deployment, block: int) -> Known:
    """Return the latest supply that is known of before the block: of a day before, or that of the contract's making."""
    earlier = ChainReading.objects.standing().filter(
        deployment=deployment, status=ChainReading.Status.ACCEPTED, block_number__lt=block,
    ).order_by("-block_number").values_list("block_number", "total_supply").first()
    made = ChainCheckpoint.objects.standing().filter(deployment=deployment).exclude(opening_supply=None)
    return Known(*(earlier or made.values_list("to_block", "opening_supply").get()))


def coins_moved(deployment: Deployment, after: int, until: int) -> tuple[Decimal, Decimal]:
    """Return the coins that were made and those that were destroyed after one block and up to another."""
    events = ChainEvent.objects.standing().filter(
        deployment=deployment, block_number__gt=after, block_number__lte=until)
    sums = events.aggregate(made=Sum("value", filter=Q(kind=Kind.MINT)), gone=Sum("value", filter=Q(kind=Kind.BURN)))
    return sums["made"] or Decimal(0), sums["gone"] or Decimal(0)


def readings_of(coin: Coin, actor: Actor) -> QuerySet[ChainReading]:
    """Return what was read of the coin's contracts and what was refused, the latest day first."""
    rows = ChainReading.objects.visible_to(actor).filter(deployment__coin=coin)
    return rows.select_related("deployment__coin__issuer", "superseded_by")


def events_of(coin: Coin, actor: Actor) -> QuerySet[ChainEvent]:
    """Return the events of the coin's contracts, the latest first."""
    contracts = list(coin.deployments.values_list("pk", flat=True))  # by their keys the index gives the order
    rows = ChainEvent.objects.visible_to(actor).standing().filter(deployment__in=contracts)
    return rows.select_related("deployment").order_by("-block_time", "-block_number", "-log_index")


class Coverage(NamedTuple):
    """Which blocks of a contract were read, and which between them were not; up to where its transfers were."""

    deployment: Deployment
    endpoints: tuple[str, ...]
    first: int | None
    last: ChainCheckpoint | None
    ranges: int
    gaps: tuple[tuple[int, int], ...]
    rollbacks: tuple[ChainRollback, ...]
    transfers: TransferRange | None


def coverage_of(coin: Coin) -> list[Coverage]:
    """Return for each contract of the coin what was read of its blocks, in five queries."""
    deployments = list(coin.deployments.all())
    ranges: dict[int, list[tuple[int, int]]] = {deployment.pk: [] for deployment in deployments}
    rows = ChainCheckpoint.objects.standing().filter(deployment__in=deployments).order_by("from_block")
    for pk, start, end in rows.values_list("deployment_id", "from_block", "to_block"):
        ranges[pk].append((start, end))
    latest = rows.values("deployment_id").order_by("deployment_id").annotate(last=Max("pk")).values("last")
    last = {row.deployment_id: row for row in ChainCheckpoint.objects.filter(pk__in=latest)}
    ranges_of_transfers = TransferRange.objects.standing().filter(deployment__in=deployments)
    transfers = {row.deployment_id: row for row in
                 ranges_of_transfers.order_by("deployment_id", "-to_block").distinct("deployment_id")}
    rollbacks: dict[int, list[ChainRollback]] = {}
    for rollback in ChainRollback.objects.filter(deployment__in=deployments):
        rollbacks.setdefault(rollback.deployment_id, []).append(rollback)
    return [
        Coverage(
            each, tuple(endpoint.name for endpoint in endpoints_of(each.chain)),
            ranges[each.pk][0][0] if ranges[each.pk] else None, last.get(each.pk), len(ranges[each.pk]),
            gaps(ranges[each.pk]), tuple(rollbacks.get(each.pk, ())), transfers.get(each.pk),
        )
        for each in deployments
    ]


def gaps(ranges: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return the blocks between the first and the last that no range holds."""
    found, reached = [], None
    for start, end in sorted(ranges):
        if reached is not None and start > reached + 1:
            found.append((reached + 1, start - 1))
        reached = end if reached is None else max(reached, end)
    return tuple(found)
