"""Tells Django that reserves is here, the intake which feeds it reads, and what must hold before it runs."""

from __future__ import annotations

from django.apps import AppConfig


class ReservesConfig(AppConfig):
    name = "reserves"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core.context import rail_count
        from reserves import checks  # noqa: F401  (registers itself)
        from reserves.selectors.quarantine import held_files
        from reserves.services import (
            break_life,  # noqa: F401  declares its kind of case
            chain_store,  # noqa: F401  (declares its kind of case and its verbs)
            limits,  # noqa: F401 - its verbs are read wherever the trail is
            stress_filings,  # noqa: F401 - every process must know its cases and verbs
            transfer_store,  # noqa: F401  (declares its kind of case)
        )
        from reserves.services.feeds import register_feeds

        register_feeds()
        rail_count("quarantine", lambda user: held_files(user).count())
