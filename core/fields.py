"""Columns for exact figures: each says its unit and its precision in its name."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.expressions import RawSQL
from psycopg.types.json import Jsonb


class _Exact(models.DecimalField):
    digits: int
    places: int

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"max_digits": self.digits, "decimal_places": self.places}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_digits"], kwargs["decimal_places"]
        return name, path, args, kwargs


class FiatField(_Exact):
    """An amount of an official currency: 20 digits before the point, 4 after."""

    digits, places = 24, 4


class TokenField(_Exact):
    """An amount of tokens: 20 digits before the point, 18 after."""

    digits, places = 38, 18


class RatioField(_Exact):
    """A ratio, rounded down: 4 digits before the point, 8 after."""

    digits, places = 12, 8


def json_of(text: bytes) -> Jsonb:
    """Return what is sent to a JSON column where its text is written already."""
    return Jsonb(text, dumps=bytes)


def as_json(text: bytes) -> RawSQL:
    """Return what a JSON field is set to for saving where its text is written already."""
    return RawSQL("%s", (json_of(text),), output_field=models.JSONField())
