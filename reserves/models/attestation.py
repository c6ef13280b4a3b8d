"""Attestation by external auditors: who is engaged for which period, who of them may look, which days are tested."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import Invitation, Organisation, User
from issuers.models import Coin
from reserves.models.day import ReserveDay

if TYPE_CHECKING:
    from core.access import Actor


class EngagementQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> EngagementQuerySet:
        """Return all for the authority, the issuer's own for it, and for an auditor those that admit this person now.

        A key acts for no person, so no key of an audit firm opens an engagement.
        """
        if actor.is_authority:
            return self
        day = clock.today()
        admitted = EngagementAuditor.objects.filter(
            engagement=OuterRef("pk"), status=EngagementAuditor.Status.ADMITTED,
            email__iexact=getattr(actor, "email", ""), since__lte=day, until__gte=day,
        )
        own = Q(coin__issuer__organisation__in=actor.organisation_ids)
        return self.filter(own | Q(Exists(admitted), firm__in=actor.organisation_ids))


class Engagement(models.Model):
    """One audit firm engaged for one coin and one period, and how far the attestation of it has come."""

    class Status(models.TextChoices):
        ENGAGED = "engaged", _("Engaged")
        OPEN = "open", _("Open")
        REPORTED = "reported", _("Reported")
        FILED = "filed", _("Filed")
        ACCEPTED = "accepted", _("Accepted")
        QUERIED = "queried", _("Queried")
        ENDED = "ended", _("Ended")

    reference = models.CharField(max_length=20, unique=True)
    coin = models.ForeignKey(Coin, on_delete=models.PROTECT, related_name="engagements")
    firm = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="engagements")
    period_start = models.DateField()
    period_end = models.DateField()
    access_until = models.DateField()
    random_days = models.PositiveSmallIntegerField(default=1)
    status = models.CharField(max_length=10, choices=Status, default=Status.ENGAGED)
    engaged_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    engaged_at = models.DateTimeField(default=clock.now)
    commitment = models.CharField(max_length=64, blank=True)
    committed_at = models.DateTimeField(null=True)
    # Empty until the period is over; then everything that repeats the draw: seed, candidates, days.
    draw = models.JSONField(default=dict)
    drawn_at = models.DateTimeField(null=True)
    recommended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    recommended_at = models.DateTimeField(null=True)
    recommendation_note = models.TextField(blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    query = models.TextField(blank=True)

    objects = EngagementQuerySet.as_manager()

    class Meta:
        ordering = ["-period_end", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["coin", "period_end"], condition=~Q(status="ended"),
                                    name="engagement_once"),
            models.CheckConstraint(condition=Q(period_start__lt=F("period_end")), name="engagement_period"),
            models.CheckConstraint(condition=Q(access_until__gte=F("period_end")), name="engagement_access"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("recommended_by")), name="engagement_two_officers"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def owner_id(self) -> int:
        return self.coin.owner_id

    @property
    def party_ids(self) -> tuple[int, ...]:
        return (self.firm_id,)


class DrawSeed(models.Model):
    """The seed of an engagement's draw; read by the reveal alone, and by nothing that shows pages or answers."""

    engagement = models.OneToOneField(Engagement, on_delete=models.PROTECT, related_name="+")
    seed = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"seed of engagement {self.engagement_id}"


class EngagementAuditor(models.Model):
    """One auditor's access to one engagement: proposed by one person, agreed to by another, until a day."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("Waits for a second person")
        ADMITTED = "admitted", _("Admitted")
        ENDED = "ended", _("Ended")

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="auditors")
    email = models.EmailField()
    name = models.CharField(max_length=150)
    language = models.CharField(max_length=10, default="en")
    since = models.DateField(default=clock.today)
    until = models.DateField()
    status = models.CharField(max_length=10, choices=Status, default=Status.PROPOSED)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(default=clock.now)
    admitted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    admitted_at = models.DateTimeField(null=True)
    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["engagement", "email"], condition=~Q(status="ended"),
                                    name="engagement_auditor_once"),
            models.CheckConstraint(
                condition=Q(admitted_by=None) | Q(proposed_by=None) | ~Q(admitted_by=F("proposed_by")),
                name="engagement_auditor_two_people",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def owner_id(self) -> int:
        return self.engagement.owner_id

    @property
    def is_current(self) -> bool:
        return self.status == self.Status.ADMITTED and self.since <= clock.today() <= self.until


class TestDay(models.Model):
    """One day that the auditor tests: the period's last business day, or one that was drawn."""

    class Kind(models.TextChoices):
        PERIOD_END = "period_end", _("Last business day of the period")
        RANDOM = "random", _("Drawn at random")

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="test_days")
    kind = models.CharField(max_length=10, choices=Kind)
    as_of = models.DateField()

    class Meta:
        ordering = ["as_of"]
        constraints = [models.UniqueConstraint(fields=["engagement", "as_of"], name="test_day_once")]

    def __str__(self) -> str:
        return f"{self.engagement} {self.as_of}"


class EvidenceSnapshot(models.Model):
    """A test day as it was frozen: the version's account, its files and findings; append-only by database trigger."""

    test_day = models.OneToOneField(TestDay, on_delete=models.PROTECT, related_name="snapshot")
    day = models.ForeignKey(ReserveDay, on_delete=models.PROTECT, related_name="+")
    account = models.JSONField()
    findings = models.JSONField(default=list)
    prices = models.JSONField(default=list)
    rulebook_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    frozen_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.test_day} as frozen"
