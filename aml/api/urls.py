"""The addresses of the API under which alerts, subjects and screenings are read, and subjects screened."""

from __future__ import annotations

from django.urls import path

from aml.api import desk

urlpatterns = [
    path("alerts/", desk.Alerts.as_view(), name="alerts"),
    path("alerts/<int:pk>/", desk.OneAlert.as_view(), name="alert"),
    path("subjects/", desk.Subjects.as_view(), name="subjects"),
    path("subjects/<int:pk>/", desk.OneSubject.as_view(), name="subject"),
    path("subjects/<int:pk>/screen/", desk.ScreenSubject.as_view(), name="subject_screen"),
    path("screenings/<int:pk>/", desk.OneScreening.as_view(), name="screening"),
]
