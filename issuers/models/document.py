"""Documents that an issuer filed, in versions; nothing that was filed is ever lost."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from core import clock
from core.models import Blob, User
from core.models.scoping import scoped_by
from issuers.models.application import Application
from issuers.models.assessment import RequestItem
from issuers.models.duties import Consent, EventNotice
from issuers.models.issuer import Issuer
from issuers.models.person import Person
from issuers.models.proposal import Proposal


class Document(models.Model):
    """One version of one document: in a slot of LIC Annex B, about a person, or as part of a reply."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="documents")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, null=True, related_name="documents")
    slot = models.CharField(max_length=10, blank=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="documents")
    request_item = models.ForeignKey(RequestItem, on_delete=models.PROTECT, null=True, related_name="documents")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, null=True, related_name="documents")
    event_notice = models.ForeignKey(EventNotice, on_delete=models.PROTECT, null=True, related_name="documents")
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, null=True, related_name="documents")
    title = models.CharField(max_length=200)
    filename = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    page_count = models.PositiveIntegerField(null=True)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField(default=1)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField(default=clock.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = scoped_by("issuer__organisation").as_manager()

    class Meta:
        ordering = ["slot", "title", "-version"]
        indexes = [models.Index(fields=["application", "slot"], condition=Q(removed_at=None), name="document_in_slot")]

    def __str__(self) -> str:
        return f"{self.title} ({self.version})"

    @property
    def owner_id(self) -> int:
        return self.issuer.organisation_id

    @property
    def sha256(self) -> str:
        return self.blob_id
