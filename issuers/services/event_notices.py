"""Notices of events: drafted, saved and submitted by the licensee, acknowledged or returned by officers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from core import audit, cases, clock
from core.access import SYSTEM, Actor, require
from core.business_days import check_day, hong_kong_calendar
from core.cases import next_reference
from core.errors import Refused
from core.findings import digest_of
from core.models import Case, User
from core.outbox import enqueue
from core.roles import Can
from core.wording import sentences
from issuers.events import EVENTS, EventKind
from issuers.models import Appointment, EventNotice, Issuer, Person
from issuers.notices.duties import EventNoticeAnswered
from issuers.selectors.documents import enclosures_of
from issuers.services.register import change_particulars
from issuers.time_limits import NotInForce
from issuers.workflows import EVENT_NOTICE

DRAFTED = audit.verb("issuers.event_notice.drafted", gettext_noop("started notice %(target)s"),
                     audience=audit.Audience.ISSUER)
APPLIED = audit.verb("issuers.event_notice.applied", gettext_noop("entered what notice %(target)s says"),
                     audience=audit.Audience.ISSUER)

KIND = "issuers.event_notice"
#: What a change of address enters in the register.
REGISTERED = ("address_en", "address_zh_hant", "address_zh_hans", "email")
OPEN = (EventNotice.Status.DRAFT, EventNotice.Status.RETURNED)


def _words(params: dict[str, Any]) -> dict[str, Any]:
    """Return the event by its title in the reader's language."""
    return params | {"title": _(EVENTS[params["event"]].title)}


cases.kind(
    KIND, prefix="EVN", title=gettext_lazy("Notice of an event"),
    summary=gettext_noop("%(subject)s gave notice %(reference)s: %(title)s"),
    queue="licensing", seen_by_issuer=True, words=_words,
)


@transaction.atomic
def draft_notice(
    issuer: Issuer, *, kind: str, known_on: date, actor: Actor, happened_on: date | None = None,
    person: Person | None = None, statements: Mapping[str, str] | None = None,
) -> EventNotice:
    """Start a notice; nothing is submitted yet, and what is asked may still be missing.

    Raises:
        NotPermitted: the actor does not file for the issuer.
        Refused: the duty is not the issuer's, or what is stated cannot be so.
    """
    require(actor, Can.FILE_NOTICE, issuer)
    event = EVENTS.get(kind)
    if event is None or issuer.kind not in event.kinds:
        raise Refused(_("This notice is not one that the licensee gives."))
    notice = EventNotice(
        issuer=issuer, reference=next_reference("NTC"), kind=kind,
        drafted_by=actor if isinstance(actor, User) else None,
    )
    _state(notice, event, known_on, happened_on, person, statements or {})
    notice.save()
    audit.record(DRAFTED, target=notice, actor=actor, data={"kind": kind})
    return notice


@transaction.atomic
def save_notice(
    notice: EventNotice, *, known_on: date, actor: Actor, happened_on: date | None = None,
    person: Person | None = None, statements: Mapping[str, str],
) -> EventNotice:
    """Save what is stated so far; saving is not submitting.

    Raises:
        NotPermitted: the actor does not file for the issuer.
        Refused: the notice was submitted, or what is stated cannot be so.
    """
    require(actor, Can.FILE_NOTICE, notice)
    row = _locked(notice)
    if row.status not in OPEN:
        raise Refused(_("Notice %(reference)s is submitted and can no longer be changed.")
                      % {"reference": row.reference})
    _state(row, EVENTS[row.kind], known_on, happened_on, person, statements)
    row.saved_at = clock.now()
    row.save()
    return row


def _locked(notice: EventNotice) -> EventNotice:
    return EventNotice.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "issuer__organisation", "person"
    ).get(pk=notice.pk)


def _state(
    notice: EventNotice, event: EventKind, known_on: date, happened_on: date | None, person: Person | None,
    statements: Mapping[str, str],
) -> None:
    today = clock.today()
    check_day(known_on, happened_on)
    if known_on > today:
        raise Refused(_("The licensee cannot have come to know of it on a day to come."))
    if person is not None and person.issuer_id != notice.issuer_id:
        raise Refused(_("The person is not one of the licensee's."))
    asked = {field.key for field in event.fields}
    notice.known_on, notice.happened_on, notice.person = known_on, happened_on, person if event.about_person else None
    notice.statements = {key: value for key, value in statements.items() if key in asked and value}
    notice.due_at = due_at_of(event, happened_on, known_on)


def due_at_of(event: EventKind, happened_on: date | None, known_on: date) -> datetime | None:
    """Return by when the law wants the notice, None where it counts no days.

    Raises:
        Refused: the law that counts the time was not in force on the day.
    """
    try:
        return event.due(happened_on, known_on, hong_kong_calendar())
    except NotInForce:
        raise Refused(_("The law that counts this time was not in force on that day. Check the day."))


def missing(notice: EventNotice) -> list[str]:
    """Return one sentence for everything that is asked and not stated; none if it can be submitted."""
    event = EVENTS[notice.kind]
    found = [
        _("“%(question)s” is not answered.") % {"question": _(field.label)}
        for field in event.fields if field.required and not notice.statements.get(field.key)
    ]
    if event.about_person and notice.person is None:
        found.append(_("Say whom the notice is about."))
    if event.limit and notice.happened_on is None:
        found.append(_("Say on which day it happened."))
    if notice.kind == "change_of_address" and not set(notice.statements) - {"remarks"}:
        found.append(_("Say which address is new."))
    return found


