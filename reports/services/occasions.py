"""Occasions: what fell due is opened once, done once, whatever dies in between, and its outcome is kept.

The row of an occasion is locked while a part of it is made, and each part is a row of its own in the transaction that
makes its report: two workers share the work, and one that is killed leaves nothing half made.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from core import cases, clock
from core.access import SYSTEM, Actor, require
from core.business_days import hong_kong_calendar
from core.calendars import HongKongCalendar
from core.deadlines import day_of
from core.errors import Refused
from core.models import Case, User
from core.roles import Can
from reports.builders.schedule_words import period_words
from reports.models import Occasion, OccasionPart, ReportRun, Schedule, ScheduleVersion
from reports.selectors.licensing import authority
from reports.selectors.schedules import last_period, occasions_due
from reports.services.production import PRODUCTIONS, Production, Unit
from reports.services.schedules import enter_default_schedules
from reports.timetable import Cadence, Period, dues, latest_period
from reports.workflows import OCCASION

S = Occasion.Status
#: After so many tries that ended in an error nobody foresaw, an occasion waits for a person.
MAX_ATTEMPTS = 6
LONGEST_WAIT = timedelta(hours=1)
#: Business days that an officer has for what failed: the authority's own choice.
SERVICE_DAYS = 1
FAILED = "reports.occasion"


def _words(params: dict[str, Any]) -> dict[str, Any]:
    """Return what failed by its title and period, as the reader reads them."""
    period = Period(date.fromisoformat(params["first"]), date.fromisoformat(params["last"]))
    declared = PRODUCTIONS.get(params["schedule"])
    return params | {"title": declared.title if declared else params["schedule"], "period": period_words(period)}


cases.kind(
    FAILED, prefix="RPT", title=gettext_lazy("Report or mail that failed"),
    summary=gettext_noop("%(title)s, %(period)s: %(reason)s"), queue="supervision", words=_words,
)


def sweep_occasions() -> list[Occasion]:
    """Open what fell due since the last sweep, and return all that is to be done now, the earliest first."""
    calendar = hong_kong_calendar()
    for version in enter_default_schedules().values():
        if version.active:
            open_occasions(version, calendar)
    return list(occasions_due(calendar).select_related("schedule"))


@transaction.atomic
def open_occasions(version: ScheduleVersion, calendar: HongKongCalendar) -> list[Occasion]:
    """Open each period that fell due and has no occasion yet; a mail of another day than today is only noted as missed.

    A machine that was down finds all that it missed here, in order.
    """
    if version.cadence == Cadence.ON_EVENT:
        return []
    since, until = version.since, clock.now()
    if not dues(version.rhythm, calendar, since=since, until=until, after=last_period(version)):
        return []
    Schedule.objects.select_for_update(no_key=True).get(pk=version.schedule_id)
    opened = []
    for due in dues(version.rhythm, calendar, since=since, until=until, after=last_period(version)):
        occasion, created = Occasion.objects.get_or_create(
            schedule_id=version.schedule_id, first=due.period.first, last=due.period.last, defaults={"due_at": due.at}
        )
        if created and not _is_too_late(occasion, PRODUCTIONS[version.schedule.name]):
            opened.append(occasion)
    return opened


def _is_too_late(occasion: Occasion, declared: Production) -> bool:
    """Note an occasion as missed whose mail nobody wants any more; say whether it was."""
    stale = occasion.asked_at is None and day_of(occasion.due_at) < clock.today()
    if declared.catches_up or not stale:
        return False
    _settle(occasion, "miss", _("nothing ran on its day"))
    return True


def do_occasion(pk: int) -> Occasion | None:
    """Do what is due: each report in a transaction of its own, mails in one; None if it does not wait.

    Another worker that has it at the moment goes on with it.
    """
    occasion = Occasion.objects.select_related("schedule").filter(pk=pk, status=S.DUE).first()
    declared = PRODUCTIONS.get(occasion.schedule.name) if occasion else None
    if occasion is None or declared is None:
        return None
    if declared.mails is not None:
        return _mail(pk, declared)
    units = _units(occasion, declared)
    for unit in units:
        if not make_part(pk, unit, actor=occasion.asked_by or SYSTEM, expected=len(units)):
            return None
    return _conclude(pk)


def _units(occasion: Occasion, declared: Production) -> list[Unit]:
    if declared.reports is not None:
        return declared.reports(occasion.period)
    # What an event brought was refused, and somebody asked for it again.
    found = declared.events(occasion.opened_at) if declared.events else []
    return [unit for unit in found if unit.period == occasion.period]


def _claimed(pk: int) -> Occasion | None:
    rows = Occasion.objects.select_for_update(skip_locked=True, no_key=True, of=("self",)).select_related("schedule")
    return rows.filter(pk=pk).first()


@transaction.atomic
def _mail(pk: int, declared: Production) -> Occasion | None:
    occasion = _claimed(pk)
    if occasion is None or occasion.status != S.DUE or declared.mails is None:
        return None
    if _is_too_late(occasion, declared):
        return None
    occasion.mailed = len(declared.mails())
    occasion.save(update_fields=["mailed"])
    return _settle(occasion, "produce" if occasion.mailed else "skip")


@transaction.atomic
def make_part(pk: int, unit: Unit, *, actor: Actor, expected: int | None = None) -> OccasionPart | None:
    """Make one report of an occasion, unless it has it; None if another worker is at the occasion.

    What was made before somebody asked for the occasion again is looked at anew: where its facts have changed since, a
    new version takes its place. A refusal is kept as the reason and holds up no other report.
    """
    occasion = _claimed(pk)
    if occasion is None:
        return None
    if expected is not None and occasion.expected != expected:
        occasion.expected = expected
        occasion.save(update_fields=["expected"])
    part = occasion.parts.filter(subject=unit.subject).first() or OccasionPart(occasion=occasion, subject=unit.subject)
    if part.run_id is None or (occasion.asked_at is not None and part.made_at < occasion.asked_at):
        try:
            with transaction.atomic():
                part.run, part.reason = unit.make(actor), ""
        except Refused as refusal:
            part.reason = str(refusal)[:500]
        part.made_at = clock.now()
        part.save()
    return part


@transaction.atomic
def _conclude(pk: int) -> Occasion | None:
    """Settle an occasion of which everything was tried."""
    occasion = _claimed(pk)
    if occasion is None or occasion.status not in (S.DUE, S.PRODUCED):
        return None
    refused = list(occasion.parts.exclude(reason=""))
    if refused:
        return _settle(occasion, "fail", "; ".join(f"{part.subject}: {part.reason}" for part in refused))
    if occasion.status == S.PRODUCED:
        return occasion
    return _settle(occasion, "produce" if occasion.parts.exists() else "skip")


def _settle(occasion: Occasion, move: str, reason: str = "") -> Occasion:
    row = OCCASION.apply(occasion, move, actor=SYSTEM, note=reason[:500])
    row.reason, row.settled_at = reason[:500], clock.now()
    row.save(update_fields=["reason", "settled_at"])
    _give_to_a_person(row)
    return row


def _give_to_a_person(occasion: Occasion) -> None:
    """Open a case for an occasion that failed; close it when the occasion is settled otherwise."""
    owner = authority()
    if owner is not None and occasion.status == S.FAILED:
        params = {"schedule": occasion.schedule.name, "first": occasion.first.isoformat(),
                  "last": occasion.last.isoformat(), "reason": occasion.reason}
        cases.open_case(FAILED, subject=occasion.schedule.name, owner=owner, key=str(occasion.pk), as_of=occasion.last,
                        params=params, service_days=SERVICE_DAYS, actor=SYSTEM)
        return
    for case in Case.objects.filter(kind=FAILED, key=str(occasion.pk), status=Case.Status.OPEN):
        cases.close_case(case, outcome="closed", actor=SYSTEM)


def produce_events(*, actor: Actor) -> list[ReportRun]:
    """Make the reports that follow events, those of one period under one occasion, and return the new ones."""
    made: list[ReportRun] = []
    for name, version in enter_default_schedules().items():
        events = PRODUCTIONS[name].events
        if not version.active or events is None:
            continue
        for unit in events(version.since):
            occasion, _created = Occasion.objects.get_or_create(
                schedule_id=version.schedule_id, first=unit.period.first, last=unit.period.last,
                defaults={"due_at": clock.now()},
            )
            if occasion.parts.filter(subject=unit.subject, run=None).exists() and occasion.status != S.DUE:
                continue  # it was refused: a person asks for it again
            part = make_part(occasion.pk, unit, actor=actor)
            if part is not None and part.run is not None:
                made.append(part.run)
            _conclude(occasion.pk)
    return made


def note_failure(pk: int, reason: str) -> Occasion | None:
    """Keep why doing an occasion ended in an error: it is tried again later, and after some tries by a person."""
    with transaction.atomic():
        occasion = _claimed(pk)
        if occasion is None or occasion.status != S.DUE:
            return None
        occasion.attempts += 1
        occasion.reason = reason[:500]
        occasion.next_attempt_at = clock.now() + min(LONGEST_WAIT, timedelta(minutes=2**occasion.attempts))
        occasion.save(update_fields=["attempts", "reason", "next_attempt_at"])
        return _settle(occasion, "fail", reason) if occasion.attempts >= MAX_ATTEMPTS else occasion


@transaction.atomic
def ask_occasion(schedule: Schedule, *, period: Period | None = None, actor: Actor) -> Occasion:
    """Ask for a period now, the last that is over if none is given; mails that were written are returned as they stand.

    What failed, was missed, or had nothing due is tried again. Reports that were made are looked at anew: a version
    is made of those whose facts have changed since.

    Raises:
        NotPermitted: the actor does not make reports.
        Refused: the period is not over yet, or reports of this kind follow events.
    """
    require(actor, Can.RENDER_REPORTS)
    version = enter_default_schedules()[schedule.name]
    cadence = Cadence(version.cadence)
    if cadence == Cadence.ON_EVENT:
        raise Refused(_("It is done as soon as there is something: a sweep looks every minute."), code="on_event")
    today = clock.today()
    period = period or latest_period(cadence, today)
    if period.last > today or (period.last == today and period.first != today):
        raise Refused(_("The period is not over yet."), code="not_over")
    if PRODUCTIONS[schedule.name].mails is not None and latest_period(cadence, today) != period:
        raise Refused(_("A mail of another day is not written any more."), code="too_late")
    open_occasions(version, hong_kong_calendar())
    Schedule.objects.select_for_update(no_key=True).get(pk=schedule.pk)
    asked = {"asked_by": actor if isinstance(actor, User) else None, "asked_at": clock.now()}
    occasion, created = Occasion.objects.get_or_create(
        schedule=schedule, first=period.first, last=period.last, defaults={"due_at": clock.now(), **asked}
    )
    written = occasion.status == S.PRODUCED and PRODUCTIONS[schedule.name].mails is not None
    return occasion if created or written else _asked(occasion, actor)


@transaction.atomic
def retry_occasion(occasion: Occasion, *, actor: Actor) -> Occasion:
    """Have what failed tried again; what of it was made stays.

    Raises:
        NotPermitted: the actor does not make reports.
        Refused: it did not fail.
    """
    require(actor, Can.RENDER_REPORTS)
    if occasion.status != S.FAILED:
        raise Refused(_("It did not fail."), code="not_failed")
    return _asked(occasion, actor)


def _asked(occasion: Occasion, actor: Actor) -> Occasion:
    """Note who asked for an occasion, and let it be done at once."""
    if occasion.status != S.DUE:
        occasion = OCCASION.apply(occasion, "again", actor=actor)
    occasion.asked_by, occasion.asked_at = actor if isinstance(actor, User) else None, clock.now()
    occasion.attempts, occasion.next_attempt_at = 0, clock.now()
    occasion.save(update_fields=["asked_by", "asked_at", "attempts", "next_attempt_at"])
    return occasion
