"""How a figure, a date, a verdict or a deadline is written for a reader, in each language of the platform."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext, pgettext

from core import clock
from core.money import round_down

MINUS = "\u2212"
NO_BREAK = "\u00a0"

# One pattern per kind of date; English and Chinese differ in order, so no pattern is assembled from pieces.
DATE_PATTERNS = {
    "long": ("j F Y", "Y 年 n 月 j 日"),
    "weekday": ("l j F Y", "Y 年 n 月 j 日 l"),
    "short": ("j M Y", "Y 年 n 月 j 日"),
    "day": ("D j M", "n 月 j 日 D"),
    "brief": ("j M", "n月j日"),
    "month": ("M", "n月"),
    "month_year": ("M Y", "Y年n月"),
}
DATETIME_PATTERNS = {
    "long": ("j F Y, H:i", "Y 年 n 月 j 日 H:i"),
    "weekday": ("l j F Y, H:i", "Y 年 n 月 j 日 l H:i"),
    "short": ("j M Y, H:i", "Y 年 n 月 j 日 H:i"),
    "day": ("D j M H:i", "n 月 j 日 D H:i"),
    "day_of_year": ("D j M Y H:i", "Y 年 n 月 j 日 D H:i"),
}
ROLE_NAMES = {
    "compliance_officer": gettext_lazy("Compliance officer"),
    "issuer_administrator": gettext_lazy("Administrator"),
    "authorised_signatory": gettext_lazy("Authorised signatory"),
    "auditor": gettext_lazy("Auditor, read only"),
    "case_officer": gettext_lazy("Case officer"),
    "head_of_licensing": gettext_lazy("Head of licensing"),
    "aml_analyst": gettext_lazy("AML analyst"),
    "operations": gettext_lazy("Operations"),
    "feed_sender": gettext_lazy("Feed sender"),
}
HTML_LANGUAGES = {"en": "en", "zh-hant": "zh-Hant-HK", "zh-hans": "zh-Hans"}


def html_language(code: str | None) -> str:
    """The value of ``lang=`` for a language of the platform: en, zh-Hant-HK or zh-Hans."""
    return HTML_LANGUAGES.get((code or "en").lower(), "en")


def no_data(late: timedelta | int | None = None) -> str:
    """What stands where a figure should be: never blank, never zero. ``late`` is a timedelta or whole hours."""
    if late is None:
        return gettext("No data")
    return gettext("No data, late by %(duration)s") % {"duration": duration(late)}


def amount(value: Decimal | str | int | None, *, places: int = 2, scale: int = 0, signed: bool = False) -> str:
    """Grouped digits with a true minus; ``scale=6`` writes millions, ``signed`` puts a plus before a gain.

    None gives the wording for missing data. Rounds half up, for print only.
    """
    if value is None or value == "":
        return no_data()
    rounded = Decimal(str(value)).scaleb(-scale).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return _signed(rounded, f"{abs(rounded):,.{places}f}", signed)


def percent(value: Decimal | str | None, *, places: int = 2) -> str:
    """A ratio (1 = 100%) as a percentage, rounded down: 0.99996 is never printed as 100.00%."""
    if value is None or value == "":
        return no_data()
    return f"{_minus(round_down(Decimal(str(value)).scaleb(2), places))}%"


def share(value: Decimal | str | None, *, places: int = 1) -> str:
    """A part of a whole (1 = 100%), rounded half up: shares are compared by eye, not judged."""
    if value is None or value == "":
        return no_data()
    return f"{amount(Decimal(str(value)), places=places, scale=-2)}%"


def points(value: Decimal | str | None) -> str:
    """A change of a ratio in percentage points, always with its sign."""
    return amount(value, scale=-2, signed=True)


def ratio8(value: Decimal | str | None) -> str:
    """A ratio to the eight places in which it is stored, rounded down."""
    return no_data() if value is None or value == "" else _minus(round_down(Decimal(str(value)), 8))


def hk_date(value: date | datetime | str | None, style: str = "long") -> str:
    """A day in Hong Kong: "22 November 2026" or "2026 年 11 月 22 日". ISO text is read as well."""
    day = _day(value)
    return "" if day is None else date_format(day, DATE_PATTERNS[style][_chinese()])


def hk_datetime(value: datetime | str | None, style: str = "long") -> str:
    """An instant on the Hong Kong clock: "22 November 2026, 23:59"."""
    instant = _instant(value)
    return "" if instant is None else date_format(instant, DATETIME_PATTERNS[style][_chinese()])


def duration(span: timedelta | int) -> str:
    """A length of time in its two largest units: 8 h 12 min, 3 days. An int is whole hours."""
    seconds = int(abs(timedelta(hours=span) if isinstance(span, int) else span).total_seconds())
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    if hours >= 48:
        return ngettext("%(count)d day", "%(count)d days", hours // 24) % {"count": hours // 24}
    if not hours:
        return gettext("%(minutes)d min") % {"minutes": minutes}
    if not minutes:
        return gettext("%(hours)d h") % {"hours": hours}
    return gettext("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}


def due_when(value: datetime | str | None) -> str:
    """The deadline itself: "Today 11:48", or its day and hour, with the year if it is another one."""
    instant = _instant(value)
    if instant is None:
        return gettext("No deadline")
    if instant.date() == clock.today():
        return gettext("Today %(time)s") % {"time": f"{instant:%H:%M}"}
    return hk_datetime(instant, "day" if instant.year == clock.today().year else "day_of_year")


def due_distance(value: datetime | str | None) -> str:
    """How far away the deadline is: "in 2 h 36 min", "overdue by 1 day"."""
    instant = _instant(value)
    if instant is None:
        return ""
    left = instant - clock.now()
    if left < timedelta(0):
        return gettext("overdue by %(duration)s") % {"duration": duration(left)}
    return gettext("in %(duration)s") % {"duration": duration(left)}


def due(value: datetime | str | None) -> str:
    """Deadline and distance in one line: "Today 11:48, in 2 h 36 min"."""
    if _instant(value) is None:
        return due_when(value)
    return gettext("%(when)s, %(distance)s") % {"when": due_when(value), "distance": due_distance(value)}


def due_tone(value: datetime | str | None) -> str:
    """ "over" after the deadline, "today" on its day, otherwise nothing."""
    instant = _instant(value)
    if instant is None:
        return ""
    if instant < clock.now():
        return "over"
    return "today" if instant.date() == clock.today() else ""


def short_digest(value: str | None) -> str:
    """A SHA-256 a person can compare: "9f2c 41ab … 07de"."""
    return f"{value[:4]} {value[4:8]} … {value[-4:]}" if value and len(value) > 12 else value or ""


def cite(value: str | None) -> str:
    """A citation whose "s. 5" and "Cap. 656" stay on one line."""
    return re.sub(r"\b(Cap\.|Sch\.|s\.|ss\.|para\.|Pt\.) ", rf"\1{NO_BREAK}", value or "")


def role_name(role: str) -> str:
    """The part that a person plays, in words; a role that has none yet by its code."""
    return str(ROLE_NAMES.get(role, role))


def organisation_name(organisation: Any) -> str:
    """The name in the reader's language; English where the other is not known. Takes a record or a dict."""
    names = organisation if isinstance(organisation, dict) else vars(organisation)
    key = {"zh-hant": "name_zh_hant", "zh-hans": "name_zh_hans"}.get(get_language() or "", "name_en")
    return names.get(key) or names.get("name_en") or str(organisation)


