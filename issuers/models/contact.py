"""Who told the authority that they intend to apply, before there is any application (LIC 4.2)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import Case
from issuers.models.issuer import Issuer


class Contact(models.Model):
    """A first contact; once its people are invited, ``issuer`` is the applicant that it became."""

    class Status(models.TextChoices):
        NEW = "new", _("New")
        TALKING = "talking", _("In talks")
        INVITED = "invited", _("Invited to apply")
        CLOSED = "closed", _("Closed")

    reference = models.CharField(max_length=20, unique=True)
    status = models.CharField(max_length=8, choices=Status, default=Status.NEW)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="contact")
    company_en = models.CharField(max_length=200)
    company_zh = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=25, choices=Issuer.Kind, default=Issuer.Kind.COMPANY)
    person = models.CharField(max_length=150)
    email = models.EmailField()
    language = models.CharField(max_length=10, default="en")
    home_regulator = models.CharField(max_length=200, blank=True)
    intention = models.TextField()
    received_at = models.DateTimeField(default=clock.now)
    issuer = models.OneToOneField(Issuer, on_delete=models.PROTECT, null=True, related_name="contact")

    class Meta:
        ordering = ["-received_at", "-pk"]

    def __str__(self) -> str:
        return self.reference

    @property
    def owner_id(self) -> None:
        return None
