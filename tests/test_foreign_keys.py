"""One's own outer reference never opens what belongs to somebody else, or to another thing of one's own.

The world of the access tables is built a second time for another issuer; then every address of the portal and of the
API is asked with each of its parts taken from there. An address whose parts are not known here fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from core import clock, invitations
from core.access import SYSTEM
from core.models import Membership, User
from core.roles import Role
from issuers.models import Appointment, InformationRequest, Person, RequestItem, Submission
from issuers.services.breaches import open_breach
from reports.models import ReportRun
from reserves.models import AttestationReport
from reserves.services.days import run_day
from reserves.services.intake import parse_now_or_later, receive_file
from tests.access import (
    annexes,
    desk,
    duties,
    forms,
    inbox,
    licences,
    matching,
    persons,
    redemptions,
    statements,
    stress,
    valuation,
)
from tests.api.conftest import DAY
from tests.factories import csv_bytes, sound_day, supply_line
from tests.test_access_matrix import ADDRESSES, PARTS, form_of
from tests.test_access_matrix import world as world  # the fixture
from tests.test_no_address_breaks import content_of

#: Slices that build the same for any issuer; of the others what is needed is made below.
AGAIN = (annexes, desk, duties, forms, inbox, licences, persons, matching, statements, stress, valuation)
#: Who stands for whom when the world is built for the other issuer.
INSTEAD = {"issuer": "rival", "coin": "rival_coin", "ann": "ian", "amy": "ivy"}
#: Parts that name a kind, a day or a place in a list that is the same for everybody.
NAMES = {"duties_kind", "licences_power", "feed", "as_of", "forms_module", "forms_key", "forms_slot", "persons_page",
         "native_statements_feed", "statements_form"}
#: Addresses that are open to everybody, whosever the thing is.
OPEN = {"api:entry", "api:no_such_address"}
#: What is the authority's alone is not there for an issuer's keys, right ones or wrong ones.
_AUTHORITYS = ("api:watchlist", "api:alert", "api:screening", "api:subject", "api:travel_rule", "api:suspicion",
                "api:transfer")
AUTHORITYS = {name for name in ADDRESSES if name.startswith(_AUTHORITYS)}
#: What is one person's alone is not there for a colleague either; whose it is, tests/reports/test_inbox.py tries.
OF_A_PERSON = {"portal:inbox_message"}
#: Documents of one's own: none is to be had by way of a thing that it does not belong to.
DOCUMENTS = ("forms_document", "persons_document", "duties_enclosure", "licences_document")
#: Where a document is besides the place that the address is asked for: a person's paper is part of the application.
THERE = {
    "portal:application_document": {"persons_document"}, "portal:application_remove": {"persons_document"},
    "portal:document": set(DOCUMENTS), "portal:document_file": set(DOCUMENTS), "portal:document_page": set(DOCUMENTS),
}


#: What every request writes down about the session that it belongs to.
OF_SESSIONS = {"django_session", "usersessions_usersession", "core_apikey"}


class OtherIssuer:
    """Gives a slice the other issuer where it asks for the first."""

    def __init__(self, request: Any, ivy: User) -> None:
        self.request, self.ivy = request, ivy

    def getfixturevalue(self, name: str) -> Any:
        name = INSTEAD.get(name, name)
        return self.ivy if name == "ivy" else self.request.getfixturevalue(name)


@pytest.fixture
def ivy(rival) -> User:
    """Who administers the other issuer."""
    user = User.objects.create_user("ivy@tidewater.example", "Ivy Fan", "correct horse battery staple")
    Membership.objects.create(user=user, organisation=rival.organisation, role=Role.ISSUER_ADMINISTRATOR,
                              since=date(2025, 8, 1))
    return user


@pytest.fixture
def foreign(world, request, coin, rival, rival_coin, ian, ivy) -> dict[str, Any]:
    """What the other issuer has under the names of the world; numbers are such as the first issuer has none of."""
    made: dict[str, Any] = {}
    books = sound_day(DAY, "TWHK")
    sound, refused, *_rest = (
        parse_now_or_later(receive_file(rival_coin, feed, raw, filename=f"{feed}.csv", actor=SYSTEM))
        for feed, raw in (("supply", books["supply"]),
                          ("supply", csv_bytes([supply_line(DAY, "TWHK", total_supply="7")])),
                          ("holdings", books["holdings"]), ("ledger", books["ledger"]))
    )
    run_day(rival_coin, DAY, actor=SYSTEM)
    # Both have requests, so that neither address is empty.
    assert {redemptions.state_requests(each).status for each in (coin, rival_coin)} == {"accepted"}
    for each in AGAIN:
        each.build(made, OtherIssuer(request, ivy))
    application = rival.applications.get(reference=made["forms_application"])
    asked = InformationRequest.objects.create(application=application, number=2, due_at=clock.now(),
                                              sent_by=request.getfixturevalue("bo"))
    RequestItem.objects.create(request=asked, number=2, text="How?")
    Submission.objects.create(application=application, number=2, form_version="2026-11", content={}, digest="0" * 64,
                              prepared_by=ian, signed_by=ivy)
    first = AttestationReport.objects.get(engagement__reference=made["statements_engagement"])
    AttestationReport.objects.create(
        engagement=first.engagement, version=2, document=first.document, filename="report.pdf", opinion="unqualified",
        uploaded_by_label="Auditor", filed_at=clock.now(),
    )
    report = ReportRun.objects.create(
        reference="DR-TWHK-1", kind="daily_reserve", subject="TWHK", owner=rival.organisation, as_of=DAY, version=1,
        facts={}, digest="0" * 64, status="rendered", document=sound.blob,
    )
    breach = open_breach(rival, rule="HK-RES-01", subject="TWHK", as_of=DAY, actor=SYSTEM)
    waits = invitations.invite_person(rival.organisation, email="tia@tide.example", name="Tia Ng", role="auditor",
                                      language="en", actor=ivy)
    return made | {
        "forms_number": 2, "statements_version": 2, "symbol": "TWHK", "pk": sound.pk, "refused": refused.pk, "reference": report.reference, "verify_report": report.reference,
        "case": breach.case.reference, "number": rival.licence.number, "people_waits": waits.pk,
        "people_member": Membership.objects.get(user=ian).pk, "mail_person": ian.pk,
        "dossiers_engagement": made["statements_engagement"],
    }


@pytest.fixture
def elsewhere(world, issuer) -> dict[str, Any]:
    """What the issuer has in another place of its own."""
    other = Person.objects.get(pk=world["persons_other"])
    return {"persons_position": Appointment.objects.create(person=other, position="director").pk}


def meant(name: str) -> dict[str, str]:
    """Return, by part of an address, its name in the world."""
    return {part: PARTS.get(name, {}).get(part, part) for part in ADDRESSES[name]}


def asked_for() -> Iterator[str]:
    """Yield the addresses of the portal and the API that name something."""
    asked = (name for name in ADDRESSES if name.startswith(("portal:", "api:")) and ADDRESSES[name])
    return (name for name in asked if name not in OPEN | AUTHORITYS)


def wrong_keys(
    name: str, world: dict[str, Any], foreign: dict[str, Any], elsewhere: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """Yield the parts of an address with one of them, or all, taken from where it does not belong."""
    names = meant(name)
    own = {part: world[each] for part, each in names.items()}
    owned = [part for part, each in names.items() if each not in NAMES]
    for part in owned:
        yield own | {part: foreign[names[part]]}
        if names[part] in elsewhere:
            yield own | {part: elsewhere[names[part]]}
        if names[part] in DOCUMENTS:
            others = set(DOCUMENTS) - {names[part]} - THERE.get(name, set())
            yield from (own | {part: world[each]} for each in sorted(others))
    if len(owned) > 1:
        yield own | {part: foreign[names[part]] for part in owned}


def written() -> dict[str, int]:
    """Return how many rows of each table this transaction has written so far, whatever became of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables")
        return {table: count for table, count in cursor.fetchall() if table not in OF_SESSIONS}


def opened(client: Client, name: str, parts: dict[str, Any]) -> list[str]:
    """Return the ways in which an address does not say that there is no such thing."""
    wrong, absent, address = [], 0, reverse(name, kwargs=parts)
    for method in ("get", "post", "put", "patch") if name.startswith("api:") else ("get", "post"):
        sent = () if method == "get" else (form_of(name),) if method == "post" else ({}, "application/json")
        answer = getattr(client, method)(address, *sent)
        absent += answer.status_code == 404
        if answer.status_code != 404 and not (answer.status_code == 405 and method.upper() not in answer["Allow"]):
            wrong.append(f"{method} {address}: {answer.status_code}")
    return wrong or ([] if absent else [f"{address} answers to nothing"])


def test_no_key_of_somebody_else_opens_anything(world, foreign, elsewhere, amy, issuer, confirmed_client_for, key_for):
    unknown = {name: [each for each in meant(name).values() if each not in NAMES and each not in foreign]
               for name in asked_for()}
    assert {name: parts for name, parts in unknown.items() if parts} == {}
    assert [each for each in foreign if foreign[each] == world.get(each) and each not in NAMES] == []
    key = key_for(issuer.organisation, Role.COMPLIANCE_OFFICER)
    clients = {"portal": confirmed_client_for(amy), "api": Client(headers={"Authorization": f"Bearer {key}"})}
    wrong: list[str] = []
    for name in asked_for():
        client = clients[name.partition(":")[0]]
        address = reverse(name, kwargs={part: world[each] for part, each in meant(name).items()})
        # Only what opens with the right keys shows anything when it does not open with wrong ones.
        right = client.get(address)
        content_of(right)
        if right.status_code == 404 and name not in AUTHORITYS | OF_A_PERSON:
            wrong.append(f"{address} is not there")
        before = written()
        for parts in wrong_keys(name, world, foreign, elsewhere):
            wrong += opened(client, name, parts)
        if written() != before:
            wrong.append(f"{name} wrote {written().items() - before.items()}")
    assert wrong == []
