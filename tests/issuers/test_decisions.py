"""One officer recommends, another decides: what holds before, what follows, and that it is never one person."""

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import IntegrityError

from core import clock
from core.errors import NotPermitted, Refused
from core.models import AuditEvent, Case, Membership, Message
from core.roles import Role
from issuers.models import Application, Coin, Deployment, Licence, Recommendation
from issuers.selectors.assessment import decision_digest
from issuers.services.decisions import decide_application, recommend
from issuers.services.findings import record_finding
from issuers.services.reviews import take_step_back
from tests.issuers.applications import ANSWERS, S, application_in, clear, satisfy

pytestmark = pytest.mark.django_db
CAP = {"kind": "issuance_cap", "value": "5000000000", "wording_en": "Not more than HK$5bn may be in circulation."}


@pytest.fixture
def application(bo, dee):
    """One that nothing stands in the way of."""
    made = application_in(S.WITH_COMMITTEE)
    satisfy(made, bo)
    clear(made, dee)
    return made


@pytest.fixture
def cat(authority, bo):
    """Another head of licensing."""
    from core.models import User

    user = User.objects.create_user("cat@monetary-authority.example", "Cat Lo")
    Membership.objects.create(user=user, organisation=authority, role=Role.HEAD_OF_LICENSING, since=date(2025, 8, 1))
    return user


def grant_recommended(application, by, **more) -> Recommendation:
    return recommend(application, outcome="grant", reasons="All is met.", actor=by, **more)


def refusal_recommended(application, by) -> Recommendation:
    return recommend(application, outcome="refuse", reasons="No deed.", ground="The reserve is not protected.", actor=by)


def left(application) -> tuple:
    """What a refusal must not have changed."""
    row = Application.objects.get(pk=application.pk)
    return (row.status, row.steps.count(), Licence.objects.count(), Coin.objects.count(), AuditEvent.objects.count(),
            Message.objects.count(), list(row.recommendations.values_list("result", "decided_by")))


def test_a_grant_gives_number_register_entry_coin_and_mail(application, bo, cy):
    effective = clock.today() + timedelta(days=10)
    grant_recommended(application, bo, effective_on=effective, conditions=[CAP])
    row = decide_application(application, decision="accept", actor=cy)
    licence = Licence.objects.get(application=row)
    assert (row.status, licence.number, licence.effective_on) == (S.GRANTED, "FRS01", effective)
    entry = licence.entries.get()
    assert (entry.fields["address_en"], entry.fields["email"]) == ("8 Peak Road, Hong Kong", "office@peak.example")
    assert entry.fields["coins"] == [{
        "symbol": "PKHKD", "reference_currency": "HKD",
        "contracts": [{"chain": "eip155:1", "contract": "0x00000000000000000000000000000000000000a1"}]}]
    case = Case.objects.get(pk=row.case_id)
    assert (case.status, case.outcome) == ("closed", "granted")
    made = row.recommendations.get()
    assert (made.result, made.decided_by, made.made_by) == ("accepted", cy, bo)
    mail = Message.objects.filter(notice="issuers/licence_granted").first()
    assert mail.subject == f"Application {row.reference} was granted"
    assert "FRS01" in mail.text
    assert AuditEvent.objects.get(verb="issuers.recommendation.decided").data["decision"] == "accepted"


def test_a_refusal_names_its_ground_and_until_when_it_can_be_reviewed(application, bo, cy, monkeypatch, tmp_path):
    at = tmp_path / "clock"
    at.write_text("2026-11-26T10:00:00+08:00")
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(at))
    refusal_recommended(application, bo)
    row = decide_application(application, decision="accept", actor=cy)
    assert (row.status, Case.objects.get(pk=row.case_id).outcome, Licence.objects.count()) == (
        S.REFUSED, "refused", 0)
    mail = Message.objects.filter(notice="issuers/licence_refused").first()
    assert "Ground: The reserve is not protected." in mail.text
    # 26 December is a holiday, and so is the Sunday after it
    assert "28 December 2026, 23:59, Hong Kong time (ORD s.\u00a0140)" in mail.text


def test_a_refusal_taken_back_waits_for_its_decision_again(application, bo, cy, cat):
    refusal_recommended(application, bo)
    row = decide_application(application, decision="accept", actor=cy)
    before = left(row)
    with pytest.raises(Refused, match="You made this step"):
        take_step_back(row, actor=cy, note="Wrong.")
    with pytest.raises(NotPermitted):
        take_step_back(row, actor=bo, note="Wrong.")
    assert left(row) == before
    row = take_step_back(row, actor=cat, note="The deed came late.")
    made = row.recommendations.get()
    assert (row.status, made.result, made.decided_by, made.decided_at) == (S.RECOMMENDED, "", None, None)
    assert Case.objects.get(pk=row.case_id).status == "open"
    assert decide_application(row, decision="decline", note="Assess again.", actor=cat).status == S.UNDER_REVIEW


