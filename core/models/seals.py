"""Seals of the audit log: what was recorded, in batches whose hashes chain, so that no event can be changed unseen."""

from __future__ import annotations

from django.db import models

from core.models.audit import AuditEvent


class AuditSeal(models.Model):
    """One batch of events: the root of the tree over them, the seal before, and the root of the tree of all seals.

    The database refuses to change or delete a seal, and what was sealed in it.
    """

    number = models.PositiveBigIntegerField(primary_key=True)
    previous = models.CharField(max_length=64, unique=True, help_text="Digest of the seal before; zeros in the first.")
    root = models.CharField(max_length=64)
    count = models.PositiveIntegerField()
    first = models.BigIntegerField(help_text="Lowest number of an event in it.")
    last = models.BigIntegerField(help_text="Highest number of an event in it.")
    sealed_at = models.DateTimeField(db_index=True)
    digest = models.CharField(max_length=64, unique=True)
    subtrees = models.JSONField(help_text="Hashes of the complete subtrees of the tree of seals that end with it.")
    log_root = models.CharField(max_length=64, help_text="Root of the tree of all seals up to it.")

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return str(self.number)


class SealedEvent(models.Model):
    """That an event is in a seal, and where: an event may be committed after others with higher numbers."""

    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, primary_key=True, related_name="sealed")
    seal = models.ForeignKey(AuditSeal, on_delete=models.PROTECT, related_name="members")
    index = models.PositiveIntegerField()
    nonce = models.CharField(max_length=32, help_text="Hides who acted from whoever is shown the rest of the event.")
    leaf = models.CharField(max_length=64)

    class Meta:
        ordering = ["seal", "index"]
        constraints = [models.UniqueConstraint(fields=["seal", "index"], name="sealed_event_place_once")]

    def __str__(self) -> str:
        return f"{self.event_id} in {self.seal_id}"
