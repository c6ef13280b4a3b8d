"""What workers do for reports: each task takes a key, calls a service, nudges what follows."""

from __future__ import annotations

import importlib
import logging
from typing import Any

from celery import shared_task
from celery.contrib.django.task import DjangoTask
from celery.signals import celeryd_after_setup

from core.checks import documents_can_be_written
from core.tasks import nudge_mail
from reports import selectors
from reports.checks import signing_works
from reports.models import Occasion
from reports.selectors.pack_orders import orders_waiting
from reports.services import chain_acts, occasions, pack_orders, rendering, signing
from reports.services.production import PRODUCTIONS
from reports.services.sweep import sweep_reports
from reports.signing_keys import CannotSign

log = logging.getLogger(__name__)


@celeryd_after_setup.connect
def refuse_without_fonts(sender: Any, instance: Any, **kwargs: Any) -> None:
    """Refuse to start a worker that takes reports on a machine that cannot write them, or not sign as it should."""
    if "reports" not in instance.app.amqp.queues.consume_from:
        return
    errors = documents_can_be_written() + signing_works()
    if errors:
        raise SystemExit("\n".join(f"{error.msg} {error.hint}" for error in errors))
    importlib.import_module("reports.render")  # WeasyPrint is large: loaded here, each of the worker's processes has it


@shared_task
def sweep() -> None:
    for pk in sweep_reports():
        render_report.delay(pk)
    for pk in orders_waiting():
        make_pack.delay(pk)
    for pk in selectors.documents_wanted():
        render_document.delay(pk)
    for pk in signing.documents_to_sign():
        sign_document.delay(pk)
    nudge_mail()


@shared_task
def render_report(pk: int) -> None:
    if run := rendering.render_report(pk):
        for waiting in signing.documents_to_sign(run):
            sign_document.delay(waiting)
        nudge_mail()


@shared_task
def make_pack(pk: int) -> None:
    """Compile a pack, and nudge a worker to write its archive."""
    order = pack_orders.make_pack(pk)
    if order and order.run_id:
        render_report.delay(order.run_id)


@shared_task
def render_document(pk: int) -> None:
    if row := rendering.render_document(pk):
        for waiting in signing.documents_to_sign(row.run):
            sign_document.delay(waiting)


@shared_task
def sign_document(pk: int) -> None:
    try:
        signing.sign_document(pk)
    except CannotSign as error:  # the document waits; the next sweep tries again
        log.warning("document %s is not signed: %s", pk, error)
    else:
        nudge_mail()


class OfAnOccasion(DjangoTask):
    """A task on an occasion, which keeps the error that it ends in, so that people read why and it is tried again."""

    def on_failure(self, exc: Exception, task_id: str, args: Any, kwargs: Any, einfo: Any) -> None:
        occasions.note_failure(args[0], f"{type(exc).__name__}: {exc}")


@shared_task
def sweep_schedules() -> None:
    """Find what fell due, and hand each occasion to a worker."""
    for occasion in occasions.sweep_occasions():
        nudge_occasion(occasion)


def nudge_occasion(occasion: Occasion) -> None:
    """Nudge a worker for an occasion; one that is nudged twice is still done once."""
    sends = PRODUCTIONS[occasion.schedule.name].mails is not None
    (send_occasion if sends else do_occasion).delay(occasion.pk)


@shared_task(base=OfAnOccasion)
def do_occasion(pk: int) -> None:
    """Freeze the reports of an occasion, and nudge a worker for each."""
    if occasions.do_occasion(pk):
        for run in selectors.frozen_runs():
            render_report.delay(run)


@shared_task(base=OfAnOccasion)
def send_occasion(pk: int) -> None:
    """Write the mails of an occasion."""
    occasions.do_occasion(pk)
    nudge_mail()


@shared_task(acks_late=True, reject_on_worker_lost=True)
def hand_over_chains() -> None:
    """Hand over to AML what contracts did since the last time."""
    chain_acts.hand_over()
