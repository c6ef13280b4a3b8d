"""Tells Django that reports is here."""

from __future__ import annotations

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from aml.selectors.particulars import also_screen
        from core.context import rail_count
        from core.inbox import unread_count
        from reports import checks, notices, verbs  # noqa: F401 - every process must know every notice and every act
        from reports.selectors.approvals import approval_count
        from reports.selectors.queue import open_case_count, standing_breaches
        from reports.selectors.screened import counterparties

        rail_count("cases", open_case_count)
        rail_count("inbox", unread_count)
        rail_count("approvals", approval_count)
        rail_count("breaches", lambda user: standing_breaches(user).count())
        also_screen(counterparties)
