"""Findings: what a rule said of one subject and day, with the facts it was said on, so that it can be said again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from django.db import connection

from core import clock
from core.canonical import canonical as canonical
from core.canonical import canonical_list, canonical_object
from core.canonical import digest_of as digest_of
from core.fields import json_of
from core.models import Finding, Organisation
from core.rulebook import Alike, Judgement, NotInForce, Rule, Rulebook, judge_lines
from core.rulebook.facts import FACTS, SUBJECT_CONDITIONS, Kind

#: How many exceptions a finding lists; ``exception_count`` counts them all.
EXCEPTIONS_LISTED = 50
#: What a row has of a judgement as it is.
OF_JUDGEMENT = ("rule", "cite", "subject", "verdict", "observed", "required", "counts", "exceptions", "exception_count")
NOT_WRITTEN: Mapping[str, Mapping[str, bytes]] = MappingProxyType({})
LINES = "lines"
WHOLE = "whole"


def facts_as_data(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return facts as JSON can carry them, exactly: figures and days as text."""
    return {name: _plain(value) for name, value in facts.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value


def facts_from_data(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return stored facts with the types that the rulebook's table gives them."""
    return {name: _typed(name, value) for name, value in data.items()}


def _typed(name: str, value: Any) -> Any:
    if isinstance(value, str) and (declared := FACTS.get(name)):
        if declared.kind in (Kind.AMOUNT, Kind.RATIO):
            return Decimal(value)
        if declared.kind is Kind.DAY:
            return date.fromisoformat(value)
    return value


def used_facts(rule: Rule, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return, as data, what the rule reads of a coin or an issuer, and what else was known: another law may ask it."""
    known = {name: value for name, value in facts.items() if value is not None}
    return facts_as_data(dict.fromkeys(_names_of(rule)) | known)


def used_line_facts(
    rule: Rule, lines: Sequence[Mapping[str, Any]] | Alike, *, whole: bool = True
) -> dict[str, Any]:
    """Return, as data, what the rule reads of each line; lines on which it reads the same are counted, not repeated.

    ``whole`` is false where a statement was missing, so that the lines are not all that there are.
    """
    names = _names_of(rule)
    alike = lines if isinstance(lines, Alike) else Alike.each(lines)
    counted: dict[tuple[Any, ...], int] = {}
    for reading in alike.read_by(rule):
        values = tuple(map(alike.kinds[reading.kinds[0]].get, names))
        counted[values] = counted.get(values, 0) + reading.lines
    return {LINES: [{"count": count, **facts_as_data(dict(zip(names, values, strict=True)))}
                    for values, count in counted.items()]} | ({} if whole else {WHOLE: False})


def _names_of(rule: Rule) -> list[str]:
    return sorted({*rule.metrics, *(SUBJECT_CONDITIONS[condition] for condition in rule.applies_to)})


def judged_again(rule: Rule, stored: Mapping[str, Any], day: date) -> Judgement | None:
    """Judge stored facts under the rule's version of ``day``; a fact that was not stored is unknown.

    Raises:
        NotInForce: the rule has no version on that day.
    """
    if LINES not in stored:
        return rule.judge(facts_from_data(stored), day)
    lines: list[dict[str, Any]] = []
    for group in stored[LINES]:
        lines += [facts_from_data({name: value for name, value in group.items() if name != "count"})] * group["count"]
    return judge_lines(rule, lines, day, whole=stored.get(WHOLE, True))


def as_data(
    judgement: Judgement, *, rule: Rule, subject: str, listed: int | None = EXCEPTIONS_LISTED
) -> dict[str, Any]:
    """Return a judgement as the result of a day carries it, with the first exceptions and the number of all."""
    return {
        "rule": rule.id,
        "title": rule.title,
        "subject": subject,
        "verdict": judgement.verdict.value,
        "cite": judgement.cite,
        "version_from": judgement.version_from.isoformat(),
        "observed": judgement.observed,
        "required": judgement.required,
        "counts": judgement.counts,
        "exceptions": list(judgement.exceptions[:listed]),
        "exception_count": judgement.exception_count,
    }


def store_findings(
    found: Sequence[tuple[dict[str, Any], dict[str, Any]]], *, rulebook: Rulebook, scope: Mapping[str, str] | str,
    owner: Organisation, as_of: date, version: int, inputs: Sequence[int] = (),
) -> None:
    """Write one row per ``(judgement as data, facts used)``; the same judgement again is no new row.

    ``scope`` is one for all, or by rule id.
    """
    write_findings(rows_of(found, rulebook=rulebook, scope=scope, owner=owner, as_of=as_of, version=version,
                           inputs=inputs))


def rows_of(
    found: Sequence[tuple[dict[str, Any], dict[str, Any]]], *, rulebook: Rulebook, scope: Mapping[str, str] | str,
    owner: Organisation, as_of: date, version: int, inputs: Sequence[int] = (),
    texts: Mapping[str, Mapping[str, bytes]] = NOT_WRITTEN,
) -> list[bytes]:
    """Return the rows that ``store_findings`` writes, each as JSON, so that those of many subjects are written at once.

    ``texts`` gives, by rule id, the canonical text of each member of a judgement that is written already.
    """
    common = {name: canonical(value) for name, value in {
        "regime": rulebook.regime, "rulebook_digest": rulebook.digest, "owner_id": owner.pk, "as_of": as_of.isoformat(),
        "version": version, "inputs": list(inputs), "judged_at": clock.now().isoformat(),
    }.items()}
    overlay, rows = canonical(rulebook.overlay), []
    for data, facts in found:
        text = texts.get(data["rule"]) or {name: canonical(value) for name, value in data.items()}
        read = canonical(facts)
        key = {"rule": text["rule"], "rule_from": text["version_from"], "verdict": text["verdict"], "facts": read,
               "rulebook": common["rulebook_digest"], "overlay": overlay}
        rows.append(canonical_object({name: text[name] for name in OF_JUDGEMENT} | common | {
            "rule_from": text["version_from"], "facts": read,
            "scope": canonical(scope if isinstance(scope, str) else scope[data["rule"]]),
            "digest": canonical(sha256(canonical_object(key)).hexdigest()),
        }))
    return rows


def write_findings(rows: Sequence[bytes]) -> None:
    """Write rows that are JSON already, as one value: twenty for each row would be quoted one by one."""
    if not rows:
        return
    fields = [field for field in Finding._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    types = ", ".join(f"{connection.ops.quote_name(str(field.column))} {field.db_type(connection)}" for field in fields)
    values: list[Any] = [json_of(canonical_list(rows))]
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {Finding._meta.db_table} ({columns})"  # noqa: S608
                       f" SELECT {columns} FROM jsonb_to_recordset(%s) AS written ({types}) ON CONFLICT DO NOTHING",
                       values)


@dataclass(frozen=True, slots=True)
class Replayed:
    """A stored verdict beside the one that the same facts get from a rulebook now; None where no rule says anything."""

    finding: Finding
    now: str | None
    counts: dict[str, int] | None

    @property
    def differs(self) -> bool:
        return (self.finding.verdict, self.finding.counts) != (self.now, self.counts)


def replay(first: date, last: date, rulebook: Rulebook) -> Iterator[Replayed]:
    """Judge the stored facts of the days from first to last again under the law that held on each day."""
    rules = {rule.id: rule for rule in rulebook.rules}
    stored = Finding.objects.filter(as_of__range=(first, last), regime=rulebook.regime).defer("exceptions")
    for finding in stored.order_by("as_of", "subject", "rule", "version").iterator(chunk_size=500):
        judgement = None
        if rule := rules.get(finding.rule):
            with suppress(NotInForce):
                judgement = judged_again(rule, finding.facts, finding.as_of)
        now = None if judgement is None else judgement.verdict.value
        yield Replayed(finding, now, None if judgement is None else judgement.counts)
