"""Who may reach what, slice by slice: a table beside a module that builds what the addresses of the slice name.

``<slice>.toml`` has the tables ``[get]``, ``[post]`` and ``[form]`` as in ``platform.toml``. ``<slice>.py`` has
``build(world, request)``, which adds what it made to the world under names of its own, and ``PARTS``: for an address,
which name of the world stands for which part of it.
"""

from __future__ import annotations

import tomllib
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

HERE = Path(__file__).parent
SLICES: list[ModuleType] = [
    import_module(f"tests.access.{path.stem}") for path in sorted(HERE.glob("*.py")) if path.stem != "__init__"
]


def tables() -> dict[str, dict[str, Any]]:
    """Return the tables of all slices together; an address that stands in two of them is an error."""
    together: dict[str, dict[str, Any]] = {"get": {}, "post": {}, "form": {}}
    for path in sorted(HERE.glob("*.toml")):
        for name, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
            assert not together[name].keys() & table.keys(), f"{path.name} repeats an address of another slice"
            together[name] |= table
    return together


def parts() -> dict[str, dict[str, str]]:
    """Return, by address, the name in the world of each of its parts."""
    return {address: names for each in SLICES for address, names in each.PARTS.items()}
