"""Tells Django that issuers is here."""

from __future__ import annotations

from django.apps import AppConfig


class IssuersConfig(AppConfig):
    name = "issuers"
    default_auto_field = "django.db.models.BigAutoField"
