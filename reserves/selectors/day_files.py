"""Which files of which senders count for a reserve day, and which are missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db.models import Q, QuerySet

from core.access import Actor
from core.calendars import HONG_KONG, HongKongCalendar
from core.models import Closure, FeedFile, Organisation
from core.rulebook import NotInForce, Rulebook
from core.shared_reads import foresee, shared, shared_of_each
from issuers.models import Coin
from reserves.evidence import ENTRY_DAYS
from reserves.schedules import Schedule
from reserves.selectors.schedules import schedules_of_coin

HOLDINGS, LEDGER, SUPPLY = FEEDS = ("holdings", "ledger", "supply")
#: What holders and customers asked for: a statement of every request that was open at any moment of the day.
REDEMPTIONS, ISSUANCE = REQUESTS = ("redemptions", "issuance")
#: What banks and custodians make themselves, which says what the pool holds as a file of holdings does.
BANK_STATEMENTS, CUSTODY_STATEMENTS = ("camt053", "mt940"), ("mt535", "semt002")
#: The feeds that meet each need of a day.
MEETS = {HOLDINGS: (HOLDINGS, *CUSTODY_STATEMENTS, *BANK_STATEMENTS), LEDGER: (LEDGER,), SUPPLY: (SUPPLY,)}
DAY_FEEDS = tuple(feed for feeds in MEETS.values() for feed in feeds)
#: Independent prices are used where there are some; without them a day is judged all the same.
PRICES = "prices"
#: So old may the last prices of a source be; whether they are stale is for a parameter to say.
PRICES_LOOK_BACK = timedelta(days=31)
_NEEDED = (
    "feed", "subject", "as_of", "sender__kind", "sender__slug", "blob_id", "filename", "received_at", "row_count",
)


class Missing(NamedTuple):
    """A file that a day needs and does not have; ``sender`` is the custodian expected, None if anybody's would do."""

    feed: str
    sender: str | None
    expected_by: datetime


class Arrived(NamedTuple):
    """As much of an accepted file as says whether it has a part in a day."""

    pk: int
    feed: str
    as_of: date
    sender_kind: str


@dataclass(frozen=True, slots=True)
class DayFiles:
    """The files that count for a day, ordered by feed and sender, and those that it lacks.

    ``arrived`` is what was accepted when they were chosen, of some days before as well; None where nobody looked.
    """

    as_of: date
    files: tuple[FeedFile, ...]
    missing: tuple[Missing, ...]
    expected_by: datetime
    arrived: tuple[Arrived, ...] | None = None

    @property
    def ids(self) -> list[int]:
        """The keys of the files, which say whether a day was judged on these."""
        return [file.pk for file in self.files]

    def of(self, need: str) -> list[FeedFile]:
        """Return the files that meet a need: holdings, ledger or supply."""
        return [file for file in self.files if need_of(file.feed) == need]

    def lacks(self, need: str) -> bool:
        """Say whether a file that meets the need is missing, so that what there is of it is not the whole."""
        return any(need_of(missing.feed) == need for missing in self.missing)


def need_of(feed: str) -> str:
    """Return which need of a day the feed meets; itself if none."""
    return next((need for need, feeds in MEETS.items() if feed in feeds), feed)


def calendar_on(rulebook: Rulebook, law_day: date) -> HongKongCalendar:
    """Return the business days as the law of ``law_day`` counts them, with the warning days that officers entered.

    Before any law said what a business day is, the general holidays and all warning days count.
    """
    closures = _closures()
    try:
        definition = rulebook.calendar(law_day)
    except NotInForce:
        return HongKongCalendar(frozenset(day for day, _ in closures))
    return definition.calendar(day for day, warning in closures if warning in definition.closure_kinds)


@shared
def _closures() -> tuple[tuple[date, str], ...]:
    return tuple(Closure.objects.values_list("day", "warning"))


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
        Q(feed__in=_feeds_read(besides), as_of__gte=first) | Q(feed=PRICES, as_of__gte=first - PRICES_LOOK_BACK),
        subject__in=[coin.symbol for coin in coins], as_of__lte=last, status=FeedFile.Status.ACCEPTED,
    )
    return list(found.select_related("sender").only(*_NEEDED).order_by("feed", "sender__slug", "as_of"))


