"""Setting schedules: the defaults once, then as officers decide; every setting stays on record."""

from __future__ import annotations

from datetime import datetime, time

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.access import SYSTEM, Actor, require
from core.errors import Refused
from core.models import User
from core.roles import Can
from reports.models import Occasion, Schedule, ScheduleVersion
from reports.selectors.schedules import versions_in_force
from reports.services.distribution import enter_default_recipients
from reports.services.production import PRODUCTIONS
from reports.timetable import MOST
from reports.verbs import SCHEDULE_SET
from reports.workflows import OCCASION


@transaction.atomic
def enter_default_schedules(*, since: datetime | None = None) -> dict[str, ScheduleVersion]:
    """Enter what is not set yet as its default says, and return how everything is set, in the order of the registry.

    What fell due before ``since``, now if not given, is not caught up; of mails nothing before now is.
    """
    found, fresh, now = versions_in_force(), False, clock.now()
    for name, declared in PRODUCTIONS.items():
        if name in found:
            continue
        schedule, created = Schedule.objects.get_or_create(name=name)
        if created:
            found[name] = ScheduleVersion.objects.create(
                schedule=schedule, number=1, cadence=declared.default.cadence, at=declared.default.at,
                business_day=declared.default.business_day, set_by_label=SYSTEM.label,
                since=since if since and declared.catches_up else now,
            )
            fresh = True
        else:  # another process entered it a moment ago
            found[name] = schedule.versions.latest("number")
    if fresh:
        enter_default_recipients()
    return {name: found[name] for name in PRODUCTIONS}


@transaction.atomic
def change_schedule(
    schedule: Schedule, *, cadence: str, at: time, business_day: int, active: bool, reason: str, number: int,
    actor: Actor,
) -> ScheduleVersion:
    """Set a schedule anew. ``number`` is the version that the actor saw: of two changes at once the second is refused.

    While its cadence stays and it stays active, what it missed is still caught up. What waits when it is switched off
    is not done any more.

    Raises:
        NotPermitted: the actor does not set schedules.
        Refused: the cadence is none of its own, the day is too late, nothing changes, or somebody changed it meanwhile.
    """
    require(actor, Can.SCHEDULE_REPORTS)
    Schedule.objects.select_for_update(no_key=True).get(pk=schedule.pk)
    before = schedule.versions.latest("number")
    declared = PRODUCTIONS[schedule.name]
    if before.number != number:
        raise Refused(_("Somebody set it meanwhile; look at how it is set now."), code="changed_meanwhile")
    if cadence not in declared.cadences:
        raise Refused(_("It cannot be done that often."), code="cadence")
    if not 1 <= business_day <= MOST[cadence]:
        raise Refused(_("Give a business day from 1 to %(most)d.") % {"most": MOST[cadence]}, code="business_day")
    said = (cadence, at, business_day, active)
    if said == (before.cadence, before.at, before.business_day, before.active):
        raise Refused(_("It is set like this already."), code="unchanged")
    keeps = active and before.active and cadence == before.cadence
    version = ScheduleVersion.objects.create(
        schedule=schedule, number=before.number + 1, cadence=cadence, at=at, business_day=business_day, active=active,
        since=before.since if keeps else clock.now(), reason=reason,
        set_by=actor if isinstance(actor, User) else None, set_by_label=actor.label,
    )
    audit.record(SCHEDULE_SET, target=version, actor=actor, data={"reason": reason})
    if not active:
        for waiting in Occasion.objects.filter(schedule=schedule, status=Occasion.Status.DUE, asked_at=None):
            OCCASION.apply(waiting, "miss", actor=actor, note=_("it was switched off"))
    return version
