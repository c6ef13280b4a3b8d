"""What came of a play, as one table that another play can be held against, and what is wrong by itself."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from core.business_days import hong_kong_calendar
from core.calendars import HONG_KONG
from core.models import Message
from issuers.models import Coin
from reports.models import Occasion, ReportRun
from reserves.models import ReserveDay

#: Numbers of cases and breaks come from one sequence, in which a stage that was rolled back leaves a gap.
REFERENCE = re.compile(r"\b([A-Z]{2,4})-(\d{4})-\d{4,}\b")
DIGESTS = ("reports/morning_digest", "issuers/duties_due")


@dataclass(frozen=True, slots=True)
class Account:
    """Reports and mails with how often each came, and sentences on what must not be."""

    reports: Counter[str]
    mails: Counter[str]
    faults: list[str]

    def as_data(self) -> dict[str, Any]:
        return {"reports": dict(sorted(self.reports.items())), "mails": dict(sorted(self.mails.items())),
                "faults": self.faults}


def account(mail_log: Path, first: date, days: int) -> Account:
    """Return what was made and what the mail server took, from the rows and from the server's own file."""
    accepted = [json.loads(line) for line in mail_log.read_text().splitlines() if line]
    return Account(_reports(), _mails(accepted), [
        *_reports_missing(first, days), *_not_sent(accepted), *_twice(accepted), *_at_the_wrong_time(accepted),
        *_occasions(),
    ])


def _reports() -> Counter[str]:
    rows = ReportRun.objects.order_by("pk").values_list("kind", "subject", "as_of", "version", "status")
    return Counter(f"{kind} {_unnumbered(subject)} {as_of} v{version} {status}"
                   for kind, subject, as_of, version, status in rows)


def _mails(accepted: list[dict[str, str]]) -> Counter[str]:
    return Counter(f"{each['to']} {_day(each)} {_unnumbered(each['subject'])}" for each in accepted)


def _unnumbered(text: str) -> str:
    return REFERENCE.sub(r"\1-\2", text)


def _day(each: dict[str, str]) -> date:
    return datetime.fromisoformat(each["at"]).astimezone(HONG_KONG).date()


def _reports_missing(first: date, days: int) -> list[str]:
    """One standing report for every coin and day that was judged, and every day of the play but the last is judged."""
    faults = []
    calendar = hong_kong_calendar()
    over = first + timedelta(days=days)
    for coin in Coin.objects.order_by("symbol"):
        for offset in range(days):
            day = first + timedelta(days=offset)
            if calendar.next_business_day(day) + timedelta(days=2) > over:
                continue
            judged = ReserveDay.objects.filter(coin=coin, as_of=day, status="judged").count()
            standing = ReportRun.objects.filter(kind="daily_reserve", subject=coin.symbol, as_of=day, status="rendered")
            if (judged, standing.exclude(document=None).count()) != (1, 1):
                faults.append(f"{coin.symbol} {day}: judged {judged}, reports {standing.count()}")
    return faults


def _not_sent(accepted: list[dict[str, str]]) -> list[str]:
    """Every message stands in the server's file, or in that of the message which a person sent in its place."""
    taken = {int(each["id"][1:].partition(".")[0]) for each in accepted}
    replaced = set(Message.objects.exclude(again_of=None).values_list("again_of", flat=True))
    waiting = Message.objects.exclude(pk__in=taken | replaced)
    return [f"never sent: {row.key} ({row.status}, tried next {row.next_attempt_at})" for row in waiting]


def _twice(accepted: list[dict[str, str]]) -> list[str]:
    """No message was taken twice, nor one and another that replaces it."""
    times = Counter(int(each["id"][1:].partition(".")[0]) for each in accepted)
    replaced = dict(Message.objects.exclude(again_of=None).values_list("pk", "again_of"))
    twice = [f"taken {count} times: message {pk}" for pk, count in times.items() if count > 1]
    return twice + [f"taken and sent again: message {pk}" for again, pk in replaced.items() if times[again] and times[pk]]


def _at_the_wrong_time(accepted: list[dict[str, str]]) -> list[str]:
    """Digests and reminders come on business days, from 08:00 on, one a day and person, and of that day."""
    calendar, faults = hong_kong_calendar(), []
    rows = {row.pk: row for row in Message.objects.all()}
    seen: Counter[tuple[str, str, date]] = Counter()
    for each in accepted:
        row = rows[int(each["id"][1:].partition(".")[0])]
        at = datetime.fromisoformat(each["at"]).astimezone(HONG_KONG)
        if row.notice not in DIGESTS:
            continue
        seen[row.notice, row.address, at.date()] += 1
        if not calendar.is_business_day(at.date()) or at.hour < 8:
            faults.append(f"{row.notice} to {row.address} went out at {at}")
        if row.queued_at.astimezone(HONG_KONG).date() != at.date():
            faults.append(f"{row.notice} to {row.address} of {row.queued_at} went out on {at.date()}")
    return faults + [f"{count} of {key}" for key, count in seen.items() if count > 1]


def _occasions() -> list[str]:
    """Every occasion that fell due was done, on a business day and not before its time."""
    calendar, faults = hong_kong_calendar(), []
    for row in Occasion.objects.select_related("schedule"):
        due = row.due_at.astimezone(HONG_KONG)
        if row.status not in ("produced", "nothing_due"):
            faults.append(f"{row} is {row.status}: {row.reason}")
        if row.settled_at and row.settled_at < row.due_at:
            faults.append(f"{row} was done at {row.settled_at}, before {due}")
        if row.schedule.versions.first().cadence != "on_event" and not calendar.is_business_day(due.date()):
            faults.append(f"{row} fell due on {due.date()}, which is closed")
    return faults
