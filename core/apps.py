"""Tells Django that core is here."""

from __future__ import annotations

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # The system checks register themselves; every process must know what mails and audit verbs there are.
        import core.bounce_intake
        import core.checks
        import core.correspondence
        import core.invitations
        import core.preferences
        import core.undelivered  # noqa: F401
