"""Nudges for what waits in AML: the row is the queue, a task only says that there is something to do."""

from __future__ import annotations

from celery import shared_task
from kombu.exceptions import OperationalError

from aml.selectors.searching import lists_in_force
from aml.selectors.watchlists import versions_to_screen
from aml.services import screening
from aml.services.scorecards import measure_names
from aml.services.subjects import sweep_subjects


@shared_task(acks_late=True, reject_on_worker_lost=True)
def sweep() -> None:
    """Bring subjects in step with what is on record, screen list changes and then whoever waits."""
    sweep_subjects()
    for version in versions_to_screen():
        screening.screen_list_change(version)
    if lists_in_force():
        screening.screen_waiting()


@shared_task(acks_late=True, reject_on_worker_lost=True)
def screen_everybody() -> None:
    """Screen every subject in every list, as every night."""
    sweep_subjects()
    if lists_in_force():
        screening.screen_everybody()


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
