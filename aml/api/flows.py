"""Endpoints for stored transfers, and who says that there is each; an issuer's key is answered as if there were none.

Issuers send and read them as files: what AML made of a file is the authority's to know.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from aml.addresses import MAX_LENGTH
from aml.api.gate import require_authority
from aml.models import Origin, Replacement, Transfer
from aml.selectors.coverage import origins_of
from aml.selectors.flow_pages import transfers_kept, transfers_shown
from core.access import visible_or_404
from core.api.endpoints import Endpoint
from core.api.pages import PageQuery, page
from core.api.schema import described, paged
from core.roles import Can

TAG = _("AML")


class TransferQuery(PageQuery):
    """Which transfers: those that count."""

    about = serializers.CharField(required=False, max_length=MAX_LENGTH,
                                  help_text=_("An address that takes part, a contract or a transaction"))


class TransferList(serializers.ListSerializer):
    """Transfers with who says that there is each, looked up for all at once."""

    def to_representation(self, data: Iterable[Transfer]) -> list[Any]:
        rows = list(data)
        self.child.origins = origins_of(rows)
        return super().to_representation(rows)


class TransferShape(serializers.ModelSerializer):
    """One transfer; addresses and hashes as they are compared, the amount in raw units of the contract."""

    origins: dict[int, Origin]
    value = serializers.DecimalField(max_digits=78, decimal_places=0, coerce_to_string=True)
    source = serializers.SerializerMethodField(
        help_text=_("feed: as stated; chain: read from the chain; both: stated, and read from the chain"))
    no_longer = serializers.ChoiceField(
        source="replaced_by.reason", choices=Replacement.Reason.choices, default=None, allow_null=True,
        help_text=_("Why it no longer counts; null if it does"))

    class Meta:
        model = Transfer
        list_serializer_class = TransferList
        fields = ["id", "chain", "contract", "tx_hash", "log_index", "block_number", "block_hash", "block_time",
                  "from_address", "to_address", "value", "source", "file", "line", "no_longer"]
        read_only_fields = fields

    def get_source(self, transfer: Transfer) -> str:
        return self.origins[transfer.pk].value


class Transfers(Endpoint):
    """Transfers that count, those stored last first."""

    query = TransferQuery

    @described("transfers_list", TAG, _("List transfers"), paged(TransferShape), query=TransferQuery)
    def get(self, request: Request) -> Response:
        require_authority(request, Can.VIEW_ALERTS)
        rows = transfers_shown(request.user, self.asked.get("about", "").strip())
        return page(request, rows, TransferShape, self.asked)


class OneTransfer(Endpoint):
    """One transfer, whether it still counts or not."""

    @described("transfers_read", TAG, _("Read a transfer"), TransferShape)
    def get(self, request: Request, pk: int) -> Response:
        require_authority(request, Can.VIEW_ALERTS)
        found = visible_or_404(transfers_kept(request.user), request.user, pk=pk)
        return Response(TransferShape([found], many=True).data[0])
