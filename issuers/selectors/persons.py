"""Reading the people and bodies behind an issuer: their parts, what they hold, how far their forms are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from core import clock
from core.access import Actor
from issuers.answer_values import missing_cells
from issuers.manifest import Field
from issuers.manifest.persons import MUST_BE_YES, PREFIX, Section, sections_for, wanted
from issuers.models import Answer, Application, Appointment, Document, Issuer, Person, Shareholding
from issuers.ownership import ISSUER, Cover, Edge, Ownership, Stake, add_up, percent_text, percentage
from issuers.time_limits import StatutoryShare, statutory_share

#: Somebody who is named as a controller although the votes do not make one: an indirect controller (ORD s. 2).
INDIRECT = "indirect"
CONTROL_LABELS = {
    "majority": _("Majority controller"), "minority": _("Minority controller"), INDIRECT: _("Indirect controller"),
}


@dataclass(frozen=True, slots=True)
class PersonForm:
    """One person's fit-and-proper form: what it asks, what is answered, what is missing."""

    sections: tuple[Section, ...]
    values: Mapping[str, Any]
    versions: Mapping[str, int]

    @property
    def questions(self) -> tuple[Field, ...]:
        asked = tuple(question for section in self.sections for question in section.fields)
        return wanted(asked, self.values)

    @property
    def missing(self) -> tuple[Field, ...]:
        """The questions that still need an answer, a full row, or the answer yes."""
        return tuple(question for question in self.questions if self._is_missing(question))

    @property
    def answered(self) -> int:
        return sum(question.required and not self._is_missing(question) for question in self.questions)

    @property
    def required(self) -> int:
        return sum(question.required for question in self.questions)

    @property
    def read(self) -> list[tuple[Section, list[tuple[Field, Any]]]]:
        """The sections with their answers, without details that nothing asked for."""
        return [(section, [(each, self.values.get(each.key)) for each in wanted(section.fields, self.values)
                           if each.required or self.values.get(each.key) is not None or "_details" not in each.key])
                for section in self.sections]

    @property
    def is_begun(self) -> bool:
        return any(self.values.get(question.key) is not None for question in self.questions)

    def _is_missing(self, question: Field) -> bool:
        value = self.values.get(question.key)
        if value is None:
            return question.required
        if question.key in MUST_BE_YES and value is not True:
            return True
        return bool(question.columns and missing_cells(question, value))


@dataclass(frozen=True, slots=True)
class Behind:
    """One person or body with everything that is known of it."""

    person: Person
    appointments: tuple[Appointment, ...]
    stake: Stake | None
    form: PersonForm
    documents: tuple[Document, ...]

    @property
    def positions(self) -> frozenset[str]:
        return positions_of(self.appointments, self.stake)

    @property
    def control(self) -> str:
        """The class of controller, or "" for who is none."""
        if self.stake and self.stake.control:
            return self.stake.control
        return INDIRECT if Appointment.Position.CONTROLLER in self.positions else ""

    @property
    def control_label(self) -> Any:
        return CONTROL_LABELS.get(self.control, "")

    @property
    def votes(self) -> str:
        return percent_text(self.stake.votes if self.stake else Decimal(0))

    @property
    def direct(self) -> str:
        return percent_text(self.stake.direct if self.stake else Decimal(0))

    @property
    def effective(self) -> str:
        return percent_text(percentage(self.stake.effective) if self.stake else Decimal(0))


@dataclass(frozen=True, slots=True)
class People:
    """Everybody behind an issuer on a day, and what the ownership chart adds up to."""

    issuer: Issuer
    rows: tuple[Behind, ...]
    holdings: tuple[Shareholding, ...]
    ownership: Ownership
    on: date

    def row_of(self, person: Person) -> Behind | None:
        return next((row for row in self.rows if row.person.pk == person.pk), None)

    @property
    def cover(self) -> Cover:
        """How much of the issuer itself the chart explains."""
        return self.ownership.covers[ISSUER]

    def holding_office(self, position: str, affair: str = "") -> list[Behind]:
        return [row for row in self.rows if any(
            each.position == position and affair in ("", each.affair) for each in row.appointments
        )]

    @property
    def controllers(self) -> list[Behind]:
        return sorted((row for row in self.rows if row.control), key=lambda row: -(row.stake.votes if row.stake else 0))

    @property
    def board(self) -> Board:
        directors = [each for row in self.rows for each in row.appointments if each.position == "director"]
        expected = share_for(self.issuer, "independent_directors", self.on)
        return Board(len(directors), sum(each.independent for each in directors), expected)


