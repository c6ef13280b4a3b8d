"""Taking reserve days through their stages once they are opened: those that wait, or one that somebody asks for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, cast

from django.db import transaction

from core.access import Actor, require
from core.roles import Can
from core.shared_reads import shared_reads
from issuers.models import Coin
from reserves.models import ReserveDay
from reserves.selectors import WAITING
from reserves.selectors.days import coins_of_days
from reserves.selectors.rounds import rounds_of
from reserves.services.assessment import assess
from reserves.services.opening import open_day, past_day
from reserves.services.stages import judge_days, reconcile_days

S = ReserveDay.Status


def advance_days(pks: Collection[int]) -> list[ReserveDay]:
    """Take waiting days through the stages that they still need; return the judged rows.

    Days of different coins go together, as far as their lines fit into memory, and what they have in common is read
    once; those of one coin follow one another, because each rests on the one before. A stage is one transaction under
    the rows' locks, so a worker that dies loses and doubles nothing. Days that are judged already or that another
    worker holds are left out.
    """
    judged = []
    for together in rounds_of(pks):
        with shared_reads(coins_of_days(together)):
            judged += judge_days(together, reconcile_days(together))
    return judged


def advance_day(pk: int) -> ReserveDay | None:
    """Do the same to one day; None if it is judged already or another worker holds it."""
    return next(iter(advance_days([pk])), None)


def run_day(
    coin: Coin, as_of: date, *, actor: Actor, law_on: date | None = None, overlay: bytes | None = None
) -> dict[str, Any]:
    """Reconcile, value and judge a day, and return its result.

    A day whose inputs have not changed since it was judged is not judged again: its stored result is returned. With
    ``law_on`` or ``overlay`` the day is only assessed under that law, and nothing is stored.

    Raises:
        NotPermitted: the actor does not run days (where something is stored).
        Refused: the day is still to come, or lies before any coin.
        RulebookInvalid: the overlay and the regime's files make no rulebook.
    """
    if law_on is not None or overlay is not None:
        return assess(coin, as_of, law_on=law_on, overlay=overlay)
    require(actor, Can.RUN_DAY, coin)
    past_day(as_of)
    versions = list(ReserveDay.objects.filter(coin=coin, as_of=as_of).order_by("-version")[:2])
    judged = next((row for row in versions if row.status == S.JUDGED), None)
    waiting = next((row for row in versions if row.status in WAITING), None)
    if judged and not waiting and assess(coin, as_of, seen_at=judged.opened_at)["digest"] == judged.digest:
        return account_of(judged)
    waiting = waiting or open_day(coin, as_of, actor=actor)
    return account_of(advance_day(waiting.pk) or _settled(waiting.pk))


def account_of(day: ReserveDay) -> dict[str, Any]:
    """Return the account of a day that was judged."""
    if not day.digest:
        raise ValueError(f"{day} was not judged")
    return cast(dict[str, Any], day.result)


def _settled(pk: int) -> ReserveDay:
    """Wait for the worker that has the day, stage by stage; do what it leaves undone."""
    while True:
        with transaction.atomic():
            day = ReserveDay.objects.select_for_update(no_key=True).get(pk=pk)
        if day.status not in WAITING:
            return day
        advance_day(pk)
