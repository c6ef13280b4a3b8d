"""The addresses of pages that show AML alone."""

from __future__ import annotations

from typing import Any

from django.urls import path

from aml.views import watchlists

officer: list[Any] = [
    path("aml/lists/", watchlists.watchlists, name="watchlists"),
    path("aml/lists/load/", watchlists.load, name="watchlist_load"),
    path("aml/lists/loads/<int:pk>/", watchlists.loaded, name="watchlist_loaded"),
    path("aml/lists/loads/<int:pk>/release/", watchlists.release, name="watchlist_release"),
    path("aml/lists/entries/<int:pk>/", watchlists.watchlist_entry, name="watchlist_entry"),
    path("aml/lists/<slug:source>/", watchlists.watchlist, name="watchlist"),
    path("aml/lists/<slug:source>/fetch/", watchlists.fetch, name="watchlist_fetch"),
    path("aml/lists/<slug:source>/<int:number>/", watchlists.watchlist_version, name="watchlist_version"),
]

portal: list[Any] = []
