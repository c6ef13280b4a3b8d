"""What came of a play, as one table that another play can be held against, and what is wrong by itself."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from core.calendars import HONG_KONG
from core.models import FeedFile, Message
from reports.models import Occasion, ReportRun
from reserves.models import ReserveDay
from tests.chaos.dues import Dues

#: Numbers of cases and breaks come from one sequence, in which a stage that was rolled back leaves a gap; an hour that
#: counts from when something was found is some minutes later where the first to look was killed.
BY_CHANCE = re.compile(r"(?<=[A-Z]-\d{4})-\d{4,}\b|\b\d\d:\d\d\b")
DIGESTS = ("reports/morning_digest", "issuers/duties_due")


@dataclass(frozen=True, slots=True)
class Account:
    """Reports and mails with how often each came, both by kind, and sentences on what must not be."""

    reports: dict[str, int]
    mails: dict[str, int]
    kinds: dict[str, int]
    due: dict[str, int]
    faults: list[str]

    def as_data(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Taken:
    """A mail that the mail server took, by its own file."""

    message: Message
    to: str
    subject: str
    at: datetime


def account(mail_log: Path, dues: Dues) -> Account:
    """Return what was made and what the mail server took, from the rows and from the server's own file."""
    taken = _taken(mail_log)
    standing = ReportRun.objects.filter(status__in=("rendered", "drafted")).exclude(document=None)
    kinds = Counter(standing.values_list("kind", flat=True)) + Counter(each.message.notice for each in taken)
    faults = [
        *_reports_missing(dues, standing), *_reports_early(dues), *_not_sent(taken), *_twice(taken),
        *_at_the_wrong_time(dues, taken), *_occasions(dues),
    ]
    return Account(_reports(), _mails(taken), dict(kinds), dict(dues.reports()), faults)


def _taken(mail_log: Path) -> list[Taken]:
    lines = [json.loads(line) for line in mail_log.read_text().splitlines() if line]
    rows = Message.objects.in_bulk()
    return [
        Taken(rows[int(each["id"][1:].partition(".")[0])], each["to"], each["subject"],
              datetime.fromisoformat(each["at"]).astimezone(HONG_KONG))
        for each in lines
    ]


def _reports() -> dict[str, int]:
    rows = ReportRun.objects.order_by("kind", "subject", "as_of", "version").values_list(
        "kind", "subject", "as_of", "version", "status")
    return dict(Counter(f"{kind} {_unnumbered(subject)} {as_of} v{version} {status}"
                        for kind, subject, as_of, version, status in rows))


def _mails(taken: list[Taken]) -> dict[str, int]:
    return dict(Counter(f"{each.to} {each.at.date()} {_unnumbered(each.subject)}" for each in taken))


def _unnumbered(text: str) -> str:
    return BY_CHANCE.sub("", text)


def _reports_missing(dues: Dues, standing) -> list[str]:
    """As many reports stand as are due, and one of each coin and day of which all is in."""
    due, made = dues.reports(), Counter(standing.values_list("kind", flat=True))
    faults = [f"{kind}: {due[kind]} due, {made[kind]} stand" for kind in sorted(due.keys() | made.keys())
              if kind != "daily_reserve" and due[kind] != made[kind]]
    daily = Counter(standing.filter(kind="daily_reserve").values_list("subject", "as_of"))
    judged = Counter(ReserveDay.objects.filter(status="judged").values_list("coin__symbol", "as_of"))
    for symbol in (f"RC{number:03}" for number in range(dues.issuers)):
        for day in dues.position_days():
            if (judged[symbol, day], daily[symbol, day]) != (1, 1):
                faults.append(f"{symbol} {day}: judged {judged[symbol, day]}, reports {daily[symbol, day]}")
    return faults


def _reports_early(dues: Dues) -> list[str]:
    """No report on a day before that is over, and on a closed day only what follows a file that came then."""
    sent = {(symbol, at.astimezone(HONG_KONG).date())
            for symbol, at in FeedFile.objects.values_list("subject", "received_at")}
    faults = []
    for kind, subject, as_of, at in ReportRun.objects.values_list("kind", "subject", "as_of", "frozen_at"):
        made_on = at.astimezone(HONG_KONG).date()
        if made_on <= as_of and kind != "licence_certificate":
            faults.append(f"{kind} on {subject} of {as_of} was made on {made_on}")
        if not dues.calendar.is_business_day(made_on) and (subject, made_on) not in sent:
            faults.append(f"{kind} on {subject} of {as_of} was made on {made_on}, which is closed")
    return faults


def _not_sent(taken: list[Taken]) -> list[str]:
    """Every message stands in the server's file, or in that of the message which a person sent in its place."""
    replaced = set(Message.objects.exclude(again_of=None).values_list("again_of", flat=True))
    waiting = Message.objects.exclude(pk__in={each.message.pk for each in taken} | replaced)
    return [f"never sent: {row.key} ({row.status}, tried next {row.next_attempt_at})" for row in waiting]


def _twice(taken: list[Taken]) -> list[str]:
    """No message was taken twice, nor one and another that replaces it."""
    times = Counter(each.message.pk for each in taken)
    replaced = dict(Message.objects.exclude(again_of=None).values_list("pk", "again_of"))
    twice = [f"taken {count} times: message {pk}" for pk, count in times.items() if count > 1]
    return twice + [f"taken and sent again: message {pk}" for again, pk in replaced.items() if times[again] and times[pk]]


def _at_the_wrong_time(dues: Dues, taken: list[Taken]) -> list[str]:
    """Digests and reminders come on business days, from 08:00 on, of that day, and one of each a day and person."""
    faults: list[str] = []
    had: Counter[tuple[str, str, date]] = Counter()
    for each in taken:
        row, queued = each.message, each.message.queued_at.astimezone(HONG_KONG)
        if row.notice not in DIGESTS:
            continue
        had[row.notice, row.address, each.at.date()] += 1
        if not dues.calendar.is_business_day(each.at.date()) or each.at.hour < 8:
            faults.append(f"{row.notice} to {row.address} went out at {each.at}")
        if queued.date() != each.at.date():
            faults.append(f"{row.notice} to {row.address} of {queued} went out on {each.at.date()}")
    return faults + [f"{count} of {key}" for key, count in had.items() if count > 1]


def _occasions(dues: Dues) -> list[str]:
    """What is scheduled has an occasion each time that it fell due, no other, and each was done, not before its time."""
    rows = Occasion.objects.exclude(schedule__versions__cadence="on_event").select_related("schedule")
    due, found = dues.occasions(), {(row.schedule.name, row.due_at.astimezone(HONG_KONG)) for row in rows}
    faults = [f"{name} at {at} was {'not due' if (name, at) in found else 'left out'}" for name, at in due ^ found]
    for row in Occasion.objects.select_related("schedule"):
        if row.status not in ("produced", "nothing_due"):
            faults.append(f"{row} is {row.status}: {row.reason}")
        if row.settled_at and row.settled_at < row.due_at:
            faults.append(f"{row} was done at {row.settled_at}, before {row.due_at}")
    return faults
