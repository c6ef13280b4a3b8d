"""What the endpoints of reserves take, and how they show coins, days and breaks."""

from __future__ import annotations

from typing import Any

from django.db.models.fields.json import KT
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.api.pages import PageQuery, Query
from core.api.serializers import Names, SenderField
from core.models import FeedFile, Finding, Organisation
from issuers.models import Coin, Deployment, Issuer, Licence
from reserves.api.result import Exact, ResultPart
from reserves.models import Break, BreakDay, ReserveDay
from reserves.services.intake import OTHER_SENDERS


# --- what is asked ---------------------------------------------------------------------------------
class FileForm(Query):
    """A file of one feed about one coin."""

    file = serializers.FileField(
        allow_empty_file=True, max_length=200, help_text=_("CSV (UTF-8) or XLSX; a native statement as it was made")
    )
    as_of = serializers.DateField(required=False, help_text=_("If given, the file must be of this day"))
    supersedes = serializers.IntegerField(
        required=False, min_value=1, help_text=_("Id of the accepted file it replaces")
    )
    sender = SenderField(required=False, help_text=_("Slug of who made the file; if not given, whose key sends it"))

    def validate_file(self, file: Any) -> Any:
        if not file.name.isprintable():
            raise serializers.ValidationError(_("The file name holds characters that cannot be printed."))
        return file

    def validate_sender(self, sender: Organisation) -> Organisation:
        # Another issuer is answered like nobody: who else is supervised is not for the caller to learn.
        known = {self.context["coin"].owner_id, *self.context["actor"].organisation_ids}
        if sender.pk not in known and sender.kind not in OTHER_SENDERS:
            self.fields["sender"].fail("does_not_exist", slug_name="slug", value=sender.slug)
        return sender

    def validate_supersedes(self, pk: int) -> FeedFile:
        seen = FeedFile.objects.visible_to(self.context["actor"])
        of_the_coin = seen.filter(feed=self.context["feed"], subject=self.context["coin"].symbol)
        if replaced := of_the_coin.filter(pk=pk).first():
            return replaced
        raise serializers.ValidationError(_("The coin has no file of this feed with that id."), code="does_not_exist")


class FileStatements(Query):
    """What is stated about a file whose bytes are the body itself."""

    as_of = serializers.DateField(required=False, help_text=_("If given, the file must be of this day"))
    supersedes = serializers.IntegerField(
        required=False, min_value=1, help_text=_("Id of the accepted file it replaces")
    )
    sender = serializers.SlugField(
        required=False, help_text=_("Slug of who made the file; if not given, whose key sends it")
    )


class FileQuery(PageQuery):
    """Which files to list."""

    coin = serializers.RegexField(r"^[A-Z][A-Z0-9.]{1,11}$", required=False, help_text=_("Symbol"))
    feed = serializers.RegexField(r"^[a-z0-9_]{1,40}$", required=False, help_text=_("Name of the feed"))
    state = serializers.ChoiceField(required=False, choices=FeedFile.Status.choices)
    as_of = serializers.DateField(required=False)


class DayQuery(PageQuery):
    """Which days to list."""

    since = serializers.DateField(required=False, help_text=_("First day"))
    until = serializers.DateField(required=False, help_text=_("Last day"))
    verdict = serializers.ChoiceField(required=False, choices=Finding.Verdict.choices)


class LawQuery(Query):
    """As which day's law to judge."""

    law_on = serializers.DateField(required=False, help_text=_("Judge as if the law of this day applied; not stored"))


class FindingQuery(PageQuery):
    """Which findings to list."""

    verdict = serializers.ChoiceField(required=False, choices=Finding.Verdict.choices)


class BreakQuery(PageQuery):
    """Which breaks to list."""

    state = serializers.ChoiceField(required=False, choices=["open", "resolved"])


# --- what is answered ------------------------------------------------------------------------------
class DeploymentShape(serializers.ModelSerializer):
    """One contract of a coin; the chain is a CAIP-2 identifier."""

    class Meta:
        model = Deployment
        fields = ["chain", "contract"]


