"""Limits of the issuer's own: stated, put on record, measured, and told of when a breach lasts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from core.access import SYSTEM
from core.errors import NotPermitted, Refused
from core.models import AuditEvent
from reserves.models import Limit, LimitNotice
from reserves.services import plausibility
from reserves.services.days import run_day
from reserves.services.limits import decline_limit, notify_limit, record_limit, state_limit
from tests.factories import holding
from tests.reserves.valuing import BEGINS, send_pool

THURSDAY, FRIDAY, MONDAY, TUESDAY = (date(2026, 11, day) for day in (19, 20, 23, 24))
BANK = {"metric": "counterparty", "name": "", "measure": "share", "horizon": None, "figure": "0.60"}


@pytest.fixture(autouse=True)
def later(set_clock):
    set_clock("2026-11-25T12:00:00+08:00")
    return set_clock


@pytest.fixture
def limit(coin, ann, bo):
    return record_limit(state_limit(coin, valid_from=BEGINS, source="Board, 3 June", actor=ann, **BANK), actor=bo)


def run(coin, day, one="70000000.00", other="30000000.00"):
    send_pool(coin, day, holding(day, market_value=one), holding(day, account_id="B2", custodian="Peak Bank",
                                                                 line_ref="D2", market_value=other))
    return run_day(coin, day, actor=SYSTEM)


def notice_verdict(result):
    return next(found["verdict"] for found in result["findings"] if found["rule"] == "HK-RES-15")


def test_what_the_issuer_states_counts_once_an_officer_put_it_on_record(coin, ann, bo):
    stated = state_limit(coin, valid_from=BEGINS, source="Board", actor=ann, **BANK)
    assert run(coin, THURSDAY)["limits"] == []
    record_limit(stated, actor=bo)
    (entry,) = run_day(coin, THURSDAY, actor=SYSTEM)["limits"]
    assert (entry["state"], entry["measured_name"], entry["measured"], entry["figure"], entry["kind"]) == (
        "breached", "Harbour Bank", "0.7", "0.6", "credit")
    assert list(AuditEvent.objects.filter(verb__startswith="reserves.limit").order_by("pk")
                .values_list("verb", flat=True)) == [
        "reserves.limit.stated", "reserves.limit.recorded"]


def test_an_officer_enters_a_limit_and_another_puts_it_on_record(coin, bo, ben):
    stated = state_limit(coin, valid_from=BEGINS, source="Letter", actor=bo, **BANK)
    with pytest.raises(Refused, match="Another officer"):
        record_limit(stated, actor=bo)
    assert record_limit(stated, actor=ben).status == "approved"


@pytest.mark.parametrize("member", ["eli", "ian", "dee"])
def test_nobody_else_states_limits(coin, member, request):
    with pytest.raises(NotPermitted):
        state_limit(coin, valid_from=BEGINS, source="me", actor=request.getfixturevalue(member), **BANK)
    assert not Limit.objects.exists()


def test_the_issuer_puts_nothing_on_record(coin, ann, amy):
    stated = state_limit(coin, valid_from=BEGINS, source="Board", actor=ann, **BANK)
    for decide in (lambda: record_limit(stated, actor=amy), lambda: decline_limit(stated, note="no", actor=amy)):
        with pytest.raises(NotPermitted):
            decide()
    stated.refresh_from_db()
    assert stated.status == "proposed"


def test_a_limit_is_not_declined_without_a_word(coin, ann, bo):
    stated = state_limit(coin, valid_from=BEGINS, source="Board", actor=ann, **BANK)
    with pytest.raises(Refused, match="Say why"):
        decline_limit(stated, note=" ", actor=bo)
    stated.refresh_from_db()
    assert stated.status == "proposed"
    assert decline_limit(stated, note="Not the board's.", actor=bo).status == "declined"


def test_the_issuer_is_not_told_which_officer_stated_a_limit(coin, ann, bo, client_for):
    state_limit(coin, valid_from=BEGINS, source="Board", actor=bo, **BANK)
    address = {site: reverse(f"{site}:limits", args=[coin.symbol]) for site in ("officer", "portal")}
    assert bo.name in client_for(bo).get(address["officer"]).content.decode()
    seen = client_for(ann).get(address["portal"]).content.decode()
    assert bo.name not in seen
    assert "Case officer" in seen


@pytest.mark.parametrize(("wrong", "sentence"), [
    ({"figure": "1.5"}, "between 0 and 1"), ({"measure": "days"}, "limited in days"),
    ({"horizon": 5}, "has one"), ({"metric": "cash_within"}, "has one"),
    ({"metric": "valuation_gap", "name": "X"}, "names a counterparty"),
])
def test_a_limit_that_means_nothing_is_refused_with_its_sentence(coin, ann, wrong, sentence):
    with pytest.raises(Refused, match=sentence):
        state_limit(coin, valid_from=BEGINS, source="Board", actor=ann, **(BANK | wrong))
    assert not Limit.objects.exists()


def test_a_breach_has_one_business_day_and_then_needs_its_notice(coin, limit):
    ages = []
    for day in (THURSDAY, FRIDAY, MONDAY):
        result = run(coin, day)
        ages.append((result["limits"][0]["breached_since"], result["limits"][0]["age_business_days"],
                     notice_verdict(result)))
    assert ages == [("2026-11-19", 0, "met"), ("2026-11-19", 1, "met"), ("2026-11-19", 2, "breached")]


def test_notice_in_time_keeps_the_rule_and_a_new_breach_begins_anew(coin, limit, ann, later):
    run(coin, THURSDAY)
    later("2026-11-20T11:00:00+08:00")
    notice = notify_limit(limit, note="A deposit fell due early.", actor=ann)
    assert (notice.breached_since, notice.notified_on) == (THURSDAY, FRIDAY)
    with pytest.raises(Refused, match="given already"):
        notify_limit(limit, note="Once more.", actor=ann)
    later("2026-11-25T12:00:00+08:00")
    run(coin, FRIDAY)
    assert notice_verdict(run(coin, MONDAY)) == "met"
    met = run(coin, TUESDAY, one="50000000.00", other="50000000.00")["limits"][0]
    assert (met["state"], met["breached_since"]) == ("met", None)
    assert LimitNotice.objects.count() == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        LimitNotice.objects.update(note="another")


def test_no_notice_of_what_is_not_breached_or_by_a_stranger(coin, limit, ann, ian):
    run(coin, THURSDAY, one="50000000.00", other="50000000.00")
    with pytest.raises(Refused, match="not breached"):
        notify_limit(limit, note="Something.", actor=ann)
    with pytest.raises(NotPermitted):
        notify_limit(limit, note="Something.", actor=ian)
    assert not LimitNotice.objects.exists()


def test_a_day_that_does_not_tell_ends_no_breach_and_is_no_pass(coin, limit, monkeypatch):
    run(coin, THURSDAY)
    monkeypatch.setattr(plausibility, "REACH", timedelta(0))  # a pool that changes its currency overnight is held
    send_pool(coin, FRIDAY, holding(FRIDAY, currency="USD"))
    result = run_day(coin, FRIDAY, actor=SYSTEM)
    (entry,) = result["limits"]
    assert (entry["state"], entry["measured"], entry["breached_since"]) == ("unknown", None, "2026-11-19")
    assert notice_verdict(result) == "unknown"


@pytest.mark.parametrize(("fields", "measured", "state"), [
    ({"metric": "custodian", "name": "peak  BANK", "measure": "amount", "figure": "30000000"}, "30000000", "met"),
    ({"metric": "counterparty", "name": "Nobody", "figure": "0.1"}, "0", "met"),
    ({"metric": "cash_within", "horizon": 1, "figure": "1"}, "1", "met"),
    ({"metric": "average_maturity", "measure": "days", "figure": "5"}, "0", "met"),
    ({"metric": "valuation_gap", "figure": "0"}, "0", "met"),
])
def test_what_each_metric_measures(coin, ann, bo, fields, measured, state):
    record_limit(state_limit(coin, valid_from=BEGINS, source="Board", actor=ann, **(BANK | fields)), actor=bo)
    (entry,) = run(coin, THURSDAY)["limits"]
    assert (entry["measured"], entry["state"]) == (measured, state)


def test_the_page_states_records_and_notifies(coin, ann, bo, client_for, later):
    form = BANK | {"horizon": "", "valid_from": "2025-08-01", "valid_until": "", "source": "Board"}
    portal, officer = (reverse(f"{site}:limits", args=["LRHKD"]) for site in ("portal", "officer"))
    issuer = client_for(ann)
    assert issuer.post(portal, form | {"figure": "7"}).status_code == 422
    assert issuer.post(portal, form).status_code == 302
    row = Limit.objects.get()
    assert client_for(bo).get(officer).status_code == 200
    decision = reverse("officer:limit_decide", args=["LRHKD", row.pk])
    assert client_for(bo).post(decision, {"decision": "approve"}).status_code == 302
    run(coin, THURSDAY)
    notice = reverse("portal:limit_notice", args=["LRHKD", row.pk])
    assert "Give notice" in issuer.get(portal).content.decode()
    assert issuer.post(notice, {"note": ""}).status_code == 409
    assert issuer.post(notice, {"note": "A deposit fell due."}).status_code == 302
    assert "A deposit fell due." in issuer.get(portal).content.decode()


def test_a_stated_limit_waits_among_the_approvals(coin, ann, bo, client_for):
    state_limit(coin, valid_from=BEGINS, source="Board", actor=ann, **BANK)
    page = client_for(bo).get(reverse("officer:approvals")).content.decode()
    assert "Limit of an issuer" in page
    assert reverse("officer:limits", args=["LRHKD"]) in page
