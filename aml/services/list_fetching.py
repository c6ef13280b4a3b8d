"""Fetching lists from their publishers: each try is a load, whether a version came of it or the network failed."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings

from aml.fetching import fetch
from aml.models import ListLoad, Source
from aml.parsers.description import describe
from aml.parsers.files import Refusal
from aml.services.list_cases import open_list_case
from aml.services.watchlists import load_watchlist, note_failed_fetch
from core.access import Actor
from core.problems import Problem


def fetched_sources() -> list[str]:
    """Return the lists for which an address is set."""
    return [source for source in Source.values if settings.WATCHLIST_URLS.get(source)]


def fetch_watchlist(source: str, *, actor: Actor) -> ListLoad:
    """Fetch every file of a list and load them together; return what became of it. A failure is a case.

    Raises:
        NotPermitted: the actor may not load lists.
    """
    load = _fetched(source, actor)
    if load.outcome == ListLoad.Outcome.REFUSED:
        open_list_case(load)
    return load


def _fetched(source: str, actor: Actor) -> ListLoad:
    urls = settings.WATCHLIST_URLS.get(source, [])
    origin = " ".join(f"{urlsplit(url).scheme}://{urlsplit(url).hostname}{urlsplit(url).path}" for url in urls)
    if not urls:
        return note_failed_fetch(source, Problem("list_no_source", value=describe(source).setting), actor=actor)
    hosts = {*describe(source).sends_on_to, *settings.WATCHLIST_HOSTS}
    try:
        files = [fetch(url, hosts=hosts) for url in urls]
    except Refusal as refusal:
        problem = Problem(refusal.rule, row=refusal.row, value=refusal.value, params=refusal.params)
        return note_failed_fetch(source, problem, actor=actor, origin=origin)
    return load_watchlist(source, files, actor=actor, origin=origin)
