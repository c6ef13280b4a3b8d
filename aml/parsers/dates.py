"""Days as publishers write them: exact, of a month or a year, about, or between two."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime

MONTHS = {name: number for number, name in enumerate(
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1)}
#: Of a longer range only the ends are kept: nobody's birth is searched for by a dozen years.
LONGEST_RANGE = 12
_WORDS = re.compile(r"(?:(\d{1,2}) )?([a-z]{3})[a-z]* (\d{4})")
_PARTS = re.compile(r"([\dA-Za-z?]{1,2})[/.]([\dA-Za-z?]{1,2})[/.](\d{4})")
_ISO = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")


def iso_day(text: str | None) -> date | None:
    """Return the day of an ISO date or moment, or None where the text is none."""
    with suppress(ValueError):
        return date.fromisoformat((text or "").strip()[:10])
    return None


def slashed_day(text: str | None) -> date | None:
    """Return the day of dd/mm/yyyy, or None where the text is none."""
    with suppress(ValueError):
        return datetime.strptime((text or "").strip(), "%d/%m/%Y").date()  # noqa: DTZ007 - a day has no zone
    return None


def birth_date(text: str | None) -> str:
    """Return a date of birth as exact as it is written: 1971-03-02, 1971-03 or 1971; "" where it is none of them."""
    plain = " ".join((text or "").strip().split()).lower().removeprefix("circa ").removeprefix("approximately ").strip()
    if _ISO.fullmatch(plain[:10]) and (len(plain) <= 10 or plain[10] == "t"):
        year, month, day = (*plain[:10].split("-"), "", "")[:3]
        return _made(year, month, day)
    if found := _WORDS.fullmatch(plain):
        return _made(found[3], str(MONTHS.get(found[2], "")), found[1] or "") if found[2] in MONTHS else ""
    if found := _PARTS.fullmatch(plain):
        day, month, year = found.groups()
        return _made(year, month if month.isdecimal() else "", day if day.isdecimal() else "")
    return ""


def birth_dates(text: str | None) -> Iterator[str]:
    """Yield the dates of birth that a text gives: one, or each year of a range."""
    first, between, last = (text or "").partition(" to ")
    if not between:
        if one := birth_date(first):
            yield one
        return
    begins, ends = birth_date(first), birth_date(last)
    if begins and ends:
        yield from years(int(begins[:4]), int(ends[:4]))
    elif begins or ends:
        yield begins or ends


def years(first: int, last: int) -> list[str]:
    """Return the years from the first to the last; of a long range its ends."""
    first, last = sorted((first, last))
    span = range(first, last + 1) if last - first < LONGEST_RANGE else (first, last)
    return [f"{year:04d}" for year in span]


def _made(year: str, month: str, day: str) -> str:
    """Return the date as far as its parts are given and possible; a year of 0000 is none."""
    if not year.isdecimal() or int(year) == 0:
        return ""
    if not month.isdecimal() or not 1 <= int(month) <= 12:
        return f"{int(year):04d}"
    if not day.isdecimal() or int(day) == 0:
        return f"{int(year):04d}-{int(month):02d}"
    with suppress(ValueError):
        return date(int(year), int(month), int(day)).isoformat()
    return f"{int(year):04d}-{int(month):02d}"
