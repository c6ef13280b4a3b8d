"""Published lists of sanctioned people, companies, vessels and wallets, version by version; no version ever changes."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import User
from core.models.scoping import ScopedQuerySet


class ListQuerySet(ScopedQuerySet):
    """Lists and their loads are the authority's alone."""

    def visible_to(self, actor):
        return self if actor.is_authority else self.none()


class Source(models.TextChoices):
    """Who publishes a list (AML guideline 7.2-7.5)."""

    OFAC = "ofac", _("OFAC specially designated nationals")
    UN = "un", _("United Nations Security Council consolidated list")
    EU = "eu", _("European Union consolidated list")
    UK = "uk", _("United Kingdom sanctions list")
    HK = "hk", _("Hong Kong Gazette")
    OWN = "own", _("The authority's own list")
    CRYPTO = "crypto", _("Sanctioned digital-currency addresses")


class ListVersion(models.Model):
    """One list as it was published at one time: what a screening names when it says against what it searched.

    Its entries are those whose range of versions holds ``number``: see ``ListEntry``. ``screened_at`` is empty while
    subjects wait to be screened against what it changed, ``wallets_screened_at`` while wallets do.
    """

    source = models.CharField(max_length=8, choices=Source)
    number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)  # of the digests of its files, in order
    files = models.JSONField(default=list)  # [{"name", "sha256", "size"}], the bytes lie in the blob store
    published_on = models.DateField(null=True)
    loaded_at = models.DateTimeField(default=clock.now)
    loaded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    entry_count = models.PositiveIntegerField()
    name_count = models.PositiveIntegerField()
    address_count = models.PositiveIntegerField()
    added = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    removed = models.PositiveIntegerField()
    assets = models.JSONField(default=list)  # of a list of addresses: the assets that its files name
    screened_at = models.DateTimeField(null=True)
    wallets_screened_at = models.DateTimeField(null=True)

    objects = ListQuerySet.as_manager()

    class Meta:
        ordering = ["source", "-number"]
        constraints = [models.UniqueConstraint(fields=["source", "number"], name="list_version_once")]

    def __str__(self) -> str:
        return f"{self.source} {self.number}"


class ListEntry(models.Model):
    """One person, company or vessel as one or more versions of a list have it.

    It is in every version from ``since`` up to, and without, ``until`` (empty: it still stands). An entry that its
    publisher changes ends, and another with the same ``key`` begins.
    """

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        ORGANISATION = "organisation", _("Company or organisation")
        VESSEL = "vessel", _("Vessel")
        AIRCRAFT = "aircraft", _("Aircraft")
        UNKNOWN = "unknown", _("Not said")

    source = models.CharField(max_length=8, choices=Source)
    key = models.CharField(max_length=80)  # the publisher's own identifier
    since = models.PositiveIntegerField()
    until = models.PositiveIntegerField(null=True)
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=600)
    programmes = models.JSONField(default=list)
    listed_on = models.DateField(null=True)
    birth_dates = models.JSONField(default=list)  # "1971-03-02", "1971-03", "1971", as exact as it was published
    countries = models.JSONField(default=list)  # ISO 3166-1 codes; a name that has none stays a name
    identifiers = models.JSONField(default=list)  # [{"kind", "value", "country"}]
    details = models.JSONField(default=dict)  # what else was published: addresses, remarks
    digest = models.CharField(max_length=64)  # of all that was published of it

    objects = ListQuerySet.as_manager()

    class Meta:
        ordering = ["source", "key"]
        constraints = [
            models.UniqueConstraint(fields=["source", "key", "since"], name="list_entry_once"),
            models.UniqueConstraint(fields=["source", "key"], condition=Q(until=None), name="list_entry_stands_once"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gt=F("since")), name="list_entry_ends_later"),
        ]

    def __str__(self) -> str:
        return self.name


class EntryName(models.Model):
    """One name of an entry, as published."""

    class Kind(models.TextChoices):
        PRIMARY = "primary", _("Name")
        ALIAS = "alias", _("Also known as")
        WEAK = "weak", _("Also known as (weak)")
        ORIGINAL = "original", _("In its own script")

    entry = models.ForeignKey(ListEntry, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=600)
    kind = models.CharField(max_length=8, choices=Kind)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class ListedAddress(models.Model):
    """One digital-currency address of an entry; ``canonical`` is what exact search compares (``aml.addresses``)."""

    entry = models.ForeignKey(ListEntry, on_delete=models.CASCADE, related_name="addresses")
    asset = models.CharField(max_length=12)  # as published: XBT, ETH, USDT
    address = models.CharField(max_length=160)
    canonical = models.CharField(max_length=160, db_index=True)
    listed_on = models.DateField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["entry", "asset", "canonical"], name="listed_address_once")]

    def __str__(self) -> str:
        return self.address


class ListLoad(models.Model):
    """One try to load a list: what it made, or why it was refused and the version before keeps serving."""

    class Outcome(models.TextChoices):
        LOADED = "loaded", _("Loaded")
        UNCHANGED = "unchanged", _("The same files as before")
        REFUSED = "refused", _("Refused")

    source = models.CharField(max_length=8, choices=Source)
    outcome = models.CharField(max_length=10, choices=Outcome)
    version = models.ForeignKey(ListVersion, on_delete=models.PROTECT, null=True, related_name="loads")
    files = models.JSONField(default=list)  # [{"name", "sha256", "size"}]
    origin = models.CharField(max_length=1000, blank=True)  # the address it was fetched from, or empty
    problems = models.JSONField(default=list)
    problem_count = models.PositiveIntegerField(default=0)
    published_on = models.DateField(null=True)  # the publisher's day, if whoever loaded it had to say it
    tried_at = models.DateTimeField(default=clock.now)
    tried_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = ListQuerySet.as_manager()

    class Meta:
        ordering = ["-tried_at", "-pk"]

    def __str__(self) -> str:
        return self.source


class LoadRelease(models.Model):
    """An officer's word that a load which was refused for doubt alone is right; two of them let it through."""

    load = models.ForeignKey(ListLoad, on_delete=models.PROTECT, related_name="releases")
    reason = models.TextField()
    released_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["load", "released_by"], name="load_release_once")]

    def __str__(self) -> str:
        return f"{self.load} {self.released_by_id}"
