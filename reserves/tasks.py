"""Nudges for what waits in reserves: the row is the queue, a task only says that there is something to do."""

from __future__ import annotations

from celery import Task, shared_task
from django.conf import settings
from kombu.exceptions import OperationalError

from core import feeds
from core.access import SYSTEM
from core.models import FeedFile
from issuers.models import Coin, Deployment
from reserves.selectors import waiting_days, waiting_days_of
from reserves.selectors.attestation import waiting_reperformances
from reserves.selectors.chain import endpoints_of
from reserves.services import break_life, chain, drops, late_feeds, transfer_reading
from reserves.services.days import advance_day, advance_days
from reserves.services.disclosures import settle_all
from reserves.services.draws import open_engagements, reveal_draws
from reserves.services.evidence import freeze_waiting
from reserves.services.opening import open_overdue_days
from reserves.services.reperformance import reperform

#: So many days are worked together, for a second or two.
BATCH = 20


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


@shared_task(acks_late=True, reject_on_worker_lost=True)
def advance_reserve_days(pks: list[int]) -> None:
    """Take waiting days through their stages together; where one cannot be worked, each is nudged by itself."""
    try:
        advance_days(pks)
    except Exception:
        for pk in pks:
            nudge(advance_reserve_day, pk)
        raise


@shared_task
def sweep() -> None:
    """Open what is overdue and nudge every row that waits."""
    open_overdue_days()
    for pk in feeds.waiting():
        nudge(parse_feed_file, pk)
    days = waiting_days()
    for start in range(0, len(days), BATCH):
        nudge(advance_reserve_days, days[start : start + BATCH])
    for pk in waiting_reperformances():
        nudge(perform_again, pk)


@shared_task(acks_late=True, reject_on_worker_lost=True)
def perform_again(pk: int) -> None:
    """Perform one day again from its files, if that is still to do."""
    reperform(pk)


@shared_task
def sweep_attestations() -> None:
    """Commit to seeds, reveal draws, freeze tested days, and mark as met what was filed."""
    open_engagements()
    reveal_draws()
    freeze_waiting()
    settle_all()


@shared_task
def collect_drops() -> None:
    """Take in the files that lie ready in the drop folder, if there is one."""
    for taken in drops.collect_drops(settings.DROP_FOLDER) if settings.DROP_FOLDER else ():
        if taken.feed_file:
            nudge_days_of(taken.feed_file)


@shared_task
def open_late_feed_cases() -> None:
    """Open cases for files that are late, close those whose file came."""
    late_feeds.open_late_feed_cases()


@shared_task(acks_late=True, reject_on_worker_lost=True)
def read_chains_of(pk: int) -> None:
    """Read the days of one coin that are due, then nudge the days that their files open."""
    coin = Coin.objects.select_related("issuer__organisation").get(pk=pk)
    for found in chain.read_due_days(coin, actor=SYSTEM):
        if found.file is not None:
            nudge_days_of(found.file)


@shared_task(acks_late=True, reject_on_worker_lost=True)
def read_transfers_of(pk: int) -> None:
    """Read some of the transfers of one contract; where more wait, they have their turn after what waits before."""
    deployment = Deployment.objects.select_related("coin__issuer__organisation").get(pk=pk)
    if transfer_reading.read_transfers(deployment, endpoints_of(deployment.chain)).state == "in_part":
        nudge(read_transfers_of, pk)


@shared_task
def sweep_chains() -> None:
    """Nudge the reading of every coin that is read from its chains; what is read already is not read again."""
    for coin in chain.coins_to_read():
        nudge(read_chains_of, coin.pk)
    for deployment in transfer_reading.contracts_to_read():
        nudge(read_transfers_of, deployment.pk)


@shared_task
def open_break_cases() -> None:
    """Open cases for breaks that nobody explained in time."""
    break_life.open_break_cases()


def nudge(task: Task, pk: int | list[int]) -> None:
    """Say that a row waits, or several; if the broker is down the next sweep says it again."""
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
