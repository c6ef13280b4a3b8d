"""The addresses of warnings and the register's history."""

from __future__ import annotations

from django.urls import URLPattern

officer: list[URLPattern] = []
portal: list[URLPattern] = []
public: list[URLPattern] = []
