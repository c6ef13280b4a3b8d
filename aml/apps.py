"""Tells Django that aml is here, and every process which feeds, cases and verbs it has."""

from __future__ import annotations

from django.apps import AppConfig


class AmlConfig(AppConfig):
    name = "aml"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from aml.services import (  # noqa: F401 - every process must know their case and verbs
            alerts,
            aml_returns,
            disposals,
            suspicions,
            travel_rule,
        )
        from aml.services.travel_feed import register_feeds
        from aml.services import alerts, coverage, parameters, transfers  # noqa: F401 - declare their kinds of case and verbs
        from aml.services.feeds import register_feeds

        register_feeds()
        from aml.services import alerts, watchlists  # noqa: F401 - they declare kinds of case and verbs
