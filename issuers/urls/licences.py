"""The addresses of licences, conditions, fees and proposals."""

from __future__ import annotations

from django.urls import URLPattern

officer: list[URLPattern] = []
portal: list[URLPattern] = []
public: list[URLPattern] = []
