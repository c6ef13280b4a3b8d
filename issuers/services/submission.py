"""Handing an application over, signing and submitting it, taking it back and withdrawing it."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from core import cases, clock
from core.access import SYSTEM, Actor
from core.errors import Refused
from core.findings import digest_of
from core.models import Case, Organisation, User
from core.outbox import Notice, enqueue
from core.roles import Can
from issuers.models import Application, Submission
from issuers.notices.applications import (
    ApplicationPrepared,
    ApplicationReceived,
    ApplicationSubmitted,
    ApplicationWithdrawn,
)
from issuers.selectors.applications import completeness
from issuers.services.frozen import frozen_content
from issuers.services.steps import move_application

APPLICATION_CASE = cases.kind(
    "issuers.application", prefix="CAS", title=gettext_lazy("Application"),
    summary=gettext_noop("Application %(subject)s for a licence"), queue="licensing", seen_by_issuer=True,
)


class ContentChanged(Refused):
    """What would be signed is no longer what was handed over."""

    default_code = "content_changed"

    def __init__(self) -> None:
        super().__init__(_("The application changed after it was handed over. Take it back, check it and hand it over"
                           " again."))


@transaction.atomic
def prepare_application(application: Application, *, actor: User) -> Application:
    """Hand the complete application over for signature; its digest is fixed here.

    Raises:
        NotPermitted: the actor does not edit the issuer's applications.
        Refused: it is not a draft, or not complete (``incomplete``).
    """
    row = move_application(application, "prepare", actor=actor)
    missing = len(completeness(row).gaps)
    if missing:
        raise Refused(_("The application is not complete: %(count)d points are open.") % {"count": missing},
                      code="incomplete")
    row.prepared_by, row.prepared_at = actor, clock.now()
    row.prepared_digest = digest_of(frozen_content(row))
    row.save(update_fields=["prepared_by", "prepared_at", "prepared_digest"])
    enqueue(ApplicationPrepared(row.reference, actor.name), to=row.issuer.organisation, may=Can.SIGN_APPLICATION,
            key=f"{row.reference}:{row.prepared_at.isoformat()}")
    return row


@transaction.atomic
def reopen_application(application: Application, *, actor: Actor) -> Application:
    """Take the application back from the signatory, to change it.

    Raises:
        NotPermitted: the actor does not edit the issuer's applications.
        Refused: it is not with the signatory.
    """
    row = move_application(application, "reopen", actor=actor)
    row.prepared_by, row.prepared_at, row.prepared_digest = None, None, ""
    row.save(update_fields=["prepared_by", "prepared_at", "prepared_digest"])
    return row


@transaction.atomic
def submit_application(application: Application, *, digest: str, actor: User) -> Submission:
    """Sign and submit what another person handed over; ``digest`` is the one that the signatory saw.

    The first submission opens the case on which officers work, with the authority's own service clock; a later one
    starts that clock again if it stands.

    Raises:
        NotPermitted: the actor does not sign for the issuer.
        Refused: it is not handed over, the actor handed it over, or its content changed since (``content_changed``).
    """
    row = move_application(application, "submit", actor=actor)
    content = frozen_content(row)
    if not digest == row.prepared_digest == digest_of(content):
        raise ContentChanged
    assert row.prepared_by is not None, "the move from prepared says that somebody prepared it"
    last = row.submissions.order_by("-number").values_list("number", flat=True).first() or 0
    submission = Submission.objects.create(
        application=row, number=last + 1, form_version=row.form_version, content=content, digest=digest,
        prepared_by=row.prepared_by, signed_by=actor,
    )
    _work_on(row, actor)
    enqueue(
        ApplicationSubmitted(row.reference, submission.number, row.prepared_by.name, actor.name,
                             submission.submitted_at, digest),
        to=row.issuer.organisation, may=Can.VIEW_APPLICATION, key=f"{row.reference}:{submission.number}",
    )
    tell_reviewers(ApplicationReceived(row.reference, submission.number, row.issuer.organisation),
                   key=f"{row.reference}:{submission.number}")
    return submission


@transaction.atomic
def withdraw_application(application: Application, *, reason: str, actor: User) -> Application:
    """End the application at the applicant's wish; its answers and files stay on record.

    Raises:
        NotPermitted: the actor does not sign for the issuer.
        Refused: it is ended already, or no reason is given.
    """
    if not reason.strip():
        raise Refused(_("Say why you withdraw: the reason is part of the record."), code="no_reason")
    submitted = application.submissions.exists()
    row = move_application(application, "withdraw", actor=actor, note=reason.strip())
    if row.case is not None:
        cases.close_case(row.case, outcome="withdrawn", actor=SYSTEM)
    if submitted:
        tell_reviewers(ApplicationWithdrawn(row.reference, row.issuer.organisation), key=row.reference)
    return row


def tell_reviewers(notice: Notice, *, key: str) -> None:
    """Write to every officer who reviews applications."""
    for authority in Organisation.objects.filter(kind=Organisation.Kind.AUTHORITY):
        enqueue(notice, to=authority, may=Can.REVIEW_APPLICATION, key=key)


def _work_on(application: Application, actor: User) -> None:
    if application.case is not None and application.case.status == Case.Status.OPEN:
        cases.resume_case(application.case, actor=SYSTEM)
        return
    application.case = cases.open_case(
        APPLICATION_CASE.name, subject=application.reference, owner=application.issuer.organisation,
        key=f"application:{application.reference}:{application.submissions.count()}", actor=actor,
        service_days=settings.SERVICE_CLOCKS["application_business_days"],
    )
    application.save(update_fields=["case"])
