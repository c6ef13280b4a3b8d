"""Nudges for what waits in AML: the row is the queue, a task only says that there is something to do."""

from __future__ import annotations

from celery import shared_task
from kombu.exceptions import OperationalError

from aml.services.scorecards import measure_names


@shared_task(acks_late=True, reject_on_worker_lost=True)
def measure_matching() -> None:
    """Measure the matching of names, if lists, labelled pairs or algorithm are others than when it was last."""
    measure_names()


def nudge_measuring() -> None:
    """Have the matching measured now; if the broker is down it is measured tonight."""
    try:
        measure_matching.delay_on_commit()
    except OperationalError:
        return
