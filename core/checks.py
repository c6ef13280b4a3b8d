"""What has to be there before the platform may run: the rulebooks, and what documents are written with."""

from __future__ import annotations

import ctypes
import re
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.core.checks import CheckMessage, Error, register

from core import rulebook

DOCUMENTS = "documents"
REPORT_STYLE = "css/report.css"
SUBSETTER = "libharfbuzz-subset.so.0"


@register(DOCUMENTS, deploy=True)
def documents_can_be_written(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Find what a PDF needs and nobody would miss: slow without the one, empty boxes without the others."""
    found: list[CheckMessage] = []
    if not _loads(SUBSETTER):
        found.append(Error(
            f"{SUBSETTER} is missing: a PDF would take ten times as long and be many times as large.",
            hint="Install the package libharfbuzz-subset0.", id="core.E001",
        ))
    missing = missing_fonts()
    if missing:
        found.append(Error(
            f"Fonts of documents are missing: {', '.join(missing)}.", hint="Run make setup.", id="core.E002",
        ))
    return found


@register("rulebook")
def rulebooks_load(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Find rulebooks that are not well-formed: no day may be judged by one."""
    return [
        Error(f"Rulebook {regime}: {problem}", id="core.E003")
        for regime in rulebook.regimes()
        for problem in rulebook.verify(regime)
    ]


def missing_fonts() -> list[str]:
    """Return the font files that the documents' style sheet names and that are not built."""
    sheet = finders.find(REPORT_STYLE)
    if sheet is None:
        return [REPORT_STYLE]
    named = re.findall(r"build/fonts/([\w-]+\.ttf)", Path(sheet).read_text())
    return sorted({name for name in named if finders.find(f"build/fonts/{name}") is None})


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
