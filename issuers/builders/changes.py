"""What changed in public, newest first: versions of entries, and warnings put on the list or taken off it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.wording import organisation_name
from issuers.models import PublicWarning, RegisterEntry
from issuers.selectors.register import Entry, end_of
from issuers.selectors.warnings import told_warnings

#: A feed shows so many of the newest.
LONGEST = 100
E = RegisterEntry.Event
ENTRY_SENTENCES: dict[str, Any] = {
    E.ENTERED: _("%(name)s (%(number)s) was entered in the register"),
    E.CHANGED: _("The entry of %(name)s (%(number)s) changed"),
    E.SUSPENDED: _("The licence of %(name)s (%(number)s) is suspended"),
    E.REINSTATED: _("The suspension of the licence of %(name)s (%(number)s) ended"),
    E.REMOVED: _("The entry of %(name)s (%(number)s) was removed from the register"),
    E.CORRECTED: _("The entry of %(name)s (%(number)s) was corrected"),
}
WARNED = _("Warning: %(name)s is not licensed")
UNWARNED = _("The warning about %(name)s was removed from the list")


@dataclass(frozen=True, slots=True)
class PublicChange:
    """One change: when, its headline, what it says, and an address of its own to read it at."""

    at: datetime
    title: str
    text: str
    address: str


def public_changes(as_at: date | None = None) -> list[PublicChange]:
    """Return the newest changes, in the reader's language; with a day, those up to its end in Hong Kong."""
    rows = RegisterEntry.objects.select_related("licence").order_by("-shown_from", "-pk")
    warnings = told_warnings()
    until = end_of(as_at) if as_at else None
    if until:
        rows, warnings = rows.filter(shown_from__lt=until), warnings.filter(published_at__lt=until)
    changes = [_of_entry(row) for row in rows[:LONGEST]]
    for warning in warnings[:LONGEST]:
        changes += _of_warning(warning)
    known = [change for change in changes if until is None or change.at < until]
    return sorted(known, key=lambda change: change.at, reverse=True)[:LONGEST]


def _of_entry(row: RegisterEntry) -> PublicChange:
    entry = Entry(row)
    title = ENTRY_SENTENCES[row.event] % {"name": organisation_name(row.fields), "number": entry.number}
    address = reverse("public:entry", args=[entry.number])
    return PublicChange(row.shown_from, title, title, f"{address}#version-{row.version}")


def _of_warning(warning: PublicWarning) -> list[PublicChange]:
    address, name = reverse("public:warning", args=[warning.reference]), {"name": warning.name}
    told = []
    if warning.published_at:
        told.append(PublicChange(warning.published_at, WARNED % name, warning.wording, f"{address}#published"))
    if warning.removed_at:
        told.append(PublicChange(warning.removed_at, UNWARNED % name, warning.removal_reason, f"{address}#removed"))
    return told
