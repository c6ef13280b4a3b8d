"""What workers do for reports: each task takes a key, calls a service, nudges what follows."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from celery.signals import celeryd_after_setup

from core.checks import documents_can_be_written
from core.tasks import nudge_mail
from reports import selectors
from reports.services import chain_acts, digests, rendering
from reports.services.sweep import sweep_reports


@celeryd_after_setup.connect
def refuse_without_fonts(sender: Any, instance: Any, **kwargs: Any) -> None:
    """Refuse to start a worker that takes reports on a machine that cannot write them."""
    errors = documents_can_be_written()
    if errors and "reports" in instance.app.amqp.queues.consume_from:
        raise SystemExit("\n".join(f"{error.msg} {error.hint}" for error in errors))


@shared_task
def sweep() -> None:
    for pk in sweep_reports():
        render_report.delay(pk)
    for pk in selectors.documents_wanted():
        render_document.delay(pk)
    nudge_mail()


@shared_task
def render_report(pk: int) -> None:
    if rendering.render_report(pk):
        nudge_mail()


@shared_task
def render_document(pk: int) -> None:
    rendering.render_document(pk)


@shared_task
def send_morning_digest() -> None:
    digests.send_morning_digest()
    nudge_mail()


@shared_task(acks_late=True, reject_on_worker_lost=True)
def hand_over_chains() -> None:
    """Hand over to AML what contracts did since the last time."""
    chain_acts.hand_over()
