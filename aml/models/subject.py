"""Whom the platform screens, and what each screening searched for and found."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aml.models.watchlist import ListEntry
from core import clock
from core.models import Organisation, User
from core.models.scoping import ScopedQuerySet


class AuthorityQuerySet(ScopedQuerySet):
    """Rows that are the authority's alone: an issuer must not learn what is looked for or found (AML guideline 8.2)."""

    def visible_to(self, actor):
        return self if actor.is_authority else self.none()


class Subject(models.Model):
    """A person, company or vessel that is screened on entry, on change, on each change of a list and every night.

    ``key`` says where it is on record: ``person:12``, ``issuer:3``, ``organisation:7``. ``digest`` is of all that a
    screening uses of it: whatever was decided about it holds while the digest stays.
    """

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        ORGANISATION = "organisation", _("Company or organisation")
        VESSEL = "vessel", _("Vessel")

    class Part(models.TextChoices):
        ISSUER = "issuer", _("Issuer")
        CONTROLLER = "controller", _("Controller")
        DIRECTOR = "director", _("Director")
        MANAGER = "manager", _("Manager")
        BENEFICIAL_OWNER = "beneficial_owner", _("Beneficial owner")
        SHAREHOLDER = "shareholder", _("Body in the ownership chart")
        CUSTODIAN = "custodian", _("Custodian or bank")
        COUNTERPARTY = "counterparty", _("Counterparty")
        AUDITOR = "auditor", _("Auditor")

    key = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=12, choices=Kind)
    parts = models.JSONField(default=list)  # members of Part
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name_en = models.CharField(max_length=300)
    name_zh = models.CharField(max_length=300, blank=True)
    other_names = models.JSONField(default=list)
    birth_date = models.DateField(null=True)
    country = models.CharField(max_length=2, blank=True)
    identifiers = models.JSONField(default=list)  # [{"kind", "value", "country"}]
    digest = models.CharField(max_length=64)
    since = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)  # no longer to be screened
    screened_at = models.DateTimeField(null=True)  # empty: waits to be screened

    objects = AuthorityQuerySet.as_manager()

    class Meta:
        ordering = ["name_en", "pk"]

    def __str__(self) -> str:
        return self.name_en


class ScreeningRun(models.Model):
    """One going-through of subjects: why, against which lists, by which version of the algorithm."""

    class Reason(models.TextChoices):
        ENTRY = "entry", _("First entered")
        CHANGE = "change", _("Its particulars changed")
        LIST_CHANGE = "list_change", _("A list changed")
        NIGHTLY = "nightly", _("Every night")
        REQUEST = "request", _("Somebody asked")

    reason = models.CharField(max_length=12, choices=Reason)
    algorithm = models.CharField(max_length=20)
    threshold = models.CharField(max_length=8)  # a decimal number between 0 and 1
    lists = models.JSONField()  # [{"source", "number", "sha256", "published_on", "entries"}]
    began_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    subject_count = models.PositiveIntegerField(default=0)
    hit_count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-began_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.reason} {self.pk}"


class Screening(models.Model):
    """One subject searched for once: the evidence that it took place, hit or no hit (AML guideline 7.8)."""

    run = models.ForeignKey(ScreeningRun, on_delete=models.PROTECT, related_name="screenings")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="screenings")
    query = models.JSONField()  # what was searched for: names, birth date, country, identifiers
    subject_digest = models.CharField(max_length=64)
    compared = models.PositiveIntegerField()  # names of entries that were scored
    best_score = models.CharField(max_length=8, blank=True)  # of what stayed below the threshold too
    hit_count = models.PositiveIntegerField(default=0)
    screened_at = models.DateTimeField(default=clock.now)

    objects = AuthorityQuerySet.as_manager()

    class Meta:
        ordering = ["-screened_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["run", "subject"], name="screening_once")]

    def __str__(self) -> str:
        return f"{self.subject} {self.screened_at:%Y-%m-%d}"


class Hit(models.Model):
    """One entry that a screening found at or above the threshold, with what each part of the score says."""

    screening = models.ForeignKey(Screening, on_delete=models.PROTECT, related_name="hits")
    entry = models.ForeignKey(ListEntry, on_delete=models.PROTECT, related_name="+")
    matched_name = models.CharField(max_length=600)
    score = models.CharField(max_length=8)
    explanation = models.JSONField()  # aml.matching's account: tokens, how each met, what each part gave

    objects = AuthorityQuerySet.as_manager()

    class Meta:
        ordering = ["-score", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["screening", "entry"], name="hit_once"),
            models.CheckConstraint(condition=~Q(score=""), name="hit_has_score"),
        ]

    def __str__(self) -> str:
        return f"{self.matched_name} {self.score}"
