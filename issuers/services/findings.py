"""Recording what officers find: on each minimum criterion, in talks with the applicant, and about screening."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import audit, clock
from core.access import Actor, require
from core.business_days import check_day
from core.errors import Refused
from core.models import CaseNote, User
from core.roles import Can
from issuers.criteria import CRITERIA, criteria_for
from issuers.models import Application, ClearanceOverride, CriterionFinding, Document, Interview, Person

FOUND = audit.verb("issuers.finding.recorded",
                   gettext_noop("recorded a finding on criterion %(criterion)s of %(target)s"),
                   words=audit.coded(criterion={each.key: each.title for each in CRITERIA}))
INTERVIEWED = audit.verb("issuers.interview.recorded", gettext_noop("recorded an interview on application %(target)s"))
OVERRIDE_PROPOSED = audit.verb("issuers.override.proposed",
                               gettext_noop("proposed to go on with %(target)s although %(person)s is not cleared"))
OVERRIDE_CONFIRMED = audit.verb("issuers.override.confirmed",
                                gettext_noop("confirmed going on with %(target)s although %(person)s is not cleared"))

S = Application.Status
ASSESSED_IN = (S.SUBMITTED, S.UNDER_REVIEW, S.AWAITING_INFORMATION, S.WITH_COMMITTEE, S.RECOMMENDED)


def _assessed(application: Application, actor: Actor) -> Application:
    """Lock the application for something that may be recorded only while it is assessed."""
    require(actor, Can.REVIEW_APPLICATION, application)
    row = Application.objects.select_for_update(no_key=True).get(pk=application.pk)
    if row.status not in ASSESSED_IN:
        raise Refused(_("Application %(reference)s is not being assessed.") % {"reference": row.reference})
    return row


@transaction.atomic
def record_finding(
    application: Application, *, criterion: str, finding: str, reasons: str, actor: User,
    evidence: Iterable[tuple[Document, int | None]] = (),
) -> CriterionFinding:
    """Record a finding on one criterion; the latest counts and all are kept.

    Raises:
        NotPermitted: the actor does not review applications.
        Refused: it is not being assessed, the criterion does not apply, no reasons are given, or a document is
            not the applicant's or has no such page.
    """
    row = _assessed(application, actor)
    if criterion not in {each.key for each in criteria_for(row.issuer.kind)}:
        raise Refused(_("That criterion does not apply to this applicant."))
    if finding not in CriterionFinding.Finding.values:
        raise Refused(_("That is not a finding."))
    if not reasons.strip():
        raise Refused(_("Give the reasons of the finding: they are part of the record."))
    made = CriterionFinding.objects.create(
        application=row, criterion=criterion, finding=finding, reasons=reasons.strip(), by=actor,
        evidence=[_evidence(row, document, page) for document, page in evidence],
    )
    audit.record(FOUND, target=row, actor=actor, data={"criterion": criterion, "finding": finding})
    return made


def _evidence(application: Application, document: Document, page: int | None) -> dict[str, int | None]:
    if document.issuer_id != application.issuer_id:
        raise Refused(_("Evidence is a document of the applicant."))
    if page is not None and not 1 <= page <= (document.page_count or page):
        raise Refused(_("“%(document)s” has no page %(page)s.") % {"document": document.title, "page": page})
    return {"document": document.pk, "page": page}


@transaction.atomic
def record_interview(
    application: Application, *, held_at: datetime, attendees: str, summary: str, audience: str, actor: User,
    person: Person | None = None,
) -> Interview:
    """Record a talk with the applicant's people (LIC 3.6.4), for officers alone or for the applicant too.

    Raises:
        NotPermitted: the actor does not review applications.
        Refused: it is not being assessed, the talk is to come, or the person is not the applicant's.
    """
    row = _assessed(application, actor)
    check_day(held_at.date())
    if held_at > clock.now():
        raise Refused(_("An interview is recorded after it was held."))
    if person is not None and person.issuer_id != row.issuer_id:
        raise Refused(_("That person does not belong to the applicant."))
    if audience not in CaseNote.Audience.values or not attendees.strip() or not summary.strip():
        raise Refused(_("Say who took part, what was said and who may read it."))
    interview = Interview.objects.create(
        application=row, person=person, held_at=held_at, attendees=attendees.strip(), summary=summary.strip(),
        audience=audience, by=actor,
    )
    audit.record(INTERVIEWED, target=row, actor=actor, data={"audience": audience})
    return interview


@transaction.atomic
def propose_override(
    application: Application, *, person: Person | None, reason: str, actor: User
) -> ClearanceOverride:
    """Propose to go on although a person (None for the applicant itself) is not cleared.

    Raises:
        NotPermitted: the actor does not review applications.
        Refused: it is not being assessed, no reason is given, or there is a proposal already.
    """
    row = _assessed(application, actor)
    if person is not None and person.issuer_id != row.issuer_id:
        raise Refused(_("That person does not belong to the applicant."))
    if not reason.strip():
        raise Refused(_("Say why: the note is part of the record."))
    try:
        with transaction.atomic():
            override = ClearanceOverride.objects.create(
                application=row, person=person, reason=reason.strip(), proposed_by=actor
            )
    except IntegrityError:
        raise Refused(_("That is proposed already."))
    audit.record(OVERRIDE_PROPOSED, target=row, actor=actor, data={"person": _who(override)})
    return override


@transaction.atomic
def confirm_override(override: ClearanceOverride, *, actor: User) -> ClearanceOverride:
    """Confirm, as another officer, that the application may go on although somebody is not cleared.

    Raises:
        NotPermitted: the actor does not review applications.
        Refused: the actor proposed it, it is confirmed, or the application is no longer assessed.
    """
    application = _assessed(override.application, actor)
    row = ClearanceOverride.objects.select_for_update(no_key=True).get(pk=override.pk)
    if row.confirmed_by_id:
        raise Refused(_("That is confirmed already."))
    if row.proposed_by_id == actor.pk:
        raise Refused(_("You made the proposal; another officer has to decide."))
    row.confirmed_by, row.confirmed_at = actor, clock.now()
    row.save(update_fields=["confirmed_by", "confirmed_at"])
    audit.record(OVERRIDE_CONFIRMED, target=application, actor=actor, data={"person": _who(row)})
    return row


def _who(override: ClearanceOverride) -> str:
    return override.person.name_en if override.person else override.application.issuer.organisation.name_en
