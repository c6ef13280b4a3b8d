"""Consents to controllers and officers: requested by the licensee, recommended by one officer, decided by another.

The law's silence rule and its times are those of controllers (ORD ss. 37-38). For chief executives, directors and
stablecoin managers it gives no such times: their requests have the authority's own service clock only.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from core import audit, cases, clock
from core.access import SYSTEM, Actor, require
from core.business_days import check_day, hong_kong_calendar
from core.cases import next_reference
from core.deadlines import day_of
from core.errors import Refused
from core.findings import digest_of
from core.models import CaseNote, User
from core.outbox import enqueue
from core.roles import Can
from issuers.models import Appointment, Consent, Issuer, Person
from issuers.notices.duties import ConsentDecided
from issuers.running_times import decision_due, use_due
from issuers.selectors.documents import enclosures_of
from issuers.time_limits import time_limit
from issuers.workflows import CONSENT
from issuers.workflows.guards import decision_time_runs

DRAFTED = audit.verb("issuers.consent.drafted", gettext_noop("started request for consent %(target)s"),
                     audience=audit.Audience.ISSUER)
INFORMED = audit.verb("issuers.consent.informed", gettext_noop("gave further information on %(target)s"),
                      audience=audit.Audience.ISSUER)
RECOMMENDED = audit.verb("issuers.consent.recommended", gettext_noop("recommended on %(target)s: %(outcome)s"),
                         words=audit.coded(outcome={"grant": gettext_lazy("Grant consent"),
                                                    "refuse": gettext_lazy("Refuse consent")}))
MOVED = audit.verb("issuers.consent.moved", gettext_noop("moved the last day of %(target)s to %(until)s"),
                   audience=audit.Audience.ISSUER)
log = logging.getLogger(__name__)

KIND = "issuers.consent"
Position = Appointment.Position
POSITIONS: dict[str, tuple[str, ...]] = {
    Issuer.Kind.COMPANY: (Position.CONTROLLER, Position.CHIEF_EXECUTIVE, Position.ALTERNATE, Position.DIRECTOR),
    Issuer.Kind.AUTHORIZED_INSTITUTION: (Position.STABLECOIN_MANAGER,),
}
#: The positions that a body corporate can hold; the others are for individuals.
CORPORATE_POSITIONS = (Position.CONTROLLER, Position.DIRECTOR)
#: The law on each position, as cited to readers.
CITES: dict[str, str] = {
    Position.CONTROLLER: "ORD ss. 37-38", Position.CHIEF_EXECUTIVE: "ORD ss. 53-54",
    Position.ALTERNATE: "ORD ss. 53-54", Position.DIRECTOR: "ORD ss. 58-59",
    Position.STABLECOIN_MANAGER: "ORD ss. 66-67",
}
GRANT, REFUSE = "grant", "refuse"


def _words(params: dict[str, Any]) -> dict[str, Any]:
    return params | {"position": Position(params["position"]).label}


cases.kind(
    KIND, prefix="CSN", title=gettext_lazy("Request for consent"),
    summary=gettext_noop("%(subject)s asks for consent %(reference)s: %(person)s, %(position)s"),
    queue="licensing", seen_by_issuer=True, words=_words,
)


def timed_by_law(consent: Consent) -> bool:
    """Whether the law itself gives the time to decide and the time to use: for controllers only."""
    return consent.position == Position.CONTROLLER


@transaction.atomic
def draft_consent(
    issuer: Issuer, *, position: str, actor: Actor, person: Person | None = None, new_name: str = "",
    new_kind: str = Person.Kind.INDIVIDUAL, votes_percent: Decimal | None = None, reasons: str = "",
) -> Consent:
    """Start a request for a person on record, or for one named here for the first time.

    Raises:
        NotPermitted: the actor does not file for the issuer.
        Refused: the position needs no consent of this licensee, or nobody or somebody else's person is named.
    """
    require(actor, Can.FILE_NOTICE, issuer)
    if position not in POSITIONS[issuer.kind]:
        raise Refused(_("The licensee needs no consent for this position."))
    if person is None:
        if not new_name.strip():
            raise Refused(_("Say who the person is."))
        person = Person.objects.create(issuer=issuer, name_en=new_name.strip(), kind=new_kind)
    _check(issuer, person, position, votes_percent)
    consent = Consent.objects.create(
        issuer=issuer, reference=next_reference("CON"), person=person, position=position,
        votes_percent=votes_percent if position == Position.CONTROLLER else None, reasons=reasons.strip(),
    )
    audit.record(DRAFTED, target=consent, actor=actor, data={"position": position})
    return consent


def _check(issuer: Issuer, person: Person, position: str, votes_percent: Decimal | None) -> None:
    if person.issuer_id != issuer.pk:
        raise Refused(_("The person is not one of the licensee's."))
    if votes_percent is not None and not 0 < votes_percent <= 100:
        raise Refused(_("Votes are more than 0% and at most 100%."))
    if person.kind == Person.Kind.BODY_CORPORATE and position not in CORPORATE_POSITIONS:
        raise Refused(_("Only an individual can hold this position."))


@transaction.atomic
def request_consent(consent: Consent, *, reasons: str | None = None, actor: Actor) -> Consent:
    """Submit the request: the time to decide begins.

    Raises:
        NotPermitted: the actor does not file for the issuer.
        Refused: no reasons, or it is requested already.
    """
    row = CONSENT.apply(consent, "request", actor=actor)
    row.reasons = (reasons if reasons is not None else row.reasons).strip()
    if not row.reasons:
        raise Refused(_("Say why the person is proposed, and why the person is fit and proper."))
    owner, row.requested_at = row.issuer.organisation, clock.now()
    row.requested_by = actor if isinstance(actor, User) else None
    row.case = cases.open_case(
        KIND, subject=owner.slug, owner=owner, key=row.reference, actor=actor,
        service_days=settings.SERVICE_CLOCKS["consent_business_days"],
        params={"reference": row.reference, "person": row.person.name_en, "position": row.position},
    )
    row.digest = digest_of({
        "reference": row.reference, "issuer": owner.slug, "person": row.person.name_en, "position": row.position,
        "votes_percent": f"{row.votes_percent:f}" if row.votes_percent is not None else None, "reasons": row.reasons,
        "documents": sorted(each.sha256 for each in enclosures_of(row)),
    })
    _restart(row)
    row.save()
    return row


def _restart(row: Consent) -> None:
    """Let the time to decide run from now: from the request, or from the last information (ORD ss. 37-38)."""
    row.last_information_at = clock.now()
    if timed_by_law(row):
        day = clock.today()
        row.decide_by = time_limit("consent_decision", day).due(day, hong_kong_calendar())


@transaction.atomic
def record_further_information(consent: Consent, *, text: str, actor: Actor) -> Consent:
    """Add what the licensee has to say besides; the three months for a controller run anew from it.

    Raises:
        NotPermitted: the actor does not file for the issuer.
        Refused: nothing is said, the request is not open, or the time to decide has run out.
    """
    require(actor, Can.FILE_NOTICE, consent)
    row = _open(consent)
    if not text.strip():
        raise Refused(_("Say what there is to add."))
    _restart(row)
    row.save(update_fields=["last_information_at", "decide_by"])
    if row.case:
        cases.note_case(row.case, text=text.strip(), audience=CaseNote.Audience.ISSUER, actor=actor)
    audit.record(INFORMED, target=row, actor=actor)
    return row


def _open(consent: Consent) -> Consent:
    row = Consent.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "issuer__organisation", "person", "case"
    ).get(pk=consent.pk)
    if row.status != Consent.Status.REQUESTED:
        raise Refused(_("Request %(reference)s is not waiting for a decision.") % {"reference": row.reference})
    if reason := decision_time_runs(row, None):
        raise Refused(reason)
    return row


@transaction.atomic
def recommend_consent(consent: Consent, *, outcome: str, note: str, actor: User) -> Consent:
    """Recommend to grant or to refuse; another officer decides.

    Raises:
        NotPermitted: the actor does not review notices.
        Refused: no reasons, no such outcome, or the request is not open.
    """
    require(actor, Can.REVIEW_NOTICE, consent)
    row = _open(consent)
    if outcome not in (GRANT, REFUSE) or not note.strip():
        raise Refused(_("Say what you recommend, and why."))
    row.recommended_by, row.recommendation, row.recommendation_note = actor, outcome, note.strip()
    row.save(update_fields=["recommended_by", "recommendation", "recommendation_note"])
    audit.record(RECOMMENDED, target=row, actor=actor, data={"outcome": outcome})
    return row


@transaction.atomic
def decide_consent(consent: Consent, *, outcome: str, note: str = "", actor: User) -> Consent:
    """Grant or refuse; a refusal, and a decision against the recommendation, says why.

    Raises:
        NotPermitted: the actor does not decide on consents.
        Refused: the actor made the recommendation, there is none, a reason is missing, or it is decided already.
    """
    if outcome not in (GRANT, REFUSE):
        raise Refused(_("Say whether the consent is granted or refused."))
    refresh_times(consent)
    row = CONSENT.apply(consent, outcome, actor=actor, note=note.strip())
    if not note.strip() and (outcome == REFUSE or outcome != row.recommendation):
        raise Refused(_("Say why: the note is part of the record."))
    row.decided_by, row.decided_at, row.decision_note = actor, clock.now(), note.strip()
    if outcome == GRANT and timed_by_law(row):
        row.use_by = _use_by(clock.today())
    row.save(update_fields=["decided_by", "decided_at", "decision_note", "use_by"])
    _conclude(row, actor)
    return row


def _use_by(granted_on: date) -> Any:
    return time_limit("consent_use", granted_on).due(granted_on, hong_kong_calendar())


def _conclude(row: Consent, actor: Actor) -> None:
    if row.case:
        cases.close_case(row.case, outcome=row.status, actor=actor)
    enqueue(ConsentDecided(row.reference, row.status), to=row.issuer.organisation, may=Can.FILE_NOTICE,
            key=f"{row.reference}.{row.status}")


def deem_consents() -> int:
    """Find that the time to decide on requests for controllers has run out (ORD ss. 37-38); return how many."""
    refresh_times()
    silent = Consent.objects.filter(
        status=Consent.Status.REQUESTED, position=Position.CONTROLLER, decide_by__lt=clock.now()
    )
    return _each(_deem, silent)


def _each(move: Callable[[Consent], Consent], consents: Iterable[Consent]) -> int:
    """Make the move on each and return how many; one that somebody moved meanwhile holds up no other."""
    moved = 0
    for consent in consents:
        try:
            move(consent)
        except Refused as reason:
            log.info("request for consent %s was moved meanwhile: %s", consent.reference, reason)
        else:
            moved += 1
    return moved


@transaction.atomic
def refresh_times(*consents: Consent) -> None:
    """Write down the last day to decide and to use where a closure was entered since, of the consents given or of all.

    It only ever moves on.
    """
    calendar = hong_kong_calendar()
    timed = Consent.objects.select_for_update(no_key=True, of=("self",)).filter(position=Position.CONTROLLER)
    if consents:
        timed = timed.filter(pk__in=[each.pk for each in consents])
    for row in timed.filter(status=Consent.Status.REQUESTED).exclude(decide_by=None):
        _move_on(row, "decide_by", decision_due(row, calendar))
    for row in timed.filter(status__in=(Consent.Status.GRANTED, Consent.Status.DEEMED)).exclude(use_by=None):
        _move_on(row, "use_by", use_due(row, calendar))


def _move_on(row: Consent, name: str, due_at: datetime | None) -> None:
    if due_at is not None and due_at != getattr(row, name):
        setattr(row, name, due_at)
        row.save(update_fields=[name])
        audit.record(MOVED, target=row, actor=SYSTEM, data={"until": day_of(due_at).isoformat()})


@transaction.atomic
def _deem(consent: Consent) -> Consent:
    row = CONSENT.apply(consent, "deem", actor=SYSTEM)
    row.use_by = _use_by(day_of(row.decide_by))
    row.save(update_fields=["use_by"])
    _conclude(row, SYSTEM)
    return row


@transaction.atomic
def use_consent(consent: Consent, *, on: date, actor: Actor) -> Appointment:
    """Report that the person took up the position on the day: the appointment begins.

    Raises:
        NotPermitted: the actor does not file for the issuer.
        Refused: the day lies ahead or before the consent, the consent has lapsed or is used, or the person holds the
            position already.
    """
    check_day(on)
    given = consent.decided_at or consent.decide_by
    if on > clock.today() or given is None or on < day_of(given):
        raise Refused(_("The day has to lie between the consent and today."))
    refresh_times(consent)
    row = CONSENT.apply(consent, "use", actor=actor)
    row.used_on = on
    row.save(update_fields=["used_on"])
    if Appointment.objects.filter(person=row.person, position=row.position, affair="", until=None).exists():
        raise Refused(_("%(person)s holds this position already.") % {"person": row.person.name_en})
    return Appointment.objects.create(person=row.person, position=row.position, since=on)


def lapse_consents() -> int:
    """Let consents lapse that were not used in time (ORD ss. 37-38); return how many."""
    unused = Consent.objects.filter(
        status__in=[Consent.Status.GRANTED, Consent.Status.DEEMED], use_by__lt=clock.now()
    )
    return _each(lambda consent: CONSENT.apply(consent, "lapse", actor=SYSTEM), unused)


@transaction.atomic
def withdraw_consent(consent: Consent, *, actor: Actor) -> Consent:
    """Take the request back.

    Raises:
        NotPermitted: the actor does not file for the issuer.
        Refused: it is decided already.
    """
    row = CONSENT.apply(consent, "withdraw", actor=actor)
    if row.case:
        cases.close_case(row.case, outcome="withdrawn", actor=SYSTEM)
    return row
