"""The addresses of pages that show reserves alone."""

from __future__ import annotations

from django.urls import path

from reserves.views import limits, reference, upload

officer = [
    path("files/<int:pk>/", upload.feed_file, name="feed_file"),
    path("reference/", reference.reference, name="references"),
    path("reference/<slug:table>/", reference.reference, name="reference"),
    path("reference/<slug:table>/<int:pk>/", reference.decide, name="reference_decide"),
    path("coins/<str:symbol>/limits/", limits.limits, name="limits"),
    path("coins/<str:symbol>/limits/<int:pk>/", limits.decide, name="limit_decide"),
]
portal = [
    path("coins/<str:symbol>/upload/", upload.upload, name="upload"),
    path("files/<int:pk>/", upload.feed_file, name="feed_file"),
    path("files/<int:pk>/correct/", upload.correct, name="feed_file_correct"),
    path("coins/<str:symbol>/limits/", limits.limits, name="limits"),
    path("coins/<str:symbol>/limits/<int:pk>/notice/", limits.notify, name="limit_notice"),
]
