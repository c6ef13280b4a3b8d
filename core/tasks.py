"""What workers do for mail and clocks: each task takes a key, calls a mechanism, nudges what follows."""

from __future__ import annotations

from celery import shared_task

from core import cases, outbox, sealing


@shared_task
def deliver_mail(pk: int) -> None:
    outbox.deliver(pk)


@shared_task
def sweep() -> None:
    outbox.mark_uncertain()
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
    """Nudge a worker for every message whose time has come; one that is nudged twice is still sent once."""
    for pk in outbox.due():
        deliver_mail.delay(pk)
