"""The OpenAPI document of the API and the page that prints it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoints import Endpoint
from core.api.schema import REFUSALS
from reports.api.reference import sections_of, shapes_of


@lru_cache(maxsize=8)
def document(language: str | None) -> dict[str, Any]:
    """Return the OpenAPI document with its sentences in the language that is active now, which ``language`` names."""
    return SchemaGenerator(api_version="v1").get_schema(request=None, public=True)


@extend_schema(exclude=True)
class OpenApiJson(Endpoint):
    """The OpenAPI document as JSON."""

    permission_classes = [AllowAny]
    renderer_classes = [JSONRenderer]

    def get(self, request: Request) -> Response:
        return Response(document(get_language()))


@extend_schema(exclude=True)
class OpenApiYaml(OpenApiJson):
    """The OpenAPI document as YAML."""

    renderer_classes = [OpenApiYamlRenderer]


@login_not_required
@require_safe
def reference_page(request: HttpRequest) -> HttpResponse:
    """Every endpoint and every shape on one page, printed from the document."""
    described = document(get_language())
    context = {"sections": sections_of(described), "shapes": shapes_of(described), "refusals": REFUSALS}
    return render(request, "public/api.html", context)
