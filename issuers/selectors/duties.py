"""Reading what licensees owe and filed: obligations, notices of events, consents and returns of complaints."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.http import Http404

from core import clock
from core.access import Actor
from core.deadlines import day_of
from issuers.models import ComplaintReturn, Consent, EventNotice, Issuer, Licence, Obligation, Person


def own_issuer(actor: Any) -> Issuer:
    """Return the issuer that the person acts for.

    Raises:
        Http404: the person acts for no issuer.
    """
    issuer = Issuer.objects.filter(organisation__in=actor.organisation_ids).select_related(
        "organisation"
    ).first()
    if issuer is None:
        raise Http404
    return issuer


def licensees() -> QuerySet[Issuer]:
    """Return the issuers that owe anything: those with a licence that is neither revoked nor surrendered."""
    held = (Licence.Status.ACTIVE, Licence.Status.SUSPENDED)  # one at most, so no issuer comes twice
    issuers = Issuer.objects.filter(licences__status__in=held)
    return issuers.select_related("organisation").prefetch_related("licences")


def obligations_for(actor: Actor) -> QuerySet[Obligation]:
    """Return the obligations that the actor may see, the earliest first."""
    return Obligation.objects.visible_to(actor).select_related(
        "issuer__organisation", "coin", "condition", "case", "waiver_proposed_by"
    )


def notices_for(actor: Actor) -> QuerySet[EventNotice]:
    """Return the notices that the actor may see; what an issuer has not submitted is its own."""
    notices = EventNotice.objects.visible_to(actor).select_related("issuer__organisation", "person", "case")
    return notices.exclude(submitted_at=None) if actor.is_authority else notices


def consents_for(actor: Actor) -> QuerySet[Consent]:
    """Return the requests for consent that the actor may see; drafts are the issuer's own."""
    consents = Consent.objects.visible_to(actor).select_related("issuer__organisation", "person", "case")
    return consents.exclude(requested_at=None) if actor.is_authority else consents


def returns_for(actor: Actor) -> QuerySet[ComplaintReturn]:
    """Return the returns of complaints that the actor may see, all versions, the latest period first."""
    return ComplaintReturn.objects.visible_to(actor).select_related("issuer__organisation")


def latest_returns(actor: Actor) -> list[ComplaintReturn]:
    """Return the version in force of every period, by issuer and latest period first."""
    ordered = returns_for(actor).order_by("issuer__organisation__slug", "-period_end", "-version")
    return list(ordered.distinct("issuer__organisation__slug", "period_end"))


def people_of(issuer: Issuer) -> QuerySet[Person]:
    """Return the people and bodies behind the issuer."""
    return issuer.persons.filter(removed_at=None)


@dataclass(frozen=True, slots=True)
class Week:
    """What falls due from a Monday on."""

    monday: date
    obligations: list[Obligation]


def weeks_of(obligations: list[Obligation], first: date, count: int) -> list[Week]:
    """Return the weeks from that of ``first`` on with what falls due in each, settled or not."""
    monday = first - timedelta(days=first.weekday())
    mondays = [monday + timedelta(days=7 * number) for number in range(count)]
    return [
        Week(start, [each for each in obligations if start <= day_of(each.due_at) < start + timedelta(days=7)])
        for start in mondays
    ]


def duty_counts() -> QuerySet[Issuer]:
    """Return every licensee with what it owes: ``overdue``, ``owed`` within a month, and the earliest day ``next_due``.

    Those with most overdue come first.
    """
    now = clock.now()
    due = Q(obligations__status=Obligation.Status.DUE)
    return licensees().annotate(
        overdue=Count("obligations", filter=due & Q(obligations__due_at__lt=now)),
        owed=Count("obligations", filter=due & Q(obligations__due_at__range=(now, now + timedelta(days=30)))),
        next_due=Min("obligations__due_at", filter=due & Q(obligations__due_at__gte=now)),
    ).order_by("-overdue", "next_due", "organisation__slug")
