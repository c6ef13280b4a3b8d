"""A rulebook: the rules and dated definitions of one regime, as read, with the digest of what was read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from core.calendars import HongKongCalendar
from core.rulebook import holdings
from core.rulebook.holdings import Alike, Line
from core.rulebook.rules import NotInForce, Rule, Verdict


@dataclass(frozen=True, slots=True)
class Instrument:
    """A law or guideline that citations refer to by its key."""

    key: str
    title: str
    url: str
    title_zh_hant: str = ""
    title_zh_hans: str = ""

    def title_in(self, language: str) -> str:
        """The title in ``en``, ``zh-hant`` or ``zh-hans``; English where there is no other."""
        return {"zh-hant": self.title_zh_hant, "zh-hans": self.title_zh_hans}.get(language.lower(), "") or self.title


@dataclass(frozen=True, slots=True)
class Circulation:
    """What counts as circulation: total supply less unissued, and less whatever is not included here."""

    start: date
    cite: str
    include_frozen: bool
    include_pending: bool


@dataclass(frozen=True, slots=True)
class BusinessDays:
    """What counts as a business day, besides Saturdays and Sundays."""

    id: str
    start: date
    cite: str
    holiday_categories: tuple[str, ...]  # of the package ``holidays``
    closure_kinds: tuple[str, ...]  # warning days that an officer enters

    def calendar(self, closures: Iterable[date] = ()) -> HongKongCalendar:
        """The calendar under this definition, given the warning days."""
        return HongKongCalendar(frozenset(closures), self.holiday_categories)


class _Dated(Protocol):
    @property
    def start(self) -> date: ...


D = TypeVar("D", bound=_Dated)


@dataclass(frozen=True, slots=True)
class Rulebook:
    regime: str
    digest: str  # sha256 of the regime's files
    overlay: str | None  # sha256 of the file laid over them
    instruments: Mapping[str, Instrument]
    rules: tuple[Rule, ...]
    circulations: tuple[Circulation, ...]  # newest first
    calendars: tuple[BusinessDays, ...]  # newest first

    def in_force(self, day: date, scope: str) -> Iterator[Rule]:
        """The rules of a scope (``coin``, ``issuer``, ``holding``) that have a version on ``day``, by id."""
        return (rule for rule in self.rules if rule.scope == scope and rule.is_in_force(day))

    def rule(self, id: str) -> Rule:
        """The rule of that id; ``KeyError`` if there is none."""
        for rule in self.rules:
            if rule.id == id:
                return rule
        raise KeyError(id)

    def circulation(self, day: date) -> Circulation:
        """What counts as circulation on ``day``; ``NotInForce`` if nothing says."""
        return self._on(self.circulations, day, "circulation")

    def calendar(self, day: date) -> BusinessDays:
        """What counts as a business day on ``day``; ``NotInForce`` if nothing says."""
        return self._on(self.calendars, day, "calendar")

    def eligibility(self, lines: Sequence[Line] | Alike, day: date) -> list[Verdict]:
        """See ``core.rulebook.holdings.eligibility``."""
        return holdings.eligibility(self.rules, lines, day)

    def instruments_of(self, cite: str) -> list[Instrument]:
        """The instruments a citation names, in its order, each once."""
        return [self.instruments[key] for key in dict.fromkeys(instrument_keys(cite))]

    def _on(self, entries: Sequence[D], day: date, what: str) -> D:
        for entry in entries:
            if entry.start <= day:
                return entry
        raise NotInForce(f"{self.regime} {what} on {day}")


def instrument_keys(cite: str) -> list[str]:
    """The keys in ``"SUP 2.2.3; ORD Sch. 2 s. 5(2)"``: first word of each part."""
    return [part.split()[0] for part in cite.split(";") if part.strip()]
