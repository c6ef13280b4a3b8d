"""Shapes of answers that several apps give: refusals with their problems, receipts of files, organisations."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.reverse import reverse

from core.api.uploads import worded_problems
from core.models import FeedFile, Organisation


class Problem(serializers.Serializer):
    """One thing that is wrong, in the reader's language, and what to do about it."""

    rule = serializers.CharField(help_text=_("Code of the rule, for programs"))
    file = serializers.CharField(help_text=_("Name of the file, if the problem is in one"))
    sheet = serializers.CharField(help_text=_("Sheet of the workbook"))
    row = serializers.IntegerField(allow_null=True, help_text=_("Row as a spreadsheet numbers it; the header is 1"))
    column = serializers.CharField(help_text=_("Column of the file, or field or header of the request"))
    value = serializers.CharField(help_text=_("What stands there"))
    message = serializers.CharField()
    fix = serializers.CharField()


class Refusal(serializers.Serializer):
    """Why a request is not answered."""

    code = serializers.CharField(help_text=_("For programs; never translated"))
    message = serializers.CharField(help_text=_("For people; Accept-Language chooses the language"))
    problems = Problem(many=True, required=False, help_text=_("The first 1,000 of all that is wrong"))
    problem_count = serializers.IntegerField(required=False)


class Names(serializers.Serializer):
    """The names of an organisation; empty where it has none in that script."""

    name_en = serializers.CharField()
    name_zh_hant = serializers.CharField()
    name_zh_hans = serializers.CharField()


class Receipt(serializers.ModelSerializer):
    """One file as received, and what became of it."""

    coin = serializers.CharField(source="subject")
    state = serializers.ChoiceField(source="status", choices=FeedFile.Status.choices)
    sender = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    sha256 = serializers.CharField(source="blob_id", help_text=_("Of the bytes as received; they are kept unchanged"))
    size = serializers.IntegerField(source="blob.size", help_text=_("Bytes"))
    rows = serializers.IntegerField(source="row_count", help_text=_("Lines kept; 0 unless accepted"))
    supersedes = serializers.IntegerField(
        source="supersedes_id", allow_null=True, help_text=_("Id of the file replaced")
    )
    url = serializers.SerializerMethodField(help_text=_("Where to ask for this receipt again"))
    problems = serializers.SerializerMethodField(help_text=_("The first 1,000 of all that is wrong"))

    class Meta:
        model = FeedFile
        fields = [
            "id",
            "url",
            "feed",
            "coin",
            "as_of",
            "state",
            "sender",
            "filename",
            "sha256",
            "size",
            "rows",
            "supersedes",
            "received_at",
            "judged_at",
            "problem_count",
            "problems",
        ]
        read_only_fields = fields

    def get_url(self, feed_file: FeedFile) -> str:
        return reverse("api:file", [feed_file.pk], request=self.context["request"])

    def get_problems(self, feed_file: FeedFile) -> list[dict[str, Any]]:
        return worded_problems(feed_file.problems)


class ReceiptLine(Receipt):
    """A receipt as lists show it: with the number of problems, without the problems."""

    problems = None

    class Meta(Receipt.Meta):
        fields = [name for name in Receipt.Meta.fields if name != "problems"]
        read_only_fields = fields


class RefusedFile(Refusal):
    """A file refused whole, with everything that is wrong with it."""

    problems = Problem(many=True)
    problem_count = serializers.IntegerField(help_text=_("Of all problems, shown or not"))
    receipt = Receipt(required=False, help_text=_("Absent if the file was too large to be stored"))


class SenderField(serializers.SlugRelatedField):
    """The slug of an organisation that may send files about an issuer: a custodian, a bank, the issuer itself."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="slug", queryset=Organisation.objects.all(), **kwargs)
