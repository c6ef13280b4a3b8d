"""What an application lacks of its people: parts that nobody plays, forms with gaps, votes that nobody explained."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from issuers.completeness import Gap
from issuers.manifest.persons import POSITIONS
from issuers.models import Application, Appointment, Person
from issuers.ownership import ISSUER, percent_text
from issuers.selectors.persons import Behind, People, people_of, share_for

OWNERSHIP = "ownership"
BOARD = "directors"


def person_problems(application: Application) -> list[Gap]:
    """Return what keeps the people's side of an application from being complete, worded for the applicant.

    ``key`` is the module that the gap belongs to, or the key of the person whose form it is.
    """
    return problems_of(people_of(application.issuer, application))


def problems_of(people: People) -> list[Gap]:
    """Return the gaps of people who were read already."""
    company = people.issuer.kind == people.issuer.Kind.COMPANY
    offices = (_chief_executives(people), _board(people), _managers(people), _owners(people)) if company else (
        _stablecoin_managers(people),)
    return [*(gap for found in offices for gap in found), *(gap for row in people.rows for gap in _of_person(row))]


def _gap(key: str, sentence: str, cite: str) -> Gap:
    return Gap("persons", key, sentence, cite)


def _chief_executives(people: People) -> Iterator[Gap]:
    """ORD ss. 53-54: a chief executive, and at least one alternate."""
    if not people.holding_office("chief_executive"):
        yield _gap("chief_executive", _("Nobody is put forward as chief executive."), "ORD s. 53")
    if not people.holding_office("alternate"):
        yield _gap("chief_executive", _("Nobody is put forward as alternate chief executive; at least one is needed."),
                   "ORD s. 54")


def _board(people: People) -> Iterator[Gap]:
    board = people.board
    if not board.directors:
        yield _gap(BOARD, _("No director is entered."), "ORD ss. 58-59")
    elif board.falls_short and board.expected:
        sentence = _("%(independent)d of %(directors)d directors are independent; generally at least one third is"
                     " expected.")
        yield _gap(BOARD, sentence % {"independent": board.independent, "directors": board.directors},
                   board.expected.cite)


def _managers(people: People) -> Iterator[Gap]:
    """ORD Sch. 1: somebody heads each of the affairs; other business only where there is any."""
    for affair in Appointment.Affair:
        if affair is not Appointment.Affair.OTHER_BUSINESS and not people.holding_office("manager", affair):
            yield _gap("managers", _("Nobody is entered as manager for this affair: %(affair)s.")
                       % {"affair": affair.label}, "ORD s. 63, Sch. 1")


def _stablecoin_managers(people: People) -> Iterator[Gap]:
    if not people.holding_office("stablecoin_manager"):
        yield _gap("stablecoin_manager", _("Nobody is put forward as stablecoin manager."),
                   POSITIONS[people.issuer.kind]["stablecoin_manager"])


def _owners(people: People) -> Iterator[Gap]:
    """Holders of the applicant add up to the whole, and no gap in a controller can hide another one."""
    minority = share_for(people.issuer, "controller_minority", people.on)
    covers, cite = people.ownership.covers, "LIC Annex B item 7"
    if not covers[ISSUER].total:
        yield _gap(OWNERSHIP, _("No holder of the applicant is entered."), cite)
    elif covers[ISSUER].gap:
        yield _gap(OWNERSHIP, _("%(gap)s%% of the votes in the applicant are not explained.")
                   % {"gap": percent_text(covers[ISSUER].gap)}, cite)
    for row in people.controllers:
        if row.person.kind != Person.Kind.BODY_CORPORATE or minority is None:
            continue
        cover = covers.get(row.person.pk)
        gap = cover.gap if cover else Decimal(100)
        if gap / 100 >= minority.part:
            yield _gap(OWNERSHIP, _("%(gap)s%% of the votes in %(body)s, a controller, are not explained.")
                       % {"gap": percent_text(gap), "body": row.person}, cite)


def _of_person(row: Behind) -> Iterator[Gap]:
    person, key = row.person, str(row.person.pk)
    if not row.positions:
        if row.stake is None:
            yield _gap(key, _("%(person)s has no position and holds nothing.") % {"person": person}, "ORD Sch. 2 s. 7")
        return
    cite = row.form.sections[0].cite if row.form.sections else "ORD Sch. 2 s. 7"
    if person.kind == Person.Kind.INDIVIDUAL and not person.birth_date:
        yield _gap(key, _("The date of birth of %(person)s is missing.") % {"person": person}, cite)
    if not person.country:
        yield _gap(key, _("The country of %(person)s is missing.") % {"person": person}, cite)
    if person.kind == Person.Kind.BODY_CORPORATE and not person.registration_number:
        yield _gap(key, _("The registration number of %(person)s is missing.") % {"person": person}, cite)
    missing = len(row.form.missing)
    if not row.form.is_begun:
        yield _gap(key, _("The form of %(person)s is not begun.") % {"person": person}, cite)
    elif missing:
        sentence = ngettext("One question of the form of %(person)s is open.",
                            "%(count)d questions of the form of %(person)s are open.", missing)
        yield _gap(key, sentence % {"count": missing, "person": person}, cite)
