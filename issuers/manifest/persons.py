"""The forms of the people and bodies behind an applicant: which questions each of them answers, and why.

A person fills in one form; which sections it has follows from the parts that the person plays (ORD Sch. 2 ss. 7-8). The
answers are stored under ``person.<key>`` with the person.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from issuers.manifest.parts import AUTHORIZED_INSTITUTION, COMPANY, Column, Field, FieldKind

PREFIX = "person."


def _(text: str) -> str:
    """Mark a text for the translators' catalogue; it is translated where it is shown."""
    return text


class Part(StrEnum):
    """What a form is filled in as."""

    CORPORATE_CONTROLLER = "corporate_controller"
    CONTROLLER = "controller"
    CHIEF_EXECUTIVE = "chief_executive"
    ALTERNATE = "alternate"
    DIRECTOR = "director"
    STABLECOIN_MANAGER = "stablecoin_manager"
    MANAGER = "manager"


#: Which positions the people of an applicant of each kind may be put forward for, and where the law says so.
POSITIONS: dict[str, dict[str, str]] = {
    COMPANY: {
        "controller": "ORD ss. 36-38", "chief_executive": "ORD ss. 53-54", "alternate": "ORD ss. 53-54",
        "director": "ORD ss. 58-59", "manager": "ORD s. 63",
    },
    AUTHORIZED_INSTITUTION: {"stablecoin_manager": "ORD ss. 66-67", "manager": "ORD s. 63"},
}
#: Which of them a body corporate may be put forward for; the others are for individuals.
CORPORATE_POSITIONS = frozenset({"controller"})

