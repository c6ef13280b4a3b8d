"""What need no longer be kept: records past their time, without those of an organisation on hold."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from aml.models import (
    Alert,
    RecordKind,
    RetentionHold,
    SampledTransfer,
    Screening,
    Transfer,
    TravelRuleRecord,
)
from aml.obligations import retention
from core import clock
from core.calendars import HONG_KONG


@dataclass(frozen=True, slots=True)
class Disposable:
    """What may be deleted of one kind: records of days before ``before``, how many, and what they are by digest."""

    kind: str
    label: Any
    before: date
    years: int
    cite: str
    count: int
    digest: str


def disposable(kind: str, before: date | None = None) -> Disposable:
    """Return what may be deleted of a kind today, or what might have been before an earlier day.

    Raises:
        NotInForce: no time of retention is in force.
    """
    rule = retention(kind, clock.today())
    latest = rule.kept_from(clock.today())
    day = min(before, latest) if before else latest
    keys = list(expired(kind, day).order_by("pk").values_list("pk", flat=True))
    digest = hashlib.sha256("\n".join(map(str, keys)).encode()).hexdigest()
    return Disposable(kind, RecordKind(kind).label, day, rule.years, rule.cite, len(keys), digest)


def disposables() -> list[Disposable]:
    """Return the report of what may be deleted, kind by kind."""
    return [disposable(kind) for kind in RecordKind.values]


def expired(kind: str, before: date) -> QuerySet[Any]:
    """Return the records of a kind whose time ran out before a day, and that nothing holds."""
    midnight = datetime.combine(before, time(), HONG_KONG)
    held = holds().values("owner")
    if kind == RecordKind.TRAVEL_RULE:
        return TravelRuleRecord.objects.filter(sent_at__lt=midnight).exclude(file__owner__in=held)
    if kind == RecordKind.TRANSFER:
        sampled = SampledTransfer.objects.filter(chain=OuterRef("chain"), tx_hash=OuterRef("tx_hash"),
                                                 log_index=OuterRef("log_index"))
        old = Transfer.objects.filter(block_time__lt=midnight).exclude(file__owner__in=held)
        return old.exclude(Exists(sampled))
    # A relationship that still stands keeps every screening; an alert keeps those of its subject.
    alerts = Alert.objects.filter(subject=OuterRef("subject"))
    ended = Screening.objects.filter(subject__ended_at__lt=midnight, screened_at__lt=midnight)
    return ended.exclude(subject__owner__in=held).exclude(Exists(alerts))


def holds() -> QuerySet[RetentionHold]:
    """Return the holds that stand."""
    return RetentionHold.objects.filter(lifted_at=None).select_related("owner", "placed_by")
