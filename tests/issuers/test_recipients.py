"""Notices have to reach two people of every licensee: a case says where they do not, and closes when they do."""

from __future__ import annotations

import pytest

from core import clock
from core.cases import case_summary
from core.models import Case
from issuers.selectors.mail import readers_of
from issuers.services.recipients import refresh_recipient_cases

pytestmark = pytest.mark.django_db


def few() -> list[tuple[str, str]]:
    return list(Case.objects.filter(kind="few_recipients").order_by("pk").values_list("owner__slug", "status"))


def test_a_case_opens_while_too_few_are_reached_and_closes_by_itself(issuer, coin, rival, rival_coin, ann, amy, ian):
    refresh_recipient_cases()
    refresh_recipient_cases()
    assert few() == [("tidewater-payments-limited", "open")]
    assert case_summary(Case.objects.get()) == (
        "1 of at least 2 people of Tidewater Payments Limited receive our notices")
    ann.undeliverable_since = clock.now()
    ann.save()
    refresh_recipient_cases()
    assert few()[1] == ("lion-rock-digital-limited", "open")
    ann.undeliverable_since = None
    ann.save()
    refresh_recipient_cases()
    assert few() == [("tidewater-payments-limited", "open"), ("lion-rock-digital-limited", "closed")]


def test_auditors_and_people_who_left_do_not_count(issuer, ann, amy, eli):
    assert [person.name for person in readers_of(issuer.organisation).people] == ["Amy Poon", "Ann Lau"]
    amy.is_active = False
    amy.save()
    readers = readers_of(issuer.organisation)
    assert ([person.name for person in readers.people], readers.few) == (["Ann Lau"], True)


def test_the_licence_page_says_who_is_reached_and_what_was_written(issuer, coin, ann, bo, client_for):
    page = client_for(bo).get("/en/officer/licences/FRS01/").content.decode()
    assert "Our notices reach 1 of at least 2 people." in page
    assert "1 person receives notices. Ann Lau" in page
    assert 'href="/en/officer/mail/?organisation=lion-rock-digital-limited"' in page
