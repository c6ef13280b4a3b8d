"""Reading one contract at the end of one day: what endpoints say is asked first and kept after, step by step.

A reader that dies loses no more than the range of blocks that it was at: the next one goes on after the last
checkpoint. No question to an endpoint is asked inside a transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import NamedTuple

from django.conf import settings

from core.calendars import DAY, HONG_KONG
from core.money import EXACT
from issuers.models import Deployment
from reserves.chain import reading as chain
from reserves.chain.blocks import Block
from reserves.chain.endpoints import Endpoint, chain_number
from reserves.chain.events import Event
from reserves.chain.failures import NotYet, Unread
from reserves.chain.panel import Panel
from reserves.chain.rpc import Limits
from reserves.models import ChainCheckpoint, ChainReading, ChainRollback, TreasuryWallet
from reserves.selectors.chain import (
    accepted_reading,
    coins_moved,
    frozen_at,
    is_paused_at,
    last_checkpoint,
    marks_of,
    supply_before,
    vocabulary_of,
    wallets_on,
)
from reserves.services.chain_store import accept_reading, in_tokens, keep_span, moment, refuse_reading, roll_back

W = TreasuryWallet.Kind


class Outcome(NamedTuple):
    """What became of one contract: accepted, refused, or waiting for the day to become final."""

    deployment: Deployment
    state: str
    reading: ChainReading | None = None


def read_contract(deployment: Deployment, as_of: date, endpoints: Sequence[Endpoint]) -> Outcome:
    """Read a contract at the last block of the day, or say why that was refused.

    What was accepted before is returned, unless the chain has taken its block back since.
    """
    with Panel(endpoints, Limits(**settings.CHAIN_LIMITS)) as panel:
        try:
            panel.require_enough()
            reading = _read(panel, deployment, as_of)
        except NotYet:
            return Outcome(deployment, "waiting")
        except Unread as unread:
            standing = accepted_reading(deployment, as_of)
            if standing and unread.reason == "too_few":  # nobody says otherwise
                return Outcome(deployment, standing.status, standing)
            reading = refuse_reading(deployment, as_of, unread, absent=panel.absent)
    return Outcome(deployment, reading.status, reading)


def end_of(day: date) -> int:
    """Return the moment at which the Hong Kong day is over, in seconds since 1970."""
    return int(datetime.combine(day + DAY, time(), HONG_KONG).timestamp())


def _read(panel: Panel, deployment: Deployment, as_of: date) -> ChainReading:
    contract, number = deployment.contract.lower(), chain_number(deployment.chain)
    if number is None:
        raise ValueError(f"{deployment.chain} cannot be read")
    chain.check_chain(panel, number)
    _drop_what_was_taken_back(panel, deployment)
    if standing := accepted_reading(deployment, as_of):
        return standing
    block = chain.last_block_of_day(panel, end_of(as_of))
    chain.require_contract(panel, contract, block)
    figures = chain.read_figures(panel, contract, block)
    supply = in_tokens(figures.total_supply, figures.decimals)
    _read_events(panel, deployment, block, figures.decimals)
    before, made, gone = _explained(deployment, block, supply)
    frozen, wallets = frozen_at(deployment, block.number), wallets_on(deployment, as_of)
    raw = chain.read_balances(panel, contract, block, sorted({*frozen, *wallets}))
    balances = {address: in_tokens(balance, figures.decimals) for address, balance in raw.items()}
    parts = _parts(balances, frozen, wallets)
    held = sum(balances.values(), Decimal(0))
    if held > supply:
        raise Unread("parts_exceed_supply", parts=f"{held:f}", after=f"{supply:f}")
    return accept_reading(
        deployment, as_of, block_number=block.number, block_hash=block.hash, block_time=moment(block.time),
        total_supply=supply, frozen_addresses=len(frozen), is_paused=is_paused_at(deployment, block.number),
        endpoints=panel.names, absent=panel.absent, **parts,
        detail={"before": f"{before:f}", "minted": f"{made:f}", "burnt": f"{gone:f}"},
    )


def _drop_what_was_taken_back(panel: Panel, deployment: Deployment) -> None:
    """Roll back to the last checkpoint that the chain still holds, and altogether if other events count by now."""
    last = last_checkpoint(deployment)
    if last is None:
        return
    if last.vocabulary != vocabulary_of(deployment)[1]:
        roll_back(deployment, lost=last, ancestor=None, reason=ChainRollback.Reason.EVENTS)
        return
    ancestor = chain.common_ancestor(panel, marks_of(deployment))
    if ancestor != last.to_block:
        roll_back(deployment, lost=last, ancestor=ancestor, reason=ChainRollback.Reason.REORG)


def _read_events(panel: Panel, deployment: Deployment, block: Block, decimals: int) -> None:
    """Read the blocks after the last checkpoint, range by range, up to the block that ends the day."""
    contract = deployment.contract.lower()
    vocabulary, digest = vocabulary_of(deployment)

    def keep(span: chain.Span[Event], opening: Decimal | None = None) -> ChainCheckpoint:
        return keep_span(deployment, span, decimals=decimals, vocabulary=digest, endpoints=panel.names, opening=opening)

    last = last_checkpoint(deployment)
    if last is None:
        made = chain.first_block(panel, contract, block.number)
        span = chain.read_span(panel, contract, made, made, vocabulary)
        opening = chain.read_figures(panel, contract, span.end)
        last = keep(span, in_tokens(opening.total_supply, opening.decimals))
    while last.to_block < block.number:
        first = last.to_block + 1
        end = min(first + panel.limits.span_blocks - 1, block.number)
        last = keep(chain.read_span(panel, contract, first, end, vocabulary))


def _explained(deployment: Deployment, block: Block, supply: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """Return the supply before, the coins made and those destroyed since, if together they make the supply.

    Raises:
        Unread: they do not.
    """
    known = supply_before(deployment, block.number)
    made, gone = coins_moved(deployment, known.block, block.number)
    if EXACT.subtract(EXACT.add(known.supply, made), gone) != supply:
        raise Unread("supply_unexplained", before=f"{known.supply:f}", minted=f"{made:f}", burnt=f"{gone:f}",
                     after=f"{supply:f}")
    return known.supply, made, gone


def _parts(
    balances: dict[str, Decimal], frozen: list[str], wallets: dict[str, TreasuryWallet]
) -> dict[str, Decimal | None | dict[str, str]]:
    """Return what the coins of an address are; one that is registered as a wallet is that, frozen or not."""

    def held(kind: str) -> list[Decimal]:
        return [balances[address] for address, wallet in wallets.items() if wallet.kind == kind]

    locked: dict[str, Decimal] = {}
    for address, wallet in wallets.items():
        if wallet.kind == W.BRIDGE:
            locked[wallet.counterpart] = locked.get(wallet.counterpart, Decimal(0)) + balances[address]
    pending = held(W.REDEMPTION)
    return {
        "unissued": sum(held(W.TREASURY), Decimal(0)),
        "pending_redemption": sum(pending, Decimal(0)) if pending else None,
        "frozen": sum((balances[address] for address in frozen if address not in wallets), Decimal(0)),
        "locked": {chain_name: f"{amount:f}" for chain_name, amount in sorted(locked.items())},
    }
