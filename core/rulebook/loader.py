"""Reads a regime's files, and a file laid over them, into a rulebook, and names all that is wrong with them at once."""
from __future__ import annotations

import hashlib
import inspect
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.errors import Refused
from core.rulebook.book import BusinessDays, Circulation, Instrument, Rulebook, instrument_keys
from core.rulebook.checks import CHECKS
from core.rulebook.facts import FACTS, SUBJECT_CONDITIONS, Scope
from core.rulebook.rules import Rule, Version

HERE = Path(__file__).parent
OVERLAY = "overlay"
SECTIONS = {"instruments", "rule", "circulation", "calendar"}
RULE_TEXTS = ("id", "title", "title_zh_hant", "title_zh_hans", "scope", "check")
RULE_KEYS = {*RULE_TEXTS, "metrics", "version", "optional", "limits", "applies_to", "eligibility"}
CIRCULATION_KEYS = {"include_frozen": bool, "include_pending": bool}
CALENDAR_KEYS = {"id": str, "holiday_categories": list, "closure_kinds": list}
HOLIDAY_CATEGORIES = {"public", "optional"}

Files = Mapping[str, bytes]
Entry = dict[str, Any]


class RulebookInvalid(Refused):
    """The files do not make a rulebook; ``problems`` names each with its file and rule."""

    default_code = "rulebook_invalid"

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def regimes() -> list[str]:
    """The regimes that have a folder of rules."""
    return sorted(path.name for path in HERE.iterdir() if any(path.glob("*.toml")))


@lru_cache(maxsize=16)
def load(regime: str = "hk", overlay: bytes | None = None) -> Rulebook:
    """The rulebook of a regime, with the entries of ``overlay`` (one TOML file) in place of those it names.

    Rules are replaced by id, circulation and calendar each as a whole, instruments are added. Raises
    ``RulebookInvalid`` with every problem of every file.
    """
    return read(regime, regime_files(regime), overlay)


def verify(regime: str = "hk") -> list[str]:
    """All that is wrong with a regime's files, empty if nothing is."""
    try:
        load(regime)
    except RulebookInvalid as invalid:
        return list(invalid.problems)
    return []


def regime_files(regime: str) -> Files:
    files = {path.name: path.read_bytes() for path in sorted((HERE / regime).glob("*.toml"))}
    if not files:
        raise RulebookInvalid([f"{regime}: no such regime"])
    return files


def read(regime: str, files: Files, overlay: bytes | None = None) -> Rulebook:
    """As ``load``, from contents by file name."""
    reading = _Reading()
    for name, content in files.items():
        reading.add(name, content)
    base = reading.sections()
    if overlay is not None:
        over = _Reading(reading.instruments, reading.problems)
        over.add(OVERLAY, overlay)
        base = _laid_over(base, over.sections())
    rules, circulations, calendars = base
    if reading.problems:
        raise RulebookInvalid(reading.problems)
    return Rulebook(
        regime=regime,
        digest=_digest(files),
        overlay=None if overlay is None else hashlib.sha256(overlay).hexdigest(),
        instruments=reading.instruments,
        rules=tuple(sorted(rules, key=lambda rule: rule.id)),
        circulations=_newest_first(circulations),
        calendars=_newest_first(calendars),
    )


