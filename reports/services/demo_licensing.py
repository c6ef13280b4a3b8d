"""The licensing part of the demonstration: applicants, their review, and the life of the licences that are held."""

from __future__ import annotations

from datetime import date

from core.calendars import HongKongCalendar
from core.models import User
from issuers.models import Issuer, Licence
from reports.demo.licensing import has_licensing
from reports.demo.world import IssuerPlan
from reports.services.demo_applicants import play_jade_harbour, play_kowloon_peak, play_new_contact
from reports.services.demo_clock import PlayedClock
from reports.services.demo_licensees import play_licensees
from reports.services.demo_review import form_teams, play_review
from reports.services.demo_stage import Stage


def play_licensing(
    plans: tuple[IssuerPlan, ...], *, until: date, calendar: HongKongCalendar, people: dict[str, User],
    clock: PlayedClock,
) -> None:
    """Play everything up to the last day; a world that ends too soon after the law began has no such story.

    The caller's transaction carries it all, so that a world has the whole story or none of it.
    """
    if not has_licensing(until):
        return
    stage = Stage(until, calendar, clock, people)
    first_team, _second = form_teams(stage)
    application = play_jade_harbour(stage)
    play_review(stage, application, first_team)
    play_kowloon_peak(stage)
    play_new_contact(stage)
    play_licensees(stage, plans, _licensees(plans))


def _licensees(plans: tuple[IssuerPlan, ...]) -> dict[int, Issuer]:
    held = {licence.number: licence.issuer for licence in Licence.objects.select_related("issuer__organisation")}
    return {place: held[plan.licence] for place, plan in enumerate(plans)}
