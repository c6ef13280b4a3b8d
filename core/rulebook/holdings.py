"""Rules about single lines (holdings, requests): one judgement for all of a coin-day, and eligibility by line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import NoneType
from typing import Any, NamedTuple

import numpy as np

from core.rulebook.facts import FACTS, SUBJECT_CONDITIONS
from core.rulebook.rules import VERDICTS, Judgement, NotInForce, Rule, Verdict, WrongFact
from core.shared_reads import shared

Line = Mapping[str, Any]


class _Answers:
    """The answers of one rule under one version; lines with the same metrics are judged once."""

    def __init__(self, rule: Rule, day: date) -> None:
        self.rule, self.version = rule, rule.on(day)
        self.known: dict[tuple[Any, ...], bool | None] = {}

    def to(self, values: tuple[Any, ...]) -> bool | None:
        # The types belong to the key: a wrong type that equals a right one (1.0 == 1) must not borrow its answer.
        key = (*values, *map(type, values))
        if key not in self.known:
            self.known[key] = self.rule.answer(values, self.version)
        return self.known[key]


@shared
def _answers(rule: Rule, day: date) -> _Answers:
    """Return the answers under the law of the day; a batch asks the same of pool after pool."""
    return _Answers(rule, day)


class Reading(NamedTuple):
    """What a rule reads the same of some kinds of lines: whether it is sure that it applies, the metrics' values."""

    kinds: list[int]
    lines: int
    applies: bool | None
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Alike:
    """Lines by kind: the facts that lines have in common stand once, and of each line there is only which are its own.

    A pool of thousands of lines has few kinds, and a rule says the same of every line of a kind.
    """

    kinds: Sequence[Line]  # in the order in which they first occur
    of: np.ndarray  # for each line, the number of its kind
    named: Callable[[list[int]], list[dict[str, Any]]]  # what exceptions say of lines, by their places: ``line``, more
    counts: Sequence[int]  # for each kind, its lines
    _columns: dict[str, Sequence[Any]] = field(default_factory=dict, init=False, compare=False, repr=False)
    _readings: dict[Rule, list[Reading]] = field(default_factory=dict, init=False, compare=False, repr=False)

    @classmethod
    def each(cls, lines: Sequence[Line]) -> Alike:
        """Lines of which nothing is known to be alike."""
        return cls(lines, np.arange(len(lines)), lambda rows: [{"line": lines[row].get("line")} for row in rows],
                   [1] * len(lines))

    def __len__(self) -> int:
        return len(self.of)

    def read_by(self, rule: Rule) -> list[Reading]:
        """Return what the rule reads of the kinds that it may apply to; several ask, and it is read once."""
        if rule not in self._readings:
            asked = {*map(SUBJECT_CONDITIONS.__getitem__, rule.applies_to), *rule.only_if_set, *rule.metrics}
            same: dict[tuple[Any, ...], list[int]] = {}
            for number, values in enumerate(zip(*map(self._column, asked), strict=True)):
                same.setdefault(values, []).append(number)
            found = []
            for kinds in same.values():
                first = self.kinds[kinds[0]]
                if (sure := rule.applies(first)) is not False:
                    lines = sum(map(self.counts.__getitem__, kinds))
                    found.append(Reading(kinds, lines, sure, tuple(map(first.get, rule.metrics))))
            self._readings[rule] = found
        return self._readings[rule]

    def _column(self, name: str) -> Sequence[Any]:
        """Return one fact of every kind so that equals are told apart: 1.0 is not 1, and 1.00 is not written as 1.0."""
        if name not in self._columns:
            values: list[Any] = [kind.get(name) for kind in self.kinds]
            types = {*map(type, values)} - {NoneType}
            if Decimal in types:
                values = [value.as_tuple() if isinstance(value, Decimal) else value for value in values]
            if len(types) > 1:
                values = [(type(value), value) for value in values]
            self._columns[name] = values
        return self._columns[name]


