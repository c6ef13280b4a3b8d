"""Tells Django that reserves is here."""

from __future__ import annotations

from django.apps import AppConfig


class ReservesConfig(AppConfig):
    name = "reserves"
    default_auto_field = "django.db.models.BigAutoField"
