"""Rules about single lines (holdings, requests): one judgement for all of a coin-day, and eligibility by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from core.rulebook.facts import FACTS
from core.rulebook.rules import VERDICTS, Judgement, NotInForce, Rule, Verdict, WrongFact

Line = Mapping[str, Any]


class _Answers:
    """The answers of one rule under one version; lines with the same metrics are judged once."""

    def __init__(self, rule: Rule, day: date) -> None:
        self.rule, self.version = rule, rule.on(day)
        self.known: dict[tuple[Any, ...], bool | None] = {}

    def to(self, line: Line) -> tuple[bool | None, tuple[Any, ...]]:
        values = tuple(map(line.get, self.rule.metrics))
        # The types belong to the key: a wrong type that equals a right one (1.0 == 1) must not borrow its answer.
        key = (*values, *map(type, values))
        if key not in self.known:
            self.known[key] = self.rule.answer(values, self.version)
        return self.known[key], values


def judge_lines(rule: Rule, lines: Sequence[Line], day: date, *, whole: bool = True) -> Judgement | None:
    """One judgement on all lines that the rule applies to, or ``None`` if it applies to none of them.

    Breached if one line is, else unknown if one is, else met. Each line gives its reference as fact ``line``.
    If the lines are not ``whole``, because a statement is missing, they are unknown at best: what was not stated is no
    pass. Raises ``NotInForce`` and ``WrongFact``.
    """
    answers = _Answers(rule, day)
    counts = dict.fromkeys(Verdict, 0)
    exceptions = []
    for line in lines:
        applies = rule.applies(line)
        if applies is False:
            continue
        answer, values = answers.to(line)
        verdict = VERDICTS[answer if applies else None]
        counts[verdict] += 1
        if verdict is not Verdict.MET:
            exceptions.append(
                {
                    "line": line.get("line"),
                    "verdict": verdict.value,
                    "observed": rule.observed(values) | rule.limits_of(values),
                }
            )
    if whole and not any(counts.values()):
        return None
    worst = next((v for v in (Verdict.BREACHED, Verdict.UNKNOWN, Verdict.MET) if counts[v]), Verdict.UNKNOWN)
    if not whole and worst is Verdict.MET:
        worst = Verdict.UNKNOWN
    version = answers.version
    return Judgement(
        rule.id,
        worst,
        {"lines": sum(counts.values())},
        rule.required(version),
        version.cite,
        version.start,
        counts={verdict.value: count for verdict, count in counts.items()},
        exceptions=tuple(exceptions),
    )


def eligibility(rules: Sequence[Rule], lines: Sequence[Line], day: date) -> list[Verdict]:
    """Per line, in order: met if every eligibility rule that applies is met, breached if one is, else unknown.

    A line to which none applies (a settlement) is met. ``NotInForce`` if the law of ``day`` has no such rule.
    """
    deciding = [_Answers(rule, day) for rule in rules if rule.eligibility and rule.is_in_force(day)]
    if not deciding:
        raise NotInForce(f"eligibility on {day}")
    by_class: dict[Any, list[tuple[_Answers, bool | None]]] = {}
    verdicts = []
    for line in lines:
        asset_class = line.get("holding.asset_class")
        if asset_class not in by_class:
            if not FACTS["holding.asset_class"].accepts(asset_class):
                raise WrongFact(f"unknown asset class {asset_class!r}")
            by_class[asset_class] = [
                (answers, applies)
                for answers in deciding
                if (applies := answers.rule.applies({"holding.asset_class": asset_class})) is not False
            ]
        given = [answers.to(line)[0] if applies else None for answers, applies in by_class[asset_class]]
        verdicts.append(VERDICTS[False if False in given else None if None in given else True])
    return verdicts
