"""Conditions of a licence are typed by the fact of their kind, feed it from their day, and end as history."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from core import clock
from core.access import SYSTEM
from core.errors import NotPermitted, Refused
from core.models import AuditEvent, Message
from issuers.facts import stated_facts
from issuers.models import Application, Condition, Fee, IssuerFact, Licence
from issuers.services.coins import create_coin
from issuers.services.conditions import attach_condition, cancel_condition, check_condition_terms, replace_condition
from issuers.services.issuers import register_issuer
from issuers.services.licences import grant_licence

pytestmark = pytest.mark.django_db
FIRST, LATER, LAST = date(2026, 11, 1), date(2026, 11, 10), date(2026, 11, 20)
BUFFER = {"kind": "buffer_target", "value": "0.0100", "coin": "LRHKD", "wording_en": "Keep 1% above full backing."}


def attach(issuer, actor=SYSTEM, day=FIRST, **terms):
    return attach_condition(issuer.licence, terms=BUFFER | terms, in_force_from=day, actor=actor)


def test_terms_are_kept_exactly_and_completed(issuer, coin):
    assert check_condition_terms(issuer, BUFFER) == {
        "kind": "buffer_target", "value": "0.0100", "coin": "LRHKD", "wording_en": "Keep 1% above full backing.",
        "wording_zh_hant": "", "wording_zh_hans": "", "first_due_on": None, "every_months": None,
    }


@pytest.mark.parametrize(
    "terms",
    [
        {"kind": "praise"},
        {"wording_en": "  "},
        {"value": "1"},  # a share of 1: one percent is 0.01
        {"value": "-0.01"},
        {"value": "NaN"},
        {"value": "0.000000001"},
        {"value": True},
        {"value": None},
        {"coin": None},
        {"coin": "TWHK"},
        {"kind": "issuance_cap", "value": "0"},
        {"kind": "attestation_frequency", "coin": None, "value": "weekly"},
        {"kind": "attestation_frequency", "value": "monthly"},  # with a coin
        {"kind": "publication_interval", "coin": None, "value": False},
        {"kind": "other", "coin": None, "value": "5"},
        {"kind": "report", "coin": None, "value": None, "every_months": 3},
        {"kind": "report", "coin": None, "value": None, "every_months": 0, "first_due_on": "2026-12-01"},
        {"kind": "report", "coin": None, "value": None, "every_months": True, "first_due_on": "2026-12-01"},
        {"kind": "report", "coin": None, "value": None, "every_months": 3, "first_due_on": "soon"},
        {"every_months": 3, "first_due_on": "2026-12-01"},
        {"colour": "red"},
    ],
)
def test_terms_that_do_not_hold_are_refused_and_change_nothing(issuer, coin, rival_coin, terms):
    events = AuditEvent.objects.count()
    with pytest.raises(Refused):
        attach(issuer, **terms)
    assert (Condition.objects.count(), IssuerFact.objects.count()) == (0, 0)
    assert AuditEvent.objects.count() == events


def test_a_condition_becomes_the_fact_of_its_kind_from_its_day(issuer, coin, cy):
    condition = attach(issuer, cy)
    fact = IssuerFact.objects.get()
    assert (fact.fact, fact.value, fact.coin, fact.valid_from, fact.origin, fact.recorded_by) == (
        "licence.buffer_target", "0.0100", coin, FIRST, "set", cy
    )
    assert fact.source == "Condition 1 of licence FRS01"
    assert (condition.number, condition.value, condition.coin) == (1, "0.0100", coin)
    assert stated_facts(issuer, coin, date(2026, 10, 31)) == {}
    assert stated_facts(issuer, coin, FIRST) == {"licence.buffer_target": Decimal("0.01")}


def test_a_variation_ends_the_old_condition_and_both_stay_on_record(issuer, coin):
    first = attach(issuer)
    second = replace_condition(first, terms=BUFFER | {"value": "0.02"}, in_force_from=LATER, actor=SYSTEM)
    first.refresh_from_db()
    assert (first.cancelled_from, second.replaces, second.number) == (LATER, first, 2)
    assert stated_facts(issuer, coin, date(2026, 11, 9))["licence.buffer_target"] == Decimal("0.01")
    assert stated_facts(issuer, coin, LATER)["licence.buffer_target"] == Decimal("0.02")
    with pytest.raises(Refused, match="no longer in force"):
        replace_condition(first, terms=BUFFER, in_force_from=LAST, actor=SYSTEM)


def test_a_variation_keeps_kind_and_coin(issuer, coin):
    first = attach(issuer)
    with pytest.raises(Refused, match="anything else is a new condition"):
        replace_condition(first, terms=BUFFER | {"kind": "issuance_cap", "value": "5"}, in_force_from=LATER, actor=SYSTEM)
    first.refresh_from_db()
    assert (first.cancelled_from, Condition.objects.count()) == (None, 1)


def test_cancelling_leaves_the_figure_unset_and_an_approval_not_given(issuer, coin):
    cancel_condition(attach(issuer), cancelled_from=LATER, actor=SYSTEM)
    approval = attach(issuer, kind="currency_mismatch", value=True)
    cancel_condition(approval, cancelled_from=LATER, actor=SYSTEM)
    assert stated_facts(issuer, coin, LATER) == {"licence.buffer_target": None, "approval.currency_mismatch": False}
    assert stated_facts(issuer, coin, FIRST)["approval.currency_mismatch"] is True


def test_a_condition_is_not_cancelled_before_it_holds(issuer, coin):
    condition = attach(issuer, day=LATER)
    with pytest.raises(Refused, match="from 2026-11-10 only"):
        cancel_condition(condition, cancelled_from=FIRST, actor=SYSTEM)
    condition.refresh_from_db()
    assert condition.cancelled_from is None


def test_two_conditions_cannot_set_one_figure(issuer, coin):
    attach(issuer)
    with pytest.raises(Refused, match="Condition 1 sets this already"):
        attach(issuer, day=LATER, value="0.05")
    assert Condition.objects.count() == IssuerFact.objects.count() == 1


@pytest.mark.parametrize("name", ["bo", "ann", "ian", "dee"])
def test_only_who_decides_on_licences_attaches(issuer, coin, rival, name, request):
    actor = request.getfixturevalue(name)
    with pytest.raises(NotPermitted):
        attach(issuer, actor)
    assert Condition.objects.count() == 0


@pytest.fixture
def applicant(db):
    issuer = register_issuer(name_en="Granted Digital Limited", actor=SYSTEM)
    create_coin(issuer, symbol="GRHKD", reference_currency="HKD", actor=SYSTEM)
    return Application.objects.create(reference="APP-2026-9999", issuer=issuer, form_version=1)


def test_a_grant_attaches_what_was_recommended_and_invoices_the_first_fee(applicant, cy, monkeypatch, tmp_path):
    at = tmp_path / "clock"
    at.write_text("2026-11-20T10:00:00+08:00")
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(at))
    conditions = [BUFFER | {"coin": "GRHKD"}, {"kind": "report", "wording_en": "Report.", "first_due_on": "2027-01-31",
                                               "every_months": 3}]
    licence = grant_licence(applicant, effective_on=date(2026, 11, 22), conditions=conditions, actor=cy)
    assert [(each.number, each.kind, each.in_force_from) for each in licence.conditions.all()] == [
        (1, "buffer_target", date(2026, 11, 22)), (2, "report", date(2026, 11, 22))
    ]
    assert licence.conditions.get(number=2).every_months == 3
    fee = Fee.objects.get()
    assert (fee.invoice, fee.occasion, fee.amount_hkd, fee.falls_on) == (
        f"INV-{licence.number}-2026", "first", Decimal(113020), date(2026, 11, 22)
    )
    # Fourteen days after a Sunday are a Sunday: the time runs on to Monday.
    assert fee.due_at == datetime(2026, 12, 7, 23, 59, 59, tzinfo=clock.HONG_KONG)
    assert fee.cite == "ORD s. 22, Sch. 3"


def test_a_grant_with_a_condition_for_a_coin_not_entered_is_refused_whole(applicant, cy):
    with pytest.raises(Refused, match="enter the coin first"):
        grant_licence(applicant, effective_on=FIRST, conditions=[BUFFER], actor=cy)
    assert (Licence.objects.count(), Fee.objects.count(), Message.objects.count()) == (0, 0, 0)
