"""Keys that callers of the API choose so that a repeated request is done once."""

from __future__ import annotations

from django.db import models

from core import clock
from core.models.accounts import ApiKey


class IdempotencyKey(models.Model):
    """One Idempotency-Key of one key-holder: what was asked under it, and what was answered."""

    holder = models.ForeignKey(ApiKey, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    used_at = models.DateTimeField(default=clock.now)
    status_code = models.PositiveSmallIntegerField(null=True)
    location = models.CharField(max_length=200, blank=True)
    body = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["holder", "key"], name="idempotency_key_once")]
        indexes = [models.Index(fields=["used_at"])]

    def __str__(self) -> str:
        return f"{self.holder}: {self.key}"
