"""What a verification finds, and how the figures of two accounts are compared: path by path, nothing left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

#: One step to a figure: a name, or in brackets which item of a list.
Path = tuple[str, ...]
State = Literal["same", "differs", "added", "missing", "source"]
#: What tells items of a list apart, the first that all of them have and no two share.
IDENTITIES = (
    "asset_class", "bucket", "rule", "name", "reference", "chain", "key", "id", "line", "number", "code", "slug",
    "feed", "file", "cause", "day", "as_of",
)
MISSING = object()


@dataclass(frozen=True, slots=True)
class Check:
    """One question and its answer: it holds, it does not, or that cannot be known (None)."""

    code: str
    title: str
    holds: bool | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as the file has it, as it is stored, and as the data that it came from have it."""

    path: Path
    state: State
    shown: Any
    stored: Any
    source: Any = MISSING

    @property
    def holds(self) -> bool:
        """Whether all agree."""
        return self.state == "same"

    @property
    def section(self) -> str:
        """The part of the report that the figure belongs to; nothing for a figure that stands by itself."""
        steps = self.path[1:] if self.path[0] == "result" else self.path
        return steps[0] if len(steps) > 1 else ""


@dataclass(slots=True)
class Verdict:
    """The answer about one file; ``known`` says that it is about a report of ours that the asker may be told of."""

    holds: bool | None
    reference: str = ""
    known: bool = False
    checks: list[Check] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    report: dict[str, Any] = field(default_factory=dict)
    may_know: bool = False

    @property
    def differing(self) -> list[Figure]:
        """The figures that do not agree."""
        return [figure for figure in self.figures if not figure.holds]

    @property
    def first_fault(self) -> Check | None:
        """What to say first where not all holds: what does not, or else what cannot be known."""
        return next((check for holds in (False, None) for check in self.checks if check.holds is holds), None)


def conclusion(checks: Sequence[Check]) -> bool | None:
    """Say whether all holds: one that does not is enough, and what cannot be known is no pass."""
    answers = [check.holds for check in checks]
    if False in answers:
        return False
    return None if None in answers or not answers else True


def flattened(data: Any) -> dict[Path, Any]:
    """Return every value of an account by its path; an empty list or object is a value too."""
    return dict(_values((), data))


def _values(path: Path, data: Any) -> Iterator[tuple[Path, Any]]:
    if isinstance(data, Mapping) and data:
        for name, value in data.items():
            yield from _values((*path, str(name)), value)
    elif isinstance(data, list | tuple) and data:
        for step, value in _items(data):
            yield from _values((*path, step), value)
    else:
        yield path, data


def _items(data: Sequence[Any]) -> Iterable[tuple[str, Any]]:
    if all(isinstance(item, list) and len(item) == 2 and isinstance(item[0], str) for item in data):
        names = [item[0] for item in data]
        if len(set(names)) == len(names):  # pairs, as of day and ratio
            return [(f"[{name}]", value) for name, value in data]
    if all(isinstance(item, Mapping) for item in data):
        for identity in IDENTITIES:
            names = [item.get(identity) for item in data]
            if all(isinstance(name, str | int) for name in names) and len(set(map(str, names))) == len(names):
                return [(f"[{name}]", item) for name, item in zip(names, data, strict=True)]
    return [(f"[{number}]", item) for number, item in enumerate(data, 1)]


def compared(shown: Any, stored: Any, sources: Mapping[Path, Any] | None = None) -> list[Figure]:
    """Return every figure of the file and of the stored facts with what became of it, in the stored order.

    ``sources`` are figures, by path, of the data that the stored facts were taken from.
    """
    left, right, origin = flattened(shown), flattened(stored), sources or {}
    paths = [*right, *(path for path in left if path not in right)]
    return [_figure(path, left.get(path, MISSING), right.get(path, MISSING), origin.get(path, MISSING))
            for path in paths]


def _figure(path: Path, shown: Any, stored: Any, source: Any) -> Figure:
    if stored is MISSING:
        return Figure(path, "added", shown, None)
    if shown is MISSING:
        return Figure(path, "missing", None, stored)
    if not alike(shown, stored):
        return Figure(path, "differs", shown, stored, source)
    if source is not MISSING and not alike(stored, source):
        return Figure(path, "source", shown, stored, source)
    return Figure(path, "same", shown, stored, source)


def alike(one: Any, other: Any) -> bool:
    """Say whether two values are the same, in kind too: 1 is neither "1" nor true."""
    return type(one) is type(other) and one == other
