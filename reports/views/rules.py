"""The rule library: every rule with its citation and versions, as the platform judges it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import clock, rulebook


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """All rules of the Hong Kong rulebook."""
    book = rulebook.load("hk")
    return render(request, "officer/rules.html", {"book": book, "today": clock.today()})
