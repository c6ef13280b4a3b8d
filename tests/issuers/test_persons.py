"""People and holdings: what is entered, and every refusal with its sentence, after which nothing has changed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from core.access import SYSTEM
from core.errors import NotPermitted, Refused
from core.models import AuditEvent
from issuers.forms.persons import AppointmentForm
from issuers.models import Appointment, Person, Shareholding
from issuers.selectors.persons import people_of
from issuers.services.persons import (
    add_person,
    appoint,
    change_person,
    end_appointment,
    remove_person,
    remove_shareholding,
    set_shareholding,
)
from issuers.services.steps import move_application

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(set_clock):
    set_clock("2026-11-26T10:00:00")


def counts() -> tuple[int, int, int, int]:
    return (Person.objects.count(), Appointment.objects.count(), Shareholding.objects.count(), AuditEvent.objects.count())


def refused(act, *args, **named) -> str:
    """Return the sentence of a refusal, after which nothing is other than before."""
    before = counts()
    with pytest.raises(Refused) as caught:
        act(*args, **named)
    assert counts() == before
    return str(caught.value)


def test_a_person_is_entered_with_particulars_in_their_stored_form(anna, body):
    assert (anna.name_en, anna.country, anna.birth_date, anna.lei) == ("Anna Sze", "HK", date(1980, 5, 1), "")
    assert (body.registration_number, body.birth_date) == ("12345678", None)
    assert [row.verb for row in AuditEvent.objects.filter(target_type="issuers.person", target_pk=anna.pk)] == [
        "issuers.person.added"]


@pytest.mark.parametrize("particulars, sentence", [
    ({"birth_date": date(2008, 11, 27)}, "The person is under 18: born on 27 November 2008."),
    ({"birth_date": date(2026, 11, 27)}, "27 November 2026 is in the future."),
    ({"name_en": "  "}, "Give the name in English."),
    ({"country": "XK"}, "“XK” is not a country code of ISO 3166-1, such as HK or GB."),
])
def test_particulars_of_an_individual_that_cannot_be_right_are_refused(harbour_application, harbour, kim, particulars, sentence):
    given = {"name_en": "Young Person"} | particulars
    assert refused(add_person, harbour, kind="individual", actor=kim, **given) == sentence


@pytest.mark.parametrize("particulars, sentence", [
    ({"lei": "2HI3YI5320L3RW6NJ958"},
     "“2HI3YI5320L3RW6NJ958” is not an LEI: its check digits do not fit. Compare it with the certificate."),
    ({"country": "CN", "registration_number": "91110000600037342L"},
     "“91110000600037342L” is not a unified social credit code (CN). Compare it with the extract of the register."),
    ({"registration_number": "12345678"}, "Say where the body is registered."),
])
def test_particulars_of_a_body_that_cannot_be_right_are_refused(body, kim, particulars, sentence):
    given = {"country": "", "registration_number": ""} | particulars
    assert refused(change_person, body, actor=kim, **given) == sentence
    body.refresh_from_db()
    assert body.registration_number == "12345678"


def test_a_change_is_recorded_once_and_only_when_something_changed(anna, kim):
    changed = change_person(anna, actor=kim, name_zh="施安娜", country="GB")
    assert (changed.country, changed.birth_date) == ("GB", date(1980, 5, 1))
    assert change_person(changed, actor=kim, country="GB").country == "GB"
    said = AuditEvent.objects.filter(verb="issuers.person.changed")
    assert [row.data for row in said] == [{"fields": ["country"]}]


def test_a_person_in_the_chart_is_not_taken_out(anna, kim):
    line = set_shareholding(anna, percent=Decimal("12.5"), actor=kim)
    assert refused(remove_person, anna, actor=kim) == "Anna Sze is in the ownership chart. Take the holdings out first."
    remove_shareholding(line, actor=kim)
    removed = remove_person(anna, actor=kim)
    assert removed.removed_at
    assert refused(remove_person, anna, actor=kim) == "Anna Sze was taken out."
    assert refused(change_person, anna, actor=kim, country="GB") == "Anna Sze was taken out."


def test_positions(anna, body, kim):
    appoint(anna, position="director", independent=True, since=date(2026, 11, 26), actor=kim)
    held = appoint(anna, position="manager", affair="compliance", actor=kim)
    assert refused(appoint, anna, position="director", actor=kim) == "Anna Sze has this position already."
    assert refused(appoint, anna, position="alternate", since=date(2026, 11, 27), actor=kim) == "The day is in the future."
    assert refused(appoint, body, position="director", actor=kim) == (
        "Harbour Holdings Limited is a body; only individuals take this position.")
    manager = "A manager heads one of the affairs of Schedule 1; other positions have none."
    assert refused(appoint, anna, position="manager", actor=kim) == manager
    assert refused(appoint, anna, position="alternate", affair="accounts", actor=kim) == manager
    assert refused(appoint, anna, position="manager", affair="tea", actor=kim) == "Schedule 1 knows no such affair."
    assert refused(appoint, anna, position="alternate", independent=True, actor=kim) == (
        "Only a director can be independent.")
    for nobodys in ("auditor", "stablecoin_manager"):
        assert refused(appoint, anna, position=nobodys, actor=kim) == (
            "An applicant of this kind puts nobody forward for this position.")
    assert refused(end_appointment, held, until=date(2026, 11, 27), actor=kim) == "The day is in the future."
    director = anna.appointments.get(position="director")
    assert refused(end_appointment, director, until=date(2026, 11, 25), actor=kim) == (
        "The position cannot end before it began.")
    assert end_appointment(held, until=date(2026, 11, 26), actor=kim).until == date(2026, 11, 26)
    assert refused(end_appointment, held, until=date(2026, 11, 26), actor=kim) == "The position ended before."


@pytest.mark.parametrize(
    ("issuer_kind", "person_kind", "positions"),
    [
        ("company", "individual", {"controller", "chief_executive", "alternate", "director", "manager"}),
        ("company", "body_corporate", {"controller"}),
        ("authorized_institution", "individual", {"stablecoin_manager", "manager"}),
        ("authorized_institution", "body_corporate", set()),
    ],
)
def test_only_positions_that_such_a_person_can_hold_are_offered(harbour, issuer_kind, person_kind, positions):
    person = Person(issuer=harbour, kind=person_kind, name_en="Kit")
    harbour.kind = issuer_kind
    offered = {value for value, _label in AppointmentForm(person).fields["position"].choices}
    assert offered - {""} == positions


def test_a_bank_puts_forward_its_stablecoin_manager_only(kim, harbour, harbour_application, anna):
    harbour.kind = "authorized_institution"
    harbour.save()
    anna = Person.objects.get(pk=anna.pk)
    assert refused(appoint, anna, position="chief_executive", actor=kim) == (
        "An applicant of this kind puts nobody forward for this position.")
    assert appoint(anna, position="stablecoin_manager", actor=kim).pk


def test_more_than_the_whole_is_refused(anna, body, kim):
    set_shareholding(body, percent=Decimal("60"), actor=kim)
    assert refused(set_shareholding, anna, percent=Decimal("40.0001"), actor=kim) == (
        "The holders of Harbour Coin Limited would have 100.0001% of its votes: 0.0001% too much.")
    set_shareholding(anna, percent=Decimal("40"), actor=kim)
    # The line is replaced, not added to.
    assert set_shareholding(body, percent=Decimal("59.5"), actor=kim).votes_percent == Decimal("59.5")
    assert Shareholding.objects.count() == 2
    last = AuditEvent.objects.filter(verb="issuers.shareholding.set").latest("pk")
    assert last.data == {"body": "Harbour Coin Limited", "percent": "59.5"}


@pytest.mark.parametrize("percent", ["0", "-1", "100.0001", "1.00001"])
def test_what_is_no_share_is_refused(anna, kim, percent):
    assert refused(set_shareholding, anna, percent=Decimal(percent), actor=kim) == (
        "Give a percentage above 0 and up to 100, with at most four decimals.")


def test_bodies_do_not_hold_each_other(anna, body, kim, harbour):
    other = add_person(harbour, kind="body_corporate", name_en="Tide Fund", actor=kim)
    set_shareholding(other, held=body, percent=Decimal(30), actor=kim)
    assert refused(set_shareholding, body, held=other, percent=Decimal(1), actor=kim) in {
        "Harbour Holdings Limited → Tide Fund would hold each other.",
        "Tide Fund → Harbour Holdings Limited would hold each other.",
    }
    assert "would hold each other" in refused(set_shareholding, body, held=body, percent=Decimal(1), actor=kim)
    assert refused(set_shareholding, body, held=anna, percent=Decimal(1), actor=kim) == (
        "Anna Sze is an individual; nobody holds votes in an individual.")


def test_a_body_of_another_issuer_is_not_in_the_chart(anna, kim, rival):
    foreign = Person.objects.create(issuer=rival, kind="body_corporate", name_en="Foreign Holdings")
    assert refused(set_shareholding, anna, held=foreign, percent=Decimal(1), actor=kim) == (
        "There is no such body in the chart.")


def test_what_waits_for_its_signatory_is_not_changed(anna, harbour_application, harbour, kim):
    move_application(harbour_application, "prepare", actor=kim)
    sentence = "People and holdings are changed while an application is open for changes, or under a licence."
    assert refused(set_shareholding, anna, percent=Decimal(1), actor=kim) == sentence
    assert refused(appoint, anna, position="director", actor=kim) == sentence
    assert refused(add_person, harbour, kind="individual", name_en="Late Comer", actor=kim) == sentence


def test_who_does_not_file_for_the_issuer_changes_nothing(anna, harbour, bo, ian, eli):
    for who in (bo, ian, eli, SYSTEM):
        before = counts()
        with pytest.raises(NotPermitted):
            add_person(harbour, kind="individual", name_en="Nobody", actor=who)
        with pytest.raises(NotPermitted):
            set_shareholding(anna, percent=Decimal(1), actor=who)
        assert counts() == before


def test_under_a_licence_people_are_changed(issuer, ann):
    assert add_person(issuer, kind="individual", name_en="New Manager", actor=ann).pk


def test_the_chart_makes_controllers_and_the_rest_is_declared(anna, body, kim, harbour, harbour_application):
    set_shareholding(body, percent=Decimal(60), actor=kim)
    set_shareholding(anna, held=body, percent=Decimal("50.5"), actor=kim)
    shadow = add_person(harbour, kind="individual", name_en="Bella Tam", actor=kim)
    appoint(shadow, position="controller", actor=kim)
    people = people_of(harbour, harbour_application)
    assert [(row.person.name_en, row.control) for row in people.controllers] == [
        ("Anna Sze", "majority"), ("Harbour Holdings Limited", "majority"), ("Bella Tam", "indirect")]
    assert [section.key for section in people.controllers[1].form.sections][:2] == ["business", "holding"]
