"""Putting stored transfers and acts before the detectors: one waiting run at a time, with the parameters of the day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from aml.detectors.acts import administration, freeze_bursts, new_mint_addresses
from aml.detectors.parameters import missing_for
from aml.detectors.parties import mixer_contact, sanctioned_party
from aml.detectors.patterns import peel_chains, structuring, velocity
from aml.detectors.rows import Finding, Move
from aml.models import Alert, DetectorRun, ListEntry, Source, Wallet
from aml.selectors.movements import acts_of, around, deployments_of, moves, own_addresses, transfers_of, with_any
from aml.selectors.parameters import values_on
from aml.selectors.wallets import addresses_in_force
from aml.services.alerts import raise_alert
from aml.services.exposure import measure_exposure
from core import clock
from issuers.models import Deployment

#: How the authority's own list marks a mixer, among the programmes of an entry.
MIXER = "MIXER"
OWN_WALLETS = "own_wallets"
R = DetectorRun.Reason


def ask_nightly() -> DetectorRun:
    """Put everything before the detectors that looks at more than one file, as every night."""
    return DetectorRun.objects.get_or_create(reason=R.NIGHTLY, file=None, version=None, began_at=None)[0]


def waiting_runs() -> list[int]:
    """Return the keys of runs that have not ended, oldest first."""
    return list(DetectorRun.objects.filter(ended_at=None).order_by("asked_at", "pk").values_list("pk", flat=True))


@transaction.atomic
def detect(pk: int) -> DetectorRun | None:
    """Go through what the run is about; None if it has ended or another worker has it."""
    run = DetectorRun.objects.select_for_update(skip_locked=True, no_key=True, of=("self",)).filter(
        pk=pk, ended_at=None).first()
    if run is None:
        return None
    run.began_at, run.parameters = clock.now(), values_on(clock.today())
    run.save(update_fields=["began_at", "parameters"])
    detection = _Detection(run)
    for deployment in deployments_of(run):
        detection.go_through(deployment)
    run.findings, run.left_out = detection.counts, detection.left_out
    run.ended_at = clock.now()
    run.save()
    return run


class _Detection:
    """One run over contracts, one after the other."""

    def __init__(self, run: DetectorRun) -> None:
        self.run = run
        self.values: dict[str, Any] = run.parameters
        self.counts: dict[str, int] = {}
        self.left_out: dict[str, list[str]] = {}
        named = list(addresses_in_force().order_by("-entry__source", "-pk"))
        mixers = {row.canonical for row in named if _is_mixer(row.entry)}
        self.entries: dict[str, ListEntry] = {row.canonical: row.entry for row in named}
        self.mixers, self.listed = mixers, set(self.entries) - mixers

    def go_through(self, deployment: Deployment) -> None:
        """Put the transfers and acts of the contract before every detector that has its parameters."""
        own = own_addresses(deployment)
        stored = transfers_of(deployment)
        if self.run.reason != R.ACTS:
            parties = moves(with_any(stored, self.entries), deployment)
            self._raise(deployment, "sanctioned_party", sanctioned_party(parties, self.listed))
            self._raise(deployment, "mixer", mixer_contact(parties, self.mixers))
            self._exposure(deployment)
        if self.run.reason in (R.FILE, R.PARAMETER):
            self._patterns(deployment, moves(around(stored, self.run.file, self._reach()), deployment), own)
        if self.run.reason in (R.ACTS, R.PARAMETER, R.NIGHTLY):
            self._acts(deployment, own)

    def _patterns(self, deployment: Deployment, rows: list[Move], own: set[str]) -> None:
        values = self.values
        self.run.transfer_count += len(rows)
        self.run.unvalued_count += sum(1 for row in rows if row.hkd is None)
        if self._may("structuring"):
            self._raise(deployment, "structuring", structuring(
                rows, threshold=Decimal(values["threshold_hkd"]), window=timedelta(hours=values["linked_hours"]),
                leaving_out=own))
        if self._may("velocity"):
            self._raise(deployment, "velocity", velocity(
                rows, count=values["velocity_count"], window=timedelta(hours=values["velocity_hours"]),
                leaving_out=own))
        if self._may("peel_chain"):
            self._raise(deployment, "peel_chain", peel_chains(
                rows, hops=values["peel_hops"], percent=values["peel_percent"], leaving_out=own))

    def _acts(self, deployment: Deployment, own: set[str]) -> None:
        acts = acts_of(deployment)
        self._raise(deployment, "admin_key", administration(acts))
        if own:
            self._raise(deployment, "new_mint_address", new_mint_addresses(acts, known=own))
        elif any(act.kind == "mint" for act in acts):
            self.left_out["new_mint_address"] = [OWN_WALLETS]
        if self._may("freeze_burst"):
            self._raise(deployment, "freeze_burst", freeze_bursts(
                acts, count=self.values["freeze_count"], window=timedelta(hours=self.values["freeze_hours"])))

    def _exposure(self, deployment: Deployment) -> None:
        if self._may("exposure"):
            found = measure_exposure(deployment, hops=self.values["exposure_hops"], run=self.run)
            self.counts["exposure"] = self.counts.get("exposure", 0) + len(found)

    def _may(self, detector: str) -> bool:
        missing = missing_for(detector, self.values)
        if missing:
            self.left_out[detector] = missing
        return not missing

    def _reach(self) -> timedelta:
        """Return how far from a file its transfers may be linked with others."""
        return timedelta(hours=max(self.values["linked_hours"] or 0, self.values["velocity_hours"] or 0))

    def _raise(self, deployment: Deployment, detector: str, found: Iterable[Finding]) -> None:
        """Raise an alert for each finding that is new, or whose facts have changed."""
        owner = deployment.coin.issuer.organisation
        by_key = {f"{detector}:{deployment.pk}:{each.key}"[:300]: each for each in found}
        self.counts[detector] = self.counts.get(detector, 0) + len(by_key)
        known = {alert.key: alert.explanation.get("facts") for alert in Alert.objects.filter(key__in=by_key)}
        wallets = {wallet.canonical: wallet for wallet in Wallet.objects.filter(
            owner=owner, canonical__in={each.about for each in by_key.values()}).order_by("-pk")}
        for key, each in by_key.items():
            if known.get(key) != each.facts:
                raise_alert(detector, key=key, owner=owner, wallet=wallets.get(each.about),
                            entry=self.entries.get(each.listed), explanation=self._explained(deployment, each))

    def _explained(self, deployment: Deployment, finding: Finding) -> dict[str, Any]:
        return {
            "detector": finding.detector, "coin": deployment.coin.symbol, "chain": deployment.chain,
            "contract": deployment.contract, "decimals": deployment.decimals, "about": finding.about,
            "facts": finding.facts, "rows": list(finding.rows), "cites": list(finding.cites),
            "parameters": {name: value for name, value in self.values.items() if value is not None},
        }


def _is_mixer(entry: ListEntry) -> bool:
    return entry.source == Source.OWN and MIXER in entry.programmes
