"""The API of obligations, notices of events, consents and complaints."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
