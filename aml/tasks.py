"""Nudges for what waits in AML: the row is the queue, a task only says that there is something to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from celery import shared_task
from kombu.exceptions import OperationalError

from aml.models import ListLoad, ListVersion
from aml.selectors.searching import lists_in_force
from aml.selectors.watchlists import versions_to_screen
from aml.services import flows, screening
from aml.services.list_fetching import fetch_watchlist, fetched_sources
from aml.services.scorecards import measure_names
from aml.services.subjects import sweep_subjects
from aml.services.wallet_screening import screen_wallets_against
from aml.services.watchlists import load_watchlist
from core import blobs
from core.access import SYSTEM
from core.models import User

#: What is screened against each version that was loaded, in order; each notes on the version that it has done so.
SCREENINGS: tuple[Callable[[ListVersion], Any], ...] = (screening.screen_list_change, screen_wallets_against)


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


@shared_task(acks_late=True, reject_on_worker_lost=True)
def sweep_flows() -> None:
    """Compare wallets that wait, and put waiting transfers before the detectors."""
    flows.sweep_flows()


@shared_task(acks_late=True, reject_on_worker_lost=True)
def sweep_flows_nightly() -> None:
    """Compare every wallet with every list, and look at everything again."""
    flows.sweep_flows_nightly()
