"""Tells Django that issuers is here."""

from __future__ import annotations

from django.apps import AppConfig


class IssuersConfig(AppConfig):
    name = "issuers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Kinds of cases and audit verbs are declared where they are used; every process must know them all.
        from core import teams  # noqa: F401
        from core.context import rail_count
        from issuers import workflows  # noqa: F401
        from issuers.notices import applications as application_notices  # noqa: F401
        from issuers.notices import assessment as assessment_notices  # noqa: F401
        from issuers.notices import contacts as contact_notices  # noqa: F401
        from issuers.notices import duties as duty_notices  # noqa: F401
        from issuers.notices import licences as licence_notices  # noqa: F401
        from issuers.selectors.assessment import open_application_count
        from issuers.services import (  # noqa: F401
            answers,
            applications,
            breaches,
            clearances,
            coins,
            complaints,
            conditions,
            consents,
            contacts,
            decisions,
            documents,
            effects,
            event_notices,
            facts,
            fees,
            findings,
            issuers,
            licences,
            obligations,
            persons,
            proposals,
            recipients,
            register,
            replies,
            requests,
            submission,
            tribunal,
            warnings,
        )

        rail_count("applications", open_application_count)
