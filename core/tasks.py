"""What workers do for the mail: each task takes a key, calls the outbox, nudges what follows."""

from __future__ import annotations

from celery import shared_task

from core import outbox


@shared_task
def deliver_mail(pk: int) -> None:
    outbox.deliver(pk)


@shared_task
def sweep() -> None:
    outbox.mark_uncertain()
    nudge_mail()


def nudge_mail() -> None:
    """Nudge a worker for every message whose time has come; one that is nudged twice is still sent once."""
    for pk in outbox.due():
        deliver_mail.delay(pk)
