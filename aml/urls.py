"""The addresses of pages that show AML alone."""

from __future__ import annotations

from typing import Any

from django.urls import path

from aml.views import alerts, scorecard, subjects

officer: list[Any] = [
    path("alerts/", alerts.alert_list, name="alerts"),
    path("alerts/next/", alerts.alert_next, name="alert_next"),
    path("alerts/decisions/", alerts.decision_list, name="alert_decisions"),
    path("alerts/decisions/<int:pk>/revoke/", alerts.decision_revoke, name="alert_revoke"),
    path("alerts/<int:pk>/", alerts.alert_shown, name="alert"),
    path("alerts/<int:pk>/decide/", alerts.alert_decide, name="alert_decide"),
    path("alerts/<int:pk>/confirm/", alerts.alert_confirm, name="alert_confirm"),
    path("subjects/", subjects.subject_list, name="subjects"),
    path("subjects/<int:pk>/", subjects.subject_shown, name="subject"),
    path("subjects/<int:pk>/screen/", subjects.subject_screen, name="subject_screen"),
    path("screenings/", subjects.run_list, name="screening_runs"),
    path("screenings/<int:pk>/", subjects.screening_shown, name="screening"),
    path("names/scorecard/", scorecard.scorecard, name="scorecard"),
    path("names/scorecard/<int:pk>/", scorecard.scorecard, name="scorecard_before"),
]

portal: list[Any] = []
