"""What workers do for licensing: each task calls a service and nudges what follows."""

from __future__ import annotations

from celery import shared_task

from core.tasks import nudge_mail
from issuers.services import licence_sweep, requests


@shared_task
def send_reminders() -> None:
    requests.send_reminders()
    nudge_mail()


@shared_task
def sweep_licences() -> None:
    licence_sweep.sweep_licences()
    nudge_mail()
