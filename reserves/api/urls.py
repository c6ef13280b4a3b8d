"""The addresses of the API under which reserves are sent and read."""

from __future__ import annotations

from django.urls import path

from reserves.api import files, redemptions, schedule, views

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
    path("coins/<str:symbol>/redemptions/", redemptions.Redemptions.as_view(), name="redemptions"),
    path("coins/<str:symbol>/schedule/", schedule.FeedScheduleOfCoin.as_view(), name="schedule"),
]
