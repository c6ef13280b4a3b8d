"""Schedules a week after they were set: a batch of reports under way, one that failed, digests sent and missed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from core import clock
from core.roles import Role
from reports.models import Occasion, OccasionPart, ReportDocument, ReportNotice, ReportRun, Schedule
from reports.services.distribution import set_subscription
from reports.services.schedules import change_schedule, enter_default_schedules

MONTHLY = "monthly_supervision"


def add_schedules(world) -> dict[str, int]:
    """Return the keys that addresses name."""
    bo, ops, authority = world.people["bo"], world.people["ops"], world.organisations["authority"]
    enter_default_schedules(since=clock.now() - timedelta(days=60))
    change_schedule(Schedule.objects.get(name=MONTHLY), cadence="monthly", at=time(10, 30), business_day=6, active=True,
                    reason="The committee meets a day later.", number=1, actor=bo)
    set_subscription(kind="daily_reserve", how="at_once", language="zh-hant", person=ops, actor=ops)
    set_subscription(kind="daily_reserve", how="digest", role=Role.OPERATIONS, actor=bo)
    digest = Schedule.objects.get(name="morning_digest")
    for day, status, mails, reason in (
        (18, "missed", 0, "nothing ran on its day"), (19, "produced", 5, ""), (20, "nothing_due", 0, ""),
        (23, "produced", 6, ""),
    ):
        _occasion(digest, date(2026, 11, day), date(2026, 11, day), status, mailed=mails, reason=reason)
    monthly = Schedule.objects.get(name=MONTHLY)
    _occasion(monthly, date(2026, 9, 1), date(2026, 9, 30), "failed", expected=3,
              reason="tidewater-payments-limited: No day of the month is judged.")
    october = _occasion(monthly, date(2026, 10, 1), date(2026, 10, 31), "produced", expected=3)
    for number, (slug, status) in enumerate((("lion-rock", "rendered"), ("outer-channel", "frozen"))):
        run = ReportRun.objects.create(
            reference=f"MS-2026-10-{number}", kind=MONTHLY, subject=slug, owner=authority, as_of=october.last,
            version=1, status=status, facts={}, digest="0" * 64,
        )
        ReportDocument.objects.create(run=run, language="en")
        OccasionPart.objects.create(occasion=october, subject=slug, run=run)
    OccasionPart.objects.create(occasion=october, subject="tidewater", reason="No day of the month is judged.")
    ReportNotice.objects.create(run=run, person=bo, how="digest", language="en")
    return {"occasion": october.pk}


def _occasion(schedule: Schedule, first: date, last: date, status: str, **fields) -> Occasion:
    due = datetime.combine(last if first == last else last + timedelta(days=9), time(8), clock.HONG_KONG)
    return Occasion.objects.create(schedule=schedule, first=first, last=last, due_at=due, status=status,
                                   settled_at=due + timedelta(seconds=40), **fields)
