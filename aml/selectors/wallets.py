"""Which reported wallets a list names, by exact comparison of canonical addresses, and when they were compared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet

from aml.addresses import canonical
from aml.models import ListedAddress, ListVersion, Wallet, WalletScreening
from aml.selectors.watchlists import versions_in_force


@dataclass(frozen=True, slots=True)
class AddressHit:
    """One asked address and one listed one that are the same."""

    ref: str
    address: str
    listed: ListedAddress


def addresses_in_force() -> QuerySet[ListedAddress]:
    """Return the addresses of entries that stand."""
    return ListedAddress.objects.filter(entry__until=None).select_related("entry")


def addresses_begun(version: ListVersion) -> QuerySet[ListedAddress]:
    """Return the addresses of the entries that are new in the version, or read differently in it."""
    return ListedAddress.objects.filter(entry__source=version.source, entry__since=version.number).select_related(
        "entry").order_by("pk")


def assets_not_compared(version: ListVersion) -> list[str]:
    """Return the assets that only one of the version and the one before it names: of these nothing has changed."""
    before = ListVersion.objects.filter(source=version.source, number=version.number - 1).first()
    return sorted(set(version.assets) ^ set(before.assets)) if before else []


def screened(rows: Iterable[tuple[str, str]]) -> list[AddressHit]:
    """Return the exact hits of (ref, address) on addresses in force, in the order of the rows."""
    asked = [(ref, address, canonical(address)) for ref, address in rows]
    found: dict[str, list[ListedAddress]] = {}
    for row in addresses_in_force().order_by("entry__source", "asset", "pk"):
        found.setdefault(row.canonical, []).append(row)
    return [AddressHit(ref, address, row) for ref, address, key in asked for row in found.get(key, ())]


def lists_in_force() -> list[dict[str, Any]]:
    """Return what a screening says that it compared with."""
    return [{"source": each.source, "number": each.number, "sha256": each.sha256,
             "published_on": each.published_on.isoformat() if each.published_on else None,
             "addresses": each.address_count} for each in versions_in_force()]


def screening_of(wallet: Wallet) -> WalletScreening | None:
    """Return the run that compared the wallet last: the evidence, hit or no hit.

    One for wallets that waited compared only those; the others compare every wallet.
    """
    if wallet.screened_at is None:
        return None
    every = WalletScreening.objects.exclude(reason=WalletScreening.Reason.ENTRY)
    later = every.filter(began_at__gt=wallet.screened_at, ended_at__isnull=False).first()
    return later or WalletScreening.objects.filter(began_at=wallet.screened_at).first()


def listings_of(wallet: Wallet) -> QuerySet[ListedAddress]:
    """Return every listing of the wallet's address, those that have ended last."""
    return ListedAddress.objects.filter(canonical=wallet.canonical).select_related("entry").order_by(
        F("entry__until").desc(nulls_first=True), "pk")
