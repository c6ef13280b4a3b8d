"""What every endpoint is: an address whose parts are checked before anything is looked up by them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from core.api.pages import Query, read_query


class Endpoint(APIView):
    """One address of the API; a part of it that no record can have is answered as not found.

    ``query`` declares the parameters of the address; ``asked`` holds them, typed, while it is answered.
    """

    query: type[Query] = Query
    asked: dict[str, Any]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        # PostgreSQL refuses text with a NUL byte, so no record has such a name.
        if any("\x00" in part for part in kwargs.values() if isinstance(part, str)):
            raise Http404
        self.asked = read_query(self.query, request)

    def wanted(self, **columns: str) -> dict[str, Any]:
        """Return lookups for the parameters that were given: ``columns`` says which is looked up how."""
        return {lookup: self.asked[name] for name, lookup in columns.items() if name in self.asked}


@extend_schema(exclude=True)
class NoSuchAddress(Endpoint):
    """Whatever no other address matches, answered in the shape of the API."""

    permission_classes = [AllowAny]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound


def day_in_path(text: str) -> date:
    """Return the day that a part of the address names.

    Raises:
        ValidationError: it is not a day as YYYY-MM-DD.
    """
    try:
        return serializers.DateField().run_validation(text)
    except ValidationError as problem:
        raise ValidationError({"as_of": problem.detail})


def in_path(name: str, description: str, kind: OpenApiTypes = OpenApiTypes.STR, **more: Any) -> OpenApiParameter:
    """Describe one part of an address."""
    return OpenApiParameter(name, kind, OpenApiParameter.PATH, description=description, **more)


SYMBOL = in_path("symbol", _("Symbol of the coin"), pattern=r"^[A-Z][A-Z0-9.]{1,11}$")
AS_OF = in_path("as_of", _("Calendar day in Hong Kong"), OpenApiTypes.DATE)
