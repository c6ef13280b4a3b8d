"""Nudges for what waits in reserves: the row is the queue, a task only says that there is something to do."""

from __future__ import annotations

from celery import Task, shared_task
from kombu.exceptions import OperationalError

from core import feeds
from core.models import FeedFile
from reserves.selectors import waiting_days, waiting_days_of
from reserves.services import break_life, late_feeds
from reserves.services.days import advance_day
from reserves.services.opening import open_overdue_days


@shared_task(acks_late=True, reject_on_worker_lost=True)
def parse_feed_file(pk: int) -> None:
    """Judge one received file if that is still to do, then nudge the days of its coin that wait."""
    feeds.advance(pk)
    for day in waiting_days_of(FeedFile.objects.get(pk=pk).subject):
        nudge(advance_reserve_day, day)


@shared_task(acks_late=True, reject_on_worker_lost=True)
def advance_reserve_day(pk: int) -> None:
    """Take one waiting day through its stages."""
    advance_day(pk)


@shared_task
def sweep() -> None:
    """Open what is overdue and nudge every row that waits."""
    open_overdue_days()
    for pk in feeds.waiting():
        nudge(parse_feed_file, pk)
    for pk in waiting_days():
        nudge(advance_reserve_day, pk)


@shared_task
def open_late_feed_cases() -> None:
    """Open cases for files that are late, close those whose file came."""
    late_feeds.open_late_feed_cases()


@shared_task
def open_break_cases() -> None:
    """Open cases for breaks that nobody explained in time."""
    break_life.open_break_cases()


def nudge(task: Task, pk: int) -> None:
    """Say that a row waits; if the broker is down the next sweep says it again."""
    try:
        task.delay_on_commit(pk)
    except OperationalError:
        return


def nudge_days_of(feed_file: FeedFile) -> None:
    """Nudge the days of the file's coin that wait; a file that waits itself is nudged instead."""
    if feed_file.status == FeedFile.Status.RECEIVED:
        nudge(parse_feed_file, feed_file.pk)
        return
    for pk in waiting_days_of(feed_file.subject):
        nudge(advance_reserve_day, pk)
