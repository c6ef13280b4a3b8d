"""What happened: one row per act, which the database itself refuses to change or delete."""

from __future__ import annotations

from django.db import models

from core import clock
from core.models.accounts import Organisation, User
from core.models.scoping import scoped_by


class AuditEvent(models.Model):
    """One act: verb, who, on what, for which organisation, with which data."""

    at = models.DateTimeField(default=clock.now)
    verb = models.CharField(max_length=80)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    actor_label = models.CharField(max_length=200)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    target_type = models.CharField(max_length=60)
    target_pk = models.CharField(max_length=40)
    target_label = models.CharField(max_length=200)
    data = models.JSONField(default=dict)
    request_id = models.CharField(max_length=40, blank=True)

    objects = scoped_by("organisation").as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["target_type", "target_pk", "at"]),
            models.Index(fields=["organisation", "at"]),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_label} {self.verb} {self.target_label}"
