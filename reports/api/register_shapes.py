"""What the open endpoints of the register take, and the shapes in which they answer."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core import clock
from core.api.pages import PageQuery, Query
from issuers.models import Licence
from issuers.selectors.verdicts import VERDICTS

NO_NUL = r"^[^\x00]*$"  # no name holds a NUL byte, and the database refuses it
AS_AT = _("The register as it stood at the end of this day in Hong Kong")


# --- what is asked ---------------------------------------------------------------------------------
class DayQuery(Query):
    """As at which day to look."""

    as_at = serializers.DateField(required=False, help_text=AS_AT)

    def validate_as_at(self, day: Any) -> Any:
        if day > clock.today():
            raise serializers.ValidationError(_("This day has not come yet."), code="future")
        return day


class RegisterQuery(PageQuery, DayQuery):
    """Whom to look up in the register."""

    q = serializers.RegexField(
        NO_NUL, required=False, allow_blank=True, max_length=200,
        help_text=_("A name or a part of it in any language, a licence number, a symbol, a contract or a website"),
    )
    format = serializers.ChoiceField(
        required=False, choices=["json", "csv"], help_text=_("csv: all entries as a table")
    )


class FormatQuery(DayQuery):
    """In which format to answer."""

    format = serializers.ChoiceField(required=False, choices=["json", "csv"])


class CheckQuery(DayQuery):
    """What to give a verdict on."""

    q = serializers.RegexField(
        NO_NUL, max_length=200,
        help_text=_("A name in any script, a licence number, a symbol, a contract with or without chain, a website"),
    )


class WarningQuery(PageQuery, DayQuery):
    """Which part of the warning list."""


# --- what is answered ------------------------------------------------------------------------------
class RegisterContract(serializers.Serializer):
    """A contract of a registered coin; the chain is a CAIP-2 identifier."""

    chain = serializers.CharField()
    contract = serializers.CharField()


class RegisterCoin(serializers.Serializer):
    """A coin of a licensee."""

    symbol = serializers.CharField()
    reference_currency = serializers.CharField()
    deployments = RegisterContract(many=True)


class RegisterEntry(serializers.Serializer):
    """One licensee as the register shows it (ORD s. 21)."""

    number = serializers.CharField()
    effective_on = serializers.DateField()
    state = serializers.ChoiceField(choices=Licence.Status.choices)
    suspended_since = serializers.DateField(allow_null=True, help_text=_("null unless the licence is suspended"))
    suspended_until = serializers.DateField(allow_null=True, help_text=_("Last day; null where none is set"))
    name_en = serializers.CharField()
    name_zh_hant = serializers.CharField()
    name_zh_hans = serializers.CharField()
    address_en = serializers.CharField()
    address_zh_hant = serializers.CharField()
    address_zh_hans = serializers.CharField()
    email = serializers.CharField()
    website = serializers.CharField()
    coins = RegisterCoin(many=True)


class Warned(serializers.Serializer):
    """One entry of the warning list: a name that is not licensed."""

    reference = serializers.CharField()
    published_on = serializers.DateTimeField()
    name_en = serializers.CharField()
    name_zh_hant = serializers.CharField()
    name_zh_hans = serializers.CharField()
    website = serializers.CharField()
    token = serializers.CharField()
    contract = serializers.CharField()
    resembles = serializers.CharField(allow_null=True, help_text=_("Number of the licence whose holder it resembles"))
    wording_en = serializers.CharField()
    wording_zh_hant = serializers.CharField()
    wording_zh_hans = serializers.CharField()


class CheckHit(serializers.Serializer):
    """An entry that is exactly what was asked for."""

    number = serializers.CharField()
    name_en = serializers.CharField()
    name_zh_hant = serializers.CharField()
    name_zh_hans = serializers.CharField()
    matched = serializers.ChoiceField(choices=["number", "symbol", "contract", "website", "name"])
    standing = serializers.ChoiceField(choices=["licensed", "not_yet", "suspended", "ended"])
    former = serializers.BooleanField(help_text=_("Only an earlier version of the entry said this"))
    ended_on = serializers.DateField(allow_null=True, help_text=_("null unless the licence ended"))
    holds_now = serializers.CharField(
        allow_null=True, help_text=_("Number of the licence that the same issuer was granted after this one ended")
    )


class CheckNear(serializers.Serializer):
    """An entry that is not what was asked for, but could be meant; a likeness is no licence."""

    number = serializers.CharField()
    name_en = serializers.CharField()
    why = serializers.ChoiceField(choices=["part", "resembles", "other_chain"])


class SimilarWarning(serializers.Serializer):
    """A warning about something that resembles what was asked for."""

    reference = serializers.CharField()
    name_en = serializers.CharField()


class Check(serializers.Serializer):
    """The verdict of the register and the warning list on a query; a warning outweighs everything."""

    query = serializers.CharField()
    verdict = serializers.ChoiceField(choices=VERDICTS)
    warnings = Warned(many=True)
    hits = CheckHit(many=True)
    did_you_mean = CheckNear(many=True)
    similar_warnings = SimilarWarning(many=True)
