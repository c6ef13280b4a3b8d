"""The addresses of obligations, notices, consents and complaints."""

from __future__ import annotations

from django.urls import URLPattern

officer: list[URLPattern] = []
portal: list[URLPattern] = []
public: list[URLPattern] = []
