"""Reads a regime's files, and a file laid over them, into a rulebook, and names all that is wrong with them at once."""

from __future__ import annotations

import hashlib
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from core.errors import Refused
from core.rulebook import entries
from core.rulebook.book import BusinessDays, Circulation, Instrument, Rulebook
from core.rulebook.entries import Entry
from core.rulebook.rules import Rule

HERE = Path(__file__).parent
OVERLAY = "overlay"
LISTS = ("rule", "circulation", "calendar")
INSTRUMENT_KEYS = {"title", "title_zh_hant", "title_zh_hans", "url"}

Files = Mapping[str, bytes]
T = TypeVar("T")


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

    Rules are replaced by id, circulation and calendar each as a whole, instruments by key; all else stands.
    Raises ``RulebookInvalid`` with every problem of every file.
    """
    files = {path.name: path.read_bytes() for path in sorted((HERE / regime).glob("*.toml"))}
    if not files:
        raise RulebookInvalid([f"{regime}: no such regime"])
    return read(regime, files, overlay)


def verify(regime: str = "hk") -> list[str]:
    """All that is wrong with a regime's files, empty if nothing is."""
    try:
        load(regime)
    except RulebookInvalid as invalid:
        return list(invalid.problems)
    return []


def read(regime: str, files: Files, overlay: bytes | None = None) -> Rulebook:
    """As ``load``, from contents by file name."""
    base, over = _Reading(), _Reading()
    for name, content in files.items():
        base.add(name, content)
    if overlay is not None:
        over.add(OVERLAY, overlay)
        over.instruments = base.instruments | over.instruments
    rules = base.rules() | over.rules()
    circulations, calendars = base.circulations(), base.calendars()
    circulations, calendars = over.circulations() or circulations, over.calendars() or calendars
    if problems := base.problems + over.problems:
        raise RulebookInvalid(problems)
    return Rulebook(
        regime=regime,
        digest=_digest(files),
        overlay=None if overlay is None else hashlib.sha256(overlay).hexdigest(),
        instruments=base.instruments | over.instruments,
        rules=tuple(sorted(rules.values(), key=lambda rule: rule.id)),
        circulations=tuple(sorted(circulations, key=lambda entry: entry.start, reverse=True)),
        calendars=tuple(sorted(calendars, key=lambda entry: entry.start, reverse=True)),
    )


def _digest(files: Files) -> str:
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


@dataclass
class _Reading:
    """Files as they are read; their entries are judged once all instruments are known."""

    instruments: dict[str, Instrument] = field(default_factory=dict)
    tables: dict[str, list[tuple[str, Entry]]] = field(default_factory=lambda: {name: [] for name in LISTS})
    problems: list[str] = field(default_factory=list)

    def add(self, file: str, content: bytes) -> None:
        try:
            data = tomllib.loads(content.decode(), parse_float=Decimal)
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            self.problems.append(f"{file}: not TOML: {error}")
            return
        self.problems += [f"{file}: unknown section {name!r}" for name in sorted(data.keys() - {"instruments", *LISTS})]
        self.problems += [f"{file}: {problem}" for problem in self._declare(data.get("instruments", {}))]
        for name in LISTS:
            tables = data.get(name, [])
            if isinstance(tables, list) and all(isinstance(table, dict) for table in tables):
                self.tables[name] += [(file, table) for table in tables]
            else:
                self.problems.append(f"{file}: {name} is not a list of tables")

    def _declare(self, instruments: Any) -> Iterator[str]:
        if not isinstance(instruments, dict):
            yield "instruments is not a table"
            return
        for key, table in instruments.items():
            named = isinstance(table, dict) and {"title", "url"} <= set(table) <= INSTRUMENT_KEYS
            if not named or not all(table.values()):
                yield f"instrument {key} needs a title and a url, and nothing else"
                continue
            if self.instruments.setdefault(key, Instrument(key, **table)) != Instrument(key, **table):
                yield f"instrument {key} is declared differently elsewhere"

    def rules(self) -> dict[str, Rule]:
        """The rules by id."""
        uses = Counter(str(table.get("id")) for _, table in self.tables["rule"])
        for file, table in self.tables["rule"]:
            if uses[str(table.get("id"))] > 1:
                self.problems.append(f"{file}: {table.get('id')}: duplicate id")
        built = self._built("rule", "id", entries.rule_problems, entries.build_rule)
        return {rule.id: rule for rule in built}

    def circulations(self) -> list[Circulation]:
        self._check_days("circulation")
        return self._built("circulation", "from", entries.circulation_problems, entries.build_circulation)

    def calendars(self) -> list[BusinessDays]:
        self._check_days("calendar")
        return self._built("calendar", "from", entries.calendar_problems, entries.build_calendar)

    def _check_days(self, section: str) -> None:
        tables = [table for _, table in self.tables[section]]
        self.problems += [f"{section}: {problem}" for problem in entries.duplicate_days(tables)]

    def _built(
        self, section: str, name: str, problems_of: Callable[..., Iterator[str]], build: Callable[[Entry], T]
    ) -> list[T]:
        built = []
        for file, table in self.tables[section]:
            problems = list(problems_of(table, self.instruments))
            where = table.get(name, "?") if section == "rule" else f"{section} of {table.get(name, '?')}"
            self.problems += [f"{file}: {where}: {problem}" for problem in problems]
            if not problems:
                built.append(build(table))
        return built
