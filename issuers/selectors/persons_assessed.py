"""Reading whom an application stands on: the applicant and its people, and whether screening lets it go on."""

from __future__ import annotations

from dataclasses import dataclass

from issuers.models import Application, Clearance, ClearanceOverride, Person
from issuers.selectors.clearances import latest_clearances
from issuers.selectors.persons import Behind, people_of


@dataclass(frozen=True, slots=True)
class AssessedPerson:
    """The applicant itself (``behind`` None) or one of its people; ``clearance`` None: not screened."""

    behind: Behind | None
    name: str
    clearance: Clearance | None
    override: ClearanceOverride | None

    @property
    def person(self) -> Person | None:
        return self.behind.person if self.behind else None

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
    latest = latest_clearances(issuer)
    overrides = {each.person_id: each for each in application.overrides.select_related("proposed_by", "confirmed_by")}
    whom = [(None, None, issuer.organisation.name), *(
        (row.person.pk, row, row.person.name_en) for row in people_of(issuer, None).rows
    )]
    return [AssessedPerson(row, name, latest.get(key), overrides.get(key)) for key, row, name in whom]
