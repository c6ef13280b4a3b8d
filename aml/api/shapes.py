"""How lists, versions, entries and loads are answered, and what is asked of them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from aml.models import ListEntry, ListLoad, ListVersion, Source
from aml.selectors.list_entries import PARTS
from aml.selectors.list_words import account_of_load
from core.api.pages import PageQuery, Query


class ListForm(Query):
    """All files of one list, under ``file`` each, and its day where no file says it."""

    file = serializers.ListField(
        child=serializers.FileField(allow_empty_file=True, max_length=200), min_length=1, max_length=20,
        help_text=_("All files of the list, as the publisher made them"),
    )
    published_on = serializers.DateField(required=False, help_text=_("Publisher's day, if no file says it"))


class LoadQuery(PageQuery):
    """Which loads to list."""

    list = serializers.ChoiceField(required=False, choices=Source.choices)
    outcome = serializers.ChoiceField(required=False, choices=ListLoad.Outcome.choices)


class EntryQuery(PageQuery):
    """Which entries of a version to list."""

    part = serializers.ChoiceField(required=False, choices=[(part, part) for part in PARTS], default="entries")
    q = serializers.CharField(
        required=False, allow_blank=True, trim_whitespace=False, max_length=200,
        help_text=_("Part of a name, a number or a wallet"),
    )


class VersionShape(serializers.ModelSerializer):
    """One version of a list."""

    class Meta:
        model = ListVersion
        fields = ["source", "number", "sha256", "files", "published_on", "loaded_at", "entry_count", "name_count",
                  "address_count", "added", "changed", "removed", "assets", "screened_at", "wallets_screened_at"]


class FreshnessShape(serializers.Serializer):
    """One list: the version in force and how fresh it is."""

    list = serializers.CharField(source="source")
    name = serializers.CharField(source="label")
    state = serializers.ChoiceField(choices=["fresh", "old", "missing"])
    since = serializers.DateField(allow_null=True, help_text=_("Day from which its age counts"))
    days = serializers.IntegerField(allow_null=True, help_text=_("Age in days"))
    allowed_days = serializers.IntegerField(source="allowed", help_text=_("Age that it may have; 0 is any"))
    checked_at = serializers.DateTimeField(allow_null=True, help_text=_("Last good load"))
    last_load_refused = serializers.BooleanField(source="is_failing")
    version = VersionShape(allow_null=True)


class EntryShape(serializers.ModelSerializer):
    """One entry as the publisher lists it."""

    names = serializers.SerializerMethodField()
    addresses = serializers.SerializerMethodField()

    class Meta:
        model = ListEntry
        fields = ["id", "source", "key", "since", "until", "kind", "name", "names", "programmes", "listed_on",
                  "birth_dates", "countries", "identifiers", "addresses", "details", "digest"]

    def get_names(self, entry: ListEntry) -> list[dict[str, str]]:
        return [{"name": each.name, "kind": each.kind} for each in entry.names.all()]

    def get_addresses(self, entry: ListEntry) -> list[dict[str, Any]]:
        return [{"asset": each.asset, "address": each.address, "listed_on": each.listed_on}
                for each in entry.addresses.all()]


class ListProblem(serializers.Serializer):
    """One thing that is wrong with the files of a list."""

    rule = serializers.CharField()
    file = serializers.CharField()
    row = serializers.IntegerField(allow_null=True)
    column = serializers.CharField()
    value = serializers.CharField()
    message = serializers.CharField()
    fix = serializers.CharField()


class LoadShape(serializers.Serializer):
    """What became of a load: the version with its counts, or every reason why there is none."""

    load = serializers.IntegerField(help_text=_("Number of the load"))
    list = serializers.CharField()
    outcome = serializers.ChoiceField(choices=ListLoad.Outcome.choices)
    files = serializers.ListField(child=serializers.DictField(), help_text=_("Name, SHA-256 and size of each"))
    origin = serializers.CharField(help_text=_("Address that it was fetched from, or empty"))
    tried_at = serializers.DateTimeField()
    version = serializers.IntegerField(allow_null=True)
    sha256 = serializers.CharField(allow_null=True)
    published_on = serializers.DateField(allow_null=True)
    entries = serializers.IntegerField(allow_null=True)
    names = serializers.IntegerField(allow_null=True)
    addresses = serializers.IntegerField(allow_null=True)
    assets = serializers.ListField(child=serializers.CharField())
    added = serializers.IntegerField(allow_null=True)
    changed = serializers.IntegerField(allow_null=True)
    removed = serializers.IntegerField(allow_null=True)
    problem_count = serializers.IntegerField()
    problems = ListProblem(many=True)

    def to_representation(self, instance: ListLoad) -> dict[str, Any]:
        return account_of_load(instance)