def test_a_recommendation_taken_back_is_reversed(application, bo, ben):
    grant_recommended(application, bo)
    row = take_step_back(application, actor=ben, note="A figure is missing.")
    assert (row.status, row.recommendations.get().result) == (S.WITH_COMMITTEE, "reversed")
    grant_recommended(row, ben)
    assert list(row.recommendations.values_list("result", flat=True)) == ["", "reversed"]


def test_a_declined_recommendation_goes_back_to_the_review_with_the_reason(application, bo, cy):
    grant_recommended(application, bo)
    before = left(application)
    with pytest.raises(Refused, match="Say why"):
        decide_application(application, decision="decline", actor=cy)
    assert left(application) == before
    row = decide_application(application, decision="decline", note="Look at s5 again.", actor=cy)
    made = row.recommendations.get()
    assert (row.status, made.result, made.decision_note) == (S.UNDER_REVIEW, "declined", "Look at s5 again.")


@pytest.mark.parametrize("key", ["s3", "s16"])
def test_no_grant_is_recommended_while_a_criterion_is_not_satisfied(application, bo, key):
    record_finding(application, criterion=key, finding="query", reasons="Open.", actor=bo)
    before = left(application)
    with pytest.raises(Refused, match="minimum criterion"):
        grant_recommended(application, bo)
    assert left(application) == before
    assert refusal_recommended(application, bo).outcome == "refuse"


def test_no_grant_while_a_criterion_or_a_screening_is_open_at_the_decision(application, bo, cy, dee):
    grant_recommended(application, bo)
    record_finding(application, criterion="s5", finding="not_satisfied", reasons="The deed lapsed.", actor=bo)
    before = left(application)
    with pytest.raises(Refused, match="minimum criterion"):
        decide_application(application, decision="accept", actor=cy)
    assert left(application) == before
    record_finding(application, criterion="s5", finding="satisfied", reasons="A new deed.", actor=bo)
    application.issuer.persons.create(name_en="Late Comer")
    before = left(application)
    with pytest.raises(Refused, match="not cleared"):
        decide_application(application, decision="accept", actor=cy)
    assert left(application) == before


@pytest.mark.parametrize(
    "wrong",
    [{"outcome": "perhaps"}, {"reasons": " "}, {"outcome": "refuse"}, {"effective_on": date(2020, 1, 1)},
     {"conditions": [{"kind": "praise", "value": "1"}]}, {"conditions": [{"kind": "buffer_target", "value": "much"}]},
     {"conditions": [{"kind": "buffer_target", "value": "NaN"}]}, {"conditions": [{"kind": "buffer_target"}]},
     {"conditions": [{"kind": "issuance_cap", "value": "-1"}]}, {"conditions": [{"kind": "other"}]},
     {"conditions": [{"kind": "attestation_frequency", "value": "weekly"}]},
     {"conditions": [{"kind": "report", "wording_en": "Report.", "every_months": 3}]},
     {"conditions": [CAP | {"first_due_on": date(2027, 1, 4), "every_months": 3}]}],
)
def test_a_recommendation_that_does_not_stand_leaves_nothing(application, bo, wrong):
    before = left(application)
    with pytest.raises(Refused):
        recommend(application, **({"outcome": "grant", "reasons": "Met.", "actor": bo} | wrong))
    assert left(application) == before


def test_conditions_are_kept_typed_and_for_the_applications_coin(application, bo):
    made = grant_recommended(application, bo, conditions=[
        CAP, {"kind": "buffer_target", "value": Decimal("0.010")},
        {"kind": "currency_mismatch", "value": "true"},
        {"kind": "report", "wording_en": "A quarterly report.", "first_due_on": date(2027, 3, 31), "every_months": 3},
    ])
    kept = Recommendation.objects.get(pk=made.pk).conditions
    assert [(each["kind"], each["coin"], each["value"]) for each in kept] == [
        ("issuance_cap", "PKHKD", "5000000000"), ("buffer_target", "PKHKD", "0.010"),
        ("currency_mismatch", "PKHKD", True), ("report", None, None)]
    assert kept[1]["wording_en"] == "Over-collateralisation target: 1%"
    assert (kept[3]["first_due_on"], kept[3]["every_months"]) == ("2027-03-31", 3)


def test_who_may_not_neither_recommends_nor_decides(application, bo, ben, dee):
    before = left(application)
    with pytest.raises(NotPermitted):
        grant_recommended(application, dee)
    assert left(application) == before
    grant_recommended(application, bo)
    before = left(application)
    for actor in (ben, dee):
        with pytest.raises(NotPermitted):
            decide_application(application, decision="accept", actor=actor)
    assert left(application) == before


