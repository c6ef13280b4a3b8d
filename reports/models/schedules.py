"""What is made and sent regularly: how it is set, each occasion that fell due, and who receives what."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import Message, User
from core.roles import Role
from reports.models.run import ReportRun
from reports.timetable import Cadence, Period, Rhythm


class Schedule(models.Model):
    """Something that is made or sent regularly, by the name of its production; how is what its last version says."""

    name = models.CharField(max_length=40, unique=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class ScheduleVersion(models.Model):
    """How a schedule was set, by whom and when; rows are only added, the last one holds."""

    class Cadences(models.TextChoices):
        DAILY = Cadence.DAILY.value, _("Every business day")
        WEEKLY = Cadence.WEEKLY.value, _("Every week")
        MONTHLY = Cadence.MONTHLY.value, _("Every month")
        QUARTERLY = Cadence.QUARTERLY.value, _("Every quarter")
        ON_EVENT = Cadence.ON_EVENT.value, _("As soon as there is something")

    schedule = models.ForeignKey(Schedule, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    cadence = models.CharField(max_length=10, choices=Cadences)
    at = models.TimeField(help_text="Time of day in Hong Kong.")
    business_day = models.PositiveSmallIntegerField(default=1)
    active = models.BooleanField(default=True)
    since = models.DateTimeField(help_text="What fell due before is not caught up.")
    reason = models.CharField(max_length=300, blank=True)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    set_by_label = models.CharField(max_length=200)
    set_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["schedule", "-number"]
        constraints = [models.UniqueConstraint(fields=["schedule", "number"], name="schedule_version_once")]

    def __str__(self) -> str:
        return f"{self.schedule} {self.number}"

    @property
    def rhythm(self) -> Rhythm:
        return Rhythm(Cadence(self.cadence), self.at, self.business_day)


class Occasion(models.Model):
    """One period of a schedule that fell due: its place in the queue, and the memory of what came of it."""

    class Status(models.TextChoices):
        DUE = "due", _("Due")
        PRODUCED = "produced", _("Done")
        NOTHING_DUE = "nothing_due", _("Nothing was due")
        FAILED = "failed", _("Failed")
        MISSED = "missed", _("Missed")

    schedule = models.ForeignKey(Schedule, on_delete=models.PROTECT, related_name="occasions")
    first = models.DateField()
    last = models.DateField()
    due_at = models.DateTimeField()
    status = models.CharField(max_length=12, choices=Status, default=Status.DUE)
    expected = models.PositiveIntegerField(default=0)
    mailed = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=500, blank=True)
    opened_at = models.DateTimeField(default=clock.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=clock.now)
    settled_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-last", "-pk"]
        constraints = [models.UniqueConstraint(fields=["schedule", "first", "last"], name="occasion_once")]
        indexes = [models.Index(fields=["next_attempt_at"], condition=Q(status="due"), name="occasion_waits")]

    def __str__(self) -> str:
        return f"{self.schedule} {self.first}" + ("" if self.first == self.last else f"/{self.last}")

    @property
    def period(self) -> Period:
        return Period(self.first, self.last)


class OccasionPart(models.Model):
    """One report of an occasion, made once, or why it could not be made."""

    occasion = models.ForeignKey(Occasion, on_delete=models.PROTECT, related_name="parts")
    subject = models.CharField(max_length=120)
    run = models.ForeignKey(ReportRun, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["occasion", "subject"]
        constraints = [models.UniqueConstraint(fields=["occasion", "subject"], name="occasion_part_once")]

    def __str__(self) -> str:
        return f"{self.occasion}: {self.subject}"


class Subscription(models.Model):
    """How a person, or everybody in a role, is told of reports of a kind; rows are only added, the last one holds."""

    class How(models.TextChoices):
        AT_ONCE = "at_once", _("At once, by a mail of its own")
        DIGEST = "digest", _("In the morning digest")
        NONE = "none", _("Not at all")

    person = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="subscriptions")
    role = models.CharField(max_length=30, blank=True, choices=[(role.value, role.value) for role in Role])
    kind = models.CharField(max_length=30, choices=ReportRun.Kind)
    how = models.CharField(max_length=10, choices=How)
    language = models.CharField(max_length=10, blank=True, help_text="Empty: the person's own.")
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    set_by_label = models.CharField(max_length=200)
    set_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(person=None) ^ Q(role=""), name="subscription_of_person_or_role"),
        ]
        indexes = [models.Index(fields=["kind", "person", "role"])]

    def __str__(self) -> str:
        return f"{self.person or self.role}: {self.kind}"


class ReportNotice(models.Model):
    """One person told of one report, once: by a mail of its own, or in the person's next morning digest."""

    run = models.ForeignKey(ReportRun, on_delete=models.PROTECT, related_name="notices")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=10, choices=Subscription.How)
    language = models.CharField(max_length=10)
    queued_at = models.DateTimeField(default=clock.now)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["queued_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["run", "person"], name="report_notice_once")]
        indexes = [models.Index(fields=["person"], condition=Q(message=None), name="report_notice_waits")]

    def __str__(self) -> str:
        return f"{self.run} to {self.person}"
