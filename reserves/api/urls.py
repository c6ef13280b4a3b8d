"""The addresses of the API under which reserves are sent and read."""

from __future__ import annotations

from django.urls import path

from reserves.api import breaks, chain, files, redemptions, schedule, statements, stress, valuation, views

urlpatterns = [
    path("files/", files.Files.as_view(), name="files"),
    path("files/<int:pk>/", files.File.as_view(), name="file"),
    path("coins/", views.Coins.as_view(), name="coins"),
    path("coins/<str:symbol>/", views.OneCoin.as_view(), name="coin"),
    path("coins/<str:symbol>/feeds/<str:feed>/", files.SendFile.as_view(), name="feed"),
    path("coins/<str:symbol>/days/", views.Days.as_view(), name="days"),
    path("coins/<str:symbol>/days/<str:as_of>/", views.OneDay.as_view(), name="day"),
    path("coins/<str:symbol>/days/<str:as_of>/findings/", views.Findings.as_view(), name="findings"),
    path("coins/<str:symbol>/days/<str:as_of>/run/", views.RunDay.as_view(), name="run"),
    path("coins/<str:symbol>/breaks/", views.Breaks.as_view(), name="breaks"),
    path("coins/<str:symbol>/chain/events/", chain.ChainEvents.as_view(), name="chain_events"),
    path("coins/<str:symbol>/chain/readings/", chain.ChainReadings.as_view(), name="chain_readings"),
    path("coins/<str:symbol>/redemptions/", redemptions.Redemptions.as_view(), name="redemptions"),
    path("coins/<str:symbol>/statements/", statements.Statements.as_view(), name="statements"),
    path("coins/<str:symbol>/statements/<str:as_of>/", statements.OneStatement.as_view(), name="statement"),
    path("coins/<str:symbol>/statements/<str:as_of>/approve/", statements.ApproveStatement.as_view(),
         name="statement_approve"),
    path("attestations/", statements.Attestations.as_view(), name="attestations"),
    path("attestations/<str:reference>/", statements.OneAttestation.as_view(), name="attestation"),
    path("coins/<str:symbol>/breaks/<str:reference>/", breaks.OneBreak.as_view(), name="break"),
    path("coins/<str:symbol>/breaks/<str:reference>/explain/", breaks.ExplainBreak.as_view(), name="break_explain"),
    path("coins/<str:symbol>/days/<str:as_of>/valuation/", valuation.Valuation.as_view(), name="valuation"),
    *stress.urlpatterns,
    path("coins/<str:symbol>/schedule/", schedule.FeedScheduleOfCoin.as_view(), name="schedule"),
]
