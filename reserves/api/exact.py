"""How amounts and ratios are written in the API."""

from __future__ import annotations

from rest_framework import serializers


class Exact(serializers.RegexField):
    """An amount or a ratio: a decimal number as text, never a binary float."""

    def __init__(self, *, optional: bool = False, **kwargs) -> None:
        super().__init__(r"^-?[0-9]+(\.[0-9]+)?$", allow_null=optional, **kwargs)
