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
from collections.abc import Callable
from datetime import date
from typing import Any

from celery import shared_task
from kombu.exceptions import OperationalError

from aml.models import ListLoad, ListVersion
from aml.services.list_fetching import fetch_watchlist, fetched_sources
from aml.services.watchlists import load_watchlist
from core import blobs
from core.access import SYSTEM
from core.models import User

#: What is screened against each version that was loaded, in order; each notes on the version that it has done so.
SCREENINGS: tuple[Callable[[ListVersion], Any], ...] = ()


@shared_task(acks_late=True, reject_on_worker_lost=True)
def screen_change(pk: int) -> None:
    """Screen against what one version changed."""
    version = ListVersion.objects.get(pk=pk)
    for screen in SCREENINGS:
        screen(version)


@shared_task
def fetch_watchlists() -> None:
    """Nudge the fetching of every list for which an address is set."""
    for source in fetched_sources():
        fetch_list.delay(source)


@shared_task(acks_late=True, reject_on_worker_lost=True)
def fetch_list(source: str) -> None:
    """Fetch one list; what it changed is screened next."""
    nudge_screening(fetch_watchlist(source, actor=SYSTEM))


@shared_task(acks_late=True, reject_on_worker_lost=True)
def load_kept(source: str, kept: list[dict[str, Any]], officer: int, published_on: str | None) -> None:
    """Load files that an officer sent and that are too large to be read while a page waits."""
    files = [(each["name"], blobs.read_blob(each["sha256"])) for each in kept]
    day = date.fromisoformat(published_on) if published_on else None
    nudge_screening(load_watchlist(source, files, actor=User.objects.get(pk=officer), published_on=day))


def nudge_fetch(source: str) -> None:
    """Have one list fetched now; if the broker is down it is fetched tonight."""
    try:
        fetch_list.delay_on_commit(source)
    except OperationalError:
        return


def nudge_screening(load: ListLoad) -> None:
    """Say that a version waits to be screened against; if the broker is down the next sweep says it again."""
    if load.outcome != ListLoad.Outcome.LOADED:
        return
    try:
        screen_change.delay_on_commit(load.version_id)
    except OperationalError:
        return