@dataclass(frozen=True, slots=True)
class Board:
    """How many directors are independent, against the part that is expected (SUP 7.1.3); None where it is not."""

    directors: int
    independent: int
    expected: StatutoryShare | None

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.independent, self.directors) if self.directors else None

    @property
    def falls_short(self) -> bool:
        return self.expected is not None and self.share is not None and self.share < self.expected.part


def applications_with_people(actor: Actor) -> QuerySet[Application]:
    """Return the applications that the actor may see, with what tells whether their people can be changed."""
    return Application.objects.visible_to(actor).select_related("issuer__organisation")


def latest_application(issuer: Issuer) -> Application | None:
    """Return the application under way, or the last one that was."""
    return issuer.applications.select_related("issuer__organisation").first()


def may_change_persons(issuer: Issuer, application: Application | None) -> bool:
    """Say whether people and holdings can be changed: the application under way allows it, or there is a licence."""
    if application is not None:
        return application.is_editable
    return issuer.holds_licence


def persons_for(actor: Actor) -> QuerySet[Person]:
    """Return the people and bodies that the actor may see, with their issuer."""
    return Person.objects.visible_to(actor).select_related("issuer__organisation")


def edges_of(issuer: Issuer) -> list[Edge]:
    """Return the lines of the issuer's ownership chart."""
    lines = Shareholding.objects.filter(issuer=issuer).values_list("holder", "held", "votes_percent")
    return [Edge(*line) for line in lines]


def share_for(issuer: Issuer, name: str, on: date) -> StatutoryShare | None:
    """Return the law's share in force on the day, or None where it is not for an issuer of this kind."""
    share = statutory_share(name, on)
    return share if issuer.kind in share.kinds else None


def positions_of(appointments: tuple[Appointment, ...], stake: Stake | None) -> frozenset[str]:
    """Return the parts that somebody plays: those appointed to, and that of a controller where the votes make one."""
    named = {each.position for each in appointments}
    return frozenset(named | ({Appointment.Position.CONTROLLER.value} if stake and stake.control else set()))


def people_of(issuer: Issuer, application: Application | None) -> People:
    """Return everybody behind the issuer, with the answers and documents that the application has of them."""
    on = clock.today()
    persons = list(issuer.persons.filter(removed_at=None).prefetch_related(
        Prefetch("appointments", Appointment.objects.filter(until=None), to_attr="current")
    ))
    by_key = {person.pk: person for person in persons}
    holdings = tuple(Shareholding.objects.filter(issuer=issuer))
    for each in holdings:
        each.holder = by_key[each.holder_id]
        each.held = by_key[each.held_id] if each.held_id else None
    owned = _ownership(issuer, holdings, on)
    stakes = {stake.holder: stake for stake in owned.stakes}
    answers, documents = _answers(application), _documents(issuer)
    rows = []
    for person in persons:
        stake, current = stakes.get(person.pk), tuple(person.current)
        sections = sections_for(person.kind, positions_of(current, stake))
        form = PersonForm(sections, *answers[person.pk])
        rows.append(Behind(person, current, stake, form, tuple(documents[person.pk])))
    return People(issuer, tuple(rows), holdings, owned, on)


def _ownership(issuer: Issuer, holdings: tuple[Shareholding, ...], on: date) -> Ownership:
    """Add up the chart; of an authorized institution no votes make a controller (ORD s. 36)."""
    edges = [Edge(each.holder_id, each.held_id, each.votes_percent) for each in holdings]
    minority, majority = (share_for(issuer, name, on) for name in ("controller_minority", "controller_majority"))
    if minority is None or majority is None:
        return add_up(edges, minority=Fraction(2), majority=Fraction(2))
    return add_up(edges, minority=minority.part, majority=majority.part)


def _answers(application: Application | None) -> dict[int | None, tuple[dict[str, Any], dict[str, int]]]:
    """Return values and versions of the answers, by person and question."""
    found: dict[int | None, tuple[dict[str, Any], dict[str, int]]] = defaultdict(lambda: ({}, {}))
    rows = Answer.objects.filter(application=application, key__startswith=PREFIX) if application else ()
    for row in rows:
        values, versions = found[row.person_id]
        key = row.key.removeprefix(PREFIX)
        values[key], versions[key] = row.value, row.version
    return found


def _documents(issuer: Issuer) -> dict[int | None, list[Document]]:
    found: dict[int | None, list[Document]] = defaultdict(list)
    for row in issuer.documents.exclude(person=None).filter(removed_at=None, replaced_by=None).select_related("blob"):
        found[row.person_id].append(row)
    return found