def content_of(notice: EventNotice) -> dict[str, Any]:
    """Return what the digest of a notice stands for."""
    return {
        "reference": notice.reference,
        "kind": notice.kind,
        "issuer": notice.issuer.organisation.slug,
        "person": notice.person.name_en if notice.person else None,
        "happened_on": notice.happened_on.isoformat() if notice.happened_on else None,
        "known_on": notice.known_on.isoformat(),
        "statements": notice.statements,
        "documents": sorted(each.sha256 for each in enclosures_of(notice)),
    }


@transaction.atomic
def submit_notice(notice: EventNotice, *, actor: Actor) -> EventNotice:
    """Give the notice: from now on the authority has it. One that is late is taken, and said to be late.

    Raises:
        NotPermitted: the actor does not file for the issuer.
        Refused: it is submitted already, or something asked is missing.
    """
    require(actor, Can.FILE_NOTICE, notice)
    row = _locked(notice)
    if row.status in OPEN and (gaps := missing(row)):
        raise Refused(sentences(gaps), code="incomplete")
    row = EVENT_NOTICE.apply(row, "submit", actor=actor)
    # A warning day may have been entered since it was saved.
    row.due_at = due_at_of(EVENTS[row.kind], row.happened_on, row.known_on)
    row.submitted_at, row.digest = clock.now(), digest_of(content_of(row))
    row.submitted_by, row.submitted_by_label = actor if isinstance(actor, User) else None, actor.label
    urgent, owner = EVENTS[row.kind].urgent, row.issuer.organisation
    row.case = cases.open_case(
        KIND, subject=owner.slug, owner=owner, key=row.reference, actor=actor,
        due_at=clock.now() if urgent else None, risk=Case.Risk.HIGH if urgent else "",
        service_days=None if urgent else settings.SERVICE_CLOCKS["notice_business_days"],
        params={"reference": row.reference, "event": row.kind},
    )
    row.save()
    if row.case.pauses.filter(resumed_at=None).exists():
        cases.resume_case(row.case, actor=SYSTEM)  # the clock starts again by itself
    return row


@transaction.atomic
def return_notice(notice: EventNotice, *, remark: str, actor: Actor) -> EventNotice:
    """Send the notice back to be corrected; the clock stands until it is submitted again.

    Raises:
        NotPermitted: the actor does not review notices.
        Refused: no remark, or the notice is not waiting for an answer.
    """
    if not remark.strip():
        raise Refused(_("Say why: the note is part of the record."))
    row = EVENT_NOTICE.apply(notice, "return", actor=actor, note=remark.strip())
    row.remark = remark.strip()
    row.save(update_fields=["remark"])
    if row.case:
        cases.pause_case(row.case, reason=gettext_noop("Waiting for the corrected notice"), actor=actor)
    _answer(row)
    return row


@transaction.atomic
def acknowledge_notice(notice: EventNotice, *, actor: Actor) -> EventNotice:
    """Put the notice on record and enter what it says: new particulars in the register, appointments that ended.

    Raises:
        NotPermitted: the actor does not review notices.
        Refused: the notice is not waiting for an answer.
    """
    row = EVENT_NOTICE.apply(notice, "acknowledge", actor=actor)
    if _apply(row, actor):
        audit.record(APPLIED, target=row, actor=actor)
    if row.case:
        cases.close_case(row.case, outcome="acknowledged", actor=actor)
    _answer(row)
    return row


def _answer(row: EventNotice) -> None:
    returned = row.status == EventNotice.Status.RETURNED
    notice = EventNoticeAnswered(row.reference, EVENTS[row.kind].title, returned)
    key = f"{row.reference}.{row.submitted_at:%Y%m%d%H%M%S}" if row.submitted_at else row.reference
    enqueue(notice, to=row.issuer.organisation, may=Can.FILE_NOTICE, key=key)


def _apply(row: EventNotice, actor: Actor) -> bool:
    """Enter what an acknowledged notice says; return whether anything changed."""
    stated, event, day = row.statements, EVENTS[row.kind], row.happened_on or row.known_on
    if row.kind == "change_of_address":
        new = {key: stated[key] for key in REGISTERED if stated.get(key)}
        change_particulars(row.issuer, actor=actor, **new)
        return bool(new)
    if stated.get("change") == "ceased":
        held = Appointment.objects.filter(person=row.person, position__in=event.positions, until=None)
        if affair := stated.get("affair"):
            held = held.filter(affair=affair)
        return held.update(until=day) > 0
    if row.kind == "change_of_manager":
        return Appointment.objects.get_or_create(
            person=row.person, position=Appointment.Position.MANAGER, affair=stated["affair"], until=None,
            defaults={"since": day},
        )[1]
    return False


@transaction.atomic
def withdraw_notice(notice: EventNotice, *, reason: str = "", actor: Actor) -> EventNotice:
    """Drop a notice that is not, or no longer, with the authority.

    Raises:
        NotPermitted: the actor does not file for the issuer.
        Refused: it is with the authority, or was dropped already.
    """
    row = EVENT_NOTICE.apply(notice, "withdraw", actor=actor, note=reason.strip() or "-")
    if row.case:
        cases.close_case(row.case, outcome="withdrawn", actor=SYSTEM)
    return row
