"""How far an application is, as its applicant may know: stages, whom it waits for, since when, its clock, its steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.audit import VERBS, Audience, sentence
from core.models import AuditEvent, CasePause
from issuers.models import Application, ApplicationStep
from issuers.workflows import APPLICATION

S = Application.Status
#: What the authority does inside is not the applicant's to know: these are shown as under review.
INSIDE = (S.WITH_COMMITTEE, S.RECOMMENDED)
STAGES: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (_("Filling in"), (S.DRAFT, S.RETURNED)),
    (_("Signature"), (S.PREPARED,)),
    (_("Check for completeness"), (S.SUBMITTED,)),
    (_("Review"), (S.UNDER_REVIEW, S.AWAITING_INFORMATION)),
    (_("Decision"), Application.ENDED),
)
APPLICANT, AUTHORITY, NOBODY = _("The applicant"), _("The authority"), _("Nobody")
WAITS_FOR = {
    S.DRAFT: APPLICANT, S.RETURNED: APPLICANT, S.PREPARED: _("The applicant’s authorised signatory"),
    S.SUBMITTED: AUTHORITY, S.UNDER_REVIEW: AUTHORITY, S.AWAITING_INFORMATION: APPLICANT,
}


@dataclass(frozen=True, slots=True)
class Progress:
    """What the page on the state of an application shows."""

    state: str
    label: Any
    stages: tuple[tuple[Any, str], ...]
    waits_for: Any
    since: datetime
    steps: tuple[tuple[ApplicationStep, str], ...]
    pause: CasePause | None
    due_at: datetime | None


def shown_state(application: Application) -> str:
    """Return the state as the applicant may know it."""
    return S.UNDER_REVIEW if application.status in INSIDE else application.status


def states_shown_as(state: str) -> tuple[str, ...]:
    """Return the states that the applicant knows as this one; none for one that is not the applicant's to know."""
    return tuple(each for each in S if (S.UNDER_REVIEW if each in INSIDE else each) == state)


def shown_steps(application: Application) -> list[tuple[ApplicationStep, str]]:
    """Return the steps that the applicant may know of, newest first, each with its sentence."""
    found = []
    for step in application.steps.all():
        verb = APPLICATION.moves[step.move].verb
        if VERBS[verb].audience >= Audience.ISSUER:
            event = AuditEvent(verb=verb, target_label=application.reference, data={"note": step.note})
            found.append((step, sentence(event)))
    return found[::-1]


def progress_of(application: Application) -> Progress:
    """Return how far the application is."""
    state, steps = shown_state(application), shown_steps(application)
    at = next(number for number, (_label, states) in enumerate(STAGES) if state in states)
    marks = ["done" if number < at else "now" if number == at else "ahead" for number in range(len(STAGES))]
    case = application.case
    runs = case is not None and state in (S.SUBMITTED, S.UNDER_REVIEW, S.AWAITING_INFORMATION, S.RETURNED)
    return Progress(
        state, S(state).label, tuple((label, mark) for (label, _states), mark in zip(STAGES, marks, strict=True)),
        WAITS_FOR.get(S(state), NOBODY), steps[0][0].at if steps else application.opened_at, tuple(steps),
        case.pauses.filter(resumed_at=None).first() if case is not None and runs else None,
        case.due_at if case is not None and runs else None,
    )
