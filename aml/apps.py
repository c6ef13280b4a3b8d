"""Tells Django that aml is here, and every process which cases and verbs it has."""

from __future__ import annotations

from django.apps import AppConfig


class AmlConfig(AppConfig):
    name = "aml"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from aml.selectors.alerts import waiting_count
        from aml.services import (  # noqa: F401 - every process must know their case and verbs
            alerts,
            decisions,
            scorecards,
            screening,
            standing,
            subjects,
        )
        from core.context import rail_count

        rail_count("alerts", waiting_count)
