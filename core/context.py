"""What the frame of every page needs: the languages of this very page, and the counts beside the officer's links."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix
from django.utils.translation import get_language, get_language_from_path

from core.attribution import Attribution
from core.wording import html_language

SHORT_NAMES = {"en": "EN", "zh-hant": "繁", "zh-hans": "简"}
FULL_NAMES = {"en": "English", "zh-hant": "繁體中文", "zh-hans": "简体中文"}

_counts: dict[str, Callable[[Any], int]] = {}


def rail_count(name: str, count: Callable[[Any], int]) -> None:
    """Let the officer's rail show ``count(user)`` beside the link called ``name``; an app calls this when ready."""
    _counts[name] = count


class RailCounts:
    """Counts by name for one request: each is asked for when the rail is drawn, and only once."""

    def __init__(self, user: Any) -> None:
        self.user = user
        self.known: dict[str, int] = {}

    def get(self, name: str) -> int | None:
        """The count called ``name``, or None where no app has declared it."""
        if name not in _counts:
            return None
        if name not in self.known:
            self.known[name] = _counts[name](self.user)
        return self.known[name]

    __getitem__ = get  # for templates: ``rail.inbox``


def languages(request: HttpRequest) -> list[dict[str, Any]]:
    """The page that is being read, in each language of the platform."""
    active, here, root = get_language(), request.get_full_path(), get_script_prefix()
    inside = get_language_from_path(request.path_info)  # the API's pages are of no language
    rest = here.removeprefix(f"{root}{inside}/")
    return [
        {
            "code": code,
            "lang": html_language(code),
            "short": SHORT_NAMES.get(code, code),
            "name": FULL_NAMES.get(code, code),
            # A page has one address, below its language: to look it up in the other languages would find the same.
            "url": f"{root}{code}/{rest}" if inside else here,
            "current": code == active,
        }
        for code, _ in settings.LANGUAGES
    ]


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``languages`` (a callable, asked for only by pages that have a top bar), ``rail``,
    and ``attribution``: the names of people as the reader may know them."""
    return {
        "languages": lambda: languages(request),
        "rail": RailCounts(getattr(request, "user", None)),
        "attribution": Attribution(getattr(request, "user", None)),
    }
