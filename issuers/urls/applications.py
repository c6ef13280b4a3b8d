"""The addresses of the applicant's side of an application."""

from __future__ import annotations

from django.urls import URLPattern

officer: list[URLPattern] = []
portal: list[URLPattern] = []
public: list[URLPattern] = []
