"""Who was asked to join an organisation, by whom, and who agreed: the only way to an account."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models.accounts import Organisation, User
from core.models.scoping import scoped_by
from core.roles import Role


class Invitation(models.Model):
    """An invitation of one person into one role; it needs a second person's approval before it is sent.

    Only the digest of the link's secret is kept. Whether a sent invitation has run out follows from ``expires_at``.
    """

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("Waits for a second administrator")
        SENT = "sent", _("Sent")
        ACCEPTED = "accepted", _("Accepted")
        REVOKED = "revoked", _("Withdrawn")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField()
    name = models.CharField(max_length=150)
    role = models.CharField(max_length=30, choices=[(role.value, role.value) for role in Role])
    language = models.CharField(max_length=10, default="en")
    status = models.CharField(max_length=10, choices=Status, default=Status.PROPOSED)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    invited_at = models.DateTimeField(default=clock.now)
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    token_digest = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)

    objects = scoped_by("organisation").as_manager()

    #: Who may approve, where a list has read it for all its rows at once; a row that is locked to decide asks anew.
    known_approvers: list[User] | None = None

    class Meta:
        ordering = ["-invited_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"], condition=Q(status__in=["proposed", "sent"]),
                name="invitation_open_once",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(invited_by=None) | ~Q(approved_by=F("invited_by")),
                name="invitation_two_people",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def owner_id(self) -> int:
        return self.organisation_id
