"""Endpoints for what was read of a coin's contracts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoints import SYMBOL, Endpoint
from core.api.pages import PageQuery, page
from core.api.schema import described, paged
from reserves.api.serializers import PlainAmount
from reserves.api.views import coin_of
from reserves.models import ChainEvent, ChainReading
from reserves.selectors.chain import events_of, readings_of
from reserves.services.chain_words import reason_sentence

TAG = _("Chains")


class EventQuery(PageQuery):
    """Which events to list."""

    kind = serializers.ChoiceField(required=False, choices=ChainEvent.Kind.choices)
    chain = serializers.RegexField(r"^[-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32}$", required=False, help_text=_("CAIP-2"))


class ReadingQuery(PageQuery):
    """Which readings to list."""

    as_of = serializers.DateField(required=False)
    state = serializers.ChoiceField(required=False, choices=ChainReading.Status.choices)


class ChainEventShape(serializers.ModelSerializer):
    """One event of a contract; addresses and hashes in small letters."""

    chain = serializers.CharField(source="deployment.chain")
    contract = serializers.CharField(source="deployment.contract")
    kind = serializers.ChoiceField(choices=ChainEvent.Kind.choices)
    value = PlainAmount(allow_null=True)

    class Meta:
        model = ChainEvent
        fields = ["chain", "contract", "kind", "name", "block_number", "block_hash", "block_time", "tx_hash",
                  "log_index", "account", "other", "role", "value"]


class ChainReadingShape(serializers.ModelSerializer):
    """One contract at the end of one day, accepted or refused."""

    chain = serializers.CharField(source="deployment.chain")
    contract = serializers.CharField(source="deployment.contract")
    state = serializers.ChoiceField(source="status", choices=ChainReading.Status.choices)
    taken_back = serializers.SerializerMethodField(help_text=_("The chain has taken its block back since"))
    total_supply = PlainAmount(allow_null=True)
    unissued = PlainAmount(allow_null=True)
    frozen = PlainAmount(allow_null=True)
    pending_redemption = PlainAmount(allow_null=True)
    locked = serializers.DictField(child=serializers.CharField())
    endpoints = serializers.ListField(child=serializers.CharField())
    message = serializers.SerializerMethodField(help_text=_("Why it was refused"))

    class Meta:
        model = ChainReading
        fields = ["chain", "contract", "as_of", "state", "taken_back", "block_number", "block_hash", "block_time",
                  "total_supply", "unissued", "frozen", "pending_redemption", "locked", "frozen_addresses",
                  "is_paused", "endpoints", "reason", "message", "read_at"]

    def get_taken_back(self, reading: ChainReading) -> bool:
        return reading.superseded_by_id is not None

    def get_message(self, reading: ChainReading) -> str:
        return reason_sentence(reading.reason, reading.detail) if reading.reason else ""


class ChainEvents(Endpoint):
    """What happened in the contracts of a coin."""

    query = EventQuery

    @described("chain_events_list", TAG, _("List the events of a coin's contracts"), paged(ChainEventShape),
               query=EventQuery, parameters=(SYMBOL,))
    def get(self, request: Request, symbol: str) -> Response:
        wanted: dict[str, Any] = self.wanted(kind="kind", chain="deployment__chain")
        return page(request, events_of(coin_of(request, symbol), request.user).filter(**wanted), ChainEventShape,
                    self.asked)


class ChainReadings(Endpoint):
    """What was read of the contracts of a coin, day by day."""

    query = ReadingQuery

    @described("chain_readings_list", TAG, _("List the readings of a coin's contracts"), paged(ChainReadingShape),
               query=ReadingQuery, parameters=(SYMBOL,))
    def get(self, request: Request, symbol: str) -> Response:
        wanted: dict[str, Any] = self.wanted(as_of="as_of", state="status")
        return page(request, readings_of(coin_of(request, symbol), request.user).filter(**wanted), ChainReadingShape,
                    self.asked)
