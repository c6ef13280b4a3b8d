"""Our own valuation of a pool in the account of a reserve day, as the OpenAPI document describes it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.models import Finding
from reserves.api.exact import Exact
from reserves.models import Limit


class ResultQuote(serializers.Serializer):
    """What one source quoted."""

    source = serializers.CharField()
    priced_on = serializers.DateField()
    bid = Exact(optional=True)
    mid = Exact(optional=True)
    ask = Exact(optional=True)


class ResultMark(serializers.Serializer):
    """One line beside its own value; amounts in the line's currency."""

    line = serializers.CharField()
    account_id = serializers.CharField()
    instrument_id = serializers.CharField(allow_blank=True)
    description = serializers.CharField()
    asset_class = serializers.CharField()
    row = serializers.IntegerField(help_text=_("Row of the file; the header is 1"))
    currency = serializers.CharField()
    state = serializers.ChoiceField(choices=["agrees", "unjudged", "beyond", "stale", "missing", "no_terms"])
    face_value = Exact(optional=True)
    stated_value = Exact()
    own_value = Exact(optional=True)
    accrued = Exact(optional=True, help_text=_("Interest in it, or owed beside it"))
    difference = Exact(optional=True, help_text=_("Stated less our own"))
    gap = Exact(optional=True, help_text=_("The difference as a share of our own value"))
    tolerance = Exact(optional=True, help_text=_("null: nobody has set one"))
    price = Exact(optional=True)
    side = serializers.CharField(allow_null=True)
    source = serializers.CharField(allow_null=True)
    priced_on = serializers.DateField(allow_null=True)
    age_business_days = serializers.IntegerField(allow_null=True)
    stale_after = serializers.IntegerField(allow_null=True)
    prices = ResultQuote(many=True)


class ResultMarks(serializers.Serializer):
    """The lines that do not agree, the largest differences first; ``lines`` says how many there are in all."""

    beyond = ResultMark(many=True)
    stale = ResultMark(many=True)
    missing = ResultMark(many=True)
    no_terms = ResultMark(many=True)


class ResultHaircut(serializers.Serializer):
    """One class before and after its haircut."""

    asset_class = serializers.CharField()
    value = Exact()
    haircut = Exact(optional=True, help_text=_("null: nobody has set one"))
    after = Exact(optional=True)


class ResultRate(serializers.Serializer):
    """The rate of an approved currency: what is owned at the bid, what is owed at the ask."""

    currency = serializers.CharField()
    pair = serializers.CharField()
    bid = Exact()
    ask = Exact(optional=True)
    source = serializers.CharField()
    priced_on = serializers.DateField()
    stated_value = Exact()
    converted = Exact()
    lines = serializers.IntegerField()


class ResultPrudent(serializers.Serializer):
    """The pool at the lower of stated and own value of each line."""

    value = Exact(optional=True)
    difference = Exact(optional=True, help_text=_("Stated less prudent value"))
    coverage = Exact(optional=True, help_text=_("Share of the pool that is independently priced"))
    coverage_of_priced = Exact(optional=True, help_text=_("The same among classes that have a market"))
    source_rule = serializers.ChoiceField(choices=["lowest_bid", "median_bid"])
    lines = serializers.DictField(child=serializers.IntegerField())
    marks = ResultMarks()
    haircuts = ResultHaircut(many=True)
    haircut_value = Exact(optional=True, help_text=_("null while a class has no haircut set"))
    rates = ResultRate(many=True)


class ResultReason(serializers.Serializer):
    """Lines that do not count, or of which that is unknown, under the first rule that says so."""

    reason = serializers.CharField(help_text=_("Rule, or account for a settlement that counts with its account"))
    rule = serializers.CharField(allow_null=True)
    cite = serializers.CharField(allow_null=True)
    verdict = serializers.ChoiceField(choices=Finding.Verdict.choices)
    amount = Exact()
    lines = serializers.IntegerField()


class ResultHorizon(serializers.Serializer):
    """What is cash within so many business days, at prudent value."""

    business_days = serializers.IntegerField()
    amount = Exact()
    share = Exact(optional=True)


class ResultAssumption(serializers.Serializer):
    """In how many business days a class can be sold; null: at its maturity only."""

    asset_class = serializers.CharField()
    business_days = serializers.IntegerField(allow_null=True)


class ResultLiquidity(serializers.Serializer):
    """When the pool is cash."""

    horizons = ResultHorizon(many=True)
    assumptions = ResultAssumption(many=True)


class ResultExposure(serializers.Serializer):
    """What is held of or with one name and those connected to it."""

    name = serializers.CharField(allow_blank=True)
    members = serializers.ListField(child=serializers.CharField(allow_blank=True))
    amount = Exact()
    share = Exact(optional=True)
    lines = serializers.IntegerField()


class ResultNames(serializers.Serializer):
    """The largest exposures, and how many names there are."""

    names = serializers.IntegerField()
    largest = ResultExposure(many=True)


class ResultConcentration(serializers.Serializer):
    """To whom the pool is exposed."""

    counterparty = ResultNames()
    obligor = ResultNames()
    custodian = ResultNames()


class ResultLimit(serializers.Serializer):
    """One limit of the issuer's own, as it was measured on the day."""

    limit = serializers.CharField()
    kind = serializers.ChoiceField(choices=Limit.Kind.choices)
    metric = serializers.ChoiceField(choices=Limit.Metric.choices)
    name = serializers.CharField(allow_blank=True)
    measured_name = serializers.CharField(allow_blank=True)
    measure = serializers.ChoiceField(choices=Limit.Measure.choices)
    horizon = serializers.IntegerField(allow_null=True)
    figure = Exact()
    measured = Exact(optional=True)
    state = serializers.ChoiceField(choices=Finding.Verdict.choices)
    breached_since = serializers.DateField(allow_null=True)
    notified_on = serializers.DateField(allow_null=True)
    age_business_days = serializers.IntegerField(allow_null=True)
