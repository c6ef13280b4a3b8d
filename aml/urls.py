"""The addresses of pages that show AML alone."""

from __future__ import annotations

from typing import Any

from django.urls import path

from aml.views import scorecard

officer: list[Any] = [
    path("names/scorecard/", scorecard.scorecard, name="scorecard"),
    path("names/scorecard/<int:pk>/", scorecard.scorecard, name="scorecard_before"),
]

portal: list[Any] = []
