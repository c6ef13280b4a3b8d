"""Reading which blocks were read for the transfers of a contract, and which contracts are read for theirs."""

from __future__ import annotations

from collections.abc import Iterable

from core.models import Case
from issuers.models import Coin, Deployment
from reserves.models import ChainRollback, TransferRange
from reserves.selectors.chain import endpoints_of

#: The feed of what the platform read of transfers itself, and the kind of the case that nothing could be read.
FEED = "transfers_read"
UNREAD = "reserves.transfers_unread"


def contracts_read(coins: Iterable[Coin]) -> list[Deployment]:
    """Return those contracts of the coins that there are nodes to ask about."""
    deployments = Deployment.objects.filter(coin__in=list(coins)).select_related("coin__issuer__organisation")
    return [each for each in deployments.order_by("pk") if endpoints_of(each.chain)]


def last_range(deployment: Deployment) -> TransferRange | None:
    """Return the range after which the next blocks are read."""
    return TransferRange.objects.standing().filter(deployment=deployment).order_by("-to_block").first()


def marks_of(deployment: Deployment) -> Iterable[tuple[int, str]]:
    """Return number and hash of the last block of each range, the latest first."""
    rows = TransferRange.objects.standing().filter(deployment=deployment).order_by("-to_block")
    return rows.values_list("to_block", "block_hash").iterator(chunk_size=100)


def times_taken_back(deployment: Deployment) -> int:
    """Return how often the chain has taken back what was read of the contract."""
    return ChainRollback.objects.filter(deployment=deployment).count()


def unread_case(deployment: Deployment) -> Case | None:
    """Return the open case about transfers of the contract that could not be read."""
    return Case.objects.filter(kind=UNREAD, key=str(deployment.pk), status=Case.Status.OPEN).first()
