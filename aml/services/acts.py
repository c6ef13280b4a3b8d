"""Keeping what contracts did by themselves, as the reader of the chain hands it over."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import transaction

from aml.models import ContractAct, DetectorRun
from core import clock


@transaction.atomic
def keep_acts(acts: Sequence[ContractAct]) -> int:
    """Keep acts that were not kept before, by their key with the reader, and return how many they are."""
    known = set(ContractAct.objects.filter(reading__in=[act.reading for act in acts]).values_list("reading", flat=True))
    new = [act for act in acts if act.reading not in known]
    ContractAct.objects.bulk_create(new, ignore_conflicts=True)
    if new:
        _ask()
    return len(new)


@transaction.atomic
def take_back_acts(readings: Collection[int]) -> int:
    """Mark acts of blocks that the chain took back, and return how many they are."""
    taken = ContractAct.objects.filter(reading__in=readings, taken_back_at=None).update(taken_back_at=clock.now())
    if taken:
        _ask()
    return taken


def _ask() -> None:
    DetectorRun.objects.get_or_create(reason=DetectorRun.Reason.ACTS, file=None, version=None, began_at=None)
