"""What a licensee owes and files besides its reserve data: obligations, notices of events, consents, complaints."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import Case, User
from core.models.scoping import scoped_by
from issuers.models.coin import Coin
from issuers.models.issuer import Issuer
from issuers.models.licence import Condition
from issuers.models.person import Appointment, Person


class Obligation(models.Model):
    """One thing due once: ``kind`` is a key of ``issuers.duty_calendar``, ``key`` the period it is for."""

    class Status(models.TextChoices):
        DUE = "due", _("Due")
        MET = "met", _("Met")
        WAIVED = "waived", _("Waived")

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="obligations")
    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=60)
    coin = models.ForeignKey(Coin, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    condition = models.ForeignKey(Condition, on_delete=models.PROTECT, null=True, related_name="obligations")
    cite = models.CharField(max_length=80, blank=True)  # empty: the authority set it itself
    began_on = models.DateField()
    due_at = models.DateTimeField()
    status = models.CharField(max_length=8, choices=Status, default=Status.DUE)
    met_at = models.DateTimeField(null=True)
    met_with = models.CharField(max_length=80, blank=True)  # the reference of what met it
    reopened_at = models.DateTimeField(null=True)  # what was on record before it settles the obligation no more
    reminded_on = models.DateField(null=True)  # the last time
    waiver_proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    waiver_proposed_at = models.DateTimeField(null=True)
    waiver_reason = models.TextField(blank=True)
    waived_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    case = models.OneToOneField(Case, on_delete=models.PROTECT, null=True, related_name="obligation")

    objects = scoped_by("issuer__organisation").as_manager()

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "kind", "key", "coin"], nulls_distinct=False, name="obligation_once"
            ),
            models.CheckConstraint(
                condition=Q(waived_by=None) | ~Q(waived_by=F("waiver_proposed_by")), name="obligation_two_officers"
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(status="due"), name="obligation_due")]

    def __str__(self) -> str:
        return f"{self.issuer} {self.kind} {self.key}"

    @property
    def owner_id(self) -> int:
        return self.issuer.organisation_id

    @property
    def is_overdue(self) -> bool:
        return self.status == self.Status.DUE and self.due_at < clock.now()

    @property
    def is_met_late(self) -> bool:
        return self.met_at is not None and self.met_at > self.due_at


class EventNotice(models.Model):
    """A notice of an event that the law asks for; ``kind`` is a key of ``issuers.events``, which cites the limit."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Saved, not submitted")
        SUBMITTED = "submitted", _("Submitted")
        RETURNED = "returned", _("Returned")
        ACKNOWLEDGED = "acknowledged", _("Acknowledged")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="event_notices")
    reference = models.CharField(max_length=20, unique=True)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, null=True, related_name="event_notice")
    kind = models.CharField(max_length=30)
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    happened_on = models.DateField(null=True, blank=True)
    known_on = models.DateField()
    due_at = models.DateTimeField(null=True)
    statements = models.JSONField(default=dict)
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    drafted_at = models.DateTimeField(default=clock.now)
    saved_at = models.DateTimeField(default=clock.now)
    reminded_on = models.DateField(null=True)
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    submitted_by_label = models.CharField(max_length=200, blank=True)
    submitted_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    remark = models.TextField(blank=True)  # why it was returned

    objects = scoped_by("issuer__organisation").as_manager()

    class Meta:
        ordering = ["-drafted_at", "-pk"]

    def __str__(self) -> str:
        return self.reference

    @property
    def owner_id(self) -> int:
        return self.issuer.organisation_id

    @property
    def is_late(self) -> bool:
        """Whether it came, or has not come yet, after its last day; never where the law counts no days."""
        return self.due_at is not None and (self.submitted_at or clock.now()) > self.due_at


class Consent(models.Model):
    """A request for consent to a controller or an officer of the licensee (ORD ss. 37-38, 53-70)."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Saved, not submitted")
        REQUESTED = "requested", _("Requested")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")
        DEEMED = "deemed", _("May proceed, time has run")
        USED = "used", _("Used")
        LAPSED = "lapsed", _("Lapsed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="consents")
    reference = models.CharField(max_length=20, unique=True)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, null=True, related_name="consent")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consents")
    position = models.CharField(max_length=20, choices=Appointment.Position)
    votes_percent = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    reasons = models.TextField(blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    drafted_at = models.DateTimeField(default=clock.now)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    last_information_at = models.DateTimeField(null=True)
    decide_by = models.DateTimeField(null=True)
    recommended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    recommendation = models.CharField(max_length=7, blank=True)  # grant or refuse
    recommendation_note = models.TextField(blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_note = models.TextField(blank=True)
    use_by = models.DateTimeField(null=True)
    used_on = models.DateField(null=True)

    objects = scoped_by("issuer__organisation").as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("recommended_by")), name="consent_two_officers"
            )
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def owner_id(self) -> int:
        return self.issuer.organisation_id


class ComplaintReturn(models.Model):
    """Counts and ageing of the complaints that a licensee received in a period (SUP 8.4.2-8.4.3)."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="complaint_returns")
    period_start = models.DateField()
    period_end = models.DateField()
    version = models.PositiveSmallIntegerField(default=1)
    open_at_start = models.PositiveIntegerField()
    received = models.PositiveIntegerField()
    acknowledged_in_time = models.PositiveIntegerField()
    acknowledged_late = models.PositiveIntegerField()
    replied_in_time = models.PositiveIntegerField()
    replied_late = models.PositiveIntegerField()
    closed = models.PositiveIntegerField()
    open_to_30_days = models.PositiveIntegerField()
    open_31_to_60_days = models.PositiveIntegerField()
    open_over_60_days = models.PositiveIntegerField()
    remarks = models.TextField(blank=True)
    filed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    filed_by_label = models.CharField(max_length=200)
    filed_at = models.DateTimeField(default=clock.now)
    digest = models.CharField(max_length=64)

    objects = scoped_by("issuer__organisation").as_manager()

    class Meta:
        ordering = ["-period_end", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "period_end", "version"], name="complaint_return_once"),
            models.CheckConstraint(condition=Q(period_start__lte=F("period_end")), name="complaint_return_period"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """Such as ``CMP-2026Q3-1-17``: the quarter, the version, and the row."""
        quarter = (self.period_end.month + 2) // 3
        return f"CMP-{self.period_end.year}Q{quarter}-{self.version}-{self.pk}"

    @property
    def handled(self) -> int:
        """All complaints of the period: those open when it began and those that came in it."""
        return self.open_at_start + self.received

    @property
    def owner_id(self) -> int:
        return self.issuer.organisation_id


class DutyRound(models.Model):
    """The planning of one business day: its row says that it was done, so that it is done once and never lost."""

    day = models.DateField(unique=True)
    planned = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day}"
