"""Reading the transfers of one contract up to the last final block: asked first and kept after, range by range.

It is apart from the reading of a day: how many coins there are does not wait for who sent them to whom, and a
contract's whole history is read in as many turns as it takes. Whoever dies in between loses the range it was at.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.conf import settings

from core.access import Actor, require
from core.roles import Can
from issuers.models import Coin, Deployment
from reserves.chain import reading as chain
from reserves.chain.blocks import Block
from reserves.chain.endpoints import Endpoint, chain_number
from reserves.chain.failures import NotYet, Unread
from reserves.chain.movements import Movements, next_length
from reserves.chain.panel import Panel
from reserves.chain.rpc import Limits
from reserves.models import TransferRange
from reserves.selectors.chain import endpoints_of
from reserves.selectors.due import supervised_coins
from reserves.selectors.movements import contracts_read, last_range, marks_of
from reserves.services.transfer_store import keep_range, say_unread, take_back_ranges

#: How many ranges a worker reads before others have their turn.
AT_ONCE = 10


class Outcome(NamedTuple):
    """What became of one contract, which is read to the end, in part, refused or waiting; and the ranges read now."""

    deployment: Deployment
    state: str
    ranges: tuple[TransferRange, ...] = ()
    unread: Unread | None = None


def read_transfers(
    deployment: Deployment, endpoints: Sequence[Endpoint], *, most: int | None = AT_ONCE
) -> Outcome:
    """Read the contract's transfers from where the last range ended, in at most so many ranges.

    A range on which the endpoints do not agree is not kept, and neither is anything after it: a case says why.
    """
    kept: list[TransferRange] = []
    with Panel(endpoints, Limits(**settings.CHAIN_LIMITS)) as panel:
        try:
            final = _ready(panel, deployment)
            while (last := last_range(deployment)) is None or last.to_block < final.number:
                if most is not None and len(kept) >= most:
                    return Outcome(deployment, "in_part", tuple(kept))
                kept.append(_read_next(panel, deployment, last, final))
        except NotYet:
            return Outcome(deployment, "waiting", tuple(kept))
        except Unread as unread:
            say_unread(deployment, unread)
            return Outcome(deployment, "refused", tuple(kept), unread)
    return Outcome(deployment, "read", tuple(kept))


def read_transfers_of(coin: Coin, *, actor: Actor) -> list[Outcome]:
    """Read the transfers of every contract of the coin to the end; one on a chain without endpoints is not read.

    Raises:
        NotPermitted: the actor does not run days.
    """
    require(actor, Can.RUN_DAY, coin)
    found = []
    for deployment in coin.deployments.select_related("coin__issuer__organisation"):
        endpoints = endpoints_of(deployment.chain)
        found.append(read_transfers(deployment, endpoints, most=None) if endpoints else Outcome(deployment, "not_read"))
    return found


def contracts_to_read() -> list[Deployment]:
    """Return the contracts of licensed issuers' coins whose transfers are read."""
    return contracts_read(supervised_coins())


def _ready(panel: Panel, deployment: Deployment) -> Block:
    """Return the last final block, once what the chain took back is read no longer."""
    panel.require_enough()
    number = chain_number(deployment.chain)
    if number is None:
        raise ValueError(f"{deployment.chain} cannot be read")
    chain.check_chain(panel, number)
    if (last := last_range(deployment)) is not None:
        ancestor = chain.common_ancestor(panel, marks_of(deployment))
        if ancestor != last.to_block:
            take_back_ranges(deployment, lost=last, ancestor=ancestor)
    return chain.last_final_block(panel)


def _read_next(panel: Panel, deployment: Deployment, last: TransferRange | None, final: Block) -> TransferRange:
    contract, limits = deployment.contract.lower(), panel.limits
    if last is None:
        chain.require_contract(panel, contract, final)
        first, length = chain.first_block(panel, contract, final.number), limits.first_span
    else:
        first = last.to_block + 1
        length = next_length(first - last.from_block, last.transfer_count, meant=limits.span_transfers,
                             most=limits.span_blocks)
    span = chain.read_span(panel, contract, first, min(first + length - 1, final.number), Movements())
    return keep_range(deployment, span, endpoints=panel.names, absent=dict(panel.absent))
