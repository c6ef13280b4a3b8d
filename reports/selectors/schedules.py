"""Reading schedules: how each is set, what is due, when the next occasion is and what came of the last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from core import clock
from core.calendars import HongKongCalendar
from issuers.models import Issuer, Licence
from reports.models import Occasion, OccasionPart, ReportDocument, ReportNotice, ReportRun, Schedule, ScheduleVersion
from reports.timetable import Cadence, Due, Period, next_due, period_of
from reserves.models import ReserveDay

S = Occasion.Status


def versions_in_force() -> dict[str, ScheduleVersion]:
    """Return how each schedule is set, by name."""
    latest = ScheduleVersion.objects.order_by("schedule_id", "-number").distinct("schedule_id")
    return {row.schedule.name: row for row in latest.select_related("schedule", "set_by")}


def last_period(version: ScheduleVersion) -> Period | None:
    """Return the latest period of the schedule's cadence that has its occasion; earlier ones are settled for good."""
    rows = Occasion.objects.filter(schedule=version.schedule_id).order_by("-last", "-first")
    return next((row.period for row in rows.only("first", "last")[:5] if is_of(version, row.period)), None)


def is_of(version: ScheduleVersion, period: Period) -> bool:
    """Whether the period is one of the cadence that the schedule has now."""
    return period_of(Cadence(version.cadence), period.first) == period


def last_occasions(schedules: Iterable[int]) -> dict[int, Occasion]:
    """Return each schedule's latest occasion, by the schedule's key."""
    rows = Occasion.objects.filter(schedule__in=schedules).order_by("schedule_id", "-last", "-pk")
    return {row.schedule_id: row for row in rows.distinct("schedule_id")}


def next_of(version: ScheduleVersion, last: Occasion | None, calendar: HongKongCalendar) -> Due | None:
    """Return the schedule's next occasion after the last, or None: it is switched off, or an event brings it."""
    if not version.active:
        return None
    after = last.period if last and is_of(version, last.period) else None
    return next_due(version.rhythm, calendar, since=version.since, now=clock.now(), after=after)


def occasions_due(calendar: HongKongCalendar) -> QuerySet[Occasion]:
    """Return the occasions to be done now, the earliest first.

    On a day that is closed nothing is done but what a person asked for.
    """
    now = clock.now()
    rows = Occasion.objects.filter(status=S.DUE, next_attempt_at__lte=now)
    if not calendar.is_business_day(clock.today()):
        rows = rows.exclude(asked_at=None)
    return rows.filter(Q(due_at__lte=now) | Q(asked_at__isnull=False)).order_by("due_at", "pk")


def occasions_of(schedule: Schedule, count: int = 30) -> list[tuple[Occasion, Progress]]:
    """Return the schedule's latest occasions, each with how far it is."""
    rows = list(schedule.occasions.select_related("asked_by").order_by("-last", "-pk")[:count])
    counted = progress_by_occasion(rows)
    return [(row, counted[row.pk]) for row in rows]


@dataclass(frozen=True, slots=True)
class Progress:
    """How many reports of an occasion are expected, frozen, rendered, signed; how many mails were written and sent."""

    expected: int = 0
    made: int = 0
    refused: int = 0
    rendered: int = 0
    drafted: int = 0
    signed: int = 0
    mails: int = 0
    mails_sent: int = 0

    @property
    def is_under_way(self) -> bool:
        """Whether anything is still to be made, rendered or sent."""
        return self.made + self.refused < self.expected or self.rendered < self.made or self.mails_sent < self.mails

    @property
    def waiting(self) -> int:
        """How many reports have yet to be frozen or rendered."""
        return self.expected - self.refused - self.rendered


def progress_of(occasion: Occasion) -> Progress:
    """Return how far the occasion is, counted from the rows."""
    return progress_by_occasion([occasion])[occasion.pk]


def progress_by_occasion(occasions: Iterable[Occasion]) -> dict[int, Progress]:
    """Return how far each occasion is, counted from the rows, by its key."""
    occasions = list(occasions)
    keys = [occasion.pk for occasion in occasions]
    counts: dict[int, Counter[str]] = {key: Counter() for key in keys}
    signed = ReportDocument.objects.filter(run=OuterRef("run"), signed__isnull=False)
    parts = OccasionPart.objects.filter(occasion__in=keys).annotate(signed=Exists(signed))
    for pk, status, english in parts.values_list("occasion", "run__status", "signed"):
        if status is None:
            counts[pk]["refused"] += 1
            continue
        counts[pk]["made"] += 1
        counts[pk]["signed"] += english
        counts[pk]["rendered"] += status != ReportRun.Status.FROZEN
        counts[pk]["drafted"] += status == ReportRun.Status.DRAFTED
    runs = dict(parts.exclude(run=None).values_list("run", "occasion"))
    told = ReportNotice.objects.filter(run__in=runs).exclude(message=None)
    for run, status in told.values_list("run", "message__status"):
        counts[runs[run]]["mails"] += 1
        counts[runs[run]]["mails_sent"] += status == "sent"
    return {
        row.pk: Progress(
            expected=max(row.expected, counts[row.pk]["made"] + counts[row.pk]["refused"]),
            **{name: counts[row.pk][name] for name in ("made", "refused", "rendered", "drafted", "signed", "mails",
                                                       "mails_sent")},
        )
        for row in occasions
    }


def made_anew(occasion: Occasion) -> int | None:
    """Return how many reports were made since the occasion was asked for; None if it was not, or is still at it."""
    if occasion.asked_at is None or occasion.status != S.PRODUCED:
        return None
    return occasion.parts.filter(run__frozen_at__gte=occasion.asked_at).count()


def licensees_in(period: Period) -> QuerySet[Issuer]:
    """Return the issuers that held a licence in the period;
    one whose licence ended since counts with a judged day in it.
    """
    held = Q(licences__status__in=(Licence.Status.ACTIVE, Licence.Status.SUSPENDED))
    judged = Q(coins__days__status=ReserveDay.Status.JUDGED, coins__days__as_of__range=(period.first, period.last))
    began = Issuer.objects.filter(licences__effective_on__lte=period.last)
    return began.filter(held | judged).select_related("organisation").distinct().order_by("organisation__slug")


def parts_of(occasion: Occasion) -> QuerySet[OccasionPart]:
    """Return the occasion's reports in order, those that could not be made first."""
    rows = occasion.parts.select_related("run").defer("run__facts")
    return rows.order_by(F("run__pk").asc(nulls_first=True), "subject")
