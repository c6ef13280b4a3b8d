"""The API of applications: their state, answers, documents and requests."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
