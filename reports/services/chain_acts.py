"""Handing over to AML what the reader of the chain has: what contracts did, coins made and destroyed, own wallets."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC
from decimal import Decimal

from django.db.models import Max

from aml.addresses import NOBODY, canonical
from aml.models import ContractAct, Wallet
from aml.parsers.transfers import COLUMNS, FEED
from aml.services.acts import keep_acts, take_back_acts
from aml.services.wallets import Reported, keep_wallets
from core import clock
from core.access import SYSTEM
from core.downloads import csv_text
from core.models import FeedFile
from issuers.models import Coin, Deployment
from reserves.models import ChainEvent, TreasuryWallet
from reserves.services.chain_file import reader
from reserves.services.intake import receive_file

#: Events that are transfers: of coins that are made, from nobody, or destroyed, to nobody.
_TRANSFER = "Transfer"
_BATCH = 5_000


def hand_over() -> dict[str, int]:
    """Hand over what is new since the last time, and what was taken back; return how many of each."""
    last = ContractAct.objects.aggregate(last=Max("reading"))["last"] or 0
    events = list(ChainEvent.objects.standing().filter(pk__gt=last).select_related(
        "deployment__coin__issuer__organisation").order_by("pk")[:_BATCH])
    kept = keep_acts([_act(event) for event in events])
    for deployment in {event.deployment for event in events}:
        _send_transfers(deployment, [event for event in events if event.deployment_id == deployment.pk])
    lost = ContractAct.objects.filter(taken_back_at=None).values("reading")
    taken = take_back_acts(list(ChainEvent.objects.exclude(superseded_by=None).filter(pk__in=lost)
                                .values_list("pk", flat=True)))
    return {"acts": kept, "taken_back": taken, "wallets": _hand_over_wallets()}


def _act(event: ChainEvent) -> ContractAct:
    chain = event.deployment.chain
    return ContractAct(
        deployment=event.deployment, reading=event.pk, kind=event.kind, name=event.name,
        block_number=event.block_number, block_time=event.block_time, tx_hash=event.tx_hash,
        log_index=event.log_index, account=canonical(event.account, chain), other=canonical(event.other, chain),
        role=event.role, value=event.value)


def _send_transfers(deployment: Deployment, events: Iterable[ChainEvent]) -> FeedFile | None:
    """Send the coins that were made and destroyed as a file of transfers, through the intake that everybody uses."""
    rows = [_row(deployment, event) for event in events
            if event.name == _TRANSFER and event.value is not None and event.kind in ("mint", "burn")]
    if not rows or deployment.decimals is None:
        return None
    content = csv_text([[column.name for column in COLUMNS[:10]], *rows]).encode()
    name = f"{deployment.coin.symbol.lower()}-supply-transfers-{rows[0][4]}-{rows[-1][4]}.csv"
    return receive_file(deployment.coin, FEED, content, filename=name, actor=SYSTEM, sender=reader())


def _row(deployment: Deployment, event: ChainEvent) -> list[str]:
    made = event.kind == "mint"
    raw = int((event.value or Decimal(0)).scaleb(deployment.decimals or 0))
    return [
        deployment.chain, canonical(deployment.contract, deployment.chain), event.tx_hash, str(event.log_index),
        str(event.block_number), f"{event.block_time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        NOBODY if made else event.account, event.account if made else NOBODY, str(raw), event.block_hash,
    ]


def _hand_over_wallets() -> int:
    """Report the approved wallets of coins, which the reserve day leaves out of circulation, as the issuers' own."""
    found = TreasuryWallet.objects.in_force(clock.today()).select_related("deployment__coin__issuer__organisation")
    by_coin: dict[Coin, list[Reported]] = {}
    for row in found:
        by_coin.setdefault(row.deployment.coin, []).append(
            Reported(row.deployment.chain, row.address, Wallet.Part.TREASURY))
    for coin, wallets in by_coin.items():
        keep_wallets(coin.issuer.organisation, wallets)
    return sum(map(len, by_coin.values()))
