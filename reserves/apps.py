"""Tells Django that reserves is here, and the intake which feeds it reads."""

from __future__ import annotations

from django.apps import AppConfig


class ReservesConfig(AppConfig):
    name = "reserves"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from reserves.services import stress_filings  # noqa: F401 - every process must know its cases and verbs
        from reserves.services.feeds import register_feeds

        register_feeds()
