"""Reading the files that are held as implausible."""

from __future__ import annotations

from django.db.models import QuerySet

from core.access import Actor
from core.models import FeedFile


def held_files(actor: Actor) -> QuerySet[FeedFile]:
    """Return the files that wait for an officer's decision, the oldest first."""
    held = FeedFile.objects.visible_to(actor).filter(status=FeedFile.Status.QUARANTINED)
    return held.select_related("owner", "sender", "sent_by", "sent_with").order_by("received_at", "pk")
