"""Reading the register as it stands or stood: always what was published, never what the records say meanwhile."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from core import clock
from core.wording import hk_date
from issuers.models import Licence, RegisterEntry
from issuers.register_changes import Change, changes_between

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
SHOWN = (Licence.Status.ACTIVE, Licence.Status.SUSPENDED)
LABELS = {
    "name_en": _("Name in English"), "name_zh_hant": _("Name in Traditional Chinese"),
    "name_zh_hans": _("Name in Simplified Chinese"), "address_en": _("Principal address in Hong Kong"),
    "address_zh_hant": _("Principal address in Traditional Chinese"),
    "address_zh_hans": _("Principal address in Simplified Chinese"), "email": _("E-mail"), "website": _("Website"),
    "number": _("Licence number"), "effective_on": _("Effective date"), "status": _("Status"),
    "suspension": _("Suspension"), "coins": _("Stablecoins"), "contracts": _("Contracts"),
}


@dataclass(frozen=True)
class Contract:
    chain: str
    contract: str

    @property
    def caip10(self) -> str:
        """The address with its chain before it."""
        return f"{self.chain}:{self.contract}"


@dataclass(frozen=True)
class RegisteredCoin:
    symbol: str
    reference_currency: str
    deployments: tuple[Contract, ...]


class Entry:
    """One version of an entry, read for a page, a table or a program; named as in ``RegisterEntry.fields``."""

    def __init__(self, row: RegisterEntry) -> None:
        said = row.fields
        self.row, self.version, self.event, self.shown_from = row, row.version, row.event, row.shown_from
        self.issuer_id = row.licence.issuer_id
        self.number: str = said["number"]
        self.effective_on = date.fromisoformat(said["effective_on"])
        self.name_en: str = said["name_en"]
        self.name_zh_hant: str = said["name_zh_hant"]
        self.name_zh_hans: str = said["name_zh_hans"]
        self.address_en: str = said["address_en"]
        self.address_zh_hant: str = said["address_zh_hant"]
        self.address_zh_hans: str = said.get("address_zh_hans", "")  # older versions have none
        self.email: str = said["email"]
        self.website: str = said["website"]
        term = said.get("suspension") or {}
        self.suspended_since = _day(term.get("since"))
        self.suspended_until = _day(term.get("until"))
        self.ended_on = _day(said.get("ended_on"))

    def __str__(self) -> str:
        return self.name_en

    @cached_property
    def coins(self) -> list[RegisteredCoin]:
        return [
            RegisteredCoin(coin["symbol"], coin["reference_currency"],
                           tuple(Contract(at["chain"], at["contract"]) for at in coin["contracts"]))
            for coin in self.row.fields["coins"]
        ]

    @property
    def status(self) -> str:
        """The state of the licence, as the entry says it."""
        return self.row.fields["status"]

    @property
    def names(self) -> tuple[str, str, str]:
        return self.name_en, self.name_zh_hant, self.name_zh_hans

    @property
    def is_shown(self) -> bool:
        """A revoked or surrendered licence has no entry; a suspended one stays with its notation."""
        return self.status in SHOWN

    def get_status_display(self) -> str:
        return str(Licence.Status(self.status).label)

    def standing(self, on: date) -> str:
        """What somebody needs to know first: licensed, not_yet, suspended or ended."""
        if not self.is_shown:
            return "ended"
        if self.status == Licence.Status.SUSPENDED:
            return "suspended"
        return "licensed" if self.effective_on <= on else "not_yet"


@dataclass(frozen=True)
class Version:
    """One step of an entry's history, with what it changed."""

    entry: Entry
    label: str
    changes: list[tuple[Any, Change]]


def end_of(day: date) -> datetime:
    """Return the first instant after the day in Hong Kong."""
    return datetime.combine(day + timedelta(days=1), time(), clock.HONG_KONG)


def latest_entries(as_at: date | None = None) -> list[Entry]:
    """Return the last version of every entry, at the end of a day or now, removed ones too."""
    rows = RegisterEntry.objects.select_related("licence").order_by("licence_id", "-version").distinct("licence_id")
    if as_at is not None:
        rows = rows.filter(shown_from__lt=end_of(as_at))
    return sorted((Entry(row) for row in rows), key=lambda entry: entry.number)


def entries(as_at: date | None = None) -> list[Entry]:
    """Return the entries of the public register, now or at the end of a day in Hong Kong (ORD s. 21)."""
    return [entry for entry in latest_entries(as_at) if entry.is_shown]


def versions_of(number: str) -> list[Entry]:
    """Return every version of one entry, oldest first."""
    if "\x00" in number:  # no number holds one, and asking the database for it is an error there
        return []
    rows = RegisterEntry.objects.filter(licence__number=number).select_related("licence")
    return [Entry(row) for row in rows.order_by("version")]


def spelled(number: str) -> str | None:
    """Return the number of the entry that is meant by one with other spaces or letter cases, None if none is."""
    asked = _bare(number)
    return next((each.number for each in latest_entries() if _bare(each.number) == asked), None)


def _bare(number: str) -> str:
    return "".join(number.split()).casefold()


def others_of(entry: Entry, as_at: date | None = None) -> list[Entry]:
    """Return the issuer's entries under other numbers, at the end of a day or now, those removed too, latest first."""
    others = [
        each for each in latest_entries(as_at) if each.issuer_id == entry.issuer_id and each.number != entry.number
    ]
    return sorted(others, key=lambda each: (each.is_shown, each.effective_on, each.number), reverse=True)


def version_at(versions: list[Entry], as_at: date | None) -> Entry | None:
    """Return the version that was shown at the end of a day, or now; None if there was none yet."""
    known = versions if as_at is None else [each for each in versions if each.shown_from < end_of(as_at)]
    return known[-1] if known else None


def history(versions: list[Entry]) -> list[Version]:
    """Return the steps of an entry's history, newest first; of the first version nothing is said to have changed."""
    steps = []
    for before, entry in zip([None, *versions], versions, strict=False):
        changes = changes_between(before.row.fields, entry.row.fields) if before else []
        words = [(LABELS[change.field], _worded(change)) for change in changes]
        steps.append(Version(entry, entry.row.get_event_display(), words))
    return steps[::-1]


def labelled(changes: Iterable[Change]) -> list[tuple[Any, Change]]:
    """Return changes with the names of their fields for readers."""
    return [(LABELS[change.field], _worded(change)) for change in changes]


def _worded(change: Change) -> Change:
    if change.field == "status":
        return Change(change.field, *(str(Licence.Status(value).label) for value in (change.before, change.after)))
    if change.field in ("effective_on", "suspension"):
        return Change(change.field, *(ISO_DAY.sub(lambda day: hk_date(day[0]), value)
                                      for value in (change.before, change.after)))
    return change


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
