"""Reading whom an application stands on: the applicant and its people, and whether screening lets it go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from issuers.models import Application, Appointment, Clearance, ClearanceOverride, Person
from issuers.selectors.clearances import latest_clearances


@dataclass(frozen=True, slots=True)
class AssessedPerson:
    """The applicant itself (``person`` None) or one of its people; ``clearance`` None: not screened."""

    person: Person | None
    name: str
    positions: Sequence[Appointment]
    clearance: Clearance | None
    override: ClearanceOverride | None

    @property
    def key(self) -> int | None:
        return self.person.pk if self.person else None

    @property
    def cleared(self) -> bool:
        return self.clearance is not None and self.clearance.state == Clearance.State.CLEAR

    @property
    def may_go_on(self) -> bool:
        """Cleared, or overridden by two officers."""
        return self.cleared or bool(self.override and self.override.confirmed_by_id)


def persons_assessed(application: Application) -> list[AssessedPerson]:
    """Return the applicant, then its people by name, each with the latest screening and any override."""
    issuer = application.issuer
    people = issuer.persons.filter(removed_at=None).prefetch_related("appointments")
    latest = latest_clearances(issuer)
    overrides = {each.person_id: each for each in application.overrides.select_related("proposed_by", "confirmed_by")}
    whom = [(None, issuer.organisation.name, []), *(
        (person, person.name_en, [each for each in person.appointments.all() if each.until is None])
        for person in people
    )]
    return [
        AssessedPerson(person, name, positions, latest.get(key), overrides.get(key))
        for person, name, positions in whom for key in [person.pk if person else None]
    ]
