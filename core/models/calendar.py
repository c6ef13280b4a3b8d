"""Days that a gale or black-rainstorm warning closed, as officers entered them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models.accounts import User


class Closure(models.Model):
    """A gale warning day or black rainstorm warning day (Cap. 1 s. 71(2); SUP glossary, "business day")."""

    class Warning(models.TextChoices):
        GALE = "gale", _("Gale warning")
        BLACK_RAINSTORM = "black_rainstorm", _("Black rainstorm warning")

    day = models.DateField(unique=True)
    warning = models.CharField(max_length=20, choices=Warning)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day} {self.warning}"
