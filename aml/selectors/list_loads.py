"""Tries to load lists: what became of each, and which of the refused ones officers may still let through."""

from __future__ import annotations

from django.db.models import QuerySet

from aml.models import ListLoad, ListVersion, Source
from aml.plausible import DOUBTS
from core.access import Actor


def loads_for(actor: Actor, source: str = "") -> QuerySet[ListLoad]:
    """Return the tries that the actor may see, the latest first, of one list or of all."""
    rows = ListLoad.objects.visible_to(actor).select_related("version", "tried_by")
    return rows.filter(source=source) if source else rows


def is_doubtful(load: ListLoad) -> bool:
    """Say whether the load was refused only because it is hard to believe."""
    rules = {problem["rule"] for problem in load.problems}
    return load.outcome == ListLoad.Outcome.REFUSED and bool(rules) and rules <= DOUBTS


def officers_for(load: ListLoad) -> set[int]:
    """Return the officers who say that the load is right; who gave the authority's own list is the first of them."""
    found = set(load.releases.values_list("released_by_id", flat=True))
    if load.source == Source.OWN and load.tried_by_id is not None:
        found.add(load.tried_by_id)
    return found


def may_be_released(load: ListLoad) -> bool:
    """Say whether the load still waits for officers: nothing newer was loaded since."""
    return is_doubtful(load) and not ListVersion.objects.filter(
        source=load.source, loaded_at__gt=load.tried_at).exists()
