"""Tells Django that aml is here."""

from __future__ import annotations

from django.apps import AppConfig


class AmlConfig(AppConfig):
    name = "aml"
    default_auto_field = "django.db.models.BigAutoField"
