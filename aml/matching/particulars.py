"""What birth dates, countries, identifiers and kinds say about a match of names, and how far that moves its score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from aml.matching.comparing import written_score
from aml.matching.tokens import UNKNOWN

#: Shares of what a score lacks that a particular which is the same gives.
LIFTS = {"birth_date": 0.5, "birth_year": 0.2, "country": 0.1, "identifier": 0.95}
#: Shares of a score that a particular which differs takes.
TAKES = {"birth_date": 0.12, "near_birth_date": 0.03, "country": 0.03, "kind": 0.3, "weak": 0.08}
#: Years by which a birth date on a list may be out, as many of them are estimates.
NEAR_YEARS = 2


class Part(NamedTuple):
    """What one particular says, and what it gives to the score or takes from it."""

    part: str
    given: str
    listed: str
    says: str
    gives: float

    def shown(self) -> dict[str, str]:
        """Return the part as an explanation has it."""
        gives = written_score(self.gives)
        return {"part": self.part, "given": self.given, "listed": self.listed, "says": self.says,
                "gives": gives}


def weigh(score: float, query: Any, listed: Any) -> tuple[float, list[Part]]:
    """Return the score of a name moved by all particulars, and what each of them did."""
    parts = []
    for part, given, on_list, says in (
        _kind(query.kind, listed.kind), _birth(query.birth_date, listed.birth_dates),
        _country(query.country, listed.countries), _identifier(query.identifiers, listed.identifiers),
    ):
        gives = 0.0
        if says == "same":
            gives = (1 - score) * LIFTS.get(part, 0.0)
        elif says == "different":
            gives = -score * TAKES.get(part, 0.0)
        elif says == "similar":
            same_year = given[:4] in {date[:4] for date in listed.birth_dates}
            gives = (1 - score) * LIFTS["birth_year"] if same_year else -score * TAKES["near_birth_date"]
        gives = round(gives, 4)
        score += gives
        parts.append(Part(part, given, on_list, says, gives))
    return score, parts


def _kind(given: str, listed: str) -> tuple[str, str, str, str]:
    if UNKNOWN in (given, listed):
        return "kind", given, listed, "missing"
    return "kind", given, listed, "same" if given == listed else "different"


def _birth(given: str, listed: Sequence[str]) -> tuple[str, str, str, str]:
    shown = ", ".join(listed)
    if not given or not listed:
        return "birth_date", given, shown, "missing"
    if any(given.startswith(date) or date.startswith(given) for date in listed if len(date) > 4 or len(given) == 4):
        return "birth_date", given, shown, "same"
    if any(date[:4].isdigit() and abs(int(date[:4]) - int(given[:4])) <= NEAR_YEARS for date in listed):
        return "birth_date", given, shown, "similar"
    return "birth_date", given, shown, "different"


def _country(given: str, listed: Sequence[str]) -> tuple[str, str, str, str]:
    shown = ", ".join(listed)
    if not given or not listed:
        return "country", given, shown, "missing"
    return "country", given, shown, "same" if given.casefold() in {each.casefold() for each in listed} else "different"


def _identifier(given: Sequence[str], listed: Sequence[str]) -> tuple[str, str, str, str]:
    ours, theirs = {plain_identifier(each): each for each in given}, {plain_identifier(each): each for each in listed}
    both = [value for value in ours if value in theirs]
    if both:
        return "identifier", ours[both[0]], theirs[both[0]], "same"
    shown = "", ""
    return "identifier", *shown, "missing"


def plain_identifier(value: str) -> str:
    """Return a number of a passport or a register as it is compared."""
    return "".join(char for char in value.upper() if char.isalnum())
