"""What a reader asks of a list: which part of it, and nothing that the list does not know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

MAX_LIMIT = 1000
MAX_OFFSET = 2**31 - 1


class Query(serializers.Serializer):
    """Parameters of a request's address; one that is not declared is refused by name, never ignored."""

    def to_internal_value(self, data: Any) -> Any:
        values = super().to_internal_value(data)
        if unknown := sorted(set(data) - set(self.fields)):
            raise ValidationError(
                {
                    name: [ValidationError(_("There is no such parameter."), code="unknown_parameter").detail[0]]
                    for name in unknown
                }
            )
        return values


class PageQuery(Query):
    """Which part of a list."""

    limit = serializers.IntegerField(min_value=1, max_value=MAX_LIMIT, default=100, help_text=_("Rows in the answer"))
    offset = serializers.IntegerField(min_value=0, max_value=MAX_OFFSET, default=0, help_text=_("Rows to skip"))


def read_query(declared: type[Query], request: Request) -> dict[str, Any]:
    """Return the typed parameters of the address.

    Raises:
        ValidationError: one is unknown or not of its type.
    """
    # As a plain dict: of a form the framework would drop an empty parameter instead of refusing it.
    query = declared(data=request.query_params.dict())
    query.is_valid(raise_exception=True)
    return query.validated_data


def page(
    request: Request, rows: QuerySet | Sequence[Any], shape: type[serializers.BaseSerializer], query: dict[str, Any]
) -> Response:
    """Answer with one part of the rows and the addresses of the parts around it."""
    limit, offset = query["limit"], query["offset"]
    count = rows.count() if isinstance(rows, QuerySet) else len(rows)
    here = replace_query_param(request.build_absolute_uri(), "limit", limit)
    return Response(
        {
            "count": count,
            "next": replace_query_param(here, "offset", offset + limit) if offset + limit < count else None,
            "previous": replace_query_param(here, "offset", max(offset - limit, 0)) if offset else None,
            "results": shape(rows[offset : offset + limit], many=True, context={"request": request}).data,
        }
    )


class AsStored(serializers.BaseSerializer):
    """Answers a row exactly as it was frozen."""

    def to_representation(self, instance: Any) -> Any:
        return instance