def test_a_recommendation_whose_day_has_passed_is_not_granted(application, bo, cy, monkeypatch, tmp_path):
    grant_recommended(application, bo, effective_on=clock.today())
    at = tmp_path / "clock"
    at.write_text((clock.now() + timedelta(days=2)).isoformat())
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(at))
    cy.__dict__.pop("current_memberships", None)
    before = left(application)
    with pytest.raises(Refused, match="effective date has passed"):
        decide_application(application, decision="accept", actor=cy)
    assert left(application) == before


def test_what_changed_since_it_was_read_is_not_decided(application, bo, cy):
    made = grant_recommended(application, bo)
    before = left(application)
    with pytest.raises(Refused, match="has changed since you read it"):
        decide_application(application, decision="accept", digest="0" * 64, actor=cy)
    assert left(application) == before
    assert decide_application(application, decision="accept", digest=decision_digest(made), actor=cy).status == S.GRANTED


def test_a_symbol_or_contract_of_another_is_left_out_and_said(issuer, coin, bo, cy, dee):
    Deployment.objects.create(coin=coin, chain="eip155:1", contract="0xa1")
    rows = [{"chain": "eip155:1", "contract": "0xa1"}, {"chain": "eip155:10", "contract": "0xa2"}]
    from issuers.selectors.assessment import planned_coin

    taken = application_in(S.WITH_COMMITTEE, answers=ANSWERS | {"coin.symbol": "LRHKD"})
    assert planned_coin(taken).problems == (
        "Contract 0x00000000000000000000000000000000000000a1 is entered for another coin.",) or (
        planned_coin(taken).problems == ("Symbol LRHKD is another issuer's.",))
    taken.answers.filter(key="coin.symbol").update(value="PKUSD")
    taken.answers.filter(key="coin.deployments").update(value=rows)
    planned = planned_coin(taken)
    assert (planned.contracts, planned.problems) == (
        (("eip155:10", "0xa2"),), ("Contract 0xa1 is entered for another coin.",))
    satisfy(taken, bo)
    clear(taken, dee)
    grant_recommended(taken, bo)
    decide_application(taken, decision="accept", actor=cy)
    assert list(Deployment.objects.values_list("coin__symbol", "contract")) == [("LRHKD", "0xa1"), ("PKUSD", "0xa2")]


def test_the_officer_who_recommends_does_not_decide_in_the_service(application, cy, cat):
    grant_recommended(application, cy)
    before = left(application)
    for decision in ("accept", "decline"):
        with pytest.raises(Refused, match="You made the recommendation"):
            decide_application(application, decision=decision, note="Mine.", actor=cy)
    assert left(application) == before
    assert decide_application(application, decision="accept", actor=cat).status == S.GRANTED


def test_the_officer_who_recommends_does_not_decide_in_the_database(application, cy):
    made = grant_recommended(application, cy)
    with pytest.raises(IntegrityError, match="recommendation_two_officers"), transaction.atomic():
        Recommendation.objects.filter(pk=made.pk).update(decided_by=cy)


def test_the_officer_who_recommends_does_not_decide_on_the_page(application, cy, confirmed_client_for):
    grant_recommended(application, cy)
    before = left(application)
    client, address = confirmed_client_for(cy), f"/en/officer/applications/{application.reference}/decide/"
    digest = client.get(address).context["digest"]
    answer = client.post(address, {"decision": "accept", "note": "", "digest": digest})
    assert answer.status_code == 409
    assert left(application) == before


def test_the_officer_who_recommends_does_not_decide_by_command(application, cy, cat, capsys):
    arguments = [application.reference, "grant", "--as", cy.email, "--reasons", "Met.", "--condition",
                 "buffer_target=0.01", "--json"]
    call_command("recommend_application", *arguments)
    before = left(application)
    with pytest.raises(CommandError) as refused:
        call_command("decide_application", application.reference, "accept", "--as", cy.email)
    assert (refused.value.returncode, left(application)) == (2, before)
    call_command("decide_application", application.reference, "accept", "--as", cat.email)
    assert Application.objects.get(pk=application.pk).status == S.GRANTED


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_who_decide_at_once_one_does(application, bo, cy, cat):
    grant_recommended(application, bo)
    answers, together = [], threading.Barrier(2)

    def press(actor, decision):
        try:
            together.wait()
            answers.append(decide_application(application, decision=decision, note="Now.", actor=actor).status)
        except Refused as refusal:
            answers.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=each) for each in ((cy, "accept"), (cat, "accept"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["There is no recommendation yet.", "granted"]
    assert (Licence.objects.count(), Coin.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_an_officer_who_recommends_and_decides_at_once_does_not_do_both(application, cy):
    together, answers = threading.Barrier(2), []

    def both(act):
        try:
            together.wait()
            act()
            answers.append("done")
        except Refused:
            answers.append("refused")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=both, args=(lambda: grant_recommended(application, cy),)),
        threading.Thread(target=both, args=(lambda: decide_application(application, decision="accept", actor=cy),)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["done", "refused"]
    assert (Application.objects.get(pk=application.pk).status, Licence.objects.count()) == (S.RECOMMENDED, 0)