def enumerated(things: Iterable[Any]) -> str:
    """Several things of one kind: "Holdings, Ledger"; "持倉、帳簿"."""
    return pgettext("between things of one kind", ", ").join(map(str, things))


def clauses(parts: Iterable[Any]) -> str:
    """Several statements in one line: "bid available: yes; price basis: mid"."""
    return pgettext("between statements", "; ").join(map(str, parts))


def sentences(whole: Iterable[Any]) -> str:
    """Whole sentences one after another: Chinese leaves no space between them."""
    return ("" if _chinese() else " ").join(map(str, whole))


def month_label(day: date, with_year: bool) -> str:
    """The label under a month on a time axis."""
    return hk_date(day, "month_year" if with_year else "month")


def _chinese() -> bool:
    return (get_language() or "").startswith("zh")


def _minus(value: Decimal) -> str:
    return f"{value:f}".replace("-", MINUS)


def _signed(value: Decimal, digits: str, signed: bool) -> str:
    if value < 0:
        return f"{MINUS}{digits}"
    return f"+{digits}" if signed and value > 0 else digits


def _day(value: date | datetime | str | None) -> date | None:
    if isinstance(value, str):
        value = parse_datetime(value) or parse_date(value) if "T" in value else parse_date(value)
    if isinstance(value, datetime):
        return value.astimezone(clock.HONG_KONG).date()
    return value


def _instant(value: datetime | str | None) -> datetime | None:
    if isinstance(value, str):
        value = parse_datetime(value)
    return value.astimezone(clock.HONG_KONG) if value else None
