"""Which files of which senders count for a reserve day, and which are missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db.models import QuerySet

from core.access import Actor
from core.calendars import HONG_KONG, HongKongCalendar
from core.models import Closure, FeedFile
from core.rulebook import NotInForce, Rulebook
from issuers.models import Coin
from reserves.schedules import Schedule
from reserves.selectors.schedules import schedules_of

HOLDINGS, LEDGER, SUPPLY = FEEDS = ("holdings", "ledger", "supply")
#: What holders and customers asked for: a statement of every request that was open at any moment of the day.
REDEMPTIONS, ISSUANCE = REQUESTS = ("redemptions", "issuance")
_NEEDED = (
    "feed", "subject", "as_of", "sender__kind", "sender__slug", "blob_id", "filename", "received_at", "row_count",
)


class Missing(NamedTuple):
    """A file that a day needs and does not have; ``sender`` is the custodian expected, None if anybody's would do."""

    feed: str
    sender: str | None
    expected_by: datetime


@dataclass(frozen=True, slots=True)
class DayFiles:
    """The files that count for a day, ordered by feed and sender, and those that it lacks."""

    as_of: date
    files: tuple[FeedFile, ...]
    missing: tuple[Missing, ...]
    expected_by: datetime

    @property
    def ids(self) -> list[int]:
        """The keys of the files, which say whether a day was judged on these."""
        return [file.pk for file in self.files]

    def of(self, feed: str) -> list[FeedFile]:
        return [file for file in self.files if file.feed == feed]

    def lacks(self, feed: str) -> bool:
        """Say whether a file of the feed is missing, so that what there is of it is not the whole."""
        return any(missing.feed == feed for missing in self.missing)


def calendar_on(rulebook: Rulebook, law_day: date) -> HongKongCalendar:
    """Return the business days as the law of ``law_day`` counts them, with the warning days that officers entered.

    Before any law said what a business day is, the general holidays and all warning days count.
    """
    closures = list(Closure.objects.values_list("day", "warning"))
    try:
        definition = rulebook.calendar(law_day)
    except NotInForce:
        return HongKongCalendar(frozenset(day for day, _ in closures))
    return definition.calendar(day for day, warning in closures if warning in definition.closure_kinds)


def expected_by(as_of: date, calendar: HongKongCalendar) -> datetime:
    """Return when a day's files are due by default: the authority's hour on the next business day, Hong Kong time."""
    due = time.fromisoformat(settings.SERVICE_CLOCKS["feed_due_time"])
    return datetime.combine(calendar.next_business_day(as_of), due, HONG_KONG)


def accepted_files(
    coins: Iterable[Coin], first: date, last: date, *, besides: Iterable[str] = ()
) -> list[FeedFile]:
    """Return the accepted files of the coins for the days from ``first`` to ``last``, in one query.

    ``besides`` are feeds that days wait for though their lines are no part of a day's account.
    """
    found = FeedFile.objects.filter(
        subject__in=[coin.symbol for coin in coins], feed__in={*FEEDS, *REQUESTS, *besides}, as_of__range=(first, last),
        status=FeedFile.Status.ACCEPTED,
    )
    return list(found.select_related("sender").only(*_NEEDED).order_by("feed", "sender__slug", "as_of"))


def first_needed(as_of: date, calendar: HongKongCalendar) -> date:
    """Return the earliest day whose files say something of ``as_of``: the business day before the last one."""
    return calendar.previous_business_day(calendar.on_or_before(as_of))


def files_of_day(coin: Coin, as_of: date, calendar: HongKongCalendar) -> DayFiles:
    """Return the files that count for one day of a coin, in two queries."""
    schedules = schedules_of([coin])
    accepted = accepted_files([coin], first_needed(as_of, calendar), as_of, besides=schedules.feeds)
    return choose_files(as_of, accepted, calendar, issuer_id=coin.owner_id, schedule=schedules.on(coin, as_of))


