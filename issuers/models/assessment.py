"""What officers make of an application: findings, requests, interviews, the recommendation and its decision."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import User
from core.models.cases import CaseNote
from core.models.scoping import scoped_by
from issuers.models.application import Application
from issuers.models.person import Person


class CriterionFinding(models.Model):
    """An officer's finding on one minimum criterion (ORD Sch. 2 Part 2); the latest counts, all are kept."""

    class Finding(models.TextChoices):
        SATISFIED = "satisfied", _("Satisfied")
        NOT_SATISFIED = "not_satisfied", _("Not satisfied")
        QUERY = "query", _("Query")

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="findings")
    criterion = models.CharField(max_length=10)
    finding = models.CharField(max_length=14, choices=Finding)
    reasons = models.TextField()
    evidence = models.JSONField(default=list)  # [{"document": pk, "page": 3}]
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["application", "criterion", "-at"])]

    def __str__(self) -> str:
        return f"{self.application} {self.criterion}: {self.finding}"


class InformationRequest(models.Model):
    """A numbered round of questions (ORD s. 14(3)); while one is open the service clock stands still."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        ANSWERED = "answered", _("Answered")
        CLOSED = "closed", _("Closed")
        CANCELLED = "cancelled", _("Cancelled")

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="requests")
    number = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=clock.now)
    asked_at = models.DateTimeField(default=clock.now)  # the last time: when it was sent, or asked again
    service_days = models.PositiveSmallIntegerField(null=True)  # business days to answer in; None: a chosen last day
    due_at = models.DateTimeField()
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = scoped_by("application__issuer__organisation").as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["application", "number"], name="information_request_once")]

    def __str__(self) -> str:
        return f"{self.application} request {self.number}"

    @property
    def owner_id(self) -> int:
        return self.application.owner_id


class RequestItem(models.Model):
    """One numbered question of a request, with its reply and whether that was accepted."""

    request = models.ForeignKey(InformationRequest, on_delete=models.PROTECT, related_name="items")
    number = models.PositiveSmallIntegerField()
    criterion = models.CharField(max_length=10, blank=True)
    text = models.TextField()
    reply = models.TextField(blank=True)
    replied_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    replied_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    remark = models.TextField(blank=True)  # why a reply was not enough

    objects = scoped_by("request__application__issuer__organisation").as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["request", "number"], name="request_item_once")]

    def __str__(self) -> str:
        return f"{self.request}.{self.number}"

    @property
    def owner_id(self) -> int:
        return self.request.owner_id


class Interview(models.Model):
    """A talk with the applicant's people, and who may read its record (LIC 3.6.4)."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="interviews")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="interviews")
    held_at = models.DateTimeField()
    attendees = models.CharField(max_length=500)
    summary = models.TextField()
    audience = models.CharField(max_length=10, choices=CaseNote.Audience, default=CaseNote.Audience.AUTHORITY)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-held_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.application} {self.held_at:%Y-%m-%d}"


class ClearanceOverride(models.Model):
    """Two officers' word that an application may go on although somebody is not cleared, and why."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="overrides")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="overrides")
    reason = models.TextField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=clock.now)
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "person"], nulls_distinct=False, name="override_once"),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")), name="override_two_officers"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application}: {self.person or self.application.issuer}"


class Recommendation(models.Model):
    """What one officer recommends and another decides; the database refuses the same officer for both.

    ``conditions`` is a list of what ``issuers.conditions`` describes, ready to be attached to the licence.
    """

    class Outcome(models.TextChoices):
        GRANT = "grant", _("Grant the licence")
        REFUSE = "refuse", _("Refuse the licence")

    class Result(models.TextChoices):
        OPEN = "", _("Waits for the decision")
        ACCEPTED = "accepted", _("Decided as recommended")
        DECLINED = "declined", _("Sent back")
        REVERSED = "reversed", _("Taken back")

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="recommendations")
    outcome = models.CharField(max_length=6, choices=Outcome)
    reasons = models.TextField()
    ground = models.TextField(blank=True)  # of a refusal (ORD s. 15), in words for the applicant
    conditions = models.JSONField(default=list)
    effective_on = models.DateField(null=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    result = models.CharField(max_length=8, choices=Result, default=Result.OPEN, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_note = models.TextField(blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["application"], condition=Q(result=""), name="recommendation_open_once"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("made_by")), name="recommendation_two_officers"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application}: {self.outcome}"
