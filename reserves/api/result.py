"""The account of one reserve day (schema ``assay.reserve_day/1``) as the OpenAPI document describes it.

These shapes describe and never convert: the account is answered exactly as it was frozen, because
its digest covers every character of it.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.api.serializers import Names
from core.models import Finding

VERDICTS = Finding.Verdict.choices


class Exact(serializers.RegexField):
    """An amount or a ratio: a decimal number as text, never a binary float."""

    def __init__(self, *, optional: bool = False, **kwargs) -> None:
        super().__init__(r"^-?[0-9]+(\.[0-9]+)?$", allow_null=optional, **kwargs)


class ResultIssuer(Names):
    """Who issues the coin."""

    licence_number = serializers.CharField(allow_null=True)


class ResultRulebook(serializers.Serializer):
    """The law that was applied, by its digest."""

    regime = serializers.CharField()
    digest = serializers.CharField()
    overlay = serializers.CharField(allow_null=True)


class ResultChain(serializers.Serializer):
    """Tokens on one chain."""

    chain = serializers.CharField()
    contract = serializers.CharField(allow_blank=True)
    total_supply = Exact()
    unissued = Exact()
    frozen = Exact()
    pending_redemption = Exact(optional=True)
    block_number = serializers.IntegerField(allow_null=True)
    block_time = serializers.DateTimeField(allow_null=True)


class ResultSupply(serializers.Serializer):
    """Tokens on all chains."""

    total_supply = Exact()
    unissued = Exact()
    frozen = Exact()
    pending_redemption = Exact(optional=True)
    by_chain = ResultChain(many=True)


class ResultCirculationBasis(serializers.Serializer):
    """What counts as circulation, and by which paragraph."""

    include_frozen = serializers.BooleanField()
    include_pending = serializers.BooleanField()
    cite = serializers.CharField()


class ResultClass(serializers.Serializer):
    """The part of the reserve in one class of assets."""

    asset_class = serializers.CharField()
    market_value = Exact()
    eligible_value = Exact(optional=True)
    share = Exact(optional=True)
    lines = serializers.IntegerField()
    change = Exact(optional=True)


class ResultUnvalued(serializers.Serializer):
    """Lines in another currency: no rate is guessed, so they are in no sum."""

    currency = serializers.CharField()
    market_value = Exact()
    lines = serializers.IntegerField()


class ResultBucket(serializers.Serializer):
    """The part of the reserve that matures in one span of days."""

    bucket = serializers.CharField()
    market_value = Exact()
    cumulative_share = Exact(optional=True)


class ResultPrevious(serializers.Serializer):
    """The judged day before, for comparison."""

    as_of = serializers.DateField()
    version = serializers.IntegerField(allow_null=True)
    backing_ratio = Exact(optional=True)
    circulation = Exact(optional=True)
    reserve_market_value = Exact(optional=True)
    eligible_reserve = Exact(optional=True)


class ResultCause(serializers.Serializer):
    """How much of the change of the ratio one cause explains."""

    cause = serializers.CharField()
    delta = Exact()


class ResultException(serializers.Serializer):
    """One line that does not meet a rule, or of which that is unknown."""

    line = serializers.CharField()
    verdict = serializers.ChoiceField(choices=VERDICTS)
    observed = serializers.DictField()
    account_id = serializers.CharField(required=False)
    instrument_id = serializers.CharField(required=False, allow_blank=True)
    description = serializers.CharField(required=False)
    row = serializers.IntegerField(required=False, help_text=_("Row of the file; the header is 1"))


class ResultFinding(serializers.Serializer):
    """One rule's verdict, with its citation and the figures it rests on."""

    rule = serializers.CharField()
    title = serializers.CharField()
    subject = serializers.CharField()
    verdict = serializers.ChoiceField(choices=VERDICTS)
    cite = serializers.CharField()
    version_from = serializers.DateField()
    observed = serializers.DictField()
    required = serializers.DictField()
    counts = serializers.DictField(child=serializers.IntegerField(), allow_null=True)
    exceptions = ResultException(many=True)
    exception_count = serializers.IntegerField()


class ResultComparison(serializers.Serializer):
    """One comparison of two sides, as a whole."""

    name = serializers.CharField()
    currency = serializers.CharField()
    tolerated = Exact(optional=True)
    left = Exact(optional=True)
    right = Exact(optional=True)
    difference = Exact(optional=True)
    matched = serializers.IntegerField()
    differing = serializers.IntegerField()
    state = serializers.ChoiceField(choices=["matched", "differs", "no_data"])


