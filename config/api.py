"""The API, version 1: the endpoints of all apps under one address, without a language prefix."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = []
