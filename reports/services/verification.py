"""Verifying the PDF of a report that somebody shows us: what of it is ours, what was changed, whether it stands.

Nothing that is shown is kept. A person without an account learns nothing that is not in the file: only whose bytes or
facts are ours is answered about our records, and never whether a report of some reference exists.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from core import clock
from core.access import SYSTEM, Actor, require
from core.canonical import digest_of
from core.errors import Refused
from core.models import AuditEvent
from core.seal_proofs import proof_problems
from core.sealing import inclusion_proof
from core.signed_documents import digests_of_beginnings, read_signed
from core.uploads import MEGABYTE
from reports import selectors
from reports.builders import daily_reserve, verified
from reports.models import ReportDocument, ReportRun
from reports.verbs import FROZEN
from reports.verification import Check, Figure, Verdict, compared, conclusion, flattened
from reports.workflows import REPORT_RUN
from reserves.models import ReserveDay
from reserves.services.result import result_digest

REPORT_PROOF = "assay.report_proof/1"
#: Documents that were published are larger by what is attached to them; none of ours comes near.
MAX_BYTES = 25 * MEGABYTE


@dataclass(frozen=True, slots=True)
class Found:
    """Which of our reports a file is about, and by what: its bytes, its facts, or what it says to who may know."""

    run: ReportRun
    document: ReportDocument | None
    by_facts: bool
    identical: bool
    may_know: bool


def verify(raw: bytes, *, actor: Actor | None = None, expected: str = "") -> Verdict:
    """Return what holds of a file; ``expected`` is the reference under which somebody was sent to us.

    ``actor`` is who asks, None for somebody without an account.

    Raises:
        Refused: there is no file, or it is larger than any report.
    """
    if not raw:
        raise Refused(_("Choose the PDF of a report, or the ZIP of an evidence pack."), code="empty_file")
    if len(raw) > MAX_BYTES:
        raise too_large()
    roots = list(_roots())
    read = read_signed(raw, roots=roots, moment=clock.now())
    facts = read["facts"][0] if len(read["facts"]) == 1 else None
    found = _found(raw, facts, actor)
    checks = [verified.document_check(read["state"], read["facts"], found is not None)]
    if read["state"] != "read":
        return Verdict(False, checks=checks)
    reference = facts["data"]["reference"][:60] if facts else ""
    if expected and reference and reference != expected:
        checks.append(Check("expected", _("Reference"), False, _(
            "The code or address led to %(expected)s, and this file says that it is %(reference)s.")
            % {"expected": expected, "reference": reference}))
    identical, documents = bool(found and found.identical), _documents(found)
    checks += verified.signature_checks(
        read["signatures"], identical=identical, has_roots=bool(roots),
        issued_signed=any(each.signed_id for each in documents) if found else None,
    )
    if added := verified.added_check(read["signatures"], read["added"], identical=identical):
        checks.append(added)
    if facts:
        checks.append(verified.printed_check(facts["printed"]))
    if found is None:
        checks.append(verified.facts_check(None, False))
        return Verdict(False, reference, checks=checks)
    return _about(found, facts, checks, documents)


def too_large() -> Refused:
    """Return the refusal of a file over the limit, for callers that know the size before they read."""
    return Refused(_("This file is larger than %(limit)d MB. No report is.") % {"limit": MAX_BYTES // MEGABYTE},
                   code="too_large")


def _about(
    found: Found, facts: Mapping[str, Any] | None, checks: list[Check], documents: list[ReportDocument],
) -> Verdict:
    run, event = found.run, frozen_event(found.run)
    names = dict(settings.LANGUAGES)
    language = str(names.get(found.document.language, "")) if found.document else ""
    if facts:
        checks.append(verified.facts_check(run, found.by_facts))
    checks += [
        verified.bytes_check(found.document, identical=found.identical, language=language,
                             has_documents=any(each.rendered_id for each in documents)),
        _audit_check(event), _version_check(run, may_know=found.may_know),
    ]
    figures, source = _figures(run, facts["data"] if facts else run.facts)
    checks += [verified.figures_check(figures), source]
    return Verdict(conclusion(checks), run.reference, known=True, checks=checks, figures=figures,
                   report=_described(run, language) | {"event": event.pk if event else None}, may_know=found.may_know)


def _described(run: ReportRun, language: str) -> dict[str, Any]:
    return {
        "reference": run.reference, "kind": run.kind, "title": run.get_kind_display(), "subject": run.subject,
        "as_of": run.as_of, "version": run.version, "frozen_at": run.frozen_at, "digest": run.digest,
        "language": language, "pk": run.pk,
    }


def _found(raw: bytes, facts: Mapping[str, Any] | None, actor: Actor | None) -> Found | None:
    """Return which report the file is about, if the asker may be told."""
    by_end = {digest: length for length, digest in digests_of_beginnings(raw)}
    known = Q(*((f"{name}__in", by_end) for name in ("rendered", "signed", "index", "signed_index")), _connector=Q.OR)
    documents = list(ReportDocument.objects.filter(known).select_related("run__owner").order_by("pk"))
    document = max(documents, default=None, key=lambda row: max(by_end.get(sha256, 0) for sha256 in row.pdf_ids))
    runs = ReportRun.objects.select_related("owner")
    same = runs.filter(reference=facts["data"]["reference"], digest=facts["sha256"]).first() if facts else None
    run = document.run if document else same
    if run is None and facts and actor is not None:
        run = _visible_to(actor).filter(reference=facts["data"]["reference"]).select_related("owner").first()
    if run is None:
        return None
    return Found(
        run=run, document=document, by_facts=bool(facts and facts["sha256"] == run.digest),
        identical=bool(document and by_end.get(document.pdf_id or "") == len(raw)),
        may_know=actor is not None and _visible_to(actor).filter(pk=run.pk).exists(),
    )


def _visible_to(actor: Actor):
    return ReportRun.objects.all() if actor is SYSTEM else selectors.reports_for(actor)


def _documents(found: Found | None) -> list[ReportDocument]:
    return list(found.run.documents.all()) if found else []


def proof_of(run: ReportRun, *, actor: Actor) -> dict[str, Any]:
    """Return, as data to keep beside the report, the proof that its facts are in the audit log.

    Who acted is opened to the authority alone.

    Raises:
        NotPermitted: the actor may not read the report.
        Refused: the log does not hold it yet.
    """
    require(actor, selectors.needed_for(run.kind), run)
    event = frozen_event(run)
    proof = inclusion_proof(event, with_name=actor.is_authority) if event else None
    if proof is None:
        raise Refused(_("The audit log is sealed every minute, and does not hold this report yet. Ask again soon."),
                      code="not_sealed", permanent=False)
    return {"schema": REPORT_PROOF, "reference": run.reference, "digest": run.digest, "proof": proof}


def frozen_event(run: ReportRun) -> AuditEvent | None:
    """Return the event that recorded the freezing of the run's facts, with their digest."""
    events = AuditEvent.objects.filter(target_type=run._meta.label_lower, target_pk=str(run.pk), verb=FROZEN)
    return events.filter(data__digest=run.digest).order_by("pk").first()