@shared_of_each
def _accepted_of(coins: list[Coin], first: date, last: date, besides: frozenset[str]) -> dict[Coin, list[FeedFile]]:
    found: dict[str, list[FeedFile]] = {coin.symbol: [] for coin in coins}
    for file in accepted_files(coins, first, last, besides=besides):
        found[file.subject].append(file)
    foresee(file for files in found.values() for file in files)
    return {coin: found[coin.symbol] for coin in coins}


def arrived_of(coins: list[Coin], as_of: date, first: date) -> dict[Coin, tuple[Arrived, ...]]:
    """Return what was accepted of the coins for the days from ``first``, and of prices somewhat longer ago, by now."""
    rows = FeedFile.objects.filter(
        Q(as_of__gte=first) | Q(feed=PRICES, as_of__gte=first - PRICES_LOOK_BACK),
        subject__in=[coin.symbol for coin in coins], as_of__lte=as_of, status=FeedFile.Status.ACCEPTED,
    )
    found: dict[str, list[Arrived]] = {coin.symbol: [] for coin in coins}
    for symbol, *arrived in rows.order_by("pk").values_list("subject", "pk", "feed", "as_of", "sender__kind"):
        found[symbol].append(Arrived._make(arrived))
    return {coin: tuple(found[coin.symbol]) for coin in coins}


_arrived_by = shared_of_each(arrived_of)


def _arrivals_from(as_of: date, calendar: HongKongCalendar) -> date:
    """Return the first day of which what arrived can say something of ``as_of``: of a choice of files, or of breaks."""
    return min(first_needed(as_of, calendar), as_of - ENTRY_DAYS)


def _feeds_read(besides: Iterable[str]) -> set[str]:
    return {*DAY_FEEDS, *REQUESTS, *besides} - {PRICES}


def first_needed(as_of: date, calendar: HongKongCalendar) -> date:
    """Return the earliest day whose files say something of ``as_of``: the business day before the last one."""
    return calendar.previous_business_day(calendar.on_or_before(as_of))


def files_of_day(coin: Coin, as_of: date, calendar: HongKongCalendar) -> DayFiles:
    """Return the files that count for one day of a coin, in two queries."""
    schedules = schedules_of_coin(coin)
    accepted = accepted_files([coin], first_needed(as_of, calendar), as_of, besides=schedules.feeds)
    return choose_files(as_of, accepted, calendar, issuer_id=coin.owner_id, schedule=schedules.on(coin, as_of))


def files_in_batch(coin: Coin, as_of: date, calendar: HongKongCalendar) -> DayFiles:
    """Return the same with what has arrived, read for all coins of a batch of days at once."""
    schedules, first = schedules_of_coin(coin), first_needed(as_of, calendar)
    # First: what comes between the two is seen by ``changed_since``, because it is no part of this.
    arrived = _arrived_by(coin, as_of, _arrivals_from(as_of, calendar))
    accepted = _accepted_of(coin, first, as_of, frozenset(schedules.feeds))
    chosen = choose_files(as_of, accepted, calendar, issuer_id=coin.owner_id, schedule=schedules.on(coin, as_of))
    return replace(chosen, arrived=arrived)


def changed_since(days: Iterable[tuple[Coin, DayFiles]], calendars: Callable[[date], HongKongCalendar]) -> list[Coin]:
    """Return the coins on whose day other files count by now than those that were chosen; a coin has one day here."""
    alike: dict[tuple[date, date], dict[Coin, DayFiles]] = {}
    for coin, files in days:
        since = _arrivals_from(files.as_of, calendars(files.as_of))
        alike.setdefault((files.as_of, since), {})[coin] = files
    changed = []
    for (as_of, since), chosen in alike.items():
        arrived = arrived_of(list(chosen), as_of, since)
        changed += [coin for coin, files in chosen.items() if arrived[coin] != files.arrived
                    and files_of_day(coin, as_of, calendars(as_of)).ids != files.ids]
    return changed


