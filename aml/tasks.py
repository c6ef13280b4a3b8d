"""Nudges for what waits in AML: the row is the queue, a task only says that there is something to do."""

from __future__ import annotations

from celery import shared_task

from aml.services import flows


@shared_task(acks_late=True, reject_on_worker_lost=True)
def sweep_flows() -> None:
    """Compare wallets that wait, and put waiting transfers before the detectors."""
    flows.sweep_flows()


@shared_task(acks_late=True, reject_on_worker_lost=True)
def sweep_flows_nightly() -> None:
    """Compare every wallet with every list, and look at everything again."""
    flows.sweep_flows_nightly()
