"""An application for a licence: its answers, the steps it took, and each version that was submitted."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import Case, User
from core.models.scoping import scoped_by
from issuers.models.issuer import Issuer
from issuers.models.person import Person


class Application(models.Model):
    """One application under ORD s. 14; an issuer has at most one that is not ended."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft, not submitted")
        PREPARED = "prepared", _("Prepared, waits for the signatory")
        SUBMITTED = "submitted", _("Submitted")
        RETURNED = "returned", _("Returned as incomplete")
        UNDER_REVIEW = "under_review", _("Under review")
        AWAITING_INFORMATION = "awaiting_information", _("Awaiting information")
        WITH_COMMITTEE = "with_committee", _("With the advisory committee")
        RECOMMENDED = "recommended", _("Recommended, waits for the decision")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        CLOSED_UNANSWERED = "closed_unanswered", _("Closed, information not supplied")

    #: The states in which nothing is expected of anybody any more.
    ENDED = ("granted", "refused", "withdrawn", "closed_unanswered")

    reference = models.CharField(max_length=20, unique=True)
    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="applications")
    form_version = models.CharField(max_length=12)
    status = models.CharField(max_length=20, choices=Status, default=Status.DRAFT)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, null=True, related_name="application")
    prepared_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    prepared_at = models.DateTimeField(null=True)
    prepared_digest = models.CharField(max_length=64, blank=True)
    opened_at = models.DateTimeField(default=clock.now)

    objects = scoped_by("issuer__organisation").as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["issuer"],
                condition=~Q(status__in=["granted", "refused", "withdrawn", "closed_unanswered"]),
                name="application_open_once",
            )
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def owner_id(self) -> int:
        return self.issuer.organisation_id

    @property
    def is_editable(self) -> bool:
        """Whether the applicant may change answers now."""
        return self.status in (self.Status.DRAFT, self.Status.RETURNED)


class ApplicationStep(models.Model):
    """One move of an application, kept for good; ``reverses`` names the step that it took back."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="steps")
    move = models.CharField(max_length=30)
    source = models.CharField(max_length=20)
    target = models.CharField(max_length=20)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    by_label = models.CharField(max_length=200)
    at = models.DateTimeField(default=clock.now)
    note = models.TextField(blank=True)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversed_by")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.application} {self.move}"


class Answer(models.Model):
    """One answer of the form, saved by itself; ``version`` rises with each change so that none is lost unseen."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="answers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="answers")
    key = models.CharField(max_length=80)
    value = models.JSONField(null=True)
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    changed_by_label = models.CharField(max_length=200)
    changed_at = models.DateTimeField(default=clock.now)

    objects = scoped_by("application__issuer__organisation").as_manager()

    class Meta:
        ordering = ["key"]
        constraints = [
            models.UniqueConstraint(fields=["application", "person", "key"], nulls_distinct=False, name="answer_once")
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.key}"


class Submission(models.Model):
    """What was submitted, word for word, with its digest: prepared by one person, signed by another."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField()
    form_version = models.CharField(max_length=12)
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    prepared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(default=clock.now)

    objects = scoped_by("application__issuer__organisation").as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="submission_once"),
            models.CheckConstraint(condition=~Q(signed_by=models.F("prepared_by")), name="submission_two_people"),
        ]

    def __str__(self) -> str:
        return f"{self.application}/{self.number}"

    @property
    def owner_id(self) -> int:
        return self.application.owner_id
