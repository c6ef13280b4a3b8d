"""The addresses of the API of AML."""

from __future__ import annotations

from django.urls import path

from aml.api import desk, flows, oversight, watchlists

urlpatterns = [
    path("watchlists/", watchlists.Watchlists.as_view(), name="watchlists"),
    path("watchlists/loads/", watchlists.Loads.as_view(), name="watchlist_loads"),
    path("watchlists/loads/<int:pk>/", watchlists.OneLoad.as_view(), name="watchlist_load"),
    path("watchlists/<slug:source>/", watchlists.LoadWatchlist.as_view(), name="watchlist"),
    path("watchlists/<slug:source>/versions/", watchlists.Versions.as_view(), name="watchlist_versions"),
    path("watchlists/<slug:source>/versions/<int:number>/entries/", watchlists.Entries.as_view(),
         name="watchlist_entries"),
    path("alerts/", desk.Alerts.as_view(), name="alerts"),
    path("alerts/<int:pk>/", desk.OneAlert.as_view(), name="alert"),
    path("subjects/", desk.Subjects.as_view(), name="subjects"),
    path("subjects/<int:pk>/", desk.OneSubject.as_view(), name="subject"),
    path("subjects/<int:pk>/screen/", desk.ScreenSubject.as_view(), name="subject_screen"),
    path("screenings/<int:pk>/", desk.OneScreening.as_view(), name="screening"),
    path("aml/transfers/", flows.Transfers.as_view(), name="transfers"),
    path("aml/transfers/<int:pk>/", flows.OneTransfer.as_view(), name="transfer"),
    *oversight.urlpatterns,
]
