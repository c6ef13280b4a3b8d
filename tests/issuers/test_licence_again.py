"""An issuer whose licence ended: it applies again and is granted another number, and the old one stays readable."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from core.errors import Refused
from core.models import AuditEvent, Message
from issuers.models import Application, Condition, Fee, Issuer, IssuerFact, Licence
from issuers.selectors import issuers_for
from issuers.selectors.register import entries, versions_of
from issuers.selectors.verdicts import check
from issuers.services.applications import open_application
from issuers.services.conditions import attach_condition
from issuers.services.decisions import decide_application, recommend
from issuers.services.fees import raise_fee
from issuers.services.licences import grant_licence
from issuers.services.proposals import decide_proposal
from issuers.services.tribunal import record_tribunal
from issuers.workflows import LICENCE
from tests.issuers.applications import S, application_in, clear, satisfy
from tests.issuers.licensing import BUFFER, OTHER, after_hearing, proposed

pytestmark = pytest.mark.django_db
CAP = {"kind": "issuance_cap", "value": "5000000000", "wording_en": "Not more than HK$5bn may be in circulation."}


@pytest.fixture
def at(monkeypatch, tmp_path):
    """``at(text)`` is the hour from then on."""
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(tmp_path / "clock"))

    def hour(text: str) -> None:
        (tmp_path / "clock").write_text(text + "+08:00")

    hour("2026-11-20T10:00:00")
    return hour


@pytest.fixture
def revoked(at, issuer, coin, bo, cy) -> Licence:
    """The issuer's licence with two conditions and a fee, revoked on 12 December 2026."""
    licence = issuer.licence
    attach_condition(licence, terms=BUFFER, in_force_from=date(2026, 11, 20), actor=cy)
    attach_condition(licence, terms=OTHER, in_force_from=date(2026, 11, 20), actor=cy)
    raise_fee(licence, years=0, actor=cy)
    proposal = proposed(licence, "revocation", bo)
    at(after_hearing(proposal))
    decided = decide_proposal(proposal, takes_effect_on=date(2026, 12, 12), note="It has to end.", actor=cy)
    record_tribunal(decided, outcome="waived", on=date(2026, 12, 12), actor=cy)
    licence.refresh_from_db()
    assert licence.status == "revoked"
    return licence


def granted_again(issuer: Issuer, bo, cy, dee, **terms) -> Licence:
    application = application_in(S.WITH_COMMITTEE, issuer=issuer, answers={"corporate.email": "new@lionrock.example"})
    satisfy(application, bo)
    clear(application, dee)
    recommend(application, outcome="grant", reasons="All is met.", actor=bo, **terms)
    decide_application(application, decision="accept", actor=cy)
    return Licence.objects.get(application=application)


@pytest.fixture
def again(at, revoked, bo, cy, dee) -> Licence:
    """Another licence, granted on 4 January 2027 with effect from the 11th."""
    at("2027-01-04T10:00:00")
    return granted_again(revoked.issuer, bo, cy, dee, effective_on=date(2027, 1, 11), conditions=[CAP | {"coin": "LRHKD"}])


def test_who_holds_a_licence_cannot_apply_and_is_told_why(issuer, amy, client_for):
    before = AuditEvent.objects.count()
    with pytest.raises(Refused) as refusal:
        open_application(issuer, actor=amy)
    assert str(refusal.value) == (
        "Lion Rock Digital Limited holds licence FRS01. It may apply for another when that one has ended.")
    assert (Application.objects.count(), AuditEvent.objects.count()) == (0, before)
    page = client_for(amy).get("/en/portal/applications/").content.decode()
    assert "You hold licence FRS01" in page
    assert "Start an application" not in page


def test_after_the_end_one_applies_and_is_granted_a_new_number(revoked, amy, bo, cy, dee, at):
    application = open_application(revoked.issuer, actor=amy)
    assert application.status == S.DRAFT
    application.delete()
    at("2027-01-04T10:00:00")
    new = granted_again(revoked.issuer, bo, cy, dee)
    assert (new.number, new.status, revoked.issuer.licence) == ("FRS02", "active", new)
    assert Message.objects.filter(notice="issuers/licence_granted").count() > 0
    # What hangs on the old licence stays under its number, and no fee is asked for twice.
    assert list(revoked.conditions.values_list("number", "cancelled_from")) == [(1, None), (2, None)]
    assert sorted(Fee.objects.values_list("invoice", flat=True)) == ["INV-FRS01-2025", "INV-FRS02-2027"]
    assert revoked.proposals.get().status == "decided"
    assert [entry.event for entry in versions_of("FRS01")][-1] == "removed"


