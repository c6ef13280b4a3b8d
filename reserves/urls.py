"""The addresses of pages that show reserves alone."""

from __future__ import annotations

from django.urls import path

from reserves.views import upload

officer = [path("files/<int:pk>/", upload.feed_file, name="feed_file")]
portal = [
    path("coins/<str:symbol>/upload/", upload.upload, name="upload"),
    path("files/<int:pk>/", upload.feed_file, name="feed_file"),
    path("files/<int:pk>/correct/", upload.correct, name="feed_file_correct"),
]