class LicenceShape(serializers.ModelSerializer):
    """The licence under which a coin is issued."""

    state = serializers.ChoiceField(source="status", choices=Licence.Status.choices)

    class Meta:
        model = Licence
        fields = ["number", "effective_on", "state"]


class IssuerShape(Names):
    """Who issues a coin."""

    slug = serializers.CharField()
    licence = LicenceShape(allow_null=True)

    def to_representation(self, issuer: Issuer) -> dict[str, Any]:
        organisation = issuer.organisation
        licence = issuer.licence
        names = {name: getattr(organisation, name) for name in ("name_en", "name_zh_hant", "name_zh_hans")}
        return {**names, "slug": organisation.slug, "licence": licence and LicenceShape(licence).data}


class CoinShape(serializers.ModelSerializer):
    """A specified stablecoin."""

    issuer = IssuerShape()
    deployments = DeploymentShape(many=True)

    class Meta:
        model = Coin
        fields = ["symbol", "reference_currency", "launched_on", "issuer", "deployments"]


class DayShape(serializers.ModelSerializer):
    """The key figures of one reserve day, as its account states them; the day itself has the rest."""

    coin = serializers.CharField(source="coin.symbol")
    verdict = serializers.ChoiceField(choices=Finding.Verdict.choices, help_text=_("Of full backing, HK-RES-01"))
    circulation = Exact(source="stated_circulation", optional=True)
    reserve_market_value = Exact(source="stated_reserve_market_value", optional=True)
    eligible_reserve = Exact(source="stated_eligible_reserve", optional=True)
    backing_ratio = Exact(source="stated_backing_ratio", optional=True, help_text=_("To 8 places, rounded down"))
    surplus = Exact(source="stated_surplus", optional=True)

    class Meta:
        model = ReserveDay
        fields = [
            "coin",
            "as_of",
            "version",
            "verdict",
            "circulation",
            "reserve_market_value",
            "eligible_reserve",
            "backing_ratio",
            "surplus",
            "open_breaks",
            "judged_at",
            "digest",
        ]

    #: What the database takes out of the account, so that a list does not read whole accounts.
    STATED = {
        f"stated_{name}": KT(f"result__{name}")
        for name in ("circulation", "reserve_market_value", "eligible_reserve", "backing_ratio", "surplus")
    }


class PlainAmount(serializers.DecimalField):
    """An amount without the zeros that the column adds."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=38, decimal_places=18, normalize_output=True, **kwargs)


class BreakDayShape(serializers.ModelSerializer):
    """A break as it was on one day."""

    as_of = serializers.DateField(source="day.as_of")
    version = serializers.IntegerField(source="day.version")
    left = PlainAmount(allow_null=True)
    right = PlainAmount(allow_null=True)
    difference = PlainAmount()
    residual = PlainAmount(allow_null=True, help_text=_("What nothing explains"))
    parts = ResultPart(many=True)
    evidence = serializers.DictField()

    class Meta:
        model = BreakDay
        fields = ["as_of", "version", "cause", "left", "right", "difference", "residual", "parts", "evidence"]


class BreakShape(serializers.ModelSerializer):
    """One difference between books, custodians and chain, from its first day to its last."""

    state = serializers.SerializerMethodField()
    life = serializers.ChoiceField(source="status", choices=Break.Status.choices)
    case = serializers.CharField(source="case.reference", default=None, allow_null=True)
    latest = serializers.SerializerMethodField(help_text=_("As it was on the last day it was seen"))

    class Meta:
        model = Break
        fields = ["reference", "comparison", "key", "state", "life", "opened_on", "resolved_on", "case", "latest"]

    def get_state(self, standing: Break) -> str:
        return "open" if standing.resolved_on is None else "resolved"

    def get_latest(self, standing: Break) -> dict[str, Any] | None:
        seen = max(standing.days.all(), key=lambda seen: (seen.day.as_of, seen.day.version), default=None)
        return BreakDayShape(seen).data if seen else None
