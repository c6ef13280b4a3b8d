"""Tells Django that aml is here, and every process which cases and verbs it has."""

from __future__ import annotations

from django.apps import AppConfig


class AmlConfig(AppConfig):
    name = "aml"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from aml.services import alerts, list_cases, watchlists  # noqa: F401 - they declare kinds of case and verbs
