"""Two officers or two workers at once on one licence: one wins, the other is told, nothing happens twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection

from core.access import SYSTEM
from core.errors import Refused
from core.models import AuditEvent, Message
from issuers.models import Condition, Fee, Licence, RegisterEntry
from issuers.services.conditions import attach_condition
from issuers.services.effects import apply_proposal
from issuers.services.fees import raise_fee, record_payment
from issuers.services.licence_sweep import sweep_licences
from issuers.services.licences import grant_licence
from issuers.services.proposals import decide_proposal
from tests.issuers.applications import application_in
from tests.issuers.licensing import BUFFER, OTHER, proposed

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = date(2026, 11, 20)


@pytest.fixture
def licence(monkeypatch, tmp_path, request):
    (tmp_path / "clock").write_text("2026-11-20T10:00:00+08:00")
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(tmp_path / "clock"))
    request.getfixturevalue("coin")
    return request.getfixturevalue("issuer").licence


def at_once(*works) -> list:
    """Do the works in threads of their own, each with its own connection; a refusal is an answer too."""

    def done(work):
        try:
            return work()
        except Refused as reason:
            return reason
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(done, work) for work in works]]


def refusals(answers: list) -> list[str]:
    return [str(each) for each in answers if isinstance(each, Refused)]


def test_two_who_decide_at_the_same_moment_decide_once(licence, bo, cy):
    proposal = proposed(licence, "temporary_suspension", bo)
    answers = at_once(*[lambda: decide_proposal(proposal, takes_effect_on=TODAY, note="Decided.", actor=cy)] * 3)
    assert refusals(answers) == ["It cannot decide from Decided."] * 2
    assert AuditEvent.objects.filter(verb="issuers.licence.suspended").count() == 1
    assert RegisterEntry.objects.filter(event="suspended").count() == 1


def test_workers_that_sweep_at_the_same_moment_apply_a_decision_once(licence, bo, cy, ann, tmp_path):
    decide_proposal(proposed(licence, "temporary_suspension", bo), takes_effect_on=date(2026, 11, 25), note="Later.",
                    actor=cy)
    (tmp_path / "clock").write_text("2026-11-25T00:01:00+08:00")
    answers = at_once(*[sweep_licences] * 3)
    assert len(answers) == 3
    assert AuditEvent.objects.filter(verb="issuers.proposal.applied").count() == 1
    assert Message.objects.filter(notice="issuers/licence_changed", recipient=ann).count() == 1
    assert Fee.objects.count() == 1


def test_a_payment_is_recorded_once(licence, bo, ben):
    fee = raise_fee(licence, years=1, actor=SYSTEM)
    answers = at_once(*[lambda who=who: record_payment(fee, paid_on=TODAY, reference="FT", actor=who)
                        for who in (bo, ben)])
    assert refusals(answers) == ["INV-FRS01-2026 is marked as paid already."]
    assert AuditEvent.objects.filter(verb="issuers.fee.paid").count() == 1


def test_conditions_attached_at_the_same_moment_have_their_own_numbers_and_one_figure(licence):
    def attach(terms):
        return lambda: attach_condition(licence, terms=terms, in_force_from=TODAY, actor=SYSTEM)

    answers = at_once(attach(OTHER), attach(BUFFER), attach(BUFFER), attach(OTHER))
    assert len(refusals(answers)) == 1
    assert sorted(Condition.objects.values_list("number", flat=True)) == [1, 2, 3]
    assert Condition.objects.filter(kind="buffer_target").count() == 1


def test_two_grants_to_one_issuer_at_the_same_moment_give_one_licence(licence, cy):
    Licence.objects.filter(pk=licence.pk).update(status="revoked")
    applications = [application_in("granted", issuer=licence.issuer) for _ in range(2)]
    answers = at_once(*[
        lambda made=made: grant_licence(made, effective_on=TODAY, conditions=[], actor=cy) for made in applications
    ])
    assert refusals(answers) == [
        "Lion Rock Digital Limited holds licence FRS02. Another can be granted when that one has ended."]
    assert sorted(Licence.objects.values_list("number", "status")) == [("FRS01", "revoked"), ("FRS02", "active")]
    assert RegisterEntry.objects.filter(licence__number="FRS02", event="entered").count() == 1


def test_an_effect_asked_for_twice_happens_once(licence, bo, cy):
    proposal = decide_proposal(proposed(licence, "temporary_suspension", bo), takes_effect_on=TODAY, note="Yes.",
                               actor=cy)
    answers = at_once(*[lambda: apply_proposal(proposal, actor=SYSTEM)] * 3)
    assert refusals(answers) == []
    assert AuditEvent.objects.filter(verb="issuers.proposal.applied").count() == 1
