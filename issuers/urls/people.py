"""The addresses of accounts, invitations and first contacts."""

from __future__ import annotations

from django.urls import URLPattern

officer: list[URLPattern] = []
portal: list[URLPattern] = []
public: list[URLPattern] = []
