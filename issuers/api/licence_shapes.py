"""How the API shows licences, conditions, fees and proposals."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.api.serializers import Names
from issuers.conditions import KINDS
from issuers.models import Condition, Fee, Licence, Proposal
from issuers.powers import POWERS
from issuers.selectors.standing import standing_of


class StandingShape(serializers.Serializer):
    """What may be done under the licence, and what is owed; null where the notice that ended it says so."""

    may_issue = serializers.BooleanField()
    must_redeem = serializers.BooleanField(allow_null=True)
    pays_fee = serializers.BooleanField()
    files = serializers.BooleanField(allow_null=True)
    cite = serializers.CharField()
    until = serializers.DateField(allow_null=True, help_text=_("Last day of a suspension"))


class LicenceShape(serializers.ModelSerializer):
    """A licence with its standing."""

    issuer = Names(source="issuer.organisation")
    state = serializers.ChoiceField(Licence.Status.choices, source="status")
    standing = serializers.SerializerMethodField()

    class Meta:
        model = Licence
        fields = ["number", "issuer", "state", "effective_on", "standing"]

    def get_standing(self, licence: Licence) -> StandingShape:
        shown: Any = StandingShape(standing_of(licence)).data
        return shown


class ConditionShape(serializers.ModelSerializer):
    """A condition; ``fact`` is what its value becomes in the rulebook, empty where a person watches over it."""

    kind = serializers.ChoiceField([(name, name) for name in KINDS])
    coin = serializers.CharField(allow_null=True, source="coin.symbol", default=None)
    value = serializers.JSONField(allow_null=True, help_text=_("Figures as text, an approval as true"))
    fact = serializers.SerializerMethodField()

    class Meta:
        model = Condition
        fields = ["number", "kind", "coin", "value", "fact", "wording_en", "wording_zh_hant", "wording_zh_hans",
                  "first_due_on", "every_months", "in_force_from", "cancelled_from"]

    def get_fact(self, condition: Condition) -> str:
        return KINDS[condition.kind].fact


class FeeShape(serializers.ModelSerializer):
    """A fee, by its invoice."""

    class Meta:
        model = Fee
        fields = ["invoice", "occasion", "amount_hkd", "cite", "falls_on", "due_at", "issued_at", "paid_on",
                  "payment_reference", "withdrawn_at"]


class ProposalShape(serializers.ModelSerializer):
    """What is or was proposed on the licence."""

    kind = serializers.ChoiceField([(name, name) for name in POWERS])
    state = serializers.ChoiceField(Proposal.Status.choices, source="status")
    cite = serializers.SerializerMethodField()

    class Meta:
        model = Proposal
        fields = ["reference", "kind", "cite", "state", "terms", "grounds", "proposed_at", "representations_until",
                  "decided_at", "decision_note", "takes_effect_on", "ends_on", "tribunal_until", "applied_at", "digest"]

    def get_cite(self, proposal: Proposal) -> str:
        return POWERS[proposal.kind].cite
