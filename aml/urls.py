"""The addresses of pages that show AML alone."""

from __future__ import annotations

from typing import Any

officer: list[Any] = []

portal: list[Any] = []
