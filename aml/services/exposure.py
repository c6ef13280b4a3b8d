"""Measuring how near reported wallets are to listed addresses, and raising what is new (AML guideline 4.39, 5.4)."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from aml.detectors.exposure import FROM, Found, exposures
from aml.models import Alert, DetectorRun, Exposure, ListedAddress, Wallet
from aml.selectors.graph import StoredGraph, graph_between, moved_between
from aml.selectors.wallets import addresses_in_force
from aml.services.alerts import raise_alert
from core import clock
from issuers.models import Deployment

_FIELDS = ("entry", "hops", "path", "amounts", "touching", "run", "measured_at")


def measure_exposure(
    deployment: Deployment, *, hops: int, run: DetectorRun, wallets: Iterable[Wallet] | None = None
) -> list[Exposure]:
    """Measure every wallet of the coin's issuer, or those given, over the transfers of the contract.

    What was measured before and is found no more is dropped: a way of coins may have been taken back, or a list have
    let go. An alert is raised where the way is new, or what moved on it has changed.
    """
    owner = deployment.coin.issuer.organisation
    own = list(Wallet.objects.filter(owner=owner, ended_at=None).select_related("owner"))
    measured = own if wallets is None else list(wallets)
    listed = {row.canonical: row for row in addresses_in_force().order_by("-entry__source", "-pk")}
    asked = {each.canonical for each in measured}
    closed = {each.canonical for each in own if each.part != Wallet.Part.CUSTOMER}
    stored = graph_between(deployment, listed=listed, wallets=asked, hops=hops, closed=closed)
    found = exposures(stored.graph, wallets=stored.of(asked), listed=stored.of(listed), hops=hops,
                      closed=stored.of(closed))
    rows = _rows(deployment, run, found, stored, measured, listed)
    _keep(deployment, run, rows, measured)
    return rows


def _rows(
    deployment: Deployment, run: DetectorRun, found: list[Found], stored: StoredGraph, wallets: list[Wallet],
    listed: dict[str, ListedAddress],
) -> list[Exposure]:
    texts = stored.addresses
    pairs = {pair for each in found for pair in _pairs(each, texts)}
    moved = moved_between(deployment, pairs)
    by_address: dict[str, list[Wallet]] = {}
    for wallet in wallets:
        by_address.setdefault(wallet.canonical, []).append(wallet)
    rows = []
    for each in found:
        path = [texts[number] for number in each.path]
        amounts = [moved[pair] for pair in _way(each, path)]
        touching = sum(moved[pair] for number in each.near for pair in _way(each, [path[0], texts[number]]))
        rows += [Exposure(
            wallet=wallet, deployment=deployment, entry=listed[path[-1]].entry, listed=path[-1],
            direction=each.direction, hops=each.hops, path=path, amounts=[str(amount) for amount in amounts],
            touching=touching, run=run, measured_at=clock.now()) for wallet in by_address[path[0]]]
    return rows


def _pairs(each: Found, texts: list[str]) -> set[tuple[str, str]]:
    path = [texts[number] for number in each.path]
    return {*_way(each, path), *(pair for number in each.near for pair in _way(each, [path[0], texts[number]]))}


def _way(each: Found, path: list[str]) -> list[tuple[str, str]]:
    """Return the transfers along the path, each from its sender to its receiver."""
    return [(b, a) if each.direction == FROM else (a, b) for a, b in pairwise(path)]


def _keep(deployment: Deployment, run: DetectorRun, rows: list[Exposure], wallets: list[Wallet]) -> None:
    standing = Exposure.objects.filter(deployment=deployment, wallet__in=[wallet.pk for wallet in wallets])
    before = {_key(row): (row.hops, row.touching, row.entry_id) for row in standing}
    Exposure.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["wallet", "deployment", "listed", "direction"],
        update_fields=_FIELDS, batch_size=2_000)
    standing.exclude(run=run).delete()
    for row in rows:
        if before.get(_key(row)) != (row.hops, row.touching, row.entry_id):
            raise_alert(Alert.Kind.EXPOSURE, key=f"exposure:{':'.join(map(str, _key(row)))}:{deployment.pk}",
                        owner=row.wallet.owner, wallet=row.wallet, entry=row.entry,
                        explanation=_explained(deployment, row))


def _key(row: Exposure) -> tuple[int, str, str]:
    return row.wallet_id, row.listed, row.direction


def _explained(deployment: Deployment, row: Exposure) -> dict[str, Any]:
    return {
        "detector": "exposure", "coin": deployment.coin.symbol, "chain": deployment.chain,
        "contract": deployment.contract, "direction": row.direction, "hops": row.hops, "path": row.path,
        "amounts": row.amounts, "touching": str(row.touching), "decimals": deployment.decimals,
        "cites": ["AML 4.39", "AML 5.4"],
    }
