"""Freezing what the authority compiles on one matter: the dossier on a breach, the auditor's figures beside ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.access import Actor, require
from core.errors import Refused
from core.findings import digest_of
from core.models import Organisation
from core.roles import Can
from issuers.models import Breach
from reports.builders import attestation_comparison, breach_dossier
from reports.builders.annexes import Table
from reports.models import ReportRun
from reports.selectors import licensing as selectors
from reports.services.annexes import keep_annexes
from reports.services.runs import keep_run
from reports.workflows import REPORT_RUN
from reserves.models import Engagement

K = ReportRun.Kind
#: What of a compilation says when and by whom it was made, and is no part of what it says of the matter.
OF_THE_MAKING = ("reference", "version", "dated_at", "compiled_by", "annexes", "verify_at")


@transaction.atomic
def freeze_breach_dossier(breach: Breach, *, actor: Actor) -> ReportRun:
    """Compile the dossier on the breach as it stands, as a new version; where nothing has changed since, the latest.

    It is the authority's own: no person of the issuer knows of it. It is a draft until another officer approves it.

    Raises:
        NotPermitted: the actor does not make reports.
        Refused: no authority is on record.
    """
    require(actor, Can.RENDER_REPORTS, breach)
    rows = Breach.objects.select_for_update(no_key=True, of=("self",))
    row = rows.select_related("case__assignee", "issuer__organisation").get(pk=breach.pk)
    owner, subject = authority(), row.case.reference
    version, latest = next_version(K.BREACH_DOSSIER, subject)
    content, tables = breach_dossier.facts(
        row, version=version, compiled_at=clock.now(), compiled_by=actor.label
    )
    frozen = with_tables(content, tables)
    if latest and latest.status not in REPORT_RUN.final and same_matter(latest.facts, frozen):
        return latest
    frozen["annexes"] = keep_annexes(
        tables, reference=frozen["reference"], generated_at=frozen["dated_at"], rulebook=_rulebook(frozen)
    )
    key = {"kind": K.BREACH_DOSSIER, "subject": subject, "as_of": clock.today(), "version": version}
    return keep_run(key, lambda: frozen, owner=owner, about=row.issuer.organisation, actor=actor)


def authority() -> Organisation:
    """Return the authority, which owns what no issuer may see.

    Raises:
        Refused: none is on record.
    """
    found = selectors.authority()
    if found is None:
        raise Refused(_("No authority is on record."), code="no_authority")
    return found


def next_version(kind: str, subject: str, **more: Any) -> tuple[int, ReportRun | None]:
    """Return the number of the next version of a report, and the latest that there is."""
    latest = ReportRun.objects.filter(kind=kind, subject=subject, **more).order_by("-version").first()
    return (latest.version + 1 if latest else 1), latest


def with_tables(content: dict[str, Any], tables: Sequence[Table]) -> dict[str, Any]:
    """Return facts with the tables that are printed in them; of a longer one they say how many rows it has."""
    return content | {
        "tables": {
            table.name: {
                "columns": list(table.columns), "total": str(len(table.rows)),
                "rows": [] if table.is_attached else [list(row) for row in table.rows],
                "sha256": digest_of([list(row) for row in table.rows]),
            }
            for table in tables
        }
    }


def same_matter(earlier: dict[str, Any], now: dict[str, Any]) -> bool:
    """Whether two compilations say the same of the matter, whenever they were made."""
    first, second = ({name: value for name, value in each.items() if name not in OF_THE_MAKING}
                     for each in (earlier, now))
    return digest_of(first) == digest_of(second)


def _rulebook(frozen: dict[str, Any]) -> str:
    """The rulebook that the latest finding was judged with."""
    judged = frozen["judged"]
    return judged[-1]["rulebook"] if judged else ""


@transaction.atomic
def freeze_attestation_comparison(engagement: Engagement, *, actor: Actor) -> ReportRun:
    """Freeze the auditor's figures of the latest filed report beside the daily ones, once per version of the report.

    Raises:
        NotPermitted: the actor does not make reports.
        Refused: no report is filed.
    """
    require(actor, Can.RENDER_REPORTS, engagement)
    rows = Engagement.objects.select_for_update(no_key=True, of=("self",))
    row = rows.select_related("coin__issuer__organisation", "firm").get(pk=engagement.pk)
    report = row.reports.exclude(filed_at=None).order_by("-version").first()
    if report is None:
        raise Refused(_("No report is filed on %(engagement)s.") % {"engagement": row}, code="not_filed")
    report.engagement = row
    key = {"kind": K.ATTESTATION_COMPARISON, "subject": row.reference, "as_of": row.period_end,
           "version": report.version}
    return keep_run(
        key, lambda: attestation_comparison.facts(report), owner=row.coin.issuer.organisation, actor=actor
    )
