"""The addresses of every page that shows more than one app, and of the public register."""

from __future__ import annotations

from typing import Any

officer: list[Any] = []
portal: list[Any] = []
public: list[Any] = []
