"""The case spine: what must be worked has one queue, one clock and one timeline, whatever its kind.

Nothing else in the platform opens cases.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from core import audit, clock
from core.access import Actor, require
from core.business_days import hong_kong_calendar
from core.deadlines import service_due
from core.errors import Refused
from core.models import Case, CaseNote, CasePause, Organisation, User
from core.roles import Can
from core.workflow import Move, Workflow

OPENED = audit.verb("core.case.opened", gettext_noop("opened case %(target)s"))
ASSIGNED = audit.verb("core.case.assigned", gettext_noop("assigned case %(target)s to %(assignee)s"),
                      words=audit.coded(assignee={"-": gettext_lazy("nobody")}))
PAUSED = audit.verb("core.case.paused", gettext_noop("stopped the clock of case %(target)s: %(reason)s"),
                    words=lambda data: data | {"reason": _(data["reason"])})
RESUMED = audit.verb("core.case.resumed", gettext_noop("started the clock of case %(target)s again"))
NOTED = audit.verb("core.case.noted", gettext_noop("wrote a note on case %(target)s"))
#: What the platform closes cases with, as readers are told.
OUTCOMES = {
    "acknowledged": gettext_lazy("acknowledged"),
    "arrived": gettext_lazy("it arrived"),
    "closed": gettext_lazy("closed"),
    "corrected": gettext_lazy("replaced by a corrected file"),
    "closed_unanswered": gettext_lazy("information was not supplied"),
    "decided": gettext_lazy("decided"),
    "deemed": gettext_lazy("the time to decide has run out"),
    "dropped": gettext_lazy("dropped"),
    "granted": gettext_lazy("granted"),
    "invited": gettext_lazy("invited to apply"),
    "met": gettext_lazy("met"),
    "moved": gettext_lazy("its last day moved"),
    "not due": gettext_lazy("not due after all"),
    "paid": gettext_lazy("paid"),
    "refused": gettext_lazy("refused"),
    "released": gettext_lazy("released"),
    "settled": gettext_lazy("every message is settled"),
    "waived": gettext_lazy("waived"),
    "withdrawn": gettext_lazy("withdrawn"),
}
CLOSED = audit.verb("core.case.closed", gettext_noop("closed case %(target)s: %(note)s"),
                    words=audit.coded(note=OUTCOMES))
REOPENED = audit.verb("core.case.reopened", gettext_noop("opened case %(target)s again: %(note)s"))

CASE = Workflow(
    "status", Case.Status,
    Move("close", (Case.Status.OPEN,), Case.Status.CLOSED, Can.WORK_CASES, CLOSED),
    Move("reopen", (Case.Status.CLOSED,), Case.Status.OPEN, Can.WORK_CASES, REOPENED),
)


@dataclass(frozen=True, slots=True)
class Kind:
    """What sort of work a case is: reference prefix, title for readers, queue, risk, who may know of it.

    With ``seen_with`` only officers who have that permission know of it, and ``worked_with`` is what acting on it
    takes. ``words`` turns the case's ``params`` (codes,
    ISO days) into what ``summary`` prints, in the reader's language.
    """

    name: str
    prefix: str
    title: Any
    summary: str
    queue: str
    risk: str = Case.Risk.MEDIUM
    seen_by_issuer: bool = False
    seen_with: Can | None = None
    worked_with: Can = Can.WORK_CASES
    words: Callable[[dict[str, Any]], dict[str, Any]] = dict


KINDS: dict[str, Kind] = {}


def kind(name: str, **fields) -> Kind:
    """Declare a kind of case; ``summary`` is a message that takes the case's ``params``.

    Raises:
        ValueError: the kind is declared already.
    """
    if name in KINDS:
        raise ValueError(f"case kind {name} is declared twice")
    KINDS[name] = Kind(name, **fields)
    return KINDS[name]


def case_title(case: Case) -> str:
    """Return the kind's name in the reader's language."""
    return str(KINDS[case.kind].title)


def case_summary(case: Case) -> str:
    """Return one translated sentence on what the case is about."""
    declared = KINDS[case.kind]
    subject = case.owner.name if case.subject == case.owner.slug else case.subject
    return _(declared.summary) % {"subject": subject, **declared.words(case.params)}


def cases_for(actor: Actor) -> models.QuerySet[Case]:
    """Return the cases that the actor may know of: for an issuer, its own of the kinds meant for it."""
    cases = Case.objects.visible_to(actor).select_related("owner", "assignee")
    if actor.is_authority:
        return cases.exclude(kind__in=kinds_hidden_from(actor))
    return cases.filter(kind__in=[declared.name for declared in KINDS.values() if declared.seen_by_issuer])


def worked_with(case: Case) -> Can:
    """Return the permission that acting on the case takes."""
    return KINDS[case.kind].worked_with


def kinds_worked_by(officer: Actor) -> list[str]:
    """Return the kinds of cases that the officer knows of and may act on."""
    hidden = kinds_hidden_from(officer)
    return [each.name for each in KINDS.values() if each.name not in hidden and officer.can(each.worked_with)]


def kinds_hidden_from(officer: Actor) -> list[str]:
    """Return the kinds of cases that the officer may not know of."""
    return [each.name for each in KINDS.values() if each.seen_with and not officer.can(each.seen_with)]


def open_case(
    name: str, *, subject: str, owner: Organisation, key: str, actor: Actor,
    as_of: date | None = None, due_at: datetime | None = None, params: dict[str, Any] | None = None, risk: str = "",
    service_days: int | None = None,
) -> Case:
    """Open a case, or return the open one with the same kind and key: asking twice opens one.

    ``risk`` is the kind's unless given; ``service_days`` business days make the due time that ``due_at`` does not
    give. The caller's transaction carries the case.
    """
    declared = KINDS[name]
    if standing := Case.objects.filter(kind=name, key=key, status=Case.Status.OPEN).first():
        return standing
    if service_days is not None:
        due_at = service_due(clock.now(), service_days, (), hong_kong_calendar())
    try:
        with transaction.atomic():
            case = Case.objects.create(
                reference=next_reference(declared.prefix), kind=name, key=key, subject=subject, owner=owner,
                as_of=as_of, params=params or {}, queue=declared.queue, risk=risk or declared.risk, due_at=due_at,
                service_days=service_days,
            )
    except IntegrityError:  # somebody opened it between our look and our insert
        return Case.objects.get(kind=name, key=key, status=Case.Status.OPEN)
    audit.record(OPENED, target=case, actor=actor, data={"kind": name})
    return case


def next_reference(prefix: str) -> str:
    """Return the next reference, such as ``BRC-2026-0042``: one sequence numbers everything that is worked."""
    year = clock.today().year
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('core_case_number')")
        (number,) = cursor.fetchone()
    return f"{prefix}-{year}-{number:04d}"


def _locked(case: Case) -> Case:
    row = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    if row.status != Case.Status.OPEN:
        raise Refused(_("Case %(reference)s is closed.") % {"reference": row.reference})
    return row


@transaction.atomic
def assign_case(case: Case, *, to: User | None, actor: Actor) -> Case:
    """Give the case to an officer, or back to the queue.

    Raises:
        NotPermitted: the actor does not work cases.
        Refused: the case is closed, or the assignee does not work cases.
    """
    require(actor, worked_with(case), case)
    row = _locked(case)
    if to is not None and row.kind not in kinds_worked_by(to):
        raise Refused(_("%(name)s does not work cases.") % {"name": to.name})
    row.assignee = to
    row.save(update_fields=["assignee"])
    audit.record(ASSIGNED, target=row, actor=actor, data={"assignee": to.name if to else "-"})
    return row


@transaction.atomic
def pause_case(case: Case, *, reason: str, actor: Actor) -> CasePause:
    """Stop the clock while somebody else is waited for; pausing twice is one pause.

    ``reason`` is what an officer wrote, or a message of the catalogue: that is kept as it is and translated when read.
    """
    require(actor, worked_with(case), case)
    row = _locked(case)
    if standing := row.pauses.filter(resumed_at=None).first():
        return standing
    pause = CasePause.objects.create(case=row, reason=reason)
    if row.service_days is not None:
        refresh_due(row)
    audit.record(PAUSED, target=row, actor=actor, data={"reason": reason})
    return pause


@transaction.atomic
def resume_case(case: Case, *, actor: Actor) -> Case:
    """Start the clock again; the due time moves by as long as it stood, or by as many business days."""
    require(actor, worked_with(case), case)
    row = _locked(case)
    if pause := row.pauses.filter(resumed_at=None).first():
        pause.resumed_at = clock.now()
        pause.save(update_fields=["resumed_at"])
        if row.service_days is not None:
            refresh_due(row)
        elif row.due_at:
            row.due_at += pause.resumed_at - pause.paused_at
            row.save(update_fields=["due_at"])
        audit.record(RESUMED, target=row, actor=actor)
    return row


def refresh_due(case: Case) -> Case:
    """Compute the due time of a case with a service clock anew, from its pauses and the calendar in force.

    While the clock stands there is none. Called when it starts or stops, and after a closure was entered.
    """
    if case.service_days is None:
        return case
    pauses = [(pause.paused_at, pause.resumed_at) for pause in case.pauses.all()]
    due_at = service_due(case.opened_at, case.service_days, pauses, hong_kong_calendar())
    if due_at != case.due_at:
        case.due_at = due_at
        case.save(update_fields=["due_at"])
    return case


@transaction.atomic
def refresh_service_clocks() -> None:
    """Compute the due time of every open case with a service clock anew: a closure may have been entered since."""
    running = Case.objects.select_for_update(no_key=True).filter(status=Case.Status.OPEN).exclude(service_days=None)
    for case in running.prefetch_related("pauses"):
        refresh_due(case)


@transaction.atomic
def note_case(case: Case, *, text: str, audience: str, actor: Actor) -> CaseNote:
    """Write a note on the case for officers only, or for the issuer too.

    Raises:
        NotPermitted: the actor does not write on the case.
        Refused: it is meant for the issuer, who may not know of the case.
    """
    to_issuer = audience == CaseNote.Audience.ISSUER and not actor.is_authority
    require(actor, Can.ANSWER_BREACH if to_issuer else worked_with(case), case)
    if audience == CaseNote.Audience.ISSUER and not KINDS[case.kind].seen_by_issuer:
        raise Refused(_("The issuer may not know of this case."))
    note = CaseNote.objects.create(
        case=case, author=actor if isinstance(actor, User) else None, author_label=actor.label,
        audience=audience, text=text, from_issuer=to_issuer,
    )
    audit.record(NOTED, target=case, actor=actor, data={"audience": audience})
    return note


@transaction.atomic
def close_case(case: Case, *, outcome: str, actor: Actor) -> Case:
    """Close the case; closing a closed case changes nothing."""
    row = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    if row.status == Case.Status.CLOSED:
        return row
    row = CASE.apply(row, "close", actor=actor, note=outcome)
    row.pauses.filter(resumed_at=None).update(resumed_at=clock.now())
    row.closed_at, row.outcome = clock.now(), outcome
    row.save(update_fields=["closed_at", "outcome"])
    return row


@transaction.atomic
def reopen_case(case: Case, *, reason: str, actor: Actor) -> Case:
    """Open a closed case again, because what closed it was taken back; the time it was closed does not count.

    Raises:
        Refused: it is open, or another case of its kind and key was opened meanwhile.
    """
    closed_at = Case.objects.values_list("closed_at", flat=True).get(pk=case.pk) or clock.now()
    try:
        with transaction.atomic():
            row = CASE.apply(case, "reopen", actor=actor, note=reason)
    except IntegrityError:
        raise Refused(_("Another case about the same matter is open."))
    CasePause.objects.create(case=row, reason=reason[:200], paused_at=closed_at, resumed_at=clock.now())
    row.closed_at, row.outcome = None, ""
    row.save(update_fields=["closed_at", "outcome"])
    return refresh_due(row)


def clock_of(case: Case) -> timedelta:
    """Return how long the case has run, pauses not counted."""
    until = case.closed_at or clock.now()
    stood = sum(
        ((pause.resumed_at or until) - pause.paused_at for pause in case.pauses.all()), start=timedelta()
    )
    return until - case.opened_at - stood
