"""The auditor's report: uploaded with its figures, compared with what was frozen, filed, published, decided on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import audit, blobs, clock
from core.access import Actor, require
from core.errors import Refused
from core.models import User
from core.outbox import enqueue
from core.roles import Can
from core.signatures import check_signatures
from core.uploads import PDF, check_document
from reserves.lines import ASSET_CLASSES
from reserves.models import AttestationReport, AttestedDay, Engagement, EvidenceSnapshot, TestDay
from reserves.notices import AttestationAnswered, AttestationReported
from reserves.selectors.attestation import admitted_users
from reserves.services.disclosures import settle_disclosures
from reserves.workflows import ATTESTATION

COMMENTED = audit.verb("reserves.attestation.commented", gettext_noop("commented on %(target)s"),
                       audience=audit.Audience.ISSUER)
RECOMMENDED = audit.verb("reserves.attestation.recommended",
                         gettext_noop("recommended to accept the report of %(target)s"))
LONGEST_TEXT = 8000
#: Opinions that say what they take exception to.
NEEDS_EXCEPTIONS = frozenset(AttestationReport.Opinion.values) - {AttestationReport.Opinion.UNQUALIFIED}


@transaction.atomic
def upload_report(
    engagement: Engagement, *, raw: bytes, filename: str, opinion: str, exceptions: str,
    days: Mapping[TestDay, Mapping[str, Any]], actor: Actor,
) -> AttestationReport:
    """Take in the report as PDF with its figures for every tested day, and compare them exactly.

    ``days`` gives market_value, outstanding_par, composition (by asset class) and is_adequate of each tested day.

    Raises:
        NotPermitted: the actor attests nothing.
        Refused: the actor is not of the engaged firm, the file is no sound PDF, a day lacks its figures or is not
            frozen, or the report is filed.
    """
    row = ATTESTATION.apply(engagement, "report", actor=actor)
    checked = check_document(raw, filename)
    if checked.media_type != PDF:
        raise Refused(_("A report is a PDF."), code="not_pdf")
    exceptions = exceptions.strip()[:LONGEST_TEXT]
    if opinion not in AttestationReport.Opinion.values:
        raise Refused(_("Choose the opinion."), code="opinion")
    if opinion in NEEDS_EXCEPTIONS and not exceptions:
        raise Refused(_("Say what the opinion takes exception to."), code="exceptions")
    tested = list(row.test_days.select_related("snapshot"))
    if {day.pk for day in tested} != {day.pk for day in days}:
        raise Refused(_("Give the figures of every tested day, and of no other."), code="days")
    before = row.reports.order_by("-version").first()
    report = AttestationReport.objects.create(
        engagement=row, version=before.version + 1 if before else 1, document=blobs.store_blob(checked.raw),
        filename=checked.filename, page_count=checked.page_count, opinion=opinion, exceptions=exceptions,
        signatures=check_signatures(checked.raw), uploaded_by=actor if isinstance(actor, User) else None,
        uploaded_by_label=actor.label,
    )
    by_key = {day.pk: figures for day, figures in days.items()}
    AttestedDay.objects.bulk_create(
        AttestedDay(
            report=report, test_day=day, market_value=figures["market_value"],
            outstanding_par=figures["outstanding_par"], is_adequate=figures["is_adequate"],
            composition={name: f"{value:f}" for name, value in figures["composition"].items()},
            differences=compare_figures(day.snapshot, figures),
        )
        for day in tested for figures in (by_key[day.pk],)
    )
    enqueue(AttestationReported(row.reference, row.coin.symbol), to=row.coin.issuer.organisation,
            may=Can.FILE_NOTICE, key=f"{row.reference}:{report.version}")
    return report


def compare_figures(snapshot: EvidenceSnapshot, figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return each figure of the auditor's that is not exactly the frozen one, with both."""
    account = snapshot.account
    market, par = (None if account[name] is None else Decimal(account[name])
                   for name in ("reserve_market_value", "circulation"))
    adequate = None if market is None or par is None else market >= par
    frozen = {part["asset_class"]: Decimal(part["market_value"]) for part in account["composition"]}
    pairs: list[tuple[str, Any, Any]] = [
        ("market_value", figures["market_value"], market), ("outstanding_par", figures["outstanding_par"], par),
        ("adequate", figures["is_adequate"], adequate),
    ]
    for name in ASSET_CLASSES:
        attested, stated = figures["composition"].get(name), frozen.get(name)
        pairs.append((f"composition.{name}", attested or Decimal(0), stated or Decimal(0)))
    return [
        {"figure": name, "attested": _text(attested), "frozen": _text(stated),
         "difference": _text(attested - stated)
         if isinstance(attested, Decimal) and isinstance(stated, Decimal) else None}
        for name, attested, stated in pairs if attested != stated
    ]


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return f"{value.normalize():f}" if isinstance(value, Decimal) else "yes" if value else "no"


