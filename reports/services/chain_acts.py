"""Handing over to AML what the reader of the chain has: what contracts did, and own wallets."""

from __future__ import annotations

from django.db.models import Max

from aml.addresses import canonical
from aml.models import ContractAct, Wallet
from aml.services.acts import keep_acts, take_back_acts
from aml.services.wallets import Reported, keep_wallets
from core import clock
from issuers.models import Coin
from reserves.models import ChainEvent, TreasuryWallet

_BATCH = 5_000


def hand_over() -> dict[str, int]:
    """Hand over what is new since the last time, and what was taken back; return how many of each."""
    last = ContractAct.objects.aggregate(last=Max("reading"))["last"] or 0
    events = list(ChainEvent.objects.standing().filter(pk__gt=last).select_related(
        "deployment__coin__issuer__organisation").order_by("pk")[:_BATCH])
    kept = keep_acts([_act(event) for event in events])
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
