"""Reading scenarios as they hold on a day, and the stress tests that issuers filed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.access import Actor
from core.calendars import HongKongCalendar
from core.errors import Refused
from issuers.models import Coin
from reserves.models import StressFiling, StressScenario
from reserves.scenarios import Scenario, in_force, shipped


def scenarios_on(day: date) -> list[Scenario]:
    """Return what comes with the platform in the version of the day, then officers' own approved rows, in one query."""
    own = StressScenario.objects.in_force(day).order_by("pk")
    return [*in_force(shipped(), day), *(row.scenario() for row in own)]


def chosen(scenarios: Iterable[Scenario], codes: Iterable[str]) -> list[Scenario]:
    """Return the scenarios of the codes, all if there are none.

    Raises:
        Refused: no scenario of the day has a code.
    """
    there, wanted = {each.code: each for each in scenarios}, list(dict.fromkeys(codes))
    if unknown := [code for code in wanted if code not in there]:
        raise Refused(
            _("There is no scenario %(code)s on that day; there are %(codes)s.")
            % {"code": unknown[0], "codes": ", ".join(there)}, code="unknown_scenario",
        )
    return [there[code] for code in wanted] or list(there.values())


def business_days_after(day: date, count: int, calendar: HongKongCalendar) -> list[date]:
    """Return the next business days after the day."""
    found: list[date] = []
    while len(found) < count:
        found.append(calendar.next_business_day(found[-1] if found else day))
    return found


def stress_filings_for(actor: Actor) -> QuerySet[StressFiling]:
    """Return the stress tests that the actor may see, the latest quarter first; a draft is the issuer's own."""
    rows = StressFiling.objects.visible_to(actor).select_related("coin__issuer__organisation", "report", "case")
    return rows.exclude(status=StressFiling.Status.DRAFT) if actor.is_authority else rows


def latest_filing(coin: Coin, period_start: date) -> StressFiling | None:
    """Return the latest version of the stress test of one quarter."""
    return StressFiling.objects.filter(coin=coin, period_start=period_start).order_by("-version").first()
