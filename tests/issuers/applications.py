"""Applications in any state, as tests need them: with their case, answers, a submission and findings."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from core import cases, clock
from core.access import SYSTEM
from core.findings import digest_of
from core.models import Membership, User
from core.roles import Role
from issuers.criteria import criteria_for
from issuers.models import (
    Answer,
    Application,
    ApplicationStep,
    Clearance,
    CriterionFinding,
    InformationRequest,
    Issuer,
    Submission,
)
from issuers.services.frozen import frozen_content
from issuers.services.issuers import register_issuer
from issuers.services.replies import answer_request
from issuers.services.submission import APPLICATION_CASE

ANSWERS: dict[str, Any] = {
    "corporate.principal_place": "8 Peak Road, Hong Kong",
    "corporate.email": "office@peak.example",
    "coin.symbol": "PKHKD",
    "coin.reference_currency": "HKD",
    "coin.deployments": [{"chain": "eip155:1", "contract": "0x00000000000000000000000000000000000000a1"}],
}
S = Application.Status


def new_issuer(name: str = "Peak Digital Limited") -> Issuer:
    """Register an applicant without a licence."""
    return register_issuer(name_en=name, actor=SYSTEM)


def people_of(issuer: Issuer) -> tuple[User, User]:
    """Return the one who prepares and the one who signs for the issuer."""
    made = []
    for name, role in (("pam", Role.COMPLIANCE_OFFICER), ("sam", Role.ISSUER_ADMINISTRATOR)):
        email = f"{name}@{issuer.organisation.slug}.example"
        user = User.objects.filter(email=email).first()
        if user is None:
            user = User.objects.create_user(email, name.title())
            Membership.objects.create(user=user, organisation=issuer.organisation, role=role, since=date(2025, 8, 1))
        made.append(user)
    return made[0], made[1]


def application_in(
    status: str, *, issuer: Issuer | None = None, answers: dict[str, Any] | None = None, reference: str = "",
    service_days: int = 90,
) -> Application:
    """Return an application in the state; one that was submitted has its case, its submission and its steps."""
    issuer = issuer or new_issuer()
    preparer, signatory = people_of(issuer)
    application = Application.objects.create(
        reference=reference or cases.next_reference("APP"), issuer=issuer, form_version="2026-11", status=status,
        prepared_by=preparer, prepared_at=clock.now(),
    )
    for key, value in (ANSWERS if answers is None else answers).items():
        Answer.objects.create(application=application, key=key, value=value, changed_by=preparer,
                              changed_by_label=preparer.label)
    if status in (S.DRAFT, S.PREPARED):
        return application
    application.case = cases.open_case(
        APPLICATION_CASE.name, subject=application.reference, owner=issuer.organisation, key=application.reference,
        service_days=service_days, actor=SYSTEM,
    )
    application.save(update_fields=["case"])
    submit(application)
    step(application, "submit", S.PREPARED, S.SUBMITTED, signatory)
    return application


def submit(application: Application) -> Submission:
    """Keep the answers of now as the next version submitted."""
    preparer, signatory = people_of(application.issuer)
    content = frozen_content(application)
    return Submission.objects.create(
        application=application, number=application.submissions.count() + 1, form_version="2026-11", content=content,
        digest=digest_of(content), prepared_by=preparer, signed_by=signatory,
    )


def step(application: Application, move: str, source: str, target: str, by: User) -> ApplicationStep:
    """Keep a step, a second after the one before."""
    return ApplicationStep.objects.create(
        application=application, move=move, source=source, target=target, by=by, by_label=by.label,
        at=clock.now() - timedelta(minutes=max(1, 10 - application.steps.count())),
    )


def satisfy(application: Application, by: User, *, but: tuple[str, ...] = ()) -> None:
    """Find every criterion satisfied except those in ``but``."""
    CriterionFinding.objects.bulk_create(
        CriterionFinding(application=application, criterion=each.key, finding="satisfied", reasons="Seen.", by=by)
        for each in criteria_for(application.issuer.kind) if each.key not in but
    )


def clear(application: Application, by: User) -> None:
    """Record that the screening of the applicant and of all its people found nothing."""
    for person in (None, *application.issuer.persons.all()):
        Clearance.objects.create(issuer=application.issuer, person=person, state="clear", reference="SCR-1",
                                 recorded_by=by)


def answered(request: InformationRequest, reply: str = "Here it is.") -> InformationRequest:
    """Answer every question of a request in the applicant's name."""
    preparer = people_of(request.application.issuer)[0]
    request.items.filter(accepted_at=None).update(reply=reply, replied_by=preparer, replied_at=clock.now())
    return answer_request(request, actor=preparer)
