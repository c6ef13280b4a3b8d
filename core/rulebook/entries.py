"""What an entry of a rulebook file must be: its problems, all of them, and the rule or definition it makes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeGuard, get_type_hints

from core.rulebook.book import BusinessDays, Circulation, instrument_keys
from core.rulebook.checks import CHECKS, Answer
from core.rulebook.facts import FACTS, SUBJECT_CONDITIONS, Scope
from core.rulebook.rules import Rule, Version

Entry = Mapping[str, Any]

RULE_TEXTS = ("id", "title", "scope", "check")
RULE_NAMES = ("metrics", "optional", "limits", "only_if_set")
RULE_KEYS = {*RULE_TEXTS, *RULE_NAMES, "title_zh_hant", "title_zh_hans", "version", "applies_to", "eligibility"}
VERSION_KEYS = {"from", "cite", "proposed"}
CIRCULATION_KEYS = {"include_frozen": bool, "include_pending": bool}
CALENDAR_KEYS = {"id": str, "holiday_categories": list, "closure_kinds": list}
HOLIDAY_CATEGORIES = {"public", "optional"}
PARAMETER_TYPES = {Decimal: (Decimal, int), int: (int,)}  # anything else is a list of texts


def rule_problems(entry: Entry, instruments: Iterable[str]) -> Iterator[str]:
    """All that is wrong with a rule, given the keys of the declared instruments."""
    for key in sorted(entry.keys() - RULE_KEYS):
        yield f"unknown key {key!r}"
    for key in RULE_TEXTS:
        if not _is_text(entry.get(key)):
            yield f"{key} is missing"
    for key in ("title_zh_hant", "title_zh_hans"):
        if key in entry and not _is_text(entry[key]):
            yield f"{key} is not a text"
    for key in RULE_NAMES:
        if not _is_texts(entry.get(key, [])):
            yield f"{key} is not a list of names"
    yield from _metric_problems(entry)
    yield from _condition_problems(entry)
    yield from _version_problems(entry, instruments)


def build_rule(entry: Entry) -> Rule:
    """The rule that an entry without problems makes; a title that is not translated stays English."""
    versions = [
        Version(
            table["from"],
            table["cite"],
            _parameters(entry["check"], table),
            table.get("proposed", False),
        )
        for table in entry["version"]
    ]
    return Rule(
        id=entry["id"],
        title=entry["title"],
        title_zh_hant=entry.get("title_zh_hant", entry["title"]),
        title_zh_hans=entry.get("title_zh_hans", entry["title"]),
        scope=Scope(entry["scope"]),
        metrics=tuple(entry["metrics"]),
        check=entry["check"],
        versions=tuple(sorted(versions, key=lambda version: version.start, reverse=True)),
        optional=frozenset(entry.get("optional", ())),
        limits=frozenset(entry.get("limits", ())),
        applies_to={key: tuple(values) for key, values in entry.get("applies_to", {}).items()},
        only_if_set=frozenset(entry.get("only_if_set", ())),
        eligibility=entry.get("eligibility", False),
    )


def _parameters(check: str, table: Entry) -> dict[str, Any]:
    """The version's parameters; a whole number given for a decimal becomes one, so that both print alike."""
    hints = get_type_hints(CHECKS[check])
    params = {key: value for key, value in table.items() if key not in VERSION_KEYS}
    return {key: Decimal(value) if hints[key] is Decimal else value for key, value in params.items()}


def circulation_problems(entry: Entry, instruments: Iterable[str]) -> Iterator[str]:
    yield from _definition_problems(entry, CIRCULATION_KEYS, instruments)


def build_circulation(entry: Entry) -> Circulation:
    return Circulation(entry["from"], entry["cite"], **{key: entry[key] for key in CIRCULATION_KEYS})


def calendar_problems(entry: Entry, instruments: Iterable[str]) -> Iterator[str]:
    yield from _definition_problems(entry, CALENDAR_KEYS, instruments)
    if _is_texts(categories := entry.get("holiday_categories")):
        for name in sorted(set(categories) - HOLIDAY_CATEGORIES):
            yield f"unknown holiday category {name!r}"


