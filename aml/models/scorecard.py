"""How good the matching of names was found to be, for each version of the lists and of the algorithm."""

from __future__ import annotations

from django.db import models

from core import clock
from core.models import Blob, User
from core.models.scoping import ScopedQuerySet


class AuthorityQuerySet(ScopedQuerySet):
    """Rows that are the authority's alone."""

    def visible_to(self, actor):
        return self if actor.is_authority else self.none()


class LabelledPairs(models.Model):
    """A file of pairs of names of which people said whether they are one."""

    blob = models.OneToOneField(Blob, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    pair_count = models.PositiveIntegerField()
    loaded_at = models.DateTimeField(default=clock.now)
    loaded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = AuthorityQuerySet.as_manager()

    class Meta:
        ordering = ["-loaded_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name


class Scorecard(models.Model):
    """One measuring: by which algorithm, in which lists, on which labelled pairs, and what came out."""

    algorithm = models.CharField(max_length=20)
    threshold = models.CharField(max_length=8)  # a decimal number between 0 and 1
    lists = models.JSONField()  # [{"source", "number", "sha256"}]
    labelled = models.ForeignKey(LabelledPairs, on_delete=models.PROTECT, null=True, related_name="+")
    digest = models.CharField(max_length=64, unique=True)  # of all of the above: measured once
    results = models.JSONField()  # {"labelled": …, "generated": …}: see aml.matching.scoring.count
    made_at = models.DateTimeField(default=clock.now)

    objects = AuthorityQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.algorithm} {self.made_at:%Y-%m-%d}"
