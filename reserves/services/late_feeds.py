"""Cases for files that are late: opened when the deadline has passed, closed when the file is accepted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy, gettext_noop

from core import cases, clock, feeds
from core.access import SYSTEM
from core.models import Case, FeedFile
from core.wording import hk_date
from issuers.services.breaches import open_breach
from reserves.selectors.day_files import need_of
from reserves.selectors.due import (
    LATE,
    DueFile,
    files_not_there,
    late_key,
    look_back,
    open_late_cases,
    supervised_coins,
)

LATE_FEED, LATE_READING = LATE
#: A statement of the reserve exists for every day and is produced when the authority asks for it (SUP 2.7.2).
DAILY_STATEMENT = "HK-REP-01"
ARRIVED = "arrived"


def _words(params: dict[str, Any]) -> dict[str, Any]:
    """Return the feed by its title, with who is to send it, and the day as it is written in the reader's language."""
    title = feeds.FEEDS[params["feed"]].title
    feed = f"{title} ({params['sender']})" if params.get("sender") else title
    return params | {"feed": feed, "as_of": hk_date(params["as_of"])}


cases.kind(
    LATE_FEED, prefix="LATE", title=gettext_lazy("Late file"),
    summary=gettext_noop("Not received for %(subject)s, %(as_of)s: %(feed)s"),
    queue="supervision", seen_by_issuer=True, words=_words,
)
cases.kind(
    LATE_READING, prefix="LATE", title=gettext_lazy("Late reading of the chain"),
    summary=gettext_noop("Not read from the chain for %(subject)s, %(as_of)s: %(feed)s"),
    queue="supervision", words=_words,
)


def open_late_feed_cases(now: datetime | None = None) -> list[Case]:
    """Open a case for each file of a licensed issuer's coin that is due and not there; return those that are open.

    A late file is no breach by itself: the guideline has the licensee draw up a statement for every day and produce it
    when asked (SUP 2.7.2); the hour is the authority's. Where a schedule's row records that the authority has asked, a
    day that was not sent by its hour is a breach of HK-REP-01 as well.

    Closes the cases whose file is there by now. Looks back the authority's number of days and no further.
    """
    now = now or clock.now()
    standing = {case.key: case for case in open_late_cases()}
    late = {due.key: due for due in files_not_there(supervised_coins(), now) if due.due_at <= now}
    for key, case in standing.items():
        if key not in late and case.as_of and case.as_of >= look_back(now):
            cases.close_case(case, outcome=ARRIVED, actor=SYSTEM)
    return [standing.get(key) or _opened(due) for key, due in late.items()]


@transaction.atomic
def _opened(due: DueFile) -> Case:
    if due.on_request:
        open_breach(due.coin.issuer, rule=DAILY_STATEMENT, subject=due.coin.symbol, as_of=due.as_of, actor=SYSTEM,
                    params={"feed": due.feed, "expected_by": due.due_at.isoformat()})
    return cases.open_case(
        LATE_READING if due.reader else LATE_FEED, subject=due.coin.symbol, owner=due.coin.issuer.organisation,
        key=due.key, as_of=due.as_of, actor=SYSTEM, due_at=due.due_at,
        params={"feed": due.feed, "as_of": due.as_of.isoformat(), "expected_by": due.due_at.isoformat(),
                "sender": due.sender},
    )


def close_case_of(feed_file: FeedFile) -> None:
    """Close the cases that wait for this file, if there are any; a reading is also the supply that nobody stated."""
    keys = [late_key(feed_file.subject, name, feed_file.as_of, sender)
            for name in {feed_file.feed, need_of(feed_file.feed)} for sender in (None, feed_file.sender.slug)]
    for case in open_late_cases().filter(key__in=keys):
        cases.close_case(case, outcome=ARRIVED, actor=SYSTEM)