def build_calendar(entry: Entry) -> BusinessDays:
    return BusinessDays(
        entry["id"], entry["from"], entry["cite"], tuple(entry["holiday_categories"]), tuple(entry["closure_kinds"])
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_texts(value: Any) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(map(_is_text, value))


def _metric_problems(entry: Entry) -> Iterator[str]:
    scope, metrics = entry.get("scope"), entry.get("metrics", [])
    if _is_text(scope) and scope not in list(Scope):
        yield f"unknown scope {scope!r}"
    if not metrics:
        yield "no metrics"
    for name in metrics if _is_texts(metrics) else ():
        if name not in FACTS:
            yield f"unknown metric {name!r}"
        elif scope in list(Scope) and scope not in FACTS[name].scopes:
            yield f"{name} is no fact of scope {scope!r}"
    for key in ("optional", "limits", "only_if_set"):
        if _is_texts(names := entry.get(key, [])) and _is_texts(metrics):
            for name in sorted(set(names) - set(metrics)):
                yield f"{key} names {name!r}, which is not among the metrics"
    if not isinstance(entry.get("eligibility", False), bool):
        yield "eligibility is not true or false"
    elif entry.get("eligibility") and scope != Scope.HOLDING:
        yield "only a rule about holdings decides eligibility"


def _condition_problems(entry: Entry) -> Iterator[str]:
    conditions = entry.get("applies_to", {})
    if not isinstance(conditions, dict):
        yield "applies_to is not a table"
        return
    for key, values in conditions.items():
        if key not in SUBJECT_CONDITIONS:
            yield f"unknown applies_to key {key!r}"
            continue
        fact = FACTS[SUBJECT_CONDITIONS[key]]
        if entry.get("scope") in list(Scope) and entry["scope"] not in fact.scopes:
            yield f"{key} is no condition on scope {entry['scope']!r}"
        if not _is_texts(values) or not values:
            yield f"applies_to {key} is not a list of values"
            continue
        for value in sorted(set(values) - set(fact.choices)):
            yield f"{key} is never {value!r}"


def _version_problems(entry: Entry, instruments: Iterable[str]) -> Iterator[str]:
    check = CHECKS.get(entry.get("check", "")) if _is_text(entry.get("check")) else None
    if check is None and _is_text(entry.get("check")):
        yield f"unknown check {entry['check']!r}"
    tables = entry.get("version")
    if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
        yield "no version"
        return
    for table in tables:
        yield from _dating_problems(table, instruments)
        if not isinstance(table.get("proposed", False), bool):
            yield "proposed is not true or false"
        if check is not None and _is_texts(entry.get("metrics", [])):
            params = {key: value for key, value in table.items() if key not in VERSION_KEYS}
            yield from _parameter_problems(check, entry.get("metrics", []), params)
    yield from duplicate_days(tables)


def _parameter_problems(check: Callable[..., Answer], metrics: list[str], params: Entry) -> Iterator[str]:
    """What keeps the check from taking the metrics in their order and the parameters by name."""
    signature = inspect.signature(check)
    try:
        signature.bind(*metrics, **params)
    except TypeError as error:
        yield f"check {check.__name__!r}: {error}"
        return
    hints = get_type_hints(check)
    for name, value in params.items():
        types = PARAMETER_TYPES.get(hints[name])
        fits = _is_texts(value) if types is None else isinstance(value, types) and not isinstance(value, bool)
        if not fits:
            yield f"check {check.__name__!r}: parameter {name!r} cannot be {value!r}"


def _definition_problems(entry: Entry, keys: Mapping[str, type], instruments: Iterable[str]) -> Iterator[str]:
    for key in sorted(entry.keys() - {"from", "cite", *keys}):
        yield f"unknown key {key!r}"
    for key, kind in keys.items():
        value = entry.get(key)
        if key not in entry:
            yield f"{key} is missing"
        elif not isinstance(value, kind) or (kind is list and not _is_texts(value)):
            yield f"{key} is not a {'list of texts' if kind is list else kind.__name__}"
    yield from _dating_problems(entry, instruments)


def _dating_problems(table: Entry, instruments: Iterable[str]) -> Iterator[str]:
    start, cite = table.get("from"), table.get("cite")
    if not isinstance(start, date) or isinstance(start, datetime):
        yield "a version without a day in 'from'"
    if not isinstance(cite, str) or not cite.strip():
        yield f"missing citation from {start}"
        return
    for key in instrument_keys(cite):
        if key not in instruments:
            yield f"cites {key}, an instrument that is not declared"
    for part in filter(str.strip, cite.split(";")):
        if len(part.split()) < 2:
            yield f"cites {part.strip()} without a paragraph"


def duplicate_days(tables: Iterable[Entry]) -> Iterator[str]:
    """Two versions from one day."""
    starts = [str(table["from"]) for table in tables if "from" in table]
    for start in sorted({start for start in starts if starts.count(start) > 1}):
        yield f"two versions from {start}"
