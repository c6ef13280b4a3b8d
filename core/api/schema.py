"""How an endpoint is described in the OpenAPI document: one decorator, so that none forgets its refusals."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers

from core.api import serializers as shapes
from core.api.idempotency import HEADER
from core.api.pages import Query

REFUSALS = {
    400: _("The request is not valid; problems say where"),
    401: _("No key, or one that is not known or was revoked"),
    403: _("Yours to see, but not yours to do"),
    404: _("There is no such record, or it is another's"),
    405: _("The address does not know this method"),
    406: _("There is no answer in the format asked for"),
    429: _("Too many requests; Retry-After says when to ask again"),
}
IDEMPOTENCY = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    description=_("Chosen by you; the same request under the same key is done once and answered the same for 7 days"),
)


@cache
def paged(shape: type[serializers.BaseSerializer]) -> serializers.Serializer:
    """Return the shape of one page of a list."""
    return inline_serializer(
        f"{shape.__name__}Page",
        {
            "count": serializers.IntegerField(help_text=_("Rows in the entire list")),
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": shape(many=True),
        },
    )


def described(
    operation: str,
    tag: str,
    summary: str,
    answer: Any,
    *,
    query: type[Query] | None = None,
    request: Any = None,
    parameters: tuple[OpenApiParameter, ...] = (),
    answers: dict[Any, Any] | None = None,
    open_to_all: bool = False,
    description: str = "",
) -> Callable:
    """Describe one method of an endpoint; ``answers`` adds to or replaces the usual ones, by status.

    A refusal is JSON, whatever the endpoint answers otherwise.
    """
    usual: dict[Any, Any] = {
        status: OpenApiResponse(shapes.Refusal, description=text)
        for status, text in REFUSALS.items()
        if not (open_to_all and status in (401, 403))
    }
    return extend_schema(
        operation_id=operation,
        tags=[tag],
        summary=summary,
        description=description or summary,
        request=request,
        parameters=[*parameters, *([query] if query and query().fields else [])],
        responses={
            status if isinstance(status, tuple) or status < 400 else (status, "application/json"): shape
            for status, shape in {**({200: answer} if answer else {}), **usual, **(answers or {})}.items()
        },
        auth=[] if open_to_all else None,
    )


BINARY = OpenApiTypes.BINARY
