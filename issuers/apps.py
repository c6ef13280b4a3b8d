"""Tells Django that issuers is here."""

from __future__ import annotations

from django.apps import AppConfig


class IssuersConfig(AppConfig):
    name = "issuers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Kinds of cases and audit verbs are declared where they are used; every process must know them all.
        from issuers import workflows  # noqa: F401
        from issuers.notices import duties  # noqa: F401
        from issuers.services import (  # noqa: F401
            applications,
            breaches,
            coins,
            complaints,
            consents,
            documents,
            event_notices,
            facts,
            issuers,
            licences,
            obligations,
        )
