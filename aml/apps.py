"""Tells Django that aml is here, and every process which feeds, cases and verbs it has."""

from __future__ import annotations

from django.apps import AppConfig


class AmlConfig(AppConfig):
    name = "aml"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from aml import verbs  # noqa: F401 - as the services below
        from aml.selectors.alerts import waiting_count
        from aml.services import (  # noqa: F401 - every process must know their kinds of case and verbs
            alerts,
            aml_returns,
            coverage,
            decisions,
            disposals,
            list_cases,
            parameters,
            screening,
            standing,
            subjects,
            suspicions,
            transfer_rows,
            transfers,
            transfers_read,
            travel_rule,
            watchlists,
        )
        from aml.services.feeds import register_feeds
        from aml.services.travel_feed import register_travel_feeds
        from core.context import rail_count

        register_feeds()
        register_travel_feeds()
        rail_count("alerts", waiting_count)
