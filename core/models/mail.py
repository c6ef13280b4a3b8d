"""What we said and what became of it: messages, the server that takes them, bounces, what people do not want, keys."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models.accounts import Organisation, User
from core.models.cases import Case
from core.models.feeds import Blob
from core.models.scoping import scoped_by


class Message(models.Model):
    """One e-mail to one recipient, exactly once per ``key``.

    ``attachments`` are files of the blob store: a list of ``{"sha256", "filename", "media_type"}``. ``optional`` says
    that its recipient may turn such mail off. ``again_of`` is the message that a person sent once more.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", _("Queued")
        INFLIGHT = "inflight", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        UNCERTAIN = "uncertain", _("Sent or not: unknown")
        BOUNCED = "bounced", _("Came back")
        SETTLED = "settled", _("Settled by a person")

    key = models.CharField(max_length=200, unique=True)
    notice = models.CharField(max_length=80)
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    recipient = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="messages")
    address = models.EmailField()
    language = models.CharField(max_length=10)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField()
    optional = models.BooleanField(default=False)
    attachments = models.JSONField(default=list)
    queued_at = models.DateTimeField(default=clock.now)
    next_attempt_at = models.DateTimeField(default=clock.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="messages")
    again_of = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="again")
    #: When the recipient opened it in the inbox of the platform; of the e-mail nobody can know.
    read_at = models.DateTimeField(null=True, blank=True)

    objects = scoped_by("organisation").as_manager()

    class Meta:
        ordering = ["-queued_at", "-pk"]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(status="queued"), name="message_due"),
            models.Index(fields=["sent_at"], condition=Q(sent_at__isnull=False), name="message_sent"),
            models.Index(fields=["recipient", "-queued_at"], name="message_recipient"),
            models.Index(fields=["recipient"], condition=Q(read_at=None), name="message_unread"),
            models.Index(fields=["organisation", "-queued_at"], name="message_organisation"),
            models.Index(
                fields=["queued_at"], condition=Q(status__in=["failed", "uncertain", "bounced"]), name="message_to_work"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice} to {self.address}"

    @property
    def owner_id(self) -> int | None:
        return self.organisation_id

    @property
    def token(self) -> str:
        """What only we can write of this message: an answer that names it is about it."""
        return salted_hmac("core.models.Message", f"{self.pk}:{self.key}").hexdigest()[:20]


class MailServer(models.Model):
    """How the mail server does, in one row per server: since when it does not take mail, and when it is tried again."""

    name = models.CharField(max_length=200, unique=True)
    failures = models.PositiveIntegerField(default=0)
    down_since = models.DateTimeField(null=True)
    retry_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return self.name


class Bounce(models.Model):
    """One mail that came back to us: what it says, of which message; those that say nothing wait for a person."""

    class Kind(models.TextChoices):
        HARD = "hard", _("Cannot be delivered")
        SOFT = "soft", _("Delayed")
        UNKNOWN = "unknown", _("Not understood")

    kind = models.CharField(max_length=8, choices=Kind)
    raw = models.OneToOneField(Blob, on_delete=models.PROTECT, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, related_name="bounces")
    address = models.CharField(max_length=320, blank=True)
    code = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    received_at = models.DateTimeField(default=clock.now)
    read_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-received_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.code} {self.address}".strip()


class OptOut(models.Model):
    """That a person does not want one kind of optional mail; which can be only what its notice says is optional."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="opt_outs")
    notice = models.CharField(max_length=80)
    since = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "notice"], name="opt_out_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.notice}"


class MailCertificateQuerySet(models.QuerySet):
    def standing(self) -> MailCertificateQuerySet:
        """Return those that were not withdrawn and are valid now."""
        now = clock.now()
        return self.filter(withdrawn_at=None, not_before__lte=now, not_after__gt=now)


class MailCertificate(models.Model):
    """A person's S/MIME certificate: with it mail to the person is encrypted while it is valid."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="mail_certificates")
    pem = models.TextField()
    fingerprint = models.CharField(max_length=64)
    subject = models.CharField(max_length=300)
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    filed_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True)

    objects = MailCertificateQuerySet.as_manager()

    class Meta:
        ordering = ["-filed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(withdrawn_at=None), name="mail_certificate_one")
        ]

    def __str__(self) -> str:
        return self.fingerprint[:16]
