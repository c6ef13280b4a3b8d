"""What must be worked: one row per case with its queue, clock, pauses and notes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models.accounts import Organisation, User
from core.models.scoping import scoped_by
from core.models.teams import Team


class Case(models.Model):
    """One thing to be worked, whatever its kind; the record it is about points here."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")

    class Risk(models.TextChoices):
        HIGH = "high", _("High")
        MEDIUM = "medium", _("Medium")
        LOW = "low", _("Low")

    reference = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    subject = models.CharField(max_length=80)
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    as_of = models.DateField(null=True)
    params = models.JSONField(default=dict)
    queue = models.CharField(max_length=20)
    risk = models.CharField(max_length=6, choices=Risk, default=Risk.MEDIUM)
    status = models.CharField(max_length=6, choices=Status, default=Status.OPEN)
    assignee = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(null=True)
    # Business days that the authority set itself for the work; with it, due_at follows from pauses and calendar.
    service_days = models.PositiveSmallIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=40, blank=True)

    objects = scoped_by("owner").as_manager()

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], condition=Q(status="open"), name="case_open_once")
        ]
        indexes = [models.Index(fields=["queue", "due_at"], condition=Q(status="open"), name="case_queue")]

    def __str__(self) -> str:
        return self.reference


class CasePause(models.Model):
    """A stretch of time that does not count, while somebody else is waited for."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="pauses")
    reason = models.CharField(max_length=200)
    paused_at = models.DateTimeField(default=clock.now)
    resumed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(resumed_at=None), name="case_paused_once")
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.reason}"


class CaseNote(models.Model):
    """What somebody wrote on a case, and who may read it."""

    class Audience(models.TextChoices):
        AUTHORITY = "authority", _("Officers only")
        ISSUER = "issuer", _("Officers and the issuer")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    author_label = models.CharField(max_length=200)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.AUTHORITY)
    text = models.TextField()
    written_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return f"{self.case}: {self.text[:40]}"
