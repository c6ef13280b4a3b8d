"""What must be worked: one row per case with its queue, clock, pauses, notes and messages."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models.accounts import Organisation, User
from core.models.feeds import Blob
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
    #: Since when the oldest message of the issuer waits for the authority's answer; None: none does.
    unanswered_since = models.DateTimeField(null=True)
    #: The day by which the authority asked for the issuer's answer; None: it asked for none, or it has one.
    answer_by = models.DateField(null=True)

    objects = scoped_by("owner").as_manager()

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], condition=Q(status="open"), name="case_open_once")
        ]
        indexes = [
            models.Index(fields=["queue", "due_at"], condition=Q(status="open"), name="case_queue"),
            models.Index(fields=["unanswered_since"], condition=Q(unanswered_since__isnull=False),
                         name="case_unanswered"),
        ]

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
    """What somebody wrote on a case, and who may read it: those for both sides are its messages. Never changed."""

    class Audience(models.TextChoices):
        AUTHORITY = "authority", _("Officers only")
        ISSUER = "issuer", _("Officers and the issuer")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    author_label = models.CharField(max_length=200)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.AUTHORITY)
    text = models.TextField()
    written_at = models.DateTimeField(default=clock.now)
    from_issuer = models.BooleanField(default=False)
    answer_by = models.DateField(null=True)
    #: Digest of what the sender called the message by: sent again under the same name it is the same message.
    key = models.CharField(max_length=64, null=True, unique=True)

    class Meta:
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return f"{self.case}: {self.text[:40]}"


class CaseEnclosure(models.Model):
    """A file that went with a message."""

    note = models.ForeignKey(CaseNote, on_delete=models.PROTECT, related_name="enclosures")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    filename = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.filename


class CaseReading(models.Model):
    """When the other side first opened a message: somebody there who may answer it."""

    note = models.OneToOneField(CaseNote, on_delete=models.PROTECT, related_name="reading")
    reader = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.reader} read {self.note_id}"


class CaseDraft(models.Model):
    """What somebody has begun to write to the other side and has not sent; only the writer sees it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="drafts")
    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    text = models.TextField()
    saved_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "author"], name="case_draft_once")]

    def __str__(self) -> str:
        return f"{self.author} on {self.case}"
