"""The API of licences, conditions, fees and proposals."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