_BODY = frozenset({Part.CORPORATE_CONTROLLER})
_PEOPLE = frozenset(Part) - _BODY
_OFFICERS = _PEOPLE - {Part.CONTROLLER}
_CONTROLLERS = frozenset({Part.CONTROLLER, Part.CORPORATE_CONTROLLER})
_ALL = frozenset(Part)


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the form, for those who play one of the ``parts``."""

    key: str
    title: str
    cite: str
    fields: tuple[Field, ...]
    parts: frozenset[Part] = _ALL
    intro: str = ""


def _asked(key: str, label: str, hint: str = "") -> tuple[Field, Field]:
    """Return a question of yes or no, and the one for the details that a yes needs."""
    return (
        Field(key, label, FieldKind.YES_NO, hint),
        Field(f"{key}_details", _("If yes: what, where, when, and how it ended"), FieldKind.LONG_TEXT, required=False),
    )


_IDENTITY = Section("identity", _("Identity"), "ORD Sch. 2 s. 7", (
    Field("other_names", _("Former names and aliases"), required=False),
    Field("identity_document", _("Identity document"), FieldKind.CHOICE,
          choices=(("hkid", _("Hong Kong identity card")), ("passport", _("Passport")),
                   ("travel_document", _("Other travel document")))),
    Field("identity_number", _("Number of the document")),
    Field("identity_country", _("Issued by"), FieldKind.COUNTRY),
    Field("other_nationality", _("Other nationality"), FieldKind.COUNTRY, required=False),
    Field("residence", _("Country of residence"), FieldKind.COUNTRY),
    Field("address", _("Residential address"), FieldKind.LONG_TEXT),
    Field("email", _("E-mail address"), FieldKind.EMAIL),
    Field("phone", _("Telephone"), FieldKind.PHONE),
), _PEOPLE)

_RESIDENCE = Section("ordinary_residence", _("Residence in Hong Kong"), "ORD ss. 66-67", (
    Field("ordinarily_resident", _("Is the person ordinarily resident in Hong Kong?"), FieldKind.YES_NO,
          _("A stablecoin manager must be.")),
    Field("resident_since", _("Resident in Hong Kong since"), FieldKind.PAST_DAY),
), frozenset({Part.STABLECOIN_MANAGER}))

_CAREER = Section("career", _("Knowledge and experience"), "ORD Sch. 2 s. 8", (
    Field("qualifications", _("Academic and professional qualifications"), FieldKind.TABLE, required=False, columns=(
        Column("title", _("Qualification")), Column("body", _("Awarded by")),
        Column("year", _("Year"), FieldKind.INTEGER),
    )),
    Field("employment", _("Employment of the last ten years"), FieldKind.TABLE,
          _("The latest first. Say what filled any gap of more than three months."), columns=(
              Column("employer", _("Employer")), Column("position", _("Position")),
              Column("since", _("From"), FieldKind.PAST_DAY),
              Column("until", _("Until"), FieldKind.PAST_DAY, required=False),
              Column("leaving", _("Reason for leaving"), required=False),
          )),
    Field("experience", _("What in this fits the person for the position?"), FieldKind.LONG_TEXT),
), _OFFICERS)

_DIRECTORSHIPS = Section("directorships", _("Directorships and holdings elsewhere"), "ORD Sch. 2 s. 7", (
    Field("directorships", _("Directorships in other bodies, now and in the last ten years"), FieldKind.TABLE,
          required=False, columns=(
              Column("body", _("Name of the body")), Column("country", _("Country"), FieldKind.COUNTRY),
              Column("since", _("From"), FieldKind.PAST_DAY),
              Column("until", _("Until"), FieldKind.PAST_DAY, required=False),
          )),
), _PEOPLE)

_BUSINESS = Section("business", _("The body"), "ORD Sch. 2 s. 7", (
    Field("place_of_business", _("Principal place of business"), FieldKind.LONG_TEXT),
    Field("business", _("What the body does"), FieldKind.LONG_TEXT),
    *_asked("supervised", _("Is it supervised by a financial regulator?"), _("Name the regulator and the licence.")),
    Field("directors", _("Its directors"), FieldKind.TABLE, columns=(
        Column("name", _("Name")), Column("nationality", _("Nationality"), FieldKind.COUNTRY),
    )),
    Field("audited_until", _("Its last audited accounts end on"), FieldKind.PAST_DAY),
), _BODY)

_HOLDING = Section("holding", _("The holding in the applicant"), "ORD ss. 36-38", (
    Field("source_of_funds", _("Where the money for the holding comes from"), FieldKind.LONG_TEXT),
    *_asked("nominee", _("Is any of the holding held for somebody else, or charged to somebody?")),
    *_asked("instructions", _("Are the applicant's directors accustomed to act on the holder's instructions?")),
), _CONTROLLERS)

_INTEGRITY = Section("integrity", _("Integrity and financial standing"), "ORD Sch. 2 s. 7", (
    *_asked("convicted", _("Convicted of an offence anywhere, or charged with one?"),
            _("Leave out minor traffic offences.")),
    *_asked("regulatory_action", _("Disciplined, fined, refused or restricted by a regulator or professional body?")),
    *_asked("litigation", _("Party to pending civil proceedings, or found liable for fraud or breach of duty?")),
    *_asked("investigated", _("Under investigation by an authority, as far as known?")),
    *_asked("failed_body", _("Director or controller of a body that became insolvent or lost its licence?")),
))

_PERSONAL_STANDING = Section("standing", _("Personal standing"), "ORD Sch. 2 s. 7", (
    *_asked("disqualified", _("Disqualified from being a director, anywhere?")),
    *_asked("bankrupt", _("Bankrupt, or party to an arrangement with creditors, anywhere?")),
    *_asked("dismissed", _("Dismissed, or asked to resign, from an office or employment?")),
), _PEOPLE)

_BODY_STANDING = Section("body_standing", _("Standing of the body"), "ORD Sch. 2 s. 7", (
    *_asked("insolvent", _("In winding-up, receivership or an arrangement with creditors, anywhere?")),
), _BODY)

_COMMITMENT = Section("commitment", _("Conflicts and time"), "ORD Sch. 2 ss. 7-8", (
    *_asked("conflicts", _("Does an interest or duty elsewhere conflict with the position?")),
    *_asked("related", _("Related to a controller, director or officer of the applicant, by family or business?")),
    Field("hours_per_week", _("Hours a week for the position"), FieldKind.INTEGER),
), _OFFICERS)

_REPORTING = Section("reporting", _("Lines of reporting"), "ORD s. 63", (
    Field("reports_to", _("Reports to")),
    Field("responsibilities", _("Responsibilities"), FieldKind.LONG_TEXT),
), frozenset({Part.MANAGER, Part.STABLECOIN_MANAGER}))

_DECLARATION = Section("declaration", _("Declaration"), "ORD Sch. 2 s. 7", (
    Field("declared", _("Has the person declared that this form is true and complete, and agreed to enquiries?"),
          FieldKind.YES_NO, _("Keep the signed declaration and file it with the person's documents.")),
    Field("declared_by", _("Signed by"), hint=_("For a body: who signed for it, and as what.")),
    Field("declared_on", _("Signed on"), FieldKind.PAST_DAY),
))

SECTIONS: tuple[Section, ...] = (
    _IDENTITY, _RESIDENCE, _BUSINESS, _HOLDING, _CAREER, _DIRECTORSHIPS, _INTEGRITY, _PERSONAL_STANDING,
    _BODY_STANDING, _COMMITMENT, _REPORTING, _DECLARATION,
)

#: Answers that leave a question open although there is one: what has to be answered by yes.
MUST_BE_YES = frozenset({"declared", "ordinarily_resident"})


def positions_for(issuer_kind: str, person_kind: str) -> dict[str, str]:
    """Return the positions that such a person may be put forward for at an applicant of the kind, each with its law."""
    positions = POSITIONS[issuer_kind]
    if person_kind != "body_corporate":
        return positions
    return {position: cite for position, cite in positions.items() if position in CORPORATE_POSITIONS}


def parts_of(person_kind: str, positions: Collection[str]) -> frozenset[Part]:
    """Return what the person's form is filled in as."""
    if person_kind == "body_corporate":
        return _BODY if "controller" in positions else frozenset()
    return frozenset(Part(position) for position in positions)


def sections_for(person_kind: str, positions: Collection[str]) -> tuple[Section, ...]:
    """Return the sections of the form of somebody who plays the parts; nobody fills in a form for no part."""
    parts = parts_of(person_kind, positions)
    return tuple(section for section in SECTIONS if section.parts & parts)


def questions_for(person_kind: str, positions: Collection[str]) -> tuple[Field, ...]:
    """Return the form's questions in their order."""
    return tuple(field for section in sections_for(person_kind, positions) for field in section.fields)


def wanted(questions: Collection[Field], values: Mapping[str, Any]) -> tuple[Field, ...]:
    """Return the questions as they stand once the answers are known: a yes makes its details required."""
    yes = {f"{key}_details" for key, value in values.items() if value is True}
    return tuple(replace(each, required=True) if each.key in yes else each for each in questions)
