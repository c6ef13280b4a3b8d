"""The calendar in force: general holidays, and the warning days that officers entered."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import audit, clock
from core.access import Actor, require
from core.calendars import HongKongCalendar
from core.errors import Refused
from core.models import Closure, User
from core.roles import Can

FIRST_YEAR, YEARS_AHEAD = 1900, 20


def _warned(label: str) -> str:
    """A closure's label, which ends with the code of its warning, with the warning's name instead."""
    day, _space, warning = label.partition(" ")
    return f"{day} {Closure.Warning(warning).label}" if warning in Closure.Warning.values else label


ENTERED = audit.verb("core.closure.entered", gettext_noop("entered %(target)s as a day closed by a warning"),
                     reading=_warned)


def hong_kong_calendar() -> HongKongCalendar:
    """Return Hong Kong's business days less the closures entered so far (HK-CAL-01; SUP glossary)."""
    return HongKongCalendar(frozenset(Closure.objects.values_list("day", flat=True)))


@transaction.atomic
def enter_closure(*, day: date, warning: str, actor: Actor) -> Closure:
    """Enter a gale or black-rainstorm warning day.

    Raises:
        NotPermitted: the actor does not enter closures.
        Refused: the day is to come (a warning is not foreseeable), or is entered already.
    """
    require(actor, Can.ENTER_CLOSURE)
    if day > clock.today():
        raise Refused(_("A warning cannot be entered before its day."))
    try:
        with transaction.atomic():
            closure = Closure.objects.create(
                day=day, warning=warning, entered_by=actor if isinstance(actor, User) else None
            )
    except IntegrityError:
        raise Refused(_("%(day)s is entered already.") % {"day": day})
    audit.record(ENTERED, target=closure, actor=actor, data={"warning": warning})
    return closure


def check_day(*days: date | None) -> None:
    """Make sure that days which a person or a program gave lie where anything can be counted from them.

    Raises:
        Refused: one lies before 1900 or further ahead than anything is set for: it is mistyped.
    """
    latest = clock.today().year + YEARS_AHEAD
    for day in days:
        if day is not None and not FIRST_YEAR <= day.year <= latest:
            raise Refused(
                _("%(day)s cannot be meant: give a day between %(first)d and %(last)d.")
                % {"day": day.isoformat(), "first": FIRST_YEAR, "last": latest}, code="far_day",
            )
