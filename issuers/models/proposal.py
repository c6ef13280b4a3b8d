"""What the authority intends to do to a licence, heard and decided before it takes effect."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import Case, User
from core.models.scoping import scoped_by
from issuers.models.licence import Licence


class Proposal(models.Model):
    """One intended act on a licence; ``kind`` is a key of ``issuers.powers.POWERS``, which cites the provision.

    ``terms`` holds what the kind needs (the condition, the sanction, the direction about the reserve), and
    ``hearing_days`` where the licensee is heard. The proposer never decides: the database refuses it. ``applied_at`` is
    when the act changed the licence.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        REPRESENTED = "represented", _("Representations received")
        DECIDED = "decided", _("Decided")
        DROPPED = "dropped", _("Dropped")

    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="proposals")
    reference = models.CharField(max_length=20, unique=True)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, null=True, related_name="proposal")
    kind = models.CharField(max_length=24)
    status = models.CharField(max_length=12, choices=Status, default=Status.OPEN)
    terms = models.JSONField(default=dict)
    grounds = models.TextField()
    urgent_reason = models.TextField(blank=True)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=clock.now)
    representations_until = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_note = models.TextField(blank=True)
    digest = models.CharField(max_length=64, blank=True)  # of exactly what was decided
    takes_effect_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    tribunal_until = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)

    objects = scoped_by("licence__issuer__organisation").as_manager()

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")), name="proposal_two_officers"
            )
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def owner_id(self) -> int:
        return self.licence.owner_id

    @property
    def hearing_runs(self) -> bool:
        """Whether the licensee can still be heard on it."""
        undecided = self.status in (self.Status.OPEN, self.Status.REPRESENTED)
        return undecided and self.representations_until is not None and clock.now() <= self.representations_until


class Representation(models.Model):
    """What the licensee said against a proposal, within its time."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="representations")
    text = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.proposal}: {self.text[:40]}"


class TribunalReference(models.Model):
    """That the licensee took the decision to the tribunal, or gave that up, and how it ended (ORD s. 140-141)."""

    class Outcome(models.TextChoices):
        PENDING = "pending", _("Before the tribunal")
        WAIVED = "waived", _("Right given up")
        UPHELD = "upheld", _("Decision upheld")
        SET_ASIDE = "set_aside", _("Decision set aside")

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="tribunal")
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.PENDING)
    referred_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.proposal}: {self.outcome}"
