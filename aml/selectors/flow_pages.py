"""What the officers' pages of wallets, transfers and detectors show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from aml.addresses import canonical
from aml.detectors.parameters import missing_for
from aml.flow_words import CITES, DETECTORS, PARAMETERS
from aml.models import Alert, DetectorRun, Exposure, ListedAddress, Replacement, Transfer, Wallet
from aml.selectors.coverage import Coverage, coverage_of
from aml.selectors.parameters import settings_on, values_on
from aml.workflows import PARAMETER
from core.access import Actor
from issuers.models import Deployment

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Step:
    """One transfer on a way: from whom to whom, and how much, scaled where the decimals are known."""

    sender: str
    receiver: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Way:
    """An exposure with its steps in the order in which the coins moved."""

    row: Exposure
    steps: list[Step]
    touching: Decimal


def wallets_shown(actor: Actor, *, show: str, query: str) -> QuerySet[Wallet]:
    """Return the wallets of a tab, those with an alert first, that match what was searched for."""
    wallets = Wallet.objects.visible_to(actor).select_related("owner")
    alerts = Alert.objects.visible_to(actor).filter(wallet=OuterRef("pk")).exclude(status=Alert.Status.CLEARED)
    wallets = wallets.annotate(is_alerted=Exists(alerts), exposed=Count("exposures"))
    if show == "alerted":
        wallets = wallets.filter(is_alerted=True)
    elif show == "exposed":
        wallets = wallets.filter(exposed__gt=0)
    elif show == "waiting":
        wallets = wallets.filter(screened_at=None)
    if query:
        wallets = wallets.filter(Q(canonical=canonical(query)) | Q(holder_ref=query) | Q(owner__slug=query))
    return wallets.order_by("-is_alerted", "-exposed", "pk")


def wallet_counts(actor: Actor) -> dict[str, int]:
    """Return how many wallets each tab has."""
    tabs = ("all", "alerted", "exposed", "waiting")
    return {show: wallets_shown(actor, show=show, query="").count() for show in tabs}


def ways_of(wallet: Wallet) -> list[Way]:
    """Return the exposures of the wallet, nearest first."""
    rows = wallet.exposures.select_related("deployment__coin", "entry")
    return [_way(row) for row in rows]


def _way(row: Exposure) -> Way:
    scale = Decimal(1).scaleb(-(row.deployment.decimals or 0))
    steps = [Step(*((b, a) if row.direction == "from" else (a, b)), Decimal(amount) * scale)
             for (a, b), amount in zip(pairwise(row.path), row.amounts, strict=True)]
    return Way(row, steps[::-1] if row.direction == "from" else steps, row.touching * scale)


def alerts_of(wallet: Wallet, actor: Actor) -> QuerySet[Alert]:
    """Return the alerts on the wallet."""
    return Alert.objects.visible_to(actor).filter(wallet=wallet).select_related("case", "entry")


def coverage_shown() -> list[Coverage]:
    """Return, for every contract of a coin, which blocks are covered and which are missing."""
    return [coverage_of(each) for each in Deployment.objects.select_related("coin__issuer").order_by("coin", "chain")]


def taken_back() -> QuerySet[Replacement]:
    """Return what no longer stands, newest first."""
    return Replacement.objects.select_related("file")


def transfers_shown(actor: Actor, query: str) -> QuerySet[Transfer]:
    """Return standing transfers, newest first: all, or those of an address, contract or transaction."""
    rows = transfers_kept(actor).filter(replaced_by=None)
    if query:
        asked = canonical(query)
        rows = rows.filter(Q(from_address=asked) | Q(to_address=asked) | Q(contract=asked) | Q(tx_hash=query.lower()))
    return rows.order_by("-pk")


def transfers_kept(actor: Actor) -> QuerySet[Transfer]:
    """Return every transfer on record, those that no longer count among them, with the file and why not."""
    return Transfer.objects.visible_to(actor).select_related("file", "replaced_by")


def listed_among(rows: list[Transfer]) -> set[str]:
    """Return the addresses of the transfers that a list in force names."""
    asked = {address for row in rows for address in (row.from_address, row.to_address)}
    found = ListedAddress.objects.filter(canonical__in=asked, entry__until=None)
    return set(found.values_list("canonical", flat=True))


def detectors_shown(actor: Actor, day: date) -> list[dict[str, Any]]:
    """Return every detector: whether it runs, what it lacks, and the alerts that it has raised."""
    values = values_on(day)
    alerts = Alert.objects.visible_to(actor).filter(kind__in=CITES).values("kind")
    counts = {row["kind"]: row for row in alerts.annotate(
        total=Count("pk"), open=Count("pk", filter=Q(status__in=("open", "unclear", "proposed")))).order_by()}
    return [
        {"name": name, "title": DETECTORS[name], "cites": cites,
         "missing": [PARAMETERS[each] for each in missing_for(name, values)],
         "total": counts.get(name, {}).get("total", 0), "open": counts.get(name, {}).get("open", 0)}
        for name, cites in CITES.items()
    ]


def parameters_shown(actor: Actor, day: date) -> list[dict[str, Any]]:
    """Return every parameter with its value, where that comes from and what the actor may decide."""
    return [
        {"setting": each, "title": PARAMETERS[each.parameter.name],
         "detectors": [DETECTORS[name] for name in each.parameter.detectors],
         "moves": PARAMETER.available(each.proposed, actor) if each.proposed else []}
        for each in settings_on(day)
    ]


def findings_shown(actor: Actor, detector: str) -> QuerySet[Alert]:
    """Return what detectors found, newest first; of one detector, if it is named."""
    alerts = Alert.objects.visible_to(actor).filter(kind__in=[detector] if detector in CITES else list(CITES))
    return alerts.select_related("owner", "case", "wallet", "entry")


def runs_shown() -> QuerySet[DetectorRun]:
    """Return the latest runs."""
    return DetectorRun.objects.select_related("file", "version")[:10]
