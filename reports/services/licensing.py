"""Freezing the documents of licensing: submissions, papers for the committee, certificates and invoices."""

from __future__ import annotations

import logging
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.access import SYSTEM, Actor, require
from core.calendars import HONG_KONG
from core.errors import Refused
from core.findings import digest_of
from core.roles import Can
from issuers.models import Application, Fee, RegisterEntry, Submission
from reports.builders import application as application_document
from reports.builders import committee_pack, fee_invoice, licence_certificate
from reports.models import ReportRun
from reports.selectors import licensing as selectors
from reports.services.runs import keep_run
from reports.workflows import REPORT_RUN

K = ReportRun.Kind
log = logging.getLogger(__name__)


@transaction.atomic
def freeze_application(submission: Submission, *, actor: Actor) -> ReportRun:
    """Freeze what was submitted, or return the run that has it already; each submission keeps its own.

    Raises:
        NotPermitted: the actor does not make reports.
        Refused: the submission is no longer what was signed.
    """
    require(actor, Can.RENDER_REPORTS, submission)
    row = _locked(Submission, submission.pk, "application__issuer__organisation", "prepared_by", "signed_by")
    if digest_of(row.content) != row.digest:
        raise Refused(
            _("%(submission)s does not have the digest that it was signed with.") % {"submission": row},
            code="digest_differs",
        )
    key = {
        "kind": K.APPLICATION, "subject": row.application.reference, "version": row.number,
        "as_of": row.submitted_at.astimezone(HONG_KONG).date(),
    }
    owner = row.application.issuer.organisation
    return keep_run(key, lambda: application_document.facts(row), owner=owner, actor=actor)


@transaction.atomic
def freeze_committee_pack(application: Application, *, actor: Actor) -> ReportRun:
    """Compile the papers on the application as it stands; each call is a new version, and earlier ones are withdrawn.

    They are the authority's own: no person of the issuer knows of them.

    Raises:
        NotPermitted: the actor does not make reports.
        Refused: nothing was submitted yet, or no authority is on record.
    """
    require(actor, Can.RENDER_REPORTS, application)
    row = _locked(Application, application.pk, "issuer__organisation")
    owner = selectors.authority()
    if owner is None or not row.submissions.exists():
        raise Refused(_("Nothing was submitted on %(application)s yet.") % {"application": row}, code="not_submitted")
    earlier = ReportRun.objects.filter(kind=K.COMMITTEE_PACK, subject=row.reference).defer("facts").order_by("-version")
    latest = earlier.first()
    now, version = clock.now(), latest.version + 1 if latest else 1
    key = {"kind": K.COMMITTEE_PACK, "subject": row.reference, "as_of": clock.today(), "version": version}
    return keep_run(
        key, lambda: committee_pack.facts(row, version=version, compiled_at=now, compiled_by=actor.label),
        owner=owner, actor=actor,
    )


@transaction.atomic
def freeze_certificate(entry: RegisterEntry, *, actor: Actor) -> ReportRun:
    """Freeze the certificate that repeats one version of a register entry, or return the run that has it already.

    Raises:
        NotPermitted: the actor does not make reports.
        Refused: the licence is not in force.
    """
    require(actor, Can.RENDER_REPORTS, entry.licence)
    row = _locked(RegisterEntry, entry.pk, "licence__issuer__organisation")
    if row.licence.has_ended:
        raise Refused(_("Licence %(licence)s is not in force.") % {"licence": row.licence}, code="licence_ended")
    key = {
        "kind": K.LICENCE_CERTIFICATE, "subject": row.licence.number, "version": row.version,
        "as_of": row.shown_from.astimezone(HONG_KONG).date(),
    }
    owner = row.licence.issuer.organisation
    return keep_run(key, lambda: licence_certificate.facts(row), owner=owner, actor=actor)


@transaction.atomic
def freeze_invoice(fee: Fee, *, actor: Actor) -> ReportRun:
    """Freeze the invoice of a fee as it stands, or return the run that says it already.

    Payment, a payment taken back, a withdrawn fee and a moved last day are each a new version.

    Raises:
        NotPermitted: the actor does not make reports.
    """
    require(actor, Can.RENDER_REPORTS, fee)
    row = _locked(Fee, fee.pk, "licence__issuer__organisation")
    latest = ReportRun.objects.filter(kind=K.FEE_INVOICE, subject=row.invoice).order_by("-version").first()
    if latest and tuple(latest.facts[name] for name in selectors.FEE_STATE) == fee_invoice.state(row):
        return latest
    version = latest.version + 1 if latest else 1
    key = {
        "kind": K.FEE_INVOICE, "subject": row.invoice, "version": version,
        "as_of": row.issued_at.astimezone(HONG_KONG).date(),
    }
    owner = row.licence.issuer.organisation
    return keep_run(key, lambda: fee_invoice.facts(row, version=version), owner=owner, actor=actor)


def freeze_licensing_documents(*, actor: Actor) -> list[ReportRun]:
    """Freeze what lacks its document, and withdraw certificates of licences that ended.

    A submission whose digest differs is said in the log and left for a person; it holds up no other.
    """
    made: list[ReportRun] = []
    for submission in selectors.submissions_without_document():
        try:
            made.append(freeze_application(submission, actor=actor))
        except Refused as refusal:
            log.warning("no document of %s: %s", submission.pk, refusal)
    made += [
        freeze_certificate(entry, actor=actor)
        for entry in selectors.entries_without_certificate().select_related("licence__issuer")
    ]
    said = selectors.invoices_said()
    for fee in Fee.objects.select_related("licence__issuer").order_by("issued_at", "pk"):
        withdrawn_unsaid = fee.withdrawn_at is not None and fee.invoice not in said
        if not withdrawn_unsaid and said.get(fee.invoice) != fee_invoice.state(fee):
            made.append(freeze_invoice(fee, actor=actor))
    for run in selectors.certificates_of_ended_licences():
        REPORT_RUN.apply(run, "withdraw", actor=SYSTEM, note=_("the licence is no longer in force"))
    return made


def _locked(model: Any, pk: int, *related: str) -> Any:
    rows = model.objects.select_for_update(no_key=True, of=("self",)).select_related(*related)
    return rows.get(pk=pk)
