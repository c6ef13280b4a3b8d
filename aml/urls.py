"""The addresses of pages that show AML alone."""

from __future__ import annotations

from typing import Any

from django.urls import path

from aml.views import alerts, flows, retention, returns, scorecard, subjects, suspicions, travel_rule, watchlists

officer: list[Any] = [
    path("aml/lists/", watchlists.watchlists, name="watchlists"),
    path("aml/lists/load/", watchlists.load, name="watchlist_load"),
    path("aml/lists/loads/<int:pk>/", watchlists.loaded, name="watchlist_loaded"),
    path("aml/lists/loads/<int:pk>/release/", watchlists.release, name="watchlist_release"),
    path("aml/lists/entries/<int:pk>/", watchlists.watchlist_entry, name="watchlist_entry"),
    path("aml/lists/<slug:source>/", watchlists.watchlist, name="watchlist"),
    path("aml/lists/<slug:source>/fetch/", watchlists.fetch, name="watchlist_fetch"),
    path("aml/lists/<slug:source>/<int:number>/", watchlists.watchlist_version, name="watchlist_version"),
    path("alerts/", alerts.alert_list, name="alerts"),
    path("alerts/next/", alerts.alert_next, name="alert_next"),
    path("alerts/decisions/", alerts.decision_list, name="alert_decisions"),
    path("alerts/decisions/<int:pk>/revoke/", alerts.decision_revoke, name="alert_revoke"),
    path("alerts/<int:pk>/", alerts.alert_shown, name="alert"),
    path("alerts/<int:pk>/decide/", alerts.alert_decide, name="alert_decide"),
    path("alerts/<int:pk>/confirm/", alerts.alert_confirm, name="alert_confirm"),
    path("subjects/", subjects.subject_list, name="subjects"),
    path("subjects/<int:pk>/", subjects.subject_shown, name="subject"),
    path("subjects/<int:pk>/screen/", subjects.subject_screen, name="subject_screen"),
    path("screenings/", subjects.run_list, name="screening_runs"),
    path("screenings/<int:pk>/", subjects.screening_shown, name="screening"),
    path("names/scorecard/", scorecard.scorecard, name="scorecard"),
    path("names/scorecard/<int:pk>/", scorecard.scorecard, name="scorecard_before"),
    path("aml/wallets/", flows.wallets, name="wallets"),
    path("aml/wallets/<int:pk>/", flows.wallet, name="wallet"),
    path("aml/transfers/", flows.transfers, name="transfers"),
    path("aml/detectors/", flows.detectors, name="detectors"),
    path("aml/detectors/parameters/<int:pk>/decide/", flows.parameter_decide, name="parameter_decide"),
    path("aml/freezing/", flows.freezing, name="freezing"),
    path("aml/returns/", returns.officer_list, name="aml_returns"),
    path("aml/returns/<int:pk>/", returns.officer_return, name="aml_return"),
    path("aml/travel-rule/", travel_rule.samples, name="travel_rule"),
    path("aml/travel-rule/<str:reference>/", travel_rule.sample, name="travel_rule_sample"),
    path("aml/travel-rule/<str:reference>/csv/", travel_rule.sample_csv, name="travel_rule_csv"),
    path("aml/suspicions/", suspicions.suspicions, name="suspicions"),
    path("aml/suspicions/<str:reference>/", suspicions.suspicion, name="suspicion"),
    path("aml/suspicions/<str:reference>/<str:move>/", suspicions.act, name="suspicion_act"),
    path("aml/retention/", retention.retention, name="retention"),
    path("aml/retention/propose/", retention.propose, name="retention_propose"),
    path("aml/retention/hold/", retention.hold, name="retention_hold"),
    path("aml/retention/holds/<int:pk>/lift/", retention.lift, name="retention_lift"),
    path("aml/retention/<int:pk>/decide/", retention.decide, name="retention_decide"),
]

portal: list[Any] = [
    path("aml-returns/", returns.portal_list, name="aml_returns"),
]
