"""The register of suspicions, for the authority alone."""

from __future__ import annotations

from django.db.models import Case, IntegerField, QuerySet, Value, When

from aml.models import Suspicion
from core.access import Actor

#: What waits for somebody comes first: a decision, then a review.
_FIRST = (Suspicion.Status.NOTED, Suspicion.Status.REPORTED)


def suspicions_for(actor: Actor) -> QuerySet[Suspicion]:
    """Return the entries that the actor may see, those that wait first."""
    place = Case(*(When(status=status, then=Value(number)) for number, status in enumerate(_FIRST)),
                 default=Value(len(_FIRST)), output_field=IntegerField())
    rows = Suspicion.objects.visible_to(actor).select_related("owner", "alert", "case", "noted_by", "decided_by",
                                                              "reviewed_by")
    return rows.order_by(place, "-noted_at", "-pk")
