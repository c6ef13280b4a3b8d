"""Travel-rule records that stand, the transfers on chain that need one, and what samples found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet

from aml.addresses import canonical
from aml.models import SampledTransfer, Transfer, TravelRuleRecord, TravelRuleSample, Wallet
from core.access import Actor
from core.calendars import HONG_KONG
from core.models import FeedFile
from issuers.models import Coin

#: Whose wallets make the issuer an institution of the transfer; what moves between others' wallets has no record.
PARTS = (Wallet.Part.ISSUER, Wallet.Part.TREASURY, Wallet.Part.CUSTOMER)


@dataclass(frozen=True, slots=True)
class OnChain:
    """One transfer that needs a record: ``amount`` in coins, None where the contract's decimals are not on record."""

    chain: str
    tx_hash: str
    log_index: int
    block_time: datetime
    amount: Decimal | None

    @property
    def key(self) -> str:
        return f"{self.chain}:{self.tx_hash.lower()}:{self.log_index}"


def instants(first: date, last: date) -> tuple[datetime, datetime]:
    """Return when the days begin and end in Hong Kong, the end not included."""
    return (datetime.combine(first, time(), HONG_KONG), datetime.combine(last + timedelta(days=1), time(), HONG_KONG))


def transfers_to_cover(coin: Coin, first: date, last: date) -> list[OnChain]:
    """Return the standing transfers of the coin in the days, from or to a registered wallet of issuer or customer."""
    begins, ends = instants(first, last)
    found: list[OnChain] = []
    for deployment in coin.deployments.all():
        wallets = Wallet.objects.filter(owner=coin.issuer.organisation, chain=deployment.chain, part__in=PARTS)
        addresses = set(wallets.values_list("canonical", flat=True))
        if not addresses:
            continue
        rows = Transfer.objects.standing().filter(
            Q(from_address__in=addresses) | Q(to_address__in=addresses), chain=deployment.chain,
            contract=canonical(deployment.contract, deployment.chain), block_time__gte=begins, block_time__lt=ends,
        ).order_by("block_number", "log_index")
        scale = deployment.decimals
        found += [
            OnChain(row.chain, row.tx_hash, row.log_index, row.block_time,
                    None if scale is None else row.value.scaleb(-scale))
            for row in rows.iterator(chunk_size=5_000)
        ]
    return found


def records_of(coin: Coin, transfers: Iterable[OnChain]) -> dict[str, TravelRuleRecord]:
    """Return the standing record of each transfer by the transfer's key, named by transaction or by its log entry."""
    wanted = list(transfers)
    names = {name for each in wanted for name in _names(each)}
    rows = TravelRuleRecord.objects.filter(
        file__owner=coin.issuer.organisation, file__subject=coin.symbol, file__status=FeedFile.Status.ACCEPTED,
        transfer_id__in=names,
    ).select_related("file").order_by("pk")
    by_name = {row.transfer_id: row for row in rows}
    matched = {each.key: next((by_name[name] for name in _names(each) if name in by_name), None) for each in wanted}
    return {key: row for key, row in matched.items() if row is not None}


def _names(transfer: OnChain) -> tuple[str, ...]:
    """Return the names by which a record may call it, the exact one first."""
    tx_hash = transfer.tx_hash.lower()
    return (f"{tx_hash}:{transfer.log_index}", tx_hash)


def samples_for(actor: Actor) -> QuerySet[TravelRuleSample]:
    """Return the samples that the actor may see, with the coin and issuer of each."""
    rows = TravelRuleSample.objects.visible_to(actor) if actor.is_authority else TravelRuleSample.objects.none()
    return rows.select_related("coin__issuer__organisation", "drawn_by")


def shares(samples: Iterable[TravelRuleSample]) -> Mapping[int, list[dict[str, Any]]]:
    """Return, by sample, one line per stratum: how many were drawn, and how many of each outcome."""
    keys = [sample.pk for sample in samples]
    rows = SampledTransfer.objects.filter(sample__in=keys).values("sample", "stratum", "outcome")
    counted: dict[int, dict[str, dict[str, int]]] = {key: {} for key in keys}
    for row in rows.annotate(n=Count("pk")).order_by("sample", "stratum"):
        counted[row["sample"]].setdefault(row["stratum"], {})[row["outcome"]] = row["n"]
    return {key: [_line(stratum, outcomes) for stratum, outcomes in sorted(by_stratum.items())]
            for key, by_stratum in counted.items()}


def _line(stratum: str, outcomes: dict[str, int]) -> dict[str, Any]:
    drawn = sum(outcomes.values())
    judged = drawn - outcomes.get("unknown", 0)
    return {
        "stratum": stratum, "label": SampledTransfer.Stratum(stratum).label, "drawn": drawn,
        **{outcome: outcomes.get(outcome, 0) for outcome in SampledTransfer.Outcome.values},
        # What is not known is in neither part of the share.
        "share_complete": Decimal(outcomes.get("complete", 0)) / judged if judged else None,
    }