def files_by_ids(coin: Coin, as_of: date, calendar: HongKongCalendar, ids: Sequence[int]) -> DayFiles:
    """Return the files of a day that was reconciled before, as they were chosen then."""
    found = {file.pk: file for file in FeedFile.objects.filter(pk__in=ids).select_related("sender").only(*_NEEDED)}
    used = [found[pk] for pk in ids]
    before = calendar.on_or_before(as_of) - timedelta(days=1)
    schedules = schedules_of([coin])
    earlier = accepted_files([coin], first_needed(as_of, calendar), before)
    companions = [file for file in accepted_files([coin], as_of, as_of, besides=schedules.feeds)
                  if file.feed not in (*FEEDS, *REQUESTS)]
    expected = choose_files(as_of, [*earlier, *companions, *used], calendar, issuer_id=coin.owner_id,
                            schedule=schedules.on(coin, as_of))
    return replace(expected, files=tuple(used))


def day_of(file: FeedFile) -> date:
    """Return the day that an accepted file is for; only a file that was not judged yet has none."""
    if file.as_of is None:
        raise ValueError(f"{file} was not accepted")
    return file.as_of


def choose_files(
    as_of: date, accepted: Sequence[FeedFile], calendar: HongKongCalendar, *, issuer_id: int, schedule: Schedule
) -> DayFiles:
    """Choose from a coin's accepted files those that count for the day.

    On a day without business the last business day's statements and books carry over. A custodian that reported for
    the business day before is expected again: without it the pool is not whole. What else is missing the schedule says.
    """
    last_business_day = calendar.on_or_before(as_of)
    before = first_needed(as_of, calendar)
    by = schedule.waits_until(as_of, calendar)
    chosen: list[FeedFile] = []
    missing: list[Missing] = []
    for feed in FEEDS:
        since = last_business_day if schedule.carries_over(feed) else as_of
        of_feed = [file for file in accepted if file.feed == feed]
        found = {file.sender_id: file for file in of_feed if since <= day_of(file) <= as_of}
        if feed == HOLDINGS:
            earlier = {file.sender_id: file for file in of_feed if before <= day_of(file) < since}
            missing += [_missing(schedule, feed, file.sender.slug, as_of, calendar)
                        for sender, file in earlier.items() if found and sender not in found]
        elif found:
            # Books and supply are one statement of the whole; the issuer's own goes before a reader's.
            found = {issuer_id: found[issuer_id]} if issuer_id in found else dict([next(iter(found.items()))])
        if not found:
            missing.append(_missing(schedule, feed, None, as_of, calendar))
        chosen += found.values()
    chosen += [file for file in accepted
               if file.feed in REQUESTS and day_of(file) == as_of and file.sender_id == issuer_id]
    missing += _missing_besides(schedule, accepted, as_of, calendar, known=missing)
    return DayFiles(as_of, tuple(chosen), tuple(missing), by)


def _missing(
    schedule: Schedule, feed: str, sender: str | None, as_of: date, calendar: HongKongCalendar
) -> Missing:
    return Missing(feed, sender, schedule.due_at(feed, sender, as_of, calendar))


def _missing_besides(
    schedule: Schedule, accepted: Sequence[FeedFile], as_of: date, calendar: HongKongCalendar,
    *, known: Sequence[Missing],
) -> list[Missing]:
    """Return what the schedule expects besides one file of each feed of the pool, and has not got."""
    noted = {(each.feed, each.sender) for each in known}
    found: list[Missing] = []
    for entry in schedule.entries:
        if (entry.feed, entry.sender) in noted or (entry.feed in FEEDS and entry.sender is None):
            continue
        carried = entry.feed in FEEDS and schedule.carries_over(entry.feed) and entry.falls_on(
            calendar.on_or_before(as_of), calendar)
        if not carried and not entry.falls_on(as_of, calendar):
            continue
        since = calendar.on_or_before(as_of) if carried else as_of
        if not any(file.feed == entry.feed and since <= day_of(file) <= as_of and
                   entry.sender in (None, file.sender.slug) for file in accepted):
            found.append(Missing(entry.feed, entry.sender, entry.due_at(as_of, calendar)))
    return found


def files_of(coin: Coin, actor: Actor, as_of: date | None = None) -> QuerySet[FeedFile]:
    """Return the files sent about a coin, newest first, of all days or of one."""
    rows = FeedFile.objects.visible_to(actor).filter(subject=coin.symbol, feed__in=(*FEEDS, *REQUESTS))
    rows = rows.select_related("sender", "sent_by", "sent_with")
    return rows if as_of is None else rows.filter(as_of=as_of)