def files_by_ids(coin: Coin, as_of: date, calendar: HongKongCalendar, ids: Sequence[int]) -> DayFiles:
    """Return the files of a day that was reconciled before, as they were chosen then."""
    found = {file.pk: file for file in FeedFile.objects.filter(pk__in=ids).select_related("sender").only(*_NEEDED)}
    used = [found[pk] for pk in ids]
    before = calendar.on_or_before(as_of) - timedelta(days=1)
    schedules = schedules_of_coin(coin)
    earlier = accepted_files([coin], first_needed(as_of, calendar), before)
    companions = [file for file in accepted_files([coin], as_of, as_of, besides=schedules.feeds)
                  if file.feed not in (*DAY_FEEDS, *REQUESTS, PRICES)]
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

    On a day without business the last business day's statements and books carry over. Who sent a statement for the
    business day before, of holdings or as bank or custodian make it, is expected to send one of that kind again:
    without it the pool is not whole. What else is missing the schedule says.
    """
    last_business_day = calendar.on_or_before(as_of)
    before = first_needed(as_of, calendar)
    by = schedule.waits_until(as_of, calendar)
    chosen: list[FeedFile] = []
    missing: list[Missing] = []
    for need, feeds in MEETS.items():
        since = last_business_day if schedule.carries_over(need) else as_of
        of_need = [file for feed in feeds for file in accepted if file.feed == feed]
        found = {(file.feed, file.sender_id): file for file in of_need if since <= day_of(file) <= as_of}
        if need == HOLDINGS:
            earlier = {(file.feed, file.sender_id): file for file in of_need if before <= day_of(file) < since}
            missing += [Missing(file.feed, file.sender.slug, schedule.due_at(need, file.sender.slug, as_of, calendar))
                        for key, file in earlier.items() if found and key not in found]
        elif found:
            # Books and supply are one statement of the whole. Beside it stands what was read from the chain.
            read = [key for key, file in found.items() if file.sender.kind == Organisation.Kind.READER]
            stated = [key for key in found if key not in read]
            own = [key for key in stated if key[1] == issuer_id]
            counting = {*read, *(own or stated)[:1]}
            found = {key: file for key, file in found.items() if key in counting}
        if not found:
            missing.append(Missing(need, None, schedule.due_at(need, None, as_of, calendar)))
        chosen += found.values()
    chosen += [file for file in accepted
               if file.feed in REQUESTS and day_of(file) == as_of and file.sender_id == issuer_id]
    chosen += last_prices(as_of, accepted)
    missing += _missing_besides(schedule, accepted, as_of, calendar, known=missing)
    return DayFiles(as_of, tuple(chosen), tuple(missing), by)


def _missing_besides(
    schedule: Schedule, accepted: Sequence[FeedFile], as_of: date, calendar: HongKongCalendar,
    *, known: Sequence[Missing],
) -> list[Missing]:
    """Return what the schedule expects besides one file of each need of the pool, and has not got."""
    noted = {(need_of(each.feed), each.sender) for each in known}
    found: list[Missing] = []
    for entry in schedule.entries:
        if (entry.feed, entry.sender) in noted or (entry.feed in FEEDS and entry.sender is None):
            continue
        carried = entry.feed in FEEDS and schedule.carries_over(entry.feed) and entry.falls_on(
            calendar.on_or_before(as_of), calendar)
        if not carried and not entry.falls_on(as_of, calendar):
            continue
        since = calendar.on_or_before(as_of) if carried else as_of
        if not any(entry.feed in (file.feed, need_of(file.feed)) and since <= day_of(file) <= as_of and
                   entry.sender in (None, file.sender.slug) for file in accepted):
            found.append(Missing(entry.feed, entry.sender, entry.due_at(as_of, calendar)))
    return found


def last_prices(as_of: date, accepted: Iterable[FeedFile]) -> list[FeedFile]:
    """Return the last file of prices of each source, which may be some days old."""
    latest: dict[int, FeedFile] = {}
    for file in accepted:
        independent = file.sender.kind == Organisation.Kind.PRICE_SOURCE
        if file.feed == PRICES and independent and as_of - PRICES_LOOK_BACK <= day_of(file) <= as_of:
            standing = latest.get(file.sender_id)
            if standing is None or day_of(standing) < day_of(file):
                latest[file.sender_id] = file
    return list(latest.values())


def files_of(coin: Coin, actor: Actor, as_of: date | None = None) -> QuerySet[FeedFile]:
    """Return the files sent about a coin, newest first, of all days or of one."""
    rows = FeedFile.objects.visible_to(actor).filter(subject=coin.symbol, feed__in=(*DAY_FEEDS, *REQUESTS, PRICES))
    rows = rows.select_related("sender", "sent_by", "sent_with")
    return rows if as_of is None else rows.filter(as_of=as_of)
