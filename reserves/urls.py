"""The addresses of pages that show reserves alone."""

from __future__ import annotations

from django.urls import path

from reserves.views import quarantine, redemptions, reference, schedules, upload, upload_history

officer = [
    path("files/<int:pk>/", upload.feed_file, name="feed_file"),
    path("reference/", reference.reference, name="references"),
    path("reference/<slug:table>/", reference.reference, name="reference"),
    path("reference/<slug:table>/<int:pk>/", reference.decide, name="reference_decide"),
    path("coins/<str:symbol>/redemptions/", redemptions.redemptions, name="redemptions"),
    path("coins/<str:symbol>/redemptions.csv", redemptions.redemptions_csv, name="redemptions_csv"),
    path("quarantine/", quarantine.quarantine, name="quarantine"),
    path("files/<int:pk>/decide/", quarantine.decide, name="feed_file_decide"),
    path("coins/<str:symbol>/files/", upload_history.upload_history, name="upload_history"),
    path("coins/<str:symbol>/schedule/", schedules.feed_schedule, name="feed_schedule"),
    path("coins/<str:symbol>/schedule/<int:pk>/", schedules.decide_schedule, name="feed_schedule_decide"),
    path("coins/<str:symbol>/senders/", schedules.feed_senders, name="feed_senders"),
    path("coins/<str:symbol>/senders/<int:pk>/", schedules.decide_sender, name="feed_sender_decide"),
    path("coins/<str:symbol>/senders/keys/", schedules.issue_key, name="feed_sender_key"),
    path("coins/<str:symbol>/senders/keys/<int:pk>/revoke/", schedules.revoke, name="feed_sender_key_revoke"),
]
portal = [
    path("coins/<str:symbol>/upload/", upload.upload, name="upload"),
    path("files/<int:pk>/", upload.feed_file, name="feed_file"),
    path("files/<int:pk>/correct/", upload.correct, name="feed_file_correct"),
    path("coins/<str:symbol>/redemptions/", redemptions.redemptions, name="redemptions"),
    path("coins/<str:symbol>/redemptions.csv", redemptions.redemptions_csv, name="redemptions_csv"),
    path("coins/<str:symbol>/files/", upload_history.upload_history, name="upload_history"),
]
