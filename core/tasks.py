"""What workers do for mail and clocks: each task takes a key, calls a mechanism, nudges what follows."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings

from core import bounce_intake, cases, outbox, preferences, sealing, undelivered


@shared_task
def deliver_mail(pk: int) -> None:
    outbox.deliver(pk)


@shared_task
def deliver_waiting() -> None:
    """Send a round of what waits; if there is more, somebody takes the next round."""
    if len(outbox.deliver_batch()) == outbox.BATCH:
        nudge_mail()
    undelivered.open_mail_cases()


@shared_task
def sweep() -> None:
    outbox.mark_uncertain()
    undelivered.open_mail_cases()
    nudge_mail()


@shared_task
def collect_bounces() -> None:
    """Take in what a mail server put where mail comes back, if there is such a place."""
    if settings.MAIL_BOUNCES and settings.MAIL_BOUNCES.exists():
        bounce_intake.sweep_bounces(settings.MAIL_BOUNCES)


@shared_task
def remind_of_certificates() -> None:
    """Tell people whose certificate for encrypted mail ends soon."""
    preferences.remind_of_certificates()
    nudge_mail()


@shared_task
def refresh_service_clocks() -> None:
    cases.refresh_service_clocks()


@shared_task
def seal_events() -> None:
    sealing.seal_events()


@shared_task
def seal_whole() -> None:
    """Seal also what was committed so late that the seals of the minute no longer look for it."""
    sealing.seal_events(whole=True)


def nudge_mail() -> None:
    """Nudge one worker if mail waits; two that work at once share it, and each message is still sent once."""
    if outbox.due():
        deliver_waiting.delay()
