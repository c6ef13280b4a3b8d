"""A rule, its dated versions, and its judgement on facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, localcontext
from enum import StrEnum
from typing import Any

from core.money import EXACT, round_down
from core.rulebook.checks import CHECKS
from core.rulebook.facts import FACTS, SUBJECT_CONDITIONS, Kind, Scope


class Verdict(StrEnum):
    MET = "met"
    BREACHED = "breached"
    UNKNOWN = "unknown"  # the facts do not decide it, which is never a pass


VERDICTS: dict[bool | None, Verdict] = {True: Verdict.MET, False: Verdict.BREACHED, None: Verdict.UNKNOWN}


class NotInForce(LookupError):
    """There is no version for that day, and there is no default."""


class WrongFact(TypeError):
    """A fact was supplied that is not of the type its table declares."""


def as_data(value: Any, kind: Kind | None = None) -> Any:
    """The value as JSON carries it: amounts and days as text, ratios to 8 places rounded down."""
    if isinstance(value, Decimal):
        return f"{round_down(value) if kind is Kind.RATIO else value:f}"
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [as_data(item) for item in value]
    if kind in (Kind.AMOUNT, Kind.RATIO) and value is not None:
        return as_data(Decimal(value), kind)
    return value


@dataclass(frozen=True, slots=True)
class Version:
    start: date
    cite: str
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)
    proposed: bool = False  # not law yet: never judged


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one rule says of one subject, as data that JSON can carry.

    ``observed`` and ``required`` are the metrics' values on either side of the rule; ``required`` also holds the
    check's name and the version's parameters. A judgement on holdings counts its lines and lists the exceptions
    ``{"line", "verdict", "observed"}``: the lines that are not met, the first of them where a few were asked for;
    ``exception_count`` counts them all.
    """

    rule: str
    verdict: Verdict
    observed: dict[str, Any]
    required: dict[str, Any]
    cite: str
    version_from: date
    counts: dict[str, int] | None = None
    exceptions: tuple[dict[str, Any], ...] = ()
    exception_count: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    title: str
    title_zh_hant: str
    title_zh_hans: str
    scope: Scope
    metrics: tuple[str, ...]
    check: str
    versions: tuple[Version, ...]  # newest first
    optional: frozenset[str] = frozenset()  # metrics that the check accepts as None
    limits: frozenset[str] = frozenset()  # metrics that belong to the required side
    applies_to: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    only_if_set: frozenset[str] = frozenset()  # metrics without which there is nothing to keep to
    eligibility: bool = False  # decides whether a line counts as eligible reserve

    def title_in(self, language: str) -> str:
        """The title in ``en``, ``zh-hant`` or ``zh-hans``; English for any other language."""
        return {"zh-hant": self.title_zh_hant, "zh-hans": self.title_zh_hans}.get(language.lower(), self.title)

    def on(self, day: date) -> Version:
        """The version in force on ``day``; ``NotInForce`` if there is none."""
        for version in self.versions:
            if version.start <= day and not version.proposed:
                return version
        raise NotInForce(f"{self.id} on {day}")

    def is_in_force(self, day: date) -> bool:
        return any(version.start <= day and not version.proposed for version in self.versions)

    def applies(self, facts: Mapping[str, Any]) -> bool | None:
        """Whether the subject is one the rule is about; ``None`` if that is not known."""
        answer: bool | None = True
        if self.only_if_set and any(facts.get(name) is None for name in self.only_if_set):
            return False
        for condition, values in self.applies_to.items():
            value = facts.get(SUBJECT_CONDITIONS[condition])
            if value is None:
                answer = None
            elif value not in values:
                return False
        return answer

    def judge(self, facts: Mapping[str, Any], day: date) -> Judgement | None:
        """The judgement under the law of ``day``, or ``None`` where the rule does not apply to the subject.

        ``facts`` maps names of ``core.rulebook.facts`` to values; a name that is absent counts as ``None``.
        Raises ``NotInForce`` and ``WrongFact``.
        """
        version = self.on(day)
        applies = self.applies(facts)
        if applies is False:
            return None
        values = tuple(map(facts.get, self.metrics))
        answer = None if applies is None else self.answer(values, version)
        return Judgement(
            self.id,
            VERDICTS[answer],
            self.observed(values),
            self.required(version, values),
            version.cite,
            version.start,
        )

    def answer(self, values: Sequence[Any], version: Version) -> bool | None:
        """The check's answer to the metrics' values, in their order."""
        for name, value in zip(self.metrics, values, strict=True):
            if not FACTS[name].accepts(value):
                raise WrongFact(f"{self.id}: {name} is {FACTS[name].kind}, not {value!r}")
            if value is None and name not in self.optional:
                return None
        with localcontext(EXACT):  # the default context would round an amount of more than 28 digits
            return CHECKS[self.check](*values, **version.params)

    def observed(self, values: Sequence[Any]) -> dict[str, Any]:
        """The metrics' values as data, without those that are limits."""
        return self._shown(values, limits=False)

    def limits_of(self, values: Sequence[Any]) -> dict[str, Any]:
        """The values of the metrics that are limits, as data."""
        return self._shown(values, limits=True) if self.limits else {}

    def required(self, version: Version, values: Sequence[Any] | None = None) -> dict[str, Any]:
        """Check, parameters and, where values are given, the metrics that are limits."""
        required = {"check": self.check} | {name: as_data(value) for name, value in version.params.items()}
        return required if values is None else required | self.limits_of(values)

    def _shown(self, values: Sequence[Any], *, limits: bool) -> dict[str, Any]:
        return {
            name: as_data(value, FACTS[name].kind)
            for name, value in zip(self.metrics, values, strict=True)
            if (name in self.limits) is limits
        }
