"""What a verification finds, and how the figures of two accounts are compared: path by path, nothing left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class Member:
    """One file that an archive should hold, or holds; only the list of them was seen if there was no archive."""

    name: str
    state: Literal["same", "differs", "added", "missing"]

    @property
    def holds(self) -> bool:
        """Whether it is the file that the index lists."""
        return self.state == "same"


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
    members: list[Member] = field(default_factory=list)

    @property
    def differing(self) -> list[Figure]:
        """The figures that do not agree."""
        return [figure for figure in self.figures if not figure.holds]

    @property
    def wrong_members(self) -> list[Member]:
        """The files of an archive that are not those that its index lists."""
        return [member for member in self.members if not member.holds]

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


def members_listed(figures: Iterable[Figure]) -> list[Member]:
    """Return the files that the facts of an archive list, each as its list is beside the stored one."""
    states: dict[str, set[State]] = {}
    for figure in figures:
        if figure.path[0] == "members" and len(figure.path) > 2:
            states.setdefault(figure.path[1][1:-1], set()).add(figure.state)
    return [Member(name, _listed(found)) for name, found in states.items()]


def _listed(states: set[State]) -> Literal["same", "differs", "added", "missing"]:
    if states == {"same"}:
        return "same"
    if states == {"added"}:
        return "added"
    return "missing" if states == {"missing"} else "differs"


def members_found(
    listed: Mapping[str, tuple[str, int]], names: Sequence[str], digest: Callable[[str, int], str | None]
) -> list[Member]:
    """Return every file of an archive, those that should be in it first.

    ``listed`` are SHA-256 and size by name, ``names`` what the archive holds, ``digest`` reads one file of no more than
    so many bytes. A second file of one name is one too many.
    """
    there = set(names)
    found = [
        Member(name, "missing" if name not in there else "same" if digest(name, size) == sha256 else "differs")
        for name, (sha256, size) in listed.items()
    ]
    left = Counter(names) - Counter(list(listed))
    return found + [Member(name, "added") for name in left.elements()]
