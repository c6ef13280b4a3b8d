"""Groups of officers that share work."""

from __future__ import annotations

from django.db import models

from core.models.accounts import User


class Team(models.Model):
    """Officers who work one kind of case together; a case may wait for a team before it has an officer."""

    slug = models.SlugField(max_length=40, unique=True)
    name_en = models.CharField(max_length=100)
    name_zh_hant = models.CharField(max_length=100, blank=True)
    name_zh_hans = models.CharField(max_length=100, blank=True)
    members = models.ManyToManyField(User, related_name="teams", blank=True)

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name_en
