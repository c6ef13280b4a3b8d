"""Comparing wallets with the addresses on the lists: when one is reported, when a list changes, every night.

The comparison is exact, of canonical addresses; the alerts that it raises are the authority's alone, and so it never
runs while an issuer waits for an answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from aml.models import Alert, DetectorRun, ListedAddress, ListVersion, Wallet, WalletScreening
from aml.selectors.wallets import addresses_begun, addresses_in_force, assets_not_compared, lists_in_force
from aml.services.alerts import DECIDED, raise_alert
from core import clock
from core.access import SYSTEM, Actor

#: Named in every run; a rule of comparison that changes gets another name.
ALGORITHM = "exact-address/1"
R = WalletScreening.Reason


@transaction.atomic
def screen_wallets_against(version: ListVersion, *, actor: Actor = SYSTEM) -> WalletScreening:
    """Compare every wallet with what the version lists newly or otherwise, and its transfers with the detectors again.

    Addresses of an asset that the version before did not name count from now on as well; the run says that of these
    the list has changed nothing.
    """
    run = _run(R.LIST_CHANGE, actor, version=version, left_out=assets_not_compared(version))
    _compare(run, Wallet.objects.all(), addresses_begun(version), passing_over=True)
    ListVersion.objects.filter(pk=version.pk).update(wallets_screened_at=clock.now())
    DetectorRun.objects.get_or_create(reason=DetectorRun.Reason.LIST_CHANGE, version=version, file=None, began_at=None)
    return run


@transaction.atomic
def screen_waiting_wallets(*, actor: Actor = SYSTEM) -> WalletScreening | None:
    """Compare the wallets that nobody has compared yet with the lists in force; None where there is none."""
    waiting = list(Wallet.objects.select_for_update(skip_locked=True, no_key=True)
                   .filter(screened_at=None).values_list("pk", flat=True))
    if not waiting:
        return None
    run = _run(R.ENTRY, actor)
    _compare(run, Wallet.objects.filter(pk__in=waiting), addresses_in_force())
    Wallet.objects.filter(pk__in=waiting).update(screened_at=run.began_at)
    return run


@transaction.atomic
def screen_all_wallets(*, reason: str = R.NIGHTLY, actor: Actor = SYSTEM) -> WalletScreening:
    """Compare every wallet with the lists in force."""
    run = _run(reason, actor)
    _compare(run, Wallet.objects.all(), addresses_in_force())
    Wallet.objects.filter(screened_at=None).update(screened_at=run.began_at)
    return run


def screen_waiting_versions() -> int:
    """Screen against every version that wallets were not compared with, oldest first; return how many."""
    versions = ListVersion.objects.filter(wallets_screened_at=None).order_by("loaded_at", "pk")
    return len([screen_wallets_against(version) for version in versions])


def alert_key(wallet: Wallet, listed: ListedAddress) -> str:
    """Return what makes two hits the same: the wallet, the list, the address. An entry may be renumbered."""
    return f"wallet:{wallet.pk}:{listed.entry.source}:{listed.canonical}"


def _run(reason: str, actor: Actor, **fields: Any) -> WalletScreening:
    return WalletScreening.objects.create(reason=reason, algorithm=ALGORITHM, lists=lists_in_force(),
                                          started_by_id=getattr(actor, "pk", None), **fields)


def _compare(
    run: WalletScreening, wallets: QuerySet[Wallet], listed: Iterable[ListedAddress], *, passing_over: bool = False
) -> None:
    """Raise an alert for each wallet and list that has its address; ``passing_over`` leaves alone what is being worked.

    An alert that was decided is raised again all the same: what the decision rested on may read differently now.
    """
    by_address: dict[str, dict[str, list[ListedAddress]]] = {}
    for row in listed:
        by_address.setdefault(row.canonical, {}).setdefault(row.entry.source, []).append(row)
    found = list(wallets.filter(canonical__in=by_address).select_related("owner").order_by("pk"))
    hits = {alert_key(wallet, rows[0]): (wallet, rows)
            for wallet in found for rows in by_address[wallet.canonical].values()}
    worked = set(Alert.objects.filter(key__in=hits).exclude(status__in=DECIDED).values_list("key", flat=True))
    for key, (wallet, rows) in hits.items():
        if not (passing_over and key in worked):
            raise_alert(Alert.Kind.WALLET, key=key, owner=wallet.owner, wallet=wallet, entry=rows[0].entry,
                        explanation=_explained(wallet, rows))
    run.hit_count = len(hits)
    run.wallet_count = wallets.count()
    run.ended_at = clock.now()
    run.save()


def _explained(wallet: Wallet, found: list[ListedAddress]) -> dict[str, Any]:
    first = found[0]
    return {
        "algorithm": ALGORITHM, "chain": wallet.chain, "address": wallet.address, "canonical": wallet.canonical,
        "part": wallet.part, "listed_as": first.address, "assets": sorted({row.asset for row in found}),
        "listed_on": first.listed_on.isoformat() if first.listed_on else None, "cites": ["AML 7.5", "AML 4.39"],
    }
