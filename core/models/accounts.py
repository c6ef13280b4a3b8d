"""People, the organisations they act for, the parts they play there, and the keys of machines."""

from __future__ import annotations

import hashlib
import secrets
from functools import cached_property

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core import clock
from core.roles import ROLES, Can, Role


class Organisation(models.Model):
    """A body that people and keys act for; its name has an English and a Chinese form."""

    class Kind(models.TextChoices):
        AUTHORITY = "authority", _("Authority")
        ISSUER = "issuer", _("Issuer")
        CUSTODIAN = "custodian", _("Custodian")
        BANK = "bank", _("Bank")
        AUDITOR = "auditor", _("Auditor")
        PRICE_SOURCE = "price_source", _("Source of prices")
        READER = "reader", _("Reader of chains")

    kind = models.CharField(max_length=12, choices=Kind)
    slug = models.SlugField(max_length=80, unique=True)
    name_en = models.CharField(max_length=200)
    name_zh_hant = models.CharField(max_length=200, blank=True)
    name_zh_hans = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name_en

    @property
    def name(self) -> str:
        """The name in the reader's language, or the English one where there is no other."""
        return {"zh-hant": self.name_zh_hant, "zh-hans": self.name_zh_hans}.get(get_language() or "") or self.name_en

    @property
    def owner_id(self) -> int:
        return self.pk


class MembershipQuerySet(models.QuerySet):
    def current(self) -> MembershipQuerySet:
        """Return memberships in force today in Hong Kong."""
        day = clock.today()
        return self.filter(since__lte=day).filter(Q(until=None) | Q(until__gte=day))


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, name: str, password: str | None = None, **fields) -> User:
        user = self.model(email=self.normalize_email(email).lower(), name=name, **fields)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person who signs in; what the person may do comes only from memberships."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150)
    language = models.CharField(max_length=10, default="en")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=clock.now)
    # Since when mail to the address comes back; a person who corrects or trusts the address ends it.
    undeliverable_since = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        return self.name

    @property
    def username(self) -> str:
        return self.email

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split()[:2]).upper()

    @cached_property
    def current_memberships(self) -> list[Membership]:
        return list(self.memberships.current().select_related("organisation"))

    @cached_property
    def organisation_ids(self) -> frozenset[int]:
        return frozenset(membership.organisation_id for membership in self.current_memberships)

    @cached_property
    def is_authority(self) -> bool:
        return any(m.organisation.kind == Organisation.Kind.AUTHORITY for m in self.current_memberships)

    def can(self, permission: Can, record=None) -> bool:
        """Say whether a current membership grants the permission, for this record if one is given."""
        return self.is_active and any(
            permission in ROLES[Role(membership.role)]
            and (
                record is None
                or membership.organisation.kind == Organisation.Kind.AUTHORITY
                or takes_part(membership.organisation_id, record)
            )
            for membership in self.current_memberships
        )


def takes_part(organisation_id: int, record) -> bool:
    """Say whether the record is the organisation's, or names it as another party (``party_ids``)."""
    return organisation_id == record.owner_id or organisation_id in getattr(record, "party_ids", ())


class Membership(models.Model):
    """One person's part in one organisation, from one day to another."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=30, choices=[(role.value, role.value) for role in Role])
    since = models.DateField(default=clock.today)
    until = models.DateField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation", "role"], name="membership_once"),
            models.CheckConstraint(condition=Q(role__in=[role.value for role in Role]), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role} of {self.organisation}"

    @property
    def owner_id(self) -> int:
        return self.organisation_id


class ApiKey(models.Model):
    """A machine's key to the API, acting for one organisation in one role; only its digest is kept."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="keys")
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=30, choices=[(role.value, role.value) for role in Role])
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    is_authenticated = True
    is_active = True

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix})"

    @staticmethod
    def digest_of(secret: str) -> str:
        # The secret has 256 random bits, so a plain hash cannot be guessed back.
        return hashlib.sha256(secret.encode()).hexdigest()

    @classmethod
    def new_secret(cls) -> tuple[str, str]:
        """Return a fresh ``(prefix, secret)``; the secret starts with the prefix and is shown once."""
        prefix = "ak_" + secrets.token_hex(4)
        return prefix, f"{prefix}.{secrets.token_urlsafe(32)}"

    @property
    def label(self) -> str:
        return f"{self.organisation}: {self.name}"

    @property
    def owner_id(self) -> int:
        return self.organisation_id

    @property
    def organisation_ids(self) -> frozenset[int]:
        return frozenset({self.organisation_id})

    @property
    def is_authority(self) -> bool:
        return self.organisation.kind == Organisation.Kind.AUTHORITY

    def can(self, permission: Can, record=None) -> bool:
        """Say whether the key's role grants the permission, for this record if one is given."""
        if self.revoked_at or permission not in ROLES[Role(self.role)]:
            return False
        return record is None or self.is_authority or record.owner_id == self.organisation_id