class ResultBreak(serializers.Serializer):
    """One difference, carried from day to day under one reference."""

    reference = serializers.CharField(allow_null=True)
    comparison = serializers.CharField()
    cause = serializers.CharField()
    account_id = serializers.CharField(allow_blank=True)
    instrument_id = serializers.CharField(allow_blank=True)
    line_ref = serializers.CharField(allow_blank=True)
    asset_class = serializers.CharField(allow_blank=True)
    currency = serializers.CharField(allow_blank=True)
    left = Exact(optional=True)
    right = Exact(optional=True)
    difference = Exact(optional=True)
    opened_on = serializers.DateField()
    age_business_days = serializers.IntegerField()
    state = serializers.ChoiceField(choices=["new", "carried"])
    evidence = serializers.DictField()


class ResultInput(serializers.Serializer):
    """One file that the account rests on."""

    feed = serializers.CharField()
    file = serializers.IntegerField()
    sha256 = serializers.CharField()
    filename = serializers.CharField()
    sender = serializers.CharField()
    received_at = serializers.DateTimeField()
    rows = serializers.IntegerField()
    as_of = serializers.DateField()
    age_days = serializers.IntegerField()


class ResultMissing(serializers.Serializer):
    """One file that was due and is not there."""

    feed = serializers.CharField()
    sender = serializers.CharField(allow_null=True, help_text=_("The custodian expected; null if anybody's would do"))
    expected_by = serializers.DateTimeField()
    late_hours = serializers.IntegerField()


class ResultRequests(serializers.Serializer):
    """How many requests to redeem, and for how many coins."""

    requests = serializers.IntegerField()
    amount = Exact()


class ResultTieOut(serializers.Serializer):
    """opening + issued - redeemed + unexplained = closing, on chain or in the books."""

    name = serializers.ChoiceField(choices=["chain", "books"])
    state = serializers.ChoiceField(choices=["tied", "differs", "no_data"])
    basis = serializers.ChoiceField(choices=["taken_back", "paid"], allow_null=True,
                                    help_text=_("When a coin counts as redeemed"))
    opening = Exact(optional=True)
    issued = Exact(optional=True)
    redeemed = Exact(optional=True)
    closing = Exact(optional=True)
    unexplained = Exact(optional=True)


class ResultFlows(serializers.Serializer):
    """Requests to redeem and to be issued coins, and whether they explain what is outstanding."""

    stated = serializers.BooleanField(help_text=_("The issuer stated the day's requests to redeem"))
    open = ResultRequests()
    paid = ResultRequests()
    longest_business_days = serializers.IntegerField(allow_null=True)
    lost = serializers.ListField(child=serializers.CharField(),
                                 help_text=_("Open the business day before, and no longer named"))
    tie_out = ResultTieOut(many=True)


class DayResult(serializers.Serializer):
    """The whole account of one reserve day: figures, findings, breaks and the files they rest on."""

    schema = serializers.CharField(default="assay.reserve_day/1")
    coin = serializers.CharField()
    currency = serializers.CharField()
    issuer = ResultIssuer()
    as_of = serializers.DateField()
    business_day = serializers.BooleanField()
    version = serializers.IntegerField(allow_null=True, help_text=_("null: judged as if, and not stored"))
    law_on = serializers.DateField(allow_null=True, help_text=_("Judged as if the law of this day applied"))
    rulebook = ResultRulebook()
    supply = ResultSupply(allow_null=True)
    circulation = Exact(optional=True)
    circulation_basis = ResultCirculationBasis(allow_null=True)
    reserve_market_value = Exact(optional=True)
    eligible_reserve = Exact(optional=True)
    ineligible_reserve = Exact(optional=True)
    unknown_eligibility = Exact(optional=True)
    backing_ratio = Exact(optional=True, help_text=_("To 8 places, rounded down"))
    surplus = Exact(optional=True)
    buffer_target = Exact(optional=True)
    liquid_one_business_day = Exact(optional=True)
    liquid_share = Exact(optional=True)
    composition = ResultClass(many=True)
    unvalued = ResultUnvalued(many=True)
    ladder = ResultBucket(many=True)
    weighted_average_maturity_days = Exact(optional=True)
    undated_share = Exact(optional=True)
    previous = ResultPrevious(allow_null=True)
    waterfall = ResultCause(many=True)
    findings = ResultFinding(many=True)
    verdict = serializers.ChoiceField(choices=VERDICTS, help_text=_("Of full backing, HK-RES-01"))
    comparisons = ResultComparison(many=True)
    breaks = ResultBreak(many=True)
    flows = ResultFlows(allow_null=True)
    resolved_breaks = serializers.ListField(child=serializers.CharField())
    inputs = ResultInput(many=True)
    missing = ResultMissing(many=True)
    digest = serializers.CharField(help_text=_("SHA-256 of all the rest but the version"))
