"""What the public was told: each version of a register entry, and the list of warnings."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import Blob, User
from issuers.models.licence import Licence


class RegisterEntry(models.Model):
    """One version of a licensee's entry (ORD s. 21), kept for good: what the register said from an instant on."""

    class Event(models.TextChoices):
        ENTERED = "entered", _("Entered")
        CHANGED = "changed", _("Particulars changed")
        SUSPENDED = "suspended", _("Suspended")
        REINSTATED = "reinstated", _("Suspension ended")
        REMOVED = "removed", _("Removed")
        CORRECTED = "corrected", _("Corrected")

    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="entries")
    version = models.PositiveIntegerField()
    event = models.CharField(max_length=10, choices=Event)
    shown_from = models.DateTimeField(default=clock.now)
    fields = models.JSONField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["shown_from", "pk"]
        constraints = [models.UniqueConstraint(fields=["licence", "version"], name="register_entry_once")]

    def __str__(self) -> str:
        return f"{self.licence} entry {self.version}"


class PublicWarning(models.Model):
    """A name that is not licensed, or looks like one that is; proposed by one officer, published by another."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        REMOVED = "removed", _("Removed")
        DROPPED = "dropped", _("Dropped")

    reference = models.CharField(max_length=20, unique=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    name_en = models.CharField(max_length=200)
    name_zh_hant = models.CharField(max_length=200, blank=True)
    name_zh_hans = models.CharField(max_length=200, blank=True)
    website = models.CharField(max_length=300, blank=True)
    token = models.CharField(max_length=20, blank=True)
    contract = models.CharField(max_length=128, blank=True)
    wording_en = models.TextField()
    wording_zh_hant = models.TextField(blank=True)
    wording_zh_hans = models.TextField(blank=True)
    resembles = models.ForeignKey(Licence, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    evidence = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, related_name="+")
    evidence_filename = models.CharField(max_length=200, blank=True)
    evidence_note = models.TextField(blank=True)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=clock.now)
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    removal_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(published_by=None) | ~Q(published_by=F("proposed_by")), name="warning_two_officers"
            )
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def owner_id(self) -> None:
        return None

    @property
    def name(self) -> str:
        """The name in the reader's language, or the English one where there is no other."""
        return {"zh-hant": self.name_zh_hant, "zh-hans": self.name_zh_hans}.get(get_language() or "") or self.name_en

    @property
    def wording(self) -> str:
        """The warning in the reader's language, or in English where there is no other."""
        translated = {"zh-hant": self.wording_zh_hant, "zh-hans": self.wording_zh_hans}.get(get_language() or "")
        return translated or self.wording_en
