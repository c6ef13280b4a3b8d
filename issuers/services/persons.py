"""The people and bodies behind an issuer: entering them, their parts, and what they hold of each other."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import audit, clock
from core.access import Actor, require
from core.errors import Refused
from core.roles import Can
from core.wording import sentences
from issuers.manifest.persons import POSITIONS, positions_for
from issuers.models import Application, Appointment, Issuer, Person, Shareholding
from issuers.ownership import WHOLE, Edge, cycle_in, percent_text
from issuers.particulars import checked_particulars
from issuers.selectors.persons import edges_of, may_change_persons

ADDED = audit.verb("issuers.person.added", gettext_noop("entered %(target)s"), audience=audit.Audience.ISSUER)
CHANGED = audit.verb("issuers.person.changed", gettext_noop("changed the particulars of %(target)s"),
                     audience=audit.Audience.ISSUER)
REMOVED = audit.verb("issuers.person.removed", gettext_noop("took %(target)s out"), audience=audit.Audience.ISSUER)
APPOINTED = audit.verb("issuers.person.appointed", gettext_noop("put %(target)s forward for a position"),
                       audience=audit.Audience.ISSUER)
ENDED = audit.verb("issuers.person.appointment_ended", gettext_noop("ended a position of %(target)s"),
                   audience=audit.Audience.ISSUER)
HOLDING_SET = audit.verb("issuers.shareholding.set",
                         gettext_noop("entered that %(target)s holds %(percent)s%% of %(body)s"),
                         audience=audit.Audience.ISSUER)
HOLDING_REMOVED = audit.verb("issuers.shareholding.removed",
                             gettext_noop("took out that %(target)s holds %(percent)s%% of %(body)s"),
                             audience=audit.Audience.ISSUER)


@transaction.atomic
def add_person(issuer: Issuer, *, kind: str, actor: Actor, **particulars: Any) -> Person:
    """Enter an individual or a body; ``particulars`` are the fields of ``Person``.

    Raises:
        NotPermitted: the actor does not file for the issuer.
        Refused: people cannot be changed now, or a particular cannot be right (under 18, a wrong LEI …).
    """
    _open_for_changes(issuer, actor)
    person = Person.objects.create(issuer=issuer, kind=kind, **_sound(kind, particulars))
    audit.record(ADDED, target=person, actor=actor, data={"kind": kind})
    return person


@transaction.atomic
def change_person(person: Person, *, actor: Actor, **particulars: Any) -> Person:
    """Change particulars; those not named stay as they are.

    Raises:
        NotPermitted: the actor does not file for the issuer.
        Refused: as for ``add_person``, or the person was taken out.
    """
    row = _standing(person, actor)
    before = {name: getattr(row, name) for name in particulars}
    after = _sound(row.kind, {name: getattr(row, name) for name in PARTICULARS} | particulars)
    changed = sorted(name for name in particulars if before[name] != after[name])
    if not changed:
        return row
    for name in changed:
        setattr(row, name, after[name])
    row.save(update_fields=changed)
    audit.record(CHANGED, target=row, actor=actor, data={"fields": changed})
    return row


@transaction.atomic
def remove_person(person: Person, *, actor: Actor) -> Person:
    """Take a person out of the application; the row, its answers and documents stay on record.

    Raises:
        NotPermitted: the actor does not file for the issuer.
        Refused: people cannot be changed now, the person holds or is held, or was taken out before.
    """
    row = _standing(person, actor)
    if row.holdings.exists() or row.holders.exists():
        raise Refused(_("%(person)s is in the ownership chart. Take the holdings out first.") % {"person": row},
                      code="holds_shares")
    row.removed_at = clock.now()
    row.save(update_fields=["removed_at"])
    audit.record(REMOVED, target=row, actor=actor)
    return row


@transaction.atomic
def appoint(
    person: Person, *, position: str, actor: Actor, affair: str = "", independent: bool = False,
    since: date | None = None,
) -> Appointment:
    """Put a person forward for a position; a manager for one affair of Schedule 1.

    Raises:
        NotPermitted: the actor does not file for the issuer.
        Refused: people cannot be changed now, the position is not for such a person or issuer, the day is in the
            future, or the person has the position already.
    """
    row = _standing(person, actor)
    if reason := _unfit(row, position, affair, independent) or _future(since):
        raise Refused(reason, code="appointment")
    if row.appointments.filter(position=position, affair=affair, until=None).exists():
        raise Refused(_("%(person)s has this position already.") % {"person": row}, code="appointed_already")
    appointment = Appointment.objects.create(
        person=row, position=position, affair=affair, independent=independent, since=since
    )
    audit.record(APPOINTED, target=row, actor=actor, data={"position": position, "affair": affair})
    return appointment


@transaction.atomic
def end_appointment(appointment: Appointment, *, until: date, actor: Actor) -> Appointment:
    """End a position on a day that has come.

    Raises:
        NotPermitted: the actor does not file for the issuer.
        Refused: people cannot be changed now, it ended before, or the day is in the future or before the beginning.
    """
    row = _standing(appointment.person, actor)
    held = Appointment.objects.get(pk=appointment.pk)
    if held.until:
        raise Refused(_("The position ended before."), code="ended_already")
    if reason := _future(until):
        raise Refused(reason, code="day_in_future")
    if held.since and until < held.since:
        raise Refused(_("The position cannot end before it began."), code="ends_before_start")
    held.until = until
    held.save(update_fields=["until"])
    audit.record(ENDED, target=row, actor=actor, data={"position": held.position, "until": until.isoformat()})
    return held


@transaction.atomic
def set_shareholding(holder: Person, *, percent: Decimal, actor: Actor, held: Person | None = None) -> Shareholding:
    """Enter what a holder has of the votes of the issuer, or of a body of the chart; entered again it is replaced.

    Raises:
        NotPermitted: the actor does not file for the issuer.
        Refused: the chart cannot be changed now, or would hold more than the whole of a body, or bodies in a ring.
    """
    row = _standing(holder, actor)
    if held is not None and (held.issuer_id != row.issuer_id or held.removed_at):
        raise Refused(_("There is no such body in the chart."), code="unknown_body")
    if held is not None and held.kind != Person.Kind.BODY_CORPORATE:
        raise Refused(_("%(person)s is an individual; nobody holds votes in an individual.") % {"person": held},
                      code="held_individual")
    if percent.as_tuple().exponent < -4 or not 0 < percent <= WHOLE:  # type: ignore[operator]
        raise Refused(_("Give a percentage above 0 and up to 100, with at most four decimals."), code="not_a_share")
    _check_chart(row, held, percent)
    shareholding, _new = Shareholding.objects.update_or_create(
        issuer=row.issuer, holder=row, held=held, defaults={"votes_percent": percent}
    )
    audit.record(HOLDING_SET, target=row, actor=actor, data=_holding(shareholding))
    return shareholding


@transaction.atomic
def remove_shareholding(shareholding: Shareholding, *, actor: Actor) -> None:
    """Take a line out of the chart; what it said stays in the audit trail.

    Raises:
        NotPermitted: the actor does not file for the issuer.
        Refused: the chart cannot be changed now.
    """
    row = _standing(shareholding.holder, actor)
    said = _holding(shareholding)
    shareholding.delete()
    audit.record(HOLDING_REMOVED, target=row, actor=actor, data=said)


PARTICULARS = ("name_en", "name_zh", "birth_date", "country", "registration_number", "lei")


def _open_for_changes(issuer: Issuer, actor: Actor) -> None:
    """Hold the issuer, so that its chart is judged by one at a time, and its application, so that none is signed."""
    require(actor, Can.EDIT_APPLICATION, issuer)
    Issuer.objects.select_for_update(no_key=True).get(pk=issuer.pk)
    under_way = Application.objects.filter(issuer=issuer).exclude(status__in=Application.ENDED)
    if not may_change_persons(issuer, under_way.select_for_update(no_key=True).first()):
        raise Refused(_("People and holdings are changed while an application is open for changes, or under a"
                        " licence."), code="not_open")


def _standing(person: Person, actor: Actor) -> Person:
    _open_for_changes(person.issuer, actor)
    row = Person.objects.select_related("issuer__organisation").get(pk=person.pk)
    if row.removed_at:
        raise Refused(_("%(person)s was taken out.") % {"person": row}, code="removed_person")
    return row


def _sound(kind: str, particulars: dict[str, Any]) -> dict[str, Any]:
    values, problems = checked_particulars(kind, particulars, today=clock.today())
    if problems:
        raise Refused(sentences(problems.values()), code="particulars")
    return values


def _unfit(person: Person, position: str, affair: str, independent: bool) -> str:
    """Return why the position is not for this person, or ""."""
    if position not in POSITIONS[person.issuer.kind]:
        return _("An applicant of this kind puts nobody forward for this position.")
    if position not in positions_for(person.issuer.kind, person.kind):
        return _("%(person)s is a body; only individuals take this position.") % {"person": person}
    if (position == Appointment.Position.MANAGER) != bool(affair):
        return _("A manager heads one of the affairs of Schedule 1; other positions have none.")
    if affair and affair not in Appointment.Affair.values:
        return _("Schedule 1 knows no such affair.")
    if independent and position != Appointment.Position.DIRECTOR:
        return _("Only a director can be independent.")
    return ""


def _future(day: date | None) -> str:
    return _("The day is in the future.") if day and day > clock.today() else ""


def _check_chart(holder: Person, held: Person | None, percent: Decimal) -> None:
    """Refuse a line that would make the chart hold more than the whole, or in a ring."""
    held_key = held.pk if held else None
    others = [edge for edge in edges_of(holder.issuer) if (edge.holder, edge.held) != (holder.pk, held_key)]
    if ring := cycle_in([*others, Edge(holder.pk, held_key, percent)]):
        names = dict(Person.objects.filter(pk__in=ring).values_list("pk", "name_en"))
        raise Refused(_("%(bodies)s would hold each other.") % {"bodies": " → ".join(names[pk] for pk in ring)},
                      code="ring")
    total = sum((edge.percent for edge in others if edge.held == held_key), percent)
    if total > WHOLE:
        raise Refused(
            _("The holders of %(body)s would have %(total)s%% of its votes: %(over)s%% too much.")
            % {"body": held or holder.issuer.name, "total": percent_text(total), "over": percent_text(total - WHOLE)},
            code="over_100",
        )


def _holding(shareholding: Shareholding) -> dict[str, str]:
    body = shareholding.held.name_en if shareholding.held else shareholding.issuer.organisation.name_en
    return {"body": body, "percent": percent_text(shareholding.votes_percent)}
