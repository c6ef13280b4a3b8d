"""AML returns that are in force, and what the platform itself saw of each count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from aml.models import AmlReturn, ContractAct, TravelRuleRecord
from aml.obligations import judge_record, travel_rule
from aml.parsers.travel_rule import COLUMNS
from aml.selectors.travel_rule import instants
from core.access import Actor
from core.models import FeedFile
from issuers.models import Issuer


@dataclass(frozen=True, slots=True)
class Compared:
    """One count as stated and as seen; ``seen`` is None where the platform has nothing to compare with, and why."""

    count: str
    stated: int
    seen: int | None
    why: str = ""

    @property
    def says(self) -> str:
        """``same``, ``different`` or ``unknown``."""
        if self.seen is None:
            return "unknown"
        return "same" if self.seen == self.stated else "different"


def aml_returns_for(actor: Actor) -> QuerySet[AmlReturn]:
    """Return the returns that the actor may see, with their issuers."""
    return AmlReturn.objects.visible_to(actor).select_related("issuer__organisation")


def aml_returns_in_force(actor: Actor) -> QuerySet[AmlReturn]:
    """Return the latest version of each quarter's return, the latest quarters first."""
    latest = aml_returns_for(actor).order_by("issuer_id", "period_end", "-version").distinct(
        "issuer_id", "period_end")
    found = aml_returns_for(actor).filter(pk__in=latest.values("pk"))
    return found.order_by("-period_end", "issuer__organisation__slug")


def compared(filed: AmlReturn) -> list[Compared]:
    """Set the counts of freezes and of the travel rule beside what was read from chains and records."""
    seen = {**_freezes(filed.issuer, filed.period_start, filed.period_end),
            **_transfers(filed.issuer, filed.period_start, filed.period_end)}
    return [Compared(count, getattr(filed, count), number, why) for count, (number, why) in seen.items()]


def _freezes(issuer: Issuer, first: date, last: date) -> dict[str, tuple[int | None, str]]:
    acts = ContractAct.objects.filter(deployment__coin__issuer=issuer, taken_back_at=None)
    if not acts.exists():
        return dict.fromkeys(("frozen", "released", "frozen_at_end"), (None, "no_chain"))
    begins, ends = instants(first, last)
    moves = (ContractAct.Kind.FREEZE, ContractAct.Kind.UNFREEZE)
    in_period = acts.filter(block_time__gte=begins, block_time__lt=ends)
    latest = acts.filter(kind__in=moves, block_time__lt=ends).order_by(
        "deployment_id", "account", "-block_number", "-log_index").distinct("deployment_id", "account")
    standing = sum(kind == ContractAct.Kind.FREEZE for kind in latest.values_list("kind", flat=True))
    return {
        "frozen": (in_period.filter(kind=ContractAct.Kind.FREEZE).count(), ""),
        "released": (in_period.filter(kind=ContractAct.Kind.UNFREEZE).count(), ""),
        "frozen_at_end": (standing, ""),
    }


def _transfers(issuer: Issuer, first: date, last: date) -> dict[str, tuple[int | None, str]]:
    """Count the records of the quarter by value, and those that are incomplete or late."""
    counts = ("transfers_at_threshold", "transfers_below", "travel_rule_incidents")
    begins, ends = instants(first, last)
    rows = TravelRuleRecord.objects.filter(
        file__owner=issuer.organisation, file__status=FeedFile.Status.ACCEPTED, sent_at__gte=begins, sent_at__lt=ends,
    )
    names = [column.name for column in COLUMNS]
    records: Sequence[dict[str, Any]] = list(rows.values(*names))
    if not records:
        return dict.fromkeys(counts, (None, "no_records"))
    if any(record["currency"] != "HKD" for record in records):
        return dict.fromkeys(counts, (None, "other_currency"))
    rule = travel_rule(first)
    at_threshold = sum(record["amount"] >= rule.threshold_hkd for record in records)
    outcomes = [judge_record(rule, record, value_hkd=record["amount"])[0] for record in records]
    return {
        "transfers_at_threshold": (at_threshold, ""),
        "transfers_below": (len(records) - at_threshold, ""),
        "travel_rule_incidents": (sum(outcome in ("incomplete", "late") for outcome in outcomes), ""),
    }
