"""The facts of the dossier on one breach: what the law says, what was found from which lines, and what was said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from core.findings import LINES, canonical
from core.models import FeedFile, Finding
from core.rulebook import NotInForce, load
from issuers.models import Breach, Coin
from issuers.selectors import licence_on
from reports.builders.annexes import Table
from reports.builders.parties import as_reference, body_of, instant, name_of
from reports.selectors import dossiers as reading
from reports.selectors import sender_names
from reserves import selectors as reserves
from reserves.models import Break, ReserveDay
from reserves.selectors.lines import lines_of

SCHEMA = "assay.breach_dossier/1"
#: The columns of lines that the figures of a day are made of, by their table.
FIGURES = {"holdings": ("market_value",), "supply": ("total_supply", "unissued", "frozen", "pending_redemption")}


def reference_of(breach: Breach, version: int) -> str:
    """Return e.g. ``BRC-2026-0042-DOSSIER-1``."""
    return as_reference(breach.case.reference, "DOSSIER", version)


def facts(
    breach: Breach, *, version: int, compiled_at: datetime, compiled_by: str
) -> tuple[dict[str, Any], list[Table]]:
    """Return what is on record of the breach, and its tables, which stand in the facts or beside them."""
    coin = reading.coin_of(breach)
    found = reading.findings_of(breach)
    breaks = reading.breaks_during(coin, breach.first_as_of, breach.last_as_of) if coin else []
    judged = [day for day in _key_days(breach, coin) if day.result]
    names = {name for each in found for name in (*each.observed, *each.required)}
    files = _files(judged)
    sources = [{"filename": each["filename"], "sha256": each["sha256"]} for each in files]
    of = {"breach": breach.case.reference, "rule": breach.rule, "subject": breach.subject}
    content = {
        "schema": SCHEMA, "reference": reference_of(breach, version), "dated_at": instant(compiled_at),
        "version": str(version), "compiled_by": compiled_by,
        "issuer": body_of(breach.issuer.organisation) | {
            "licence_number": licence.number if (licence := licence_on(breach.issuer, breach.last_as_of)) else None},
        "coin": coin.symbol if coin else None, "currency": coin.reference_currency if coin else "HKD",
        "breach": _matter(breach), "rule": _rule(breach), "judged": [_judged(each) for each in found],
        "stated": [
            {"fact": row.fact, "value": row.value, "origin": row.origin, "source": row.source,
             "valid_from": row.valid_from.isoformat(), "recorded_by": name_of(row.recorded_by),
             "recorded_at": instant(row.recorded_at)}
            for row in reading.facts_stated(breach, coin, names)
        ],
        "figures": [_figures(day) for day in judged], "files": files, "senders": _senders(judged),
        "breaks": [_break(row) for row in breaks],
        "notes": [
            {"at": instant(note.written_at), "by": note.author_label, "audience": note.audience, "text": note.text,
             "answer_by": note.answer_by.isoformat() if note.answer_by else None,
             "documents": [{"filename": each.filename, "sha256": each.blob_id} for each in note.enclosures.all()]}
            for note in breach.case.notes.prefetch_related("enclosures")
        ],
        "letters": [
            {"at": instant(row.queued_at), "title": row.subject, "to": name_of(row.recipient) or row.address,
             "state": row.status, "sent_at": instant(row.sent_at)}
            for row in reading.letters_about(breach)
        ],
        "filed": [
            {"reference": notice.reference, "kind": notice.kind, "submitted_at": instant(notice.submitted_at),
             "by": notice.submitted_by_label,
             "documents": [{"title": each.title, "filename": each.filename, "sha256": each.sha256}
                           for each in notice.documents.all()]}
            for notice in reading.notices_during(breach)
        ],
    }
    tables = [
        Table("lines", ("day", "figure", "amount", "currency", "account", "description", "file", "sheet", "row",
                        "sha256"),
              [row for day in judged for row in _lines(day)], of, sources),
        Table("days", ("day", "version", "state", "reserve_market_value", "circulation", "backing_ratio", "surplus",
                       "verdict", "judged_at", "sha256"),
              _days(coin, found), of),
        Table("timeline", ("at", "kind", "what", "target", "data", "by"), _timeline(breach, coin, found, breaks), of),
    ]
    return content, tables


def _matter(breach: Breach) -> dict[str, Any]:
    case = breach.case
    return {
        "case": case.reference, "subject": breach.subject, "status": breach.status,
        "first_as_of": breach.first_as_of.isoformat(), "last_as_of": breach.last_as_of.isoformat(),
        "opened_at": instant(breach.opened_at), "notified_at": instant(breach.notified_at),
        "closed_at": instant(breach.closed_at), "due_at": instant(case.due_at), "case_status": case.status,
        "risk": case.risk, "officer": name_of(case.assignee),
    }


def _rule(breach: Breach) -> dict[str, Any]:
    """The rule as the law had it on the first day of the breach."""
    rule = load("hk").rule(breach.rule)
    said: dict[str, Any] = {"id": rule.id, "title_en": rule.title, "title_zh_hant": rule.title_zh_hant,
                            "title_zh_hans": rule.title_zh_hans, "cite": "", "version_from": None}
    with suppress(NotInForce):
        version = rule.on(breach.first_as_of)
        said |= {"cite": version.cite, "version_from": version.start.isoformat()}
    return said


def _judged(row: Finding) -> dict[str, Any]:
    """One finding with the facts it was judged on; those of lines are told by their counts and exceptions."""
    return {
        "day": row.as_of.isoformat(), "version": str(row.version), "verdict": row.verdict, "rule": row.rule,
        "cite": row.cite, "version_from": row.rule_from.isoformat(), "observed": row.observed,
        "required": row.required, "counts": row.counts, "exceptions": row.exceptions,
        "exception_count": row.exception_count, "facts": None if LINES in row.facts else row.facts,
        "rulebook": row.rulebook_digest, "judged_at": instant(row.judged_at), "sha256": row.digest,
    }


def _key_days(breach: Breach, coin: Coin | None) -> Iterable[ReserveDay]:
    """The first and the last day of the breach, as they stand now."""
    for as_of in dict.fromkeys((breach.first_as_of, breach.last_as_of)) if coin else ():
        if day := reserves.judged_day(breach.subject, as_of):
            yield day


def _figures(day: ReserveDay) -> dict[str, Any]:
    result: Mapping[str, Any] = day.result or {}
    names = ("reserve_market_value", "circulation", "backing_ratio", "surplus", "eligible_reserve", "verdict")
    return {"day": day.as_of.isoformat(), "version": str(day.version), "sha256": day.digest,
            "rulebook": result["rulebook"]["digest"], **{name: result[name] for name in names}}


def _files(days: Iterable[ReserveDay]) -> list[dict[str, Any]]:
    names = ("feed", "filename", "sha256", "sender", "received_at", "rows", "as_of")
    inputs = [each for day in days for each in (day.result or {})["inputs"]]
    found = {each["file"]: {name: each[name] for name in names} for each in inputs}
    return [found[key] for key in sorted(found)]


def _senders(days: Iterable[ReserveDay]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for day in days:
        found |= sender_names(day.result or {})
    return dict(sorted(found.items()))


def _lines(day: ReserveDay) -> Iterable[Sequence[Any]]:
    """Every line that a figure of the day is the sum of, with its place in its file."""
    for of, figures in FIGURES.items():
        for row in lines_of(day, of, {}).rows.iterator(2000):
            file: FeedFile = row.file
            for figure in figures:
                value: Decimal | None = getattr(row, figure)
                if value is None or (not value and figure not in ("market_value", "total_supply")):
                    continue
                yield [
                    day.as_of.isoformat(), figure, _plain(value),
                    getattr(row, "currency", day.coin.reference_currency), getattr(row, "account_id", "") or row.chain,
                    getattr(row, "description", ""), file.filename,
                    "1" if file.filename.lower().endswith(".xlsx") else "", str(row.line), file.sha256,
                ]


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _days(coin: Coin | None, found: Sequence[Finding]) -> list[list[Any]]:
    rows = reading.days_of_breach(coin, (each.as_of for each in found)) if coin else []
    return [
        [day.as_of.isoformat(), str(day.version), day.status, *(
            None if value is None else _plain(value)
            for value in (day.reserve_market_value, day.circulation, day.backing_ratio, day.surplus)
        ), day.verdict, instant(day.judged_at), day.digest]
        for day in rows
    ]


def _break(row: Break) -> dict[str, Any]:
    shown = row.shown[-1] if row.shown else None  # type: ignore[attr-defined]
    return {
        "reference": row.reference, "comparison": row.comparison, "opened_on": row.opened_on.isoformat(),
        "resolved_on": row.resolved_on.isoformat() if row.resolved_on else None, "status": row.status,
        "day": shown.day.as_of.isoformat() if shown else None, "cause": shown.cause if shown else "",
        "difference": _plain(shown.difference) if shown else None,
        "notes": [
            {"kind": note.kind, "at": instant(note.at), "by": note.by_label, "text": note.text,
             "filename": note.filename, "sha256": note.document_id}
            for note in row.notes.all()
        ],
    }


def _timeline(
    breach: Breach, coin: Coin | None, found: Sequence[Finding], breaks: Sequence[Break]
) -> list[list[Any]]:
    """Acts as recorded, versions of days and mails by their titles, by time."""
    rows: list[list[Any]] = [
        [instant(event.at), "act", event.verb, event.target_label, canonical(event.data).decode(), event.actor_label]
        for event in reading.acts_on(breach, breaks)
    ]
    days: set[date] = {each.as_of for each in found}
    rows += [
        [instant(day.judged_at), "day", day.verdict, str(day.version), day.as_of.isoformat(), ""]
        for day in (reading.days_of_breach(coin, days) if coin else [])
    ]
    rows += [
        [instant(each.queued_at), "mail", each.subject, each.status, name_of(each.recipient) or each.address, ""]
        for each in reading.letters_about(breach)
    ]
    return sorted(rows, key=lambda row: row[0])
