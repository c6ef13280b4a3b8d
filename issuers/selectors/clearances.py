"""Reading what screenings found: for everybody behind an issuer, the latest, or that there was none."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from issuers.models import Clearance, Issuer, Person

TONES = {"clear": "good", "pending": "warn", "hit": "bad"}


@dataclass(frozen=True, slots=True)
class Screened:
    """One line: a person, or the issuer itself (``person`` None), and the latest clearance or None."""

    person: Person | None
    latest: Clearance | None

    @property
    def label(self) -> str:
        return self.latest.get_state_display() if self.latest else _("Not screened")

    @property
    def tone(self) -> str:
        return TONES[self.latest.state] if self.latest else "warn"


def latest_clearances(issuer: Issuer) -> dict[int | None, Clearance]:
    """Return the latest clearance of each who was screened, by person; None is the issuer itself."""
    rows = issuer.clearances.select_related("recorded_by").order_by("recorded_at", "pk")
    return {row.person_id: row for row in rows}


def clearances_of(issuer: Issuer) -> list[Screened]:
    """Return the issuer itself and then everybody behind it, each with the latest clearance."""
    latest = latest_clearances(issuer)
    people = issuer.persons.filter(removed_at=None)
    return [Screened(None, latest.get(None)), *(Screened(person, latest.get(person.pk)) for person in people)]