@transaction.atomic
def comment_on_report(engagement: Engagement, *, text: str, actor: Actor) -> AttestationReport:
    """Let the issuer say something on the report before or after filing it; a later comment replaces it.

    Raises:
        NotPermitted: the actor does not file for the issuer.
        Refused: there is no report, or nothing is said.
    """
    require(actor, Can.FILE_NOTICE, engagement)
    report = _latest(engagement)
    if not text.strip():
        raise Refused(_("Write what you want to say."))
    report.comment, report.commented_by = text.strip()[:LONGEST_TEXT], actor if isinstance(actor, User) else None
    report.save(update_fields=["comment", "commented_by"])
    audit.record(COMMENTED, target=engagement, actor=actor)
    return report


@transaction.atomic
def file_report(engagement: Engagement, *, actor: Actor) -> AttestationReport:
    """File the report with the authority and publish it, in one act; where all coins' are filed the duty is met.

    Raises:
        NotPermitted: the actor does not file for the issuer.
        Refused: there is no report to file.
    """
    row = ATTESTATION.apply(engagement, "file", actor=actor)
    report = _latest(row)
    report.filed_by, report.filed_by_label = actor if isinstance(actor, User) else None, actor.label
    report.filed_at = clock.now()
    report.save(update_fields=["filed_by", "filed_by_label", "filed_at"])
    row.recommended_by, row.recommendation_note, row.query = None, "", ""
    row.save(update_fields=["recommended_by", "recommendation_note", "query"])
    settle_disclosures(row.coin.issuer)
    return report


@transaction.atomic
def recommend_acceptance(engagement: Engagement, *, note: str, actor: Actor) -> Engagement:
    """Record that one officer would accept the report, for another to accept it.

    Raises:
        NotPermitted: the actor does not review filings.
        Refused: the report is not filed, or no reason is given.
    """
    require(actor, Can.REVIEW_NOTICE, engagement)
    row = Engagement.objects.select_for_update(no_key=True, of=("self",)).get(pk=engagement.pk)
    if row.status != Engagement.Status.FILED:
        raise Refused(_("Only a filed report can be accepted."))
    if not note.strip():
        raise Refused(_("Say why: the note is part of the record."))
    row.recommended_by, row.recommendation_note = actor if isinstance(actor, User) else None, note.strip()
    row.recommended_at = clock.now()
    row.save(update_fields=["recommended_by", "recommended_at", "recommendation_note"])
    audit.record(RECOMMENDED, target=row, actor=actor)
    return row


@transaction.atomic
def accept_report(engagement: Engagement, *, actor: Actor) -> Engagement:
    """Accept the filed report, on another officer's recommendation.

    Raises:
        NotPermitted: the actor does not review filings.
        Refused: nobody recommended it, the actor did, or the report is not filed.
    """
    row = _decided(ATTESTATION.apply(engagement, "accept", actor=actor), actor)
    _tell(row, queried=False)
    return row


@transaction.atomic
def query_report(engagement: Engagement, *, text: str, actor: Actor) -> Engagement:
    """Ask about the filed report; the firm may upload another version, which the issuer files again.

    Raises:
        NotPermitted: the actor does not review filings.
        Refused: nothing is asked, or the report is not filed.
    """
    if not text.strip():
        raise Refused(_("Write what is asked."))
    row = ATTESTATION.apply(engagement, "query", actor=actor, note=text.strip())
    row.query, row.recommended_by = text.strip(), None
    row.save(update_fields=["query", "recommended_by"])
    _tell(row, queried=True)
    return row


def _tell(row: Engagement, *, queried: bool) -> None:
    """Write to the issuer's people and, where something is asked, to the auditors who have access."""
    notice, key = AttestationAnswered(row.reference, row.coin.symbol, queried), f"{row.reference}:{clock.now()}"
    enqueue(notice, to=row.coin.issuer.organisation, may=Can.FILE_NOTICE, key=key)
    if queried:
        enqueue(notice, to=admitted_users(row), key=key)


def _decided(row: Engagement, actor: Actor) -> Engagement:
    row.decided_by, row.decided_at = actor if isinstance(actor, User) else None, clock.now()
    row.save(update_fields=["decided_by", "decided_at"])
    return row


def _latest(engagement: Engagement) -> AttestationReport:
    report = engagement.reports.order_by("-version").first()
    if report is None:
        raise Refused(_("There is no report yet."))
    return report


def differing_figures(days: Sequence[AttestedDay]) -> int:
    """Return how many figures of a report are not the frozen ones."""
    return sum(len(day.differences) for day in days)
