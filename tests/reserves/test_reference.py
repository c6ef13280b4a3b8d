"""Reference data needs two officers: what one proposed counts once another approved it."""

from datetime import date

import pytest
from django.urls import reverse

from core.errors import NotPermitted, Refused
from core.models import AuditEvent
from core.rulebook.facts import OBLIGOR_KINDS
from reserves.models import Obligor
from reserves.selectors import reference_on
from reserves.services.reference import approve_reference, decline_reference, propose_reference

pytestmark = pytest.mark.django_db
GOVERNMENT = {"name": "Hong Kong Government", "kind": "government", "country": "HK", "domestic_currency": "HKD"}
DAY = date(2026, 1, 1)


@pytest.fixture
def proposed(bo):
    return propose_reference(Obligor, valid_from=DAY, source="circular 1", actor=bo, **GOVERNMENT)


def test_a_proposal_is_no_fact_until_another_officer_approves_it(proposed, ben):
    assert reference_on(DAY).obligors == {}
    approve_reference(proposed, actor=ben)
    assert list(reference_on(DAY).obligors) == ["hong kong government"]


def test_who_proposed_does_not_approve(proposed, bo):
    with pytest.raises(Refused, match="Another officer"):
        approve_reference(proposed, actor=bo)
    proposed.refresh_from_db()
    assert proposed.status == "proposed"
    assert not AuditEvent.objects.filter(verb="reserves.reference.approved").exists()


def test_a_row_holds_from_its_day_on(proposed, ben):
    approve_reference(proposed, actor=ben)
    assert reference_on(date(2025, 12, 31)).obligors == {}


def test_what_is_declined_never_counts(proposed, ben):
    decline_reference(proposed, note="no such obligor", actor=ben)
    assert reference_on(DAY).obligors == {}
    with pytest.raises(Refused):
        approve_reference(proposed, actor=ben)


@pytest.mark.parametrize("note", ["", "  \n "])
def test_nothing_is_declined_without_a_word(proposed, ben, note):
    with pytest.raises(Refused, match="Say why"):
        decline_reference(proposed, note=note, actor=ben)
    proposed.refresh_from_db()
    assert proposed.status == "proposed"
    assert not AuditEvent.objects.filter(verb="reserves.reference.declined").exists()


def test_the_page_asks_why_a_row_is_declined(proposed, ben, client_for):
    client, page = client_for(ben), reverse("officer:reference", args=["obligors"])
    assert f'<textarea class="govuk-textarea" id="note-{proposed.pk}" name="note"' in client.get(page).content.decode()
    address = reverse("officer:reference_decide", args=["obligors", proposed.pk])
    refused = client.post(address, {"decision": "decline", "note": ""})
    assert (refused.status_code, "Say why" in refused.content.decode()) == (409, True)
    assert client.post(address, {"decision": "decline", "note": "no such obligor"}).status_code == 302
    assert AuditEvent.objects.get(verb="reserves.reference.declined").data["note"] == "no such obligor"


def test_an_issuer_proposes_nothing(ann):
    with pytest.raises(NotPermitted):
        propose_reference(Obligor, valid_from=DAY, source="me", actor=ann, **GOVERNMENT)
    assert not Obligor.objects.exists()


def test_two_officers_do_it_in_the_browser(bo, ben, client_for):
    form = {**GOVERNMENT, "group": "", "risk_weight": "0", "is_financial_institution": "false",
            "valid_from": "2026-01-01", "valid_until": "", "source": "circular 1"}
    address = reverse("officer:reference", args=["obligors"])
    assert client_for(bo).post(address, form).status_code == 302
    row = Obligor.objects.get()
    decision = reverse("officer:reference_decide", args=["obligors", row.pk])
    assert client_for(bo).post(decision, {"decision": "approve"}).status_code == 409
    assert client_for(ben).post(decision, {"decision": "approve"}).status_code == 302
    row.refresh_from_db()
    assert (row.status, row.is_financial_institution) == ("approved", False)


@pytest.mark.parametrize("table", ["obligors", "custodians", "funds", "instruments", "terms", "valuation"])
def test_every_table_has_its_page(bo, client_for, table):
    assert client_for(bo).get(reverse("officer:reference", args=[table])).status_code == 200


def test_a_missing_field_is_named_and_nothing_is_proposed(bo, client_for):
    answer = client_for(bo).post(reverse("officer:reference", args=["funds"]), {"name": "A fund"})
    assert answer.status_code == 422
    assert not AuditEvent.objects.filter(verb="reserves.reference.proposed").exists()


def test_an_obligor_is_of_a_kind_that_the_rules_know():
    assert set(Obligor.Kind.values) == set(OBLIGOR_KINDS)