def test_the_register_reads_as_it_stood_on_any_day(again, client):
    assert [entry.number for entry in entries(date(2026, 12, 11))] == ["FRS01"]
    assert entries(date(2026, 12, 12)) == []
    assert entries(date(2027, 1, 3)) == []
    assert [(entry.number, entry.effective_on) for entry in entries()] == [("FRS02", date(2027, 1, 11))]
    old = client.get("/en/register/FRS01/").content.decode()
    assert "Licence FRS01 ended on 12 December 2026" in old
    assert "The same issuer was granted another licence since: number FRS02, effective 11 January 2027." in old
    between = client.get("/en/register/FRS01/?as_at=2026-12-20").content.decode()
    assert "It is not licensed now." in between
    assert "FRS02" not in between
    new = client.get("/en/register/FRS02/").content.decode()
    assert "Earlier licences of this issuer" in new
    assert "/en/register/FRS01/" in new


def test_a_search_finds_both_and_says_what_the_issuer_is_now(again, at, client):
    at("2027-01-12T10:00:00")
    by_name = check("Lion Rock Digital Limited")
    assert (by_name.verdict, [(hit.entry.number, hit.standing) for hit in by_name.hits]) == (
        "licensed", [("FRS02", "licensed"), ("FRS01", "ended")])
    by_number = check("FRS01")
    assert (by_number.verdict, by_number.hits[0].now.number) == ("was_licensed", "FRS02")
    assert check("LRHKD", date(2026, 12, 20)).verdict == "was_licensed"
    page = client.get("/en/?q=FRS01").content.decode()
    assert "Licence FRS01 of Lion Rock Digital Limited ended on 12 December 2026" in page
    assert client.get("/api/v1/register/check?q=FRS01").json()["hits"][0]["holds_now"] == "FRS02"


def test_what_the_old_conditions_set_holds_no_more_from_the_new_first_day(again, revoked, coin):
    told = IssuerFact.objects.filter(coin=coin, fact="licence.buffer_target").order_by("valid_from")
    assert list(told.values_list("value", "valid_from", "source")) == [
        ("0.02", date(2026, 11, 20), "Condition 1 of licence FRS01"),
        (None, date(2027, 1, 11), "Licence FRS01 has ended"),
    ]
    caps = IssuerFact.objects.filter(coin=coin, source="Condition 1 of licence FRS02")
    assert [(each.value, each.valid_from) for each in caps] == [("5000000000", date(2027, 1, 11))]
    assert Condition.objects.filter(licence=revoked).count() == 2


def test_days_are_judged_under_the_licence_of_the_day(again, revoked, issuer):
    assert issuer.licence_on(date(2025, 12, 14)) is None
    assert issuer.licence_on(date(2026, 12, 1)) == revoked
    assert issuer.licence_on(date(2027, 1, 11)) == again
    assert (issuer.licence, issuer.holds_licence) == (again, True)


def test_our_pages_show_the_licence_held_and_lead_to_the_one_before(ian, again, revoked, ann, bo, client_for):
    own = client_for(ann).get("/en/portal/licence/").content.decode()
    assert "Licence FRS03" in own
    assert "/en/portal/licence/FRS01/" in own
    old = client_for(ann).get("/en/portal/licence/FRS01/").content.decode()
    assert "Effective 15 December 2025, ended on 12 December 2026." in old
    assert "INV-FRS01-2025" in old
    assert client_for(ian).get("/en/portal/licence/FRS01/").status_code == 404
    officer = client_for(bo).get("/en/officer/licences/FRS01/").content.decode()
    assert "/en/officer/licences/FRS03/" in officer


def test_the_database_keeps_one_licence_that_has_not_ended_and_no_way_back(again, revoked):
    with pytest.raises(IntegrityError, match="licence_held_once"), transaction.atomic():
        Licence.objects.create(issuer=revoked.issuer, number="FRS77", effective_on=date(2027, 1, 11))
    with pytest.raises(IntegrityError, match="cannot move from revoked to active"), transaction.atomic():
        Licence.objects.filter(pk=revoked.pk).update(status="active")
    with pytest.raises(IntegrityError, match="append-only|not be changed|refuse"), transaction.atomic():
        revoked.entries.update(event="changed")
    assert LICENCE.final == {"revoked", "surrendered"}


def test_a_grant_to_who_holds_one_is_refused_and_leaves_nothing(issuer, cy):
    application = application_in(S.GRANTED, issuer=issuer)
    before = AuditEvent.objects.count()
    with pytest.raises(Refused, match="holds licence FRS01. Another can be granted when that one has ended"):
        grant_licence(application, effective_on=date(2027, 1, 4), conditions=[], actor=cy)
    assert (Licence.objects.count(), Fee.objects.count(), AuditEvent.objects.count()) == (1, 0, before)


def test_lists_ask_once_for_all_licences(rival, again, bo, django_assert_num_queries):
    assert bo.is_authority
    with django_assert_num_queries(2):
        assert len({each.licence for each in issuers_for(bo)}) == 2


def test_the_timeline_writes_days_as_people_do(revoked, ann, client_for):
    page = client_for(ann).get("/en/portal/licence/FRS01/").content.decode()
    assert "attached condition 1 to licence FRS01 from 20 November 2026" in page
    assert "from 2026-11-20" not in page
