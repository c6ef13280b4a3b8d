"""Rules about single lines (holdings, requests): one judgement for all of a coin-day, and eligibility by line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, NamedTuple

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
    """What a rule reads of one kind of lines: which, whether it is sure that the rule applies, the metrics' values."""

    kind: int
    applies: bool | None
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Alike:
    """Lines by kind: the facts that lines have in common stand once, and of each line there is only which are its own.

    A pool of thousands of lines has few kinds, and a rule says the same of every line of a kind.
    """

    kinds: Sequence[Line]  # in the order in which they first occur
    of: Sequence[int]  # for each line, its kind
    named: Callable[[list[int]], list[dict[str, Any]]]  # what exceptions say of lines, by their places: ``line``, more
    counts: Sequence[int]  # for each kind, its lines
    _readings: dict[Rule, list[Reading]] = field(default_factory=dict, init=False, compare=False, repr=False)

    @classmethod
    def each(cls, lines: Sequence[Line]) -> Alike:
        """Lines of which nothing is known to be alike."""
        return cls(lines, range(len(lines)), lambda rows: [{"line": lines[row].get("line")} for row in rows],
                   [1] * len(lines))

    def __len__(self) -> int:
        return len(self.of)

    def read_by(self, rule: Rule) -> list[Reading]:
        """Return what the rule reads of each kind that it may apply to; several ask, and it is read once."""
        if rule not in self._readings:
            asked = [*(SUBJECT_CONDITIONS[condition] for condition in rule.applies_to), *rule.only_if_set]
            applies: dict[tuple[Any, ...], bool | None] = {}
            found = []
            for number, kind in enumerate(self.kinds):
                subject = tuple(map(kind.get, asked))
                if subject not in applies:
                    applies[subject] = rule.applies(kind)
                if (sure := applies[subject]) is not False:
                    found.append(Reading(number, sure, tuple(map(kind.get, rule.metrics))))
            self._readings[rule] = found
        return self._readings[rule]


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
    not_met: dict[int, tuple[Verdict, tuple[Any, ...]]] = {}
    for number, verdict, values in _judged(rule, alike, day):
        counts[verdict] += alike.counts[number]
        if verdict is not Verdict.MET:
            not_met[number] = verdict, values
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
    return {number: verdict for number, verdict, _ in _judged(rule, lines, day)}


def _judged(rule: Rule, alike: Alike, day: date) -> Iterator[tuple[int, Verdict, tuple[Any, ...]]]:
    answers = _answers(rule, day)
    for number, applies, values in alike.read_by(rule):
        answer = answers.to(values)
        yield number, VERDICTS[answer if applies else None], values


def _exceptions(
    rule: Rule, alike: Alike, not_met: Mapping[int, tuple[Verdict, tuple[Any, ...]]], listed: int | None
) -> Iterator[dict[str, Any]]:
    """The lines of the kinds that are not met, in the order of the lines: the first ``listed``."""
    if not not_met:
        return
    rows = list(islice((row for row, number in enumerate(alike.of) if number in not_met), listed))
    said: dict[int, dict[str, Any]] = {}  # a few kinds of many are put in words
    for row, name in zip(rows, alike.named(rows), strict=True):
        number = alike.of[row]
        if number not in said:
            verdict, values = not_met[number]
            said[number] = {"verdict": verdict.value, "observed": rule.observed(values) | rule.limits_of(values)}
        yield name | said[number]


def eligibility(rules: Sequence[Rule], lines: Sequence[Line] | Alike, day: date) -> list[Verdict]:
    """Per line, in order: met if every eligibility rule that applies is met, breached if one is, else unknown.

    A line to which none applies (a settlement) is met. ``NotInForce`` if the law of ``day`` has no such rule.
    """
    deciding = [_answers(rule, day) for rule in rules if rule.eligibility and rule.is_in_force(day)]
    if not deciding:
        raise NotInForce(f"eligibility on {day}")
    by_class: dict[Any, list[tuple[_Answers, bool | None]]] = {}
    verdicts = []
    alike = lines if isinstance(lines, Alike) else Alike.each(lines)
    for line in alike.kinds:
        asset_class = line.get("holding.asset_class")
        if asset_class not in by_class:
            if not FACTS["holding.asset_class"].accepts(asset_class):
                raise WrongFact(f"unknown asset class {asset_class!r}")
            by_class[asset_class] = [
                (answers, applies)
                for answers in deciding
                if (applies := answers.rule.applies({"holding.asset_class": asset_class})) is not False
            ]
        given = [answers.to(tuple(map(line.get, answers.rule.metrics))) if applies else None
                 for answers, applies in by_class[asset_class]]
        verdicts.append(VERDICTS[False if False in given else None if None in given else True])
    return [verdicts[number] for number in alike.of]