def _digest(files: Files) -> str:
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _newest_first(entries: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(sorted(entries, key=lambda entry: entry.start, reverse=True))


def _laid_over(base: tuple[list[Any], ...], over: tuple[list[Any], ...]) -> tuple[list[Any], ...]:
    replaced = {rule.id for rule in over[0]}
    rules = [rule for rule in base[0] if rule.id not in replaced] + over[0]
    return rules, over[1] or base[1], over[2] or base[2]


class _Reading:
    """The entries of some files as they are read; citations are checked once all instruments are known."""

    def __init__(self, instruments: dict[str, Instrument] | None = None, problems: list[str] | None = None) -> None:
        self.instruments = {} if instruments is None else instruments
        self.problems = [] if problems is None else problems
        self.entries: dict[str, list[tuple[str, Entry]]] = {"rule": [], "circulation": [], "calendar": []}

    def add(self, file: str, content: bytes) -> None:
        try:
            data = tomllib.loads(content.decode(), parse_float=Decimal)
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            self.problems.append(f"{file}: not TOML: {error}")
            return
        self.problems += [f"{file}: unknown section {name!r}" for name in sorted(data.keys() - SECTIONS)]
        self._add_instruments(file, data.get("instruments", {}))
        for section, found in self.entries.items():
            tables = data.get(section, [])
            if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
                self.problems.append(f"{file}: {section} is not a list of tables")
                continue
            found += [(file, table) for table in tables]

    def _add_instruments(self, file: str, tables: Any) -> None:
        if not isinstance(tables, dict):
            self.problems.append(f"{file}: instruments is not a table")
            return
        for key, table in tables.items():
            if not isinstance(table, dict) or set(table) != {"title", "url"} or not all(table.values()):
                self.problems.append(f"{file}: instrument {key} needs a title and a url, and nothing else")
                continue
            instrument = Instrument(key, **table)
            if file != OVERLAY and self.instruments.get(key, instrument) != instrument:
                self.problems.append(f"{file}: instrument {key} is declared differently elsewhere")
            self.instruments[key] = instrument

    def sections(self) -> tuple[list[Rule], list[Circulation], list[BusinessDays]]:
        rules: dict[str, Rule] = {}
        for file, entry in self.entries["rule"]:
            where = f"{file}: {entry.get('id', 'rule without id')}"
            if entry.get("id") in rules:
                self.problems.append(f"{where}: duplicate id")
            elif rule := self._rule(where, entry):
                rules[rule.id] = rule
        circulations = self._definitions("circulation", CIRCULATION_KEYS)
        calendars = self._definitions("calendar", CALENDAR_KEYS)
        return (
            list(rules.values()),
            [Circulation(**entry) for entry in circulations],
            [BusinessDays(**{k: tuple(v) if isinstance(v, list) else v for k, v in e.items()}) for e in calendars],
        )

    def _rule(self, where: str, entry: Entry) -> Rule | None:
        before = len(self.problems)
        wrong = self.problems.append
        for key in sorted(entry.keys() - RULE_KEYS):
            wrong(f"{where}: unknown key {key!r}")
        for key in RULE_TEXTS:
            if not isinstance(entry.get(key), str) or not entry[key].strip():
                wrong(f"{where}: {key} is missing")
        for key in ("metrics", "optional", "limits"):
            if not _is_texts(entry.get(key, [])):
                wrong(f"{where}: {key} is not a list of names")
        if not isinstance(entry.get("eligibility", False), bool):
            wrong(f"{where}: eligibility is not true or false")
        if len(self.problems) > before:
            return None
        metrics = tuple(entry.get("metrics", ()))
        self._check_metrics(where, entry, metrics)
        applies_to = self._applies_to(where, entry)
        versions = self._versions(where, entry, metrics)
        if len(self.problems) > before:
            return None
        return Rule(
            **{key: entry[key] for key in ("id", "title", "title_zh_hant", "title_zh_hans", "check")},
            scope=Scope(entry["scope"]), metrics=metrics, versions=_newest_first(versions),
            optional=frozenset(entry.get("optional", ())), limits=frozenset(entry.get("limits", ())),
            applies_to=applies_to, eligibility=entry.get("eligibility", False),
        )

    def _check_metrics(self, where: str, entry: Entry, metrics: tuple[str, ...]) -> None:
        scope = entry["scope"]
        if scope not in list(Scope):
            self.problems.append(f"{where}: unknown scope {scope!r}")
        if not metrics:
            self.problems.append(f"{where}: no metrics")
        for name in metrics:
            if name not in FACTS:
                self.problems.append(f"{where}: unknown metric {name!r}")
            elif scope in list(Scope) and scope not in FACTS[name].scopes:
                self.problems.append(f"{where}: {name} is no fact of scope {scope!r}")
        for key in ("optional", "limits"):
            for name in sorted(set(entry.get(key, ())) - set(metrics)):
                self.problems.append(f"{where}: {key} names {name!r}, which is not among the metrics")
        if entry.get("eligibility") and scope != Scope.HOLDING:
            self.problems.append(f"{where}: only a rule about holdings decides eligibility")

    def _applies_to(self, where: str, entry: Entry) -> dict[str, tuple[str, ...]]:
        conditions = entry.get("applies_to", {})
        if not isinstance(conditions, dict):
            self.problems.append(f"{where}: applies_to is not a table")
            return {}
        for key, values in conditions.items():
            if key not in SUBJECT_CONDITIONS:
                self.problems.append(f"{where}: unknown applies_to key {key!r}")
                continue
            fact = FACTS[SUBJECT_CONDITIONS[key]]
            if entry["scope"] not in fact.scopes:
                self.problems.append(f"{where}: {key} is no condition on scope {entry['scope']!r}")
            if not _is_texts(values) or not values:
                self.problems.append(f"{where}: applies_to {key} is not a list of values")
                continue
            for value in sorted(set(values) - set(fact.choices)):
                self.problems.append(f"{where}: {key} is never {value!r}")
        return {key: tuple(values) for key, values in conditions.items() if _is_texts(values)}

    def _versions(self, where: str, entry: Entry, metrics: tuple[str, ...]) -> list[Version]:
        tables = entry.get("version", [])
        if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
            self.problems.append(f"{where}: no version")
            return []
        check = CHECKS.get(entry["check"])
        if check is None:
            self.problems.append(f"{where}: unknown check {entry['check']!r}")
        versions: list[Version] = []
        for table in tables:
            params = {key: value for key, value in table.items() if key not in {"from", "cite", "proposed"}}
            if check is not None:
                try:
                    inspect.signature(check).bind(*metrics, **params)
                except TypeError as error:
                    self.problems.append(f"{where}: check {entry['check']!r}: {error}")
            if self._is_dated_and_cited(where, table, {version.start for version in versions}):
                versions.append(Version(table["from"], table["cite"], params, bool(table.get("proposed", False))))
        return versions

    def _definitions(self, section: str, keys: Mapping[str, type]) -> list[Entry]:
        """The section's entries with ``from`` as ``start``."""
        entries: list[Entry] = []
        for file, table in self.entries[section]:
            before = len(self.problems)
            where = f"{file}: {section} of {table.get('from', '?')}"
            for key in sorted(table.keys() ^ {"from", "cite", *keys}):
                self.problems.append(f"{where}: {key!r} is {'unknown' if key in table else 'missing'}")
            for key in sorted(keys.keys() & table.keys()):
                if not isinstance(table[key], keys[key]) or (keys[key] is list and not _is_texts(table[key])):
                    self.problems.append(f"{where}: {key} is not of type {keys[key].__name__}")
            self._check_categories(where, table.get("holiday_categories", []))
            self._is_dated_and_cited(where, table, {entry["start"] for entry in entries})
            if len(self.problems) == before:
                entries.append({key: table[key] for key in ("cite", *keys)} | {"start": table["from"]})
        return entries

    def _check_categories(self, where: str, categories: Any) -> None:
        if _is_texts(categories):
            for name in sorted(set(categories) - HOLIDAY_CATEGORIES):
                self.problems.append(f"{where}: unknown holiday category {name!r}")

    def _is_dated_and_cited(self, where: str, table: Entry, taken: set[date]) -> bool:
        before = len(self.problems)
        start, cite = table.get("from"), table.get("cite")
        if not isinstance(start, date) or isinstance(start, datetime):
            self.problems.append(f"{where}: a version without a day in 'from'")
        elif start in taken:
            self.problems.append(f"{where}: two versions from {start}")
        if not isinstance(cite, str) or not cite.strip():
            self.problems.append(f"{where}: missing citation")
        else:
            for key in instrument_keys(cite):
                if key not in self.instruments:
                    self.problems.append(f"{where}: cites {key}, an instrument that is not declared")
        return len(self.problems) == before


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