def _audit_check(event: AuditEvent | None) -> Check:
    proof = inclusion_proof(event) if event else None
    return verified.audit_check(proof, proof_problems(proof) if proof else (), recorded=event is not None)


def _version_check(run: ReportRun, *, may_know: bool) -> Check:
    if run.status in REPORT_RUN.final:
        events = AuditEvent.objects.filter(
            target_type=run._meta.label_lower, target_pk=str(run.pk), verb=REPORT_RUN.moves["withdraw"].verb)
        event = events.order_by("-pk").first()
        later = ReportRun.objects.filter(
            kind=run.kind, subject=run.subject, version__gt=run.version).exclude(status__in=REPORT_RUN.final)
        state = "replaced" if later.exists() else "withdrawn"
        return verified.version_check(state, event.data.get("note", "") if event else "", may_know=may_know)
    issued = run.status == ReportRun.Status.RENDERED
    return verified.version_check("current" if issued else "draft", "", may_know=may_know)


def _figures(run: ReportRun, shown: Mapping[str, Any]) -> tuple[list[Figure], Check]:
    """Compare the file with the stored facts, and these with what they were made from."""
    facts_whole = digest_of(run.facts) == run.digest
    if run.kind != ReportRun.Kind.DAILY_RESERVE or run.facts.get("schema") != daily_reserve.SCHEMA:
        figures = compared(shown, run.facts)
        return figures, verified.source_check(facts_whole=facts_whole, day=None, wrong=0)
    day = ReserveDay.objects.filter(coin__symbol=run.subject, as_of=run.as_of, version=run.version).first()
    result = day.result if day and day.result else {}
    sources = {("result", *path): value for path, value in flattened(result).items()} if result else {}
    figures = compared(shown, run.facts, sources)
    stored = {figure.path for figure in figures if figure.state != "added"}
    wrong = sum(figure.state == "source" for figure in figures) + len(sources.keys() - stored)
    whole = bool(result) and result_digest(result) == result.get("digest") == (day.digest if day else "")
    return figures, verified.source_check(facts_whole=facts_whole, day=whole, wrong=wrong)


def _roots() -> Iterable[str]:
    """Return the certificates (PEM) to which a signature of the authority leads."""
    named = getattr(settings, "REPORT_SIGNING_CERTIFICATES", "")
    place = Path(settings.REPORT_TRUST_ROOTS) if settings.REPORT_TRUST_ROOTS else None
    for path in [*([Path(named)] if named else []), *(sorted(place.glob("*.pem")) if place else [])]:
        if path.is_file():
            yield path.read_text()