def judge_lines(
    rule: Rule, lines: Sequence[Line] | Alike, day: date, *, whole: bool = True, listed: int | None = None
) -> Judgement | None:
    """One judgement on all lines that the rule applies to, or ``None`` if it applies to none of them.

    Breached if one line is, else unknown if one is, else met. Each line gives its reference as fact ``line``.
    If the lines are not ``whole``, because a statement is missing, they are unknown at best: what was not stated is no
    pass. Of the exceptions the first ``listed`` are given, and the number of all. Raises ``NotInForce`` and
    ``WrongFact``.
    """
    alike = lines if isinstance(lines, Alike) else Alike.each(lines)
    counts = dict.fromkeys(Verdict, 0)
    not_met: list[tuple[Reading, Verdict]] = []
    for reading, verdict in _judged(rule, alike, day):
        counts[verdict] += reading.lines
        if verdict is not Verdict.MET:
            not_met.append((reading, verdict))
    if whole and not any(counts.values()):
        return None
    worst = next((v for v in (Verdict.BREACHED, Verdict.UNKNOWN, Verdict.MET) if counts[v]), Verdict.UNKNOWN)
    if not whole and worst is Verdict.MET:
        worst = Verdict.UNKNOWN
    version = rule.on(day)
    return Judgement(
        rule.id,
        worst,
        {"lines": sum(counts.values())},
        rule.required(version),
        version.cite,
        version.start,
        counts={verdict.value: count for verdict, count in counts.items()},
        exceptions=tuple(_exceptions(rule, alike, not_met, listed)),
        exception_count=sum(counts.values()) - counts[Verdict.MET],
    )


def verdicts_of(rule: Rule, lines: Alike, day: date) -> dict[int, Verdict]:
    """What the rule says of each kind of lines that it applies to."""
    return {number: verdict for reading, verdict in _judged(rule, lines, day) for number in reading.kinds}


def _judged(rule: Rule, alike: Alike, day: date) -> Iterator[tuple[Reading, Verdict]]:
    answers = _answers(rule, day)
    for reading in alike.read_by(rule):
        answer = answers.to(reading.values)
        yield reading, VERDICTS[answer if reading.applies else None]


def _exceptions(
    rule: Rule, alike: Alike, not_met: Sequence[tuple[Reading, Verdict]], listed: int | None
) -> Iterator[dict[str, Any]]:
    """The lines of the kinds that are not met, in the order of the lines: the first ``listed``."""
    if not not_met:
        return
    places = np.full(len(alike.kinds), -1)  # for each kind, which of ``not_met`` it is in
    for number, (reading, _) in enumerate(not_met):
        places[reading.kinds] = number
    rows = np.flatnonzero(places[alike.of] >= 0)[:listed]
    said: dict[int, dict[str, Any]] = {}  # a few readings of many are put in words
    for place, name in zip(places[alike.of[rows]].tolist(), alike.named(rows.tolist()), strict=True):
        if place not in said:
            (_, _, _, values), verdict = not_met[place]
            said[place] = {"verdict": verdict.value, "observed": rule.observed(values) | rule.limits_of(values)}
        yield name | said[place]


def eligibility(rules: Sequence[Rule], lines: Sequence[Line] | Alike, day: date) -> list[Verdict]:
    """Per kind of lines, in order: met if every eligibility rule that applies is met, breached if one is, else unknown.

    Lines that are not by kind are each of their own. A line to which no rule applies (a settlement) is met.
    ``NotInForce`` if the law of ``day`` has no such rule.
    """
    deciding = [rule for rule in rules if rule.eligibility and rule.is_in_force(day)]
    if not deciding:
        raise NotInForce(f"eligibility on {day}")
    alike = lines if isinstance(lines, Alike) else Alike.each(lines)
    for asset_class in {kind.get("holding.asset_class"): None for kind in alike.kinds}:
        if not FACTS["holding.asset_class"].accepts(asset_class):
            raise WrongFact(f"unknown asset class {asset_class!r}")
    verdicts = [Verdict.MET] * len(alike.kinds)
    for rule in deciding:
        for reading, verdict in _judged(rule, alike, day):
            for kind in reading.kinds if verdict is not Verdict.MET else ():
                if verdicts[kind] is not Verdict.BREACHED:
                    verdicts[kind] = verdict
    return verdicts
