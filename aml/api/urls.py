"""The addresses of the API of AML."""

from __future__ import annotations

from django.urls import path

from aml.api import oversight, watchlists

urlpatterns = [
    path("watchlists/", watchlists.Watchlists.as_view(), name="watchlists"),
    path("watchlists/loads/", watchlists.Loads.as_view(), name="watchlist_loads"),
    path("watchlists/loads/<int:pk>/", watchlists.OneLoad.as_view(), name="watchlist_load"),
    path("watchlists/<slug:source>/", watchlists.LoadWatchlist.as_view(), name="watchlist"),
    path("watchlists/<slug:source>/versions/", watchlists.Versions.as_view(), name="watchlist_versions"),
    path("watchlists/<slug:source>/versions/<int:number>/entries/", watchlists.Entries.as_view(),
         name="watchlist_entries"),
    *oversight.urlpatterns,
]
