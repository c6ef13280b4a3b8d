"""The facts of an inspection pack: which files it holds, of what size and SHA-256, and what stands in its index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core import audit, wording
from core.findings import canonical
from core.models import AuditEvent, FeedFile
from core.rulebook import load
from issuers.duty_calendar import DUTIES
from issuers.models import Breach, Issuer, Obligation
from issuers.selectors import licence_on
from reports.builders import labels
from reports.builders.annexes import PRINTED_ROWS, verification_address
from reports.builders.parties import as_reference, body_of, instant
from reports.selectors import packs as reading

SCHEMA = "assay.inspection_pack/1"
TITLE_ZH = "審查證據集"
#: What of the pack is made when it is written, and so names no digest in the facts.
INDEX, MANIFEST, SUMS = "index.pdf", "manifest.json", "SHA256SUMS"
Rows = Iterable[Sequence[Any]]


def key_of(issuer: Issuer, last: date) -> str:
    """Return what names the issuer in references: its licence, or its number on record."""
    licence = licence_on(issuer, last)
    return licence.number if licence else f"I{issuer.pk}"


def facts(
    issuer: Issuer, first: date, last: date, *, version: int, compiled_at: datetime, compiled_by: str,
    members: Sequence[Mapping[str, str]], counts: Mapping[str, int],
) -> dict[str, Any]:
    """Return what the pack is and holds; ``members`` are name, sha256, size and what, ``counts`` rows by table."""
    licence = licence_on(issuer, last)
    reference = as_reference("PACK", key_of(issuer, last), f"{first:%Y%m%d}", f"{last:%Y%m%d}", version)
    return {
        "schema": SCHEMA, "reference": reference, "dated_at": instant(compiled_at), "version": str(version),
        "compiled_by": compiled_by,
        "issuer": body_of(issuer.organisation) | {"licence_number": licence.number if licence else None},
        "first": first.isoformat(), "last": last.isoformat(), "rulebook": load("hk").digest,
        "verify_at": verification_address(reference),
        "counts": {name: str(count) for name, count in counts.items()},
        "members": sorted((dict(each) for each in members), key=lambda each: each["name"]),
        "days": [
            {"coin": day.coin.symbol, "day": day.as_of.isoformat(), "version": str(day.version),
             "backing_ratio": _text(day.backing_ratio), "verdict": day.verdict, "sha256": day.digest}
            for day in reading.days_in(issuer, first, last).defer("result").filter(status="judged")[:PRINTED_ROWS + 1]
        ],
        "breaches": [
            {"case": row.case.reference, "rule": row.rule, "subject": row.subject, "status": row.status,
             "first": row.first_as_of.isoformat(), "last": row.last_as_of.isoformat()}
            for row in reading.breaches_in(issuer, first, last)[:PRINTED_ROWS + 1]
        ],
        "duties": [
            {"kind": row.kind, "key": row.key, "due_at": instant(row.due_at), "status": row.status,
             "met_at": instant(row.met_at)}
            for row in reading.duties_in(issuer, first, last)[:PRINTED_ROWS + 1]
        ],
    }


def day_rows(issuer: Issuer, first: date, last: date) -> Rows:
    """Every version of every day with its figures."""
    yield ("coin", "day", "version", "state", "reserve_market_value", "circulation", "eligible_reserve",
           "backing_ratio", "surplus", "verdict", "open_breaks", "judged_at", "sha256")
    for day in reading.days_in(issuer, first, last).defer("result").iterator(2000):
        yield (day.coin.symbol, day.as_of.isoformat(), day.version, day.status, day.reserve_market_value,
               day.circulation, day.eligible_reserve, day.backing_ratio, day.surplus, day.verdict, day.open_breaks,
               instant(day.judged_at), day.digest)


def finding_rows(issuer: Issuer, first: date, last: date) -> Rows:
    """Every finding with what was measured and required, as JSON."""
    yield ("subject", "day", "version", "rule", "rule_from", "cite", "verdict", "observed", "required",
           "exception_count", "rulebook_sha256", "judged_at", "sha256")
    for row in reading.findings_in(issuer, first, last).iterator(2000):
        yield (row.subject, row.as_of.isoformat(), row.version, row.rule, row.rule_from.isoformat(), row.cite,
               row.verdict, canonical(row.observed).decode(), canonical(row.required).decode(), row.exception_count,
               row.rulebook_digest, instant(row.judged_at), row.digest)


def break_rows(issuer: Issuer, first: date, last: date) -> Rows:
    """Every break that stood in the period, as it stands now."""
    yield ("reference", "coin", "comparison", "key", "opened_on", "resolved_on", "state", "cause", "difference")
    for row in reading.breaks_in(issuer, first, last).iterator(2000):
        yield (row.reference, row.coin.symbol, row.comparison, row.key, row.opened_on.isoformat(),
               row.resolved_on and row.resolved_on.isoformat(), row.status, row.latest.cause if row.latest else "",
               row.latest.difference if row.latest else None)


def breach_rows(issuer: Issuer, first: date, last: date) -> Rows:
    """Every breach that stood in the period, as it stands now."""
    yield ("case", "rule", "subject", "first_day", "last_day", "state", "opened_at", "notified_at", "closed_at",
           "due_at")
    for row in reading.breaches_in(issuer, first, last).iterator(2000):
        yield (row.case.reference, row.rule, row.subject, row.first_as_of.isoformat(), row.last_as_of.isoformat(),
               row.status, instant(row.opened_at), instant(row.notified_at), instant(row.closed_at),
               instant(row.case.due_at))


def duty_rows(issuer: Issuer, first: date, last: date) -> Rows:
    """Every duty that was due or met in the period."""
    yield ("kind", "period", "coin", "cite", "began_on", "due_at", "state", "met_at", "met_with", "case")
    for row in reading.duties_in(issuer, first, last).iterator(2000):
        yield (row.kind, row.key, row.coin.symbol if row.coin else "", row.cite, row.began_on.isoformat(),
               instant(row.due_at), row.status, instant(row.met_at), row.met_with,
               row.case.reference if row.case else "")


def file_rows(files: Iterable[tuple[FeedFile, str]]) -> Rows:
    """Every file as it came in, under the name that the sender gave it and the one that it has in the pack."""
    yield ("receipt", "feed", "subject", "day", "sender", "filename", "received_at", "state", "rows", "problems",
           "bytes", "sha256", "in_the_pack")
    for file, name in files:
        yield (file.pk, file.feed, file.subject, file.as_of and file.as_of.isoformat(), file.sender.slug,
               file.filename, instant(file.received_at), file.status, file.row_count, file.problem_count,
               file.blob.size, file.sha256, name)


def act_row(event: AuditEvent) -> dict[str, Any]:
    """Return one act of the audit trail; the caller says in which language its sentence is."""
    return {
        "id": event.pk, "at": instant(event.at), "verb": event.verb, "by": event.actor_label,
        "target_type": event.target_type, "target": event.target_label, "data": event.data,
        "sentence": audit.sentence(event) if event.verb in audit.VERBS else "", "request": event.request_id,
    }


def act_rows(events: Iterable[AuditEvent]) -> Iterator[Sequence[Any]]:
    """The audit trail as a table."""
    yield ("id", "at", "verb", "by", "target_type", "target", "data", "sentence", "request")
    for event in events:
        row = act_row(event)
        yield tuple((row | {"data": canonical(event.data).decode()}).values())


def _text(value: Any) -> str | None:
    return None if value is None else f"{value:f}"


def printed(frozen: Mapping[str, Any]) -> dict[str, Any]:
    """Return the context of ``pdf/inspection_pack.html``, besides what every document prints."""
    kinds = {
        "table": _("Tables"), "file": _("Files as received"), "report": _("Daily reserve audit reports"),
        "trail": _("Audit trail"),
    }
    whats = {each["what"] for each in frozen["members"]}
    sizes = {what: [int(each["size"]) for each in frozen["members"] if each["what"] == what] for what in whats}
    return {
        "title": _("Inspection evidence pack"), "title_zh": TITLE_ZH,
        "subject_line": wording.enumerated([wording.hk_date(frozen[name], "short") for name in ("first", "last")]),
        "contents": [(label, wording.amount(len(sizes[what]), places=0), sum(sizes[what]))
                     for what, label in kinds.items() if what in sizes],
        "counts": [(label, wording.amount(frozen["counts"][name], places=0)) for name, label in (
            ("days", _("Versions of days")), ("findings", pgettext("rules", "Findings")), ("breaks", _("Breaks")),
            ("breaches", _("Breaches")), ("duties", _("Duties")), ("files", _("Files received")),
            ("reports", _("Daily reports")), ("acts", _("Acts in the audit trail")))],
        "days": _printed(frozen["days"], lambda each: {
            **each, "ratio": wording.percent(each["backing_ratio"]), **_verdict(each["verdict"])}),
        "breaches": _printed(frozen["breaches"], lambda each: {**each, "state": Breach.Status(each["status"]).label}),
        "duties": _printed(frozen["duties"], lambda each: {
            **each, "title": _(DUTIES[each["kind"]].title) if each["kind"] in DUTIES else each["kind"],
            "state": Obligation.Status(each["status"]).label}),
        "members": _printed(frozen["members"], dict), "sums": SUMS,
    }


def _printed(rows: Sequence[Mapping[str, Any]], row: Any) -> list[dict[str, Any]] | None:
    """Rows to print; None where there are too many, which then stand in their table alone."""
    return None if len(rows) > PRINTED_ROWS else [row(each) for each in rows]


def _verdict(verdict: str) -> dict[str, Any]:
    label, tone = labels.VERDICTS[verdict or "unknown"]
    return {"label": label, "tone": tone}


