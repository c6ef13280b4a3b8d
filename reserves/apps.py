"""Tells Django that reserves is here, and the intake which feeds it reads."""

from __future__ import annotations

from django.apps import AppConfig


class ReservesConfig(AppConfig):
    name = "reserves"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core.context import rail_count
        from reserves.selectors.quarantine import held_files
        from reserves.services.feeds import register_feeds

        register_feeds()
        rail_count("quarantine", lambda user: held_files(user).count())
