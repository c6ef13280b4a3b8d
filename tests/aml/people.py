"""Somebody behind an issuer, as a subject that the platform screens."""

from __future__ import annotations

from datetime import date

from aml.models import Alert, Subject
from aml.services.screening import screen_waiting
from aml.services.subjects import sweep_subjects
from issuers.models import Appointment, Issuer, Person

IVAN = "Ivan Sanctioned"
BORN = date(1971, 3, 2)


def director(issuer: Issuer, name: str = IVAN, **columns) -> Person:
    """Return a director of the issuer."""
    person = Person.objects.create(issuer=issuer, name_en=name, **({"birth_date": BORN, "country": "HK"} | columns))
    Appointment.objects.create(person=person, position="director", since=date(2025, 9, 1))
    return person


def subject_of(person: Person) -> Subject:
    """Return the subject of somebody, after a sweep."""
    sweep_subjects()
    return Subject.objects.get(key=f"person:{person.pk}")


def alert_of(person: Person) -> Alert:
    """Return the one alert of somebody after whoever waits was screened."""
    subject = subject_of(person)
    screen_waiting()
    return Alert.objects.get(subject=subject)
