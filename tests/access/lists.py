"""A list of three entries, and a load of it that was refused for doubt alone."""

from __future__ import annotations

from aml.models import ListEntry
from aml.services.watchlists import load_watchlist
from core.access import SYSTEM
from tests.aml.lists import many

_LIST = {"source": "list_source"}
_VERSION = _LIST | {"number": "list_number"}
_LOAD = {"pk": "list_load"}
PARTS = {
    "officer:watchlist": _LIST, "officer:watchlist_fetch": _LIST, "officer:watchlist_version": _VERSION,
    "officer:watchlist_entry": {"pk": "list_entry"}, "officer:watchlist_loaded": _LOAD,
    "officer:watchlist_release": _LOAD,
    "api:watchlist": _LIST, "api:watchlist_versions": _LIST, "api:watchlist_entries": _VERSION,
    "api:watchlist_load": _LOAD,
}


def build(world, request) -> None:
    load_watchlist("hk", many(4), actor=SYSTEM)
    doubted = load_watchlist("hk", many(1), actor=SYSTEM)
    entry = ListEntry.objects.filter(source="hk").first()
    world |= {"list_source": "hk", "list_number": 1, "list_entry": entry.pk, "list_load": doubted.pk}
