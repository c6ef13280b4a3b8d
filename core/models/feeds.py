"""What came in: bytes stored once under their digest, and one row per file that somebody sent."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models.accounts import ApiKey, Organisation, User
from core.models.scoping import ScopedQuerySet


class Blob(models.Model):
    """The digest and size of bytes that lie in the blob store; never changed, never deleted."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.PositiveBigIntegerField()
    stored_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.sha256[:12]


class FeedFileQuerySet(ScopedQuerySet):
    def visible_to(self, actor):
        """Return the files about the actor's own organisation, and those that it sent about another's."""
        if actor.is_authority:
            return self
        return self.filter(Q(owner__in=actor.organisation_ids) | Q(sender__in=actor.organisation_ids))


class FeedFile(models.Model):
    """One file of one feed about one subject, from one sender; its row is its place in the queue."""

    class Status(models.TextChoices):
        RECEIVED = "received", _("Received")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")
        QUARANTINED = "quarantined", _("Quarantined")
        SUPERSEDED = "superseded", _("Superseded")

    feed = models.CharField(max_length=40)
    subject = models.CharField(max_length=40)
    as_of = models.DateField(null=True)
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    sender = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    sent_with = models.ForeignKey(ApiKey, on_delete=models.PROTECT, null=True, related_name="+")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    filename = models.CharField(max_length=200)
    stated_as_of = models.DateField(null=True)
    supersedes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="superseded_by")
    status = models.CharField(max_length=12, choices=Status, default=Status.RECEIVED)
    received_at = models.DateTimeField(default=clock.now)
    judged_at = models.DateTimeField(null=True)
    # When an officer let a file that was held as implausible count all the same; its problems are what was doubted.
    released_at = models.DateTimeField(null=True)
    row_count = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)
    problem_count = models.PositiveIntegerField(default=0)

    objects = FeedFileQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-pk"]
        constraints = [
            # The same bytes from the same sender for the same purpose are the same file; a file that does not say its
            # day in its lines may say the same of another day.
            models.UniqueConstraint(
                fields=["feed", "subject", "sender", "blob", "supersedes", "stated_as_of"],
                nulls_distinct=False,
                name="feed_file_once",
            ),
            models.UniqueConstraint(
                fields=["feed", "subject", "as_of", "sender"],
                condition=Q(status="accepted"),
                name="feed_file_one_accepted_per_key",
            ),
        ]
        indexes = [
            models.Index(fields=["subject", "feed", "as_of"]),
            models.Index(fields=["received_at"], condition=Q(status="received"), name="feed_file_waiting"),
            models.Index(fields=["received_at"], condition=Q(status="quarantined"), name="feed_file_held"),
            models.Index(fields=["sender", "received_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.feed} {self.subject} {self.as_of or ''} ({self.filename})"

    @property
    def sha256(self) -> str:
        return self.blob_id
