"""Acting on a licence: proposed by one officer, heard, decided by another, with its way to the tribunal (ORD ss. 17-34,
131-132, 140-141). What a decided act then does is in ``issuers.services.effects``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from core import audit, cases, clock
from core.access import SYSTEM, Actor, require
from core.business_days import hong_kong_calendar
from core.deadlines import Unit, day_of, end_of, last_day
from core.errors import Refused
from core.models import Case, User
from core.outbox import enqueue
from core.roles import Can
from issuers.models import Licence, Proposal, Representation
from issuers.notices.licences import ActionDecided, ActionDropped, ActionIntended, RepresentationsReceived
from issuers.powers import POWERS, Power
from issuers.selectors.licences import OPEN_STATES, proposal_digest
from issuers.services.documents import file_document
from issuers.services.effects import apply_proposal
from issuers.services.proposal_terms import check_days, check_effect, check_hearing, check_terms, check_urgency
from issuers.time_limits import time_limit
from issuers.workflows import PROPOSAL
from issuers.workflows.guards import can_be_used, may_take_effect

PROPOSED = audit.verb("issuers.proposal.made", gettext_noop("proposed %(target)s on licence %(licence)s"))
NOTIFIED = audit.verb("issuers.proposal.notified",
                      gettext_noop("gave notice of %(target)s; representations until %(until)s"),
                      audience=audit.Audience.ISSUER)
SEALED = audit.verb("issuers.proposal.sealed", gettext_noop("decided %(target)s as it reads under SHA-256 %(digest)s"),
                    audience=audit.Audience.ISSUER)
MOVED = audit.verb("issuers.proposal.moved",
                   gettext_noop("moved the last day for representations on %(target)s to %(until)s"),
                   audience=audit.Audience.ISSUER)
MOST_DOCUMENTS = 10


def _words(params: dict[str, Any]) -> dict[str, Any]:
    return params | {"power": _(POWERS[params["power"]].title)}


cases.kind(
    "issuers.proposal", prefix="LAC", title=gettext_lazy("Proposal on a licence"),
    summary=gettext_noop("%(power)s, licence %(licence)s of %(subject)s"), queue="licensing", words=_words,
)


@transaction.atomic
def propose(
    licence: Licence, *, kind: str, terms: Mapping[str, Any], grounds: str, takes_effect_on: date, actor: Actor,
    ends_on: date | None = None, urgent_reason: str = "", representation_days: int | None = None,
) -> Proposal:
    """Propose to act on a licence, and give the licensee notice where the law has it heard.

    ``terms`` by kind: ``{"condition": …}``, ``{"number": …}``, ``{"reserve_direction": …}``, ``{"measures": […], …}``;
    see ``issuers.services.proposal_terms``.

    Raises:
        NotPermitted: the actor does not propose acts on licences.
        Refused: the licence is not in a state for it, or something that the law asks for does not hold.
    """
    require(actor, Can.PROPOSE_LICENCE_ACTION, licence)
    power = _power(kind)
    licence = Licence.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "issuer__organisation").get(pk=licence.pk)
    if not can_be_used(power, licence):
        raise Refused(_("“%(power)s” is not possible: the licence is %(state)s.")
                      % {"power": _(power.title), "state": licence.get_status_display()})
    if not grounds.strip():
        raise Refused(_("Give the grounds; the licensee reads them."))
    kept, urgent_reason = check_terms(licence, power, terms), urgent_reason.strip()
    check_days(licence, power, takes_effect_on, ends_on)
    check_effect(licence, power, kept, takes_effect_on)
    check_urgency(power, kept, urgent_reason)
    days = None if urgent_reason else check_hearing(power, representation_days, clock.today())
    if days is not None:
        kept["hearing_days"] = days
    proposal = Proposal.objects.create(
        licence=licence, reference=cases.next_reference("LAC"), kind=kind, terms=kept, grounds=grounds.strip(),
        urgent_reason=urgent_reason, proposed_by=_person(actor), takes_effect_on=takes_effect_on, ends_on=ends_on,
        representations_until=_heard_until(clock.today(), days),
    )
    owner = licence.issuer.organisation
    proposal.case = cases.open_case(
        "issuers.proposal", subject=owner.slug, owner=owner, key=proposal.reference, actor=actor,
        due_at=_decision_due(proposal), params={"power": kind, "licence": licence.number},
    )
    proposal.save(update_fields=["case"])
    audit.record(PROPOSED, target=proposal, actor=actor, data={"power": kind, "licence": licence.number})
    if proposal.representations_until:
        _give_notice(proposal, power, actor)
    return proposal


def _power(kind: str) -> Power:
    if kind not in POWERS:
        raise Refused(_("There is no power named %(kind)s.") % {"kind": kind})
    return POWERS[kind]


def _person(actor: Actor) -> User:
    if not isinstance(actor, User):
        raise Refused(_("A person proposes and a person decides, never the platform."))
    return actor


def _heard_until(start: date, days: int | None) -> datetime | None:
    return None if days is None else end_of(last_day(start, days, Unit.DAYS, hong_kong_calendar()))


def _decision_due(proposal: Proposal) -> datetime:
    """Return when the authority means to have decided: its own clock, from the end of the hearing."""
    start = day_of(proposal.representations_until or proposal.proposed_at)
    days = settings.SERVICE_CLOCKS["representation_business_days"]
    return end_of(hong_kong_calendar().add_business_days(start, days))


def _give_notice(proposal: Proposal, power: Power, actor: Actor) -> None:
    until = proposal.representations_until
    assert until is not None
    notice = ActionIntended(proposal.reference, proposal.licence.number, gettext_lazy(power.title), until)
    _tell(proposal, notice, "intended")
    audit.record(NOTIFIED, target=proposal, actor=actor, data={"until": day_of(until).isoformat()})


def _tell(proposal: Proposal, notice: Any, key: str) -> None:
    enqueue(notice, to=proposal.licence.issuer.organisation, key=f"{proposal.reference}:{key}", may=Can.VIEW_LICENCE)


@transaction.atomic
def represent(
    proposal: Proposal, *, text: str, actor: Actor, documents: Iterable[tuple[bytes, str]] = ()
) -> Representation:
    """Make representations, with documents as ``(bytes, filename)``; as often as the time allows.

    Raises:
        NotPermitted: the actor does not speak for the licensee.
        Refused: the time is over, nothing is said, or a document is not accepted.
    """
    text, files = text.strip(), list(documents)
    row = PROPOSAL.apply(proposal, "represent", actor=actor)
    if not text:
        raise Refused(_("Say what you have to say; documents alone do not."))
    if len(files) > MOST_DOCUMENTS:
        raise Refused(_("At most %(most)d documents at a time.") % {"most": MOST_DOCUMENTS})
    said = Representation.objects.create(proposal=row, text=text, by=_person(actor))
    for raw, filename in files:
        file_document(row.licence.issuer, raw=raw, filename=filename, actor=actor, permission=Can.REPRESENT,
                      proposal=row)
    enqueue(RepresentationsReceived(row.reference, row.licence.number), to=row.proposed_by,
            key=f"{row.reference}:{said.pk}")
    return said


@transaction.atomic
def decide_proposal(
    proposal: Proposal, *, takes_effect_on: date, note: str, actor: Actor, digest: str = ""
) -> Proposal:
    """Decide a proposal as another officer made it, after the hearing; it takes effect on the day, or at once if today.

    ``digest`` is of what the decider read: if the proposal reads otherwise by now, nothing is decided.

    Raises:
        NotPermitted: the actor does not decide on licences.
        Refused: the actor proposed it, the hearing runs, it is decided or reads otherwise, or the day does not hold.
    """
    person = _person(actor)
    row = PROPOSAL.apply(proposal, "decide", actor=actor, note=note.strip())
    if not note.strip():
        raise Refused(_("Say why: the note is part of the record."))
    power, licence = POWERS[row.kind], row.licence
    check_days(licence, power, takes_effect_on, row.ends_on)
    check_effect(licence, power, row.terms, takes_effect_on)
    sealed = proposal_digest(row)
    if digest and digest != sealed:
        raise Refused(_("The proposal reads otherwise by now; read it again."))
    row.decided_by, row.decided_at, row.decision_note = person, clock.now(), note.strip()
    row.takes_effect_on, row.digest = takes_effect_on, sealed
    row.tribunal_until = _tribunal_until(row)
    row.save(update_fields=["decided_by", "decided_at", "decision_note", "takes_effect_on", "digest", "tribunal_until"])
    audit.record(SEALED, target=row, actor=actor, data={"digest": sealed})
    _tell(row, ActionDecided(row.reference, licence.number, gettext_lazy(power.title), takes_effect_on,
                             row.tribunal_until, bool(power.cite)), "decided")
    _close(row, "decided", actor)
    if may_take_effect(row):
        row = apply_proposal(row, actor=actor)
    return row


def _tribunal_until(proposal: Proposal) -> datetime | None:
    """Return until when the licensee may take the decision to the tribunal (ORD s. 140)."""
    if not POWERS[proposal.kind].reviewable or proposal.decided_at is None:
        return None
    day = day_of(proposal.decided_at)
    return time_limit("tribunal_referral", day).due(day, hong_kong_calendar())


@transaction.atomic
def drop_proposal(proposal: Proposal, *, note: str, actor: Actor) -> Proposal:
    """Give up a proposal before it is decided, and tell a licensee that had notice of it.

    Raises:
        NotPermitted: the actor does not propose acts on licences.
        Refused: it is decided or dropped, or no reason is given.
    """
    row = PROPOSAL.apply(proposal, "drop", actor=actor, note=note.strip())
    if not note.strip():
        raise Refused(_("Say why: the note is part of the record."))
    row.decision_note = note.strip()
    row.save(update_fields=["decision_note"])
    if row.representations_until:
        title = gettext_lazy(POWERS[row.kind].title)
        _tell(row, ActionDropped(row.reference, row.licence.number, title), "dropped")
    _close(row, "dropped", actor)
    return row


def _close(proposal: Proposal, outcome: str, actor: Actor) -> None:
    if proposal.case:
        cases.close_case(proposal.case, outcome=outcome, actor=actor)


@transaction.atomic
def refresh_proposal_times() -> int:
    """Compute the last days of hearings and of the way to the tribunal anew, after a closure was entered.

    They only ever move on: nobody is told a day and given less. Returns how many hearings moved.
    """
    moved = 0
    for row in Proposal.objects.select_for_update(no_key=True, of=("self",)).filter(status__in=OPEN_STATES).exclude(
        representations_until=None).select_related("licence__issuer", "case"):
        until = _heard_until(day_of(row.proposed_at), row.terms.get("hearing_days"))
        if until is None or row.representations_until is None or until <= row.representations_until:
            continue
        row.representations_until, moved = until, moved + 1
        row.save(update_fields=["representations_until"])
        Case.objects.filter(proposal=row).update(due_at=_decision_due(row))
        audit.record(MOVED, target=row, actor=SYSTEM, data={"until": day_of(until).isoformat()})
    for row in Proposal.objects.select_for_update(no_key=True, of=("self",)).filter(
        status=Proposal.Status.DECIDED, tribunal=None, applied_at=None).exclude(tribunal_until=None):
        until = _tribunal_until(row)
        if until and row.tribunal_until and until > row.tribunal_until:
            row.tribunal_until = until
            row.save(update_fields=["tribunal_until"])
    return moved
