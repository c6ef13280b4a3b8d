"""``approve_report REFERENCE --as EMAIL``: let a draft go out, as an officer who did not have it made."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from core.commands import AnsweringCommand, aligned
from core.errors import Refused
from issuers.management.acting import officer_named
from reports.models import ReportRun
from reports.services.decisions import withdraw_report
from reports.services.rendering import approve_report


class Command(AnsweringCommand):
    help = "Approve the draft of a report, or with --withdraw send it back or take the report back"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("reference", help="the report's reference, for example BRC-2026-0042-DOSSIER-1")
        parser.add_argument("--as", dest="email", required=True, help="e-mail address of the officer who decides")
        parser.add_argument("--withdraw", metavar="REASON", help="withdraw it for this reason; part of the record")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        officer = officer_named(options["email"])
        run = ReportRun.objects.visible_to(officer).filter(reference=options["reference"]).first()
        if run is None:
            raise Refused(_("There is no report %(reference)s.") % {"reference": options["reference"]},
                          code="unknown_report")
        if options["withdraw"] is not None:
            run = withdraw_report(run, reason=options["withdraw"], actor=officer)
        else:
            run = approve_report(run, actor=officer)
        return {"reference": run.reference, "state": run.status, "facts_sha256": run.digest,
                "sha256": run.document_id, "approved_at": run.approved_at and run.approved_at.isoformat()}

    def table(self, answer: dict[str, Any]) -> list[str]:
        return aligned([(name, str(value)) for name, value in answer.items()])
