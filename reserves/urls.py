"""The addresses of pages that show reserves alone."""

from __future__ import annotations

from django.urls import path

from reserves.views import redemptions, reference, upload

officer = [
    path("files/<int:pk>/", upload.feed_file, name="feed_file"),
    path("reference/", reference.reference, name="references"),
    path("reference/<slug:table>/", reference.reference, name="reference"),
    path("reference/<slug:table>/<int:pk>/", reference.decide, name="reference_decide"),
    path("coins/<str:symbol>/redemptions/", redemptions.redemptions, name="redemptions"),
    path("coins/<str:symbol>/redemptions.csv", redemptions.redemptions_csv, name="redemptions_csv"),
]
portal = [
    path("coins/<str:symbol>/upload/", upload.upload, name="upload"),
    path("files/<int:pk>/", upload.feed_file, name="feed_file"),
    path("files/<int:pk>/correct/", upload.correct, name="feed_file_correct"),
    path("coins/<str:symbol>/redemptions/", redemptions.redemptions, name="redemptions"),
    path("coins/<str:symbol>/redemptions.csv", redemptions.redemptions_csv, name="redemptions_csv"),
]
