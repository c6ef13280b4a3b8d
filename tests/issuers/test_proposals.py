"""Proposals: what the law asks of each kind, notice, representations in time, and a second officer's decision."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from core import clock
from core.access import SYSTEM
from core.business_days import enter_closure
from core.errors import NotPermitted, Refused
from core.models import AuditEvent, Case, Message
from issuers.models import Document, Proposal, Representation
from issuers.selectors.licences import proposal_digest, proposals_for
from issuers.services.conditions import attach_condition
from issuers.services.proposal_terms import greatest_penalty
from issuers.services.proposals import decide_proposal, drop_proposal, refresh_proposal_times, represent
from tests.issuers.licensing import BUFFER, CEASE, OTHER, after_hearing, end, proposed, small_pdf

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def at(set_clock):
    set_clock("2026-11-20T10:00:00")
    return set_clock


@pytest.fixture
def licence(issuer, coin):
    return issuer.licence


@pytest.fixture
def conditioned(licence):
    attach_condition(licence, terms=BUFFER, in_force_from=date(2026, 11, 1), actor=SYSTEM)
    return licence


def untouched() -> tuple[int, int, int, int]:
    return AuditEvent.objects.count(), Message.objects.count(), Proposal.objects.count(), Case.objects.count()


def refused(licence, kind, actor, match, **changed):
    before = untouched()
    with pytest.raises(Refused, match=match):
        proposed(licence, kind, actor, **changed)
    assert untouched() == before


def test_a_proposal_opens_a_case_and_gives_notice_to_the_licensees_people(licence, bo, ann, amy, eli):
    proposal = proposed(licence, "ordinary_suspension", bo)
    # Fourteen days after Friday 20 November are Friday 4 December.
    assert proposal.representations_until == end(date(2026, 12, 4))
    assert proposal.case.due_at == end(date(2026, 12, 18))
    assert (proposal.case.kind, proposal.case.queue, proposal.case.status) == ("issuers.proposal", "licensing", "open")
    mail = Message.objects.filter(notice="issuers/action_intended")
    assert set(mail.values_list("recipient", flat=True)) == {ann.pk, amy.pk}
    assert "4 December 2026, 23:59" in mail.first().text
    assert proposal.grounds not in mail.first().text


@pytest.mark.parametrize("kind", ["cancel_condition", "temporary_suspension", "surrender"])
def test_who_is_not_heard_learns_of_it_by_the_decision(conditioned, bo, ann, kind):
    proposal = proposed(conditioned, kind, bo)
    assert proposal.representations_until is None
    assert Message.objects.count() == 0
    assert (list(proposals_for(ann)), list(proposals_for(bo))) == ([], [proposal])


def test_a_power_needs_the_licence_in_its_state(licence, bo):
    refused(licence, "reinstatement", bo, "the licence is Licensed")
    refused(licence, "revocation", bo, "Set how many days", representation_days=None)


@pytest.mark.parametrize(
    ("kind", "match", "changed"),
    [
        ("new_condition", "Give the grounds", {"grounds": "  "}),
        ("new_condition", "at least 14 days", {"representation_days": 13}),
        ("new_condition", "today or later", {"takes_effect_on": date(2026, 11, 19)}),
        ("new_condition", "has no last day", {"ends_on": date(2026, 12, 1)}),
        ("new_condition", "enter the coin first", {"terms": {"condition": BUFFER | {"coin": "TWHK"}}}),
        ("new_condition", "no kind of condition", {"terms": {}}),
        ("new_condition", "Only an urgent condition", {"urgent_reason": "It is urgent."}),
        ("ordinary_suspension", "Only an urgent condition", {"urgent_reason": "It is urgent."}),
        ("vary_condition", "no condition 1 in force", {}),
        ("cancel_condition", "no condition 1 in force", {}),
        ("temporary_suspension", "on which day the suspension ends", {"ends_on": None}),
        ("temporary_suspension", "until 3 December 2026 at the longest", {"ends_on": date(2026, 12, 4)}),
        ("temporary_suspension", "ends before it begins", {"ends_on": date(2026, 11, 19)}),
        ("ordinary_suspension", "until 6 June 2027 at the longest", {"ends_on": date(2027, 6, 7)}),
        ("revocation", "what is to be done with the reserve", {"terms": {}}),
        ("revocation", "at least 1 days", {"representation_days": 0}),
        ("sanction", "what the sanction consists of", {"terms": {"measures": []}}),
        ("sanction", "what the sanction consists of", {"terms": {"measures": ["reprimand", "exile"]}}),
        ("sanction", "ordered to do", {"terms": {"measures": ["remedial_order"]}}),
        ("sanction", "Give the penalty", {"terms": {"measures": ["penalty"], "penalty_hkd": "0"}}),
        ("sanction", "not an amount", {"terms": {"measures": ["penalty"], "penalty_hkd": "1.005"}}),
    ],
)
def test_what_the_law_does_not_allow_is_refused_and_changes_nothing(licence, bo, kind, match, changed):
    refused(licence, kind, bo, match, **changed)


@pytest.mark.parametrize("name", ["ann", "amy", "ian", "dee", "ops"])
def test_only_licensing_proposes(licence, rival, name, request):
    with pytest.raises(NotPermitted):
        proposed(licence, "new_condition", request.getfixturevalue(name))
    assert Proposal.objects.count() == 0


@pytest.mark.parametrize(
    ("profit", "most"),
    [("0", "10000000"), ("3333333.33", "10000000"), ("3333333.34", "10000000.02"), ("5000000", "15000000")],
)
def test_the_greatest_penalty_is_an_amount_or_three_times_the_profit(licence, bo, profit, most):
    assert greatest_penalty(Decimal(profit), TODAY) == Decimal(most)
    terms = {"measures": ["penalty"], "penalty_hkd": most, "profit_hkd": profit, "penalty_guideline": "G-1 of 2026"}
    above = terms | {"penalty_hkd": str(Decimal(most) + Decimal("0.01"))}
    refused(licence, "sanction", bo, "A penalty is at most", terms=above)
    refused(licence, "sanction", bo, "published guideline", terms=terms | {"penalty_guideline": ""})
    assert proposed(licence, "sanction", bo, terms=terms).terms["penalty_hkd"] == most


def test_representations_are_made_until_the_last_second(licence, bo, ann, amy, at):
    proposal = proposed(licence, "ordinary_suspension", bo)
    at("2026-12-04T23:59:59")
    represent(proposal, text="The deposit arrived.", documents=[(small_pdf(), "proof.pdf")], actor=ann)
    proposal.refresh_from_db()
    assert proposal.status == "represented"
    assert Document.objects.get().proposal == proposal
    assert Message.objects.get(notice="issuers/representations_received").recipient == bo
    at("2026-12-05T00:00:00")
    before = untouched()
    with pytest.raises(Refused, match="time for representations is over"):
        represent(proposal, text="One more thing.", actor=amy)
    assert (Representation.objects.count(), untouched()) == (1, before)


@pytest.mark.parametrize(
    ("text", "documents", "match"),
    [
        ("  ", [], "Say what you have to say"),
        ("Text.", [(b"MZ", "virus.exe")], "of a kind that is not accepted"),
        ("Text.", [(b"%PDF-1.7", "a.pdf")] * 11, "At most 10 documents"),
    ],
)
def test_representations_that_do_not_hold_leave_nothing_behind(licence, bo, ann, text, documents, match):
    proposal = proposed(licence, "ordinary_suspension", bo)
    before = untouched()
    with pytest.raises(Refused, match=match):
        represent(proposal, text=text, documents=documents, actor=ann)
    proposal.refresh_from_db()
    assert (proposal.status, Representation.objects.count(), Document.objects.count()) == ("open", 0, 0)
    assert untouched() == before


@pytest.mark.parametrize("name", ["eli", "ian", "cy"])
def test_only_the_licensees_own_people_represent_it(licence, bo, rival, name, request):
    proposal = proposed(licence, "ordinary_suspension", bo)
    with pytest.raises(NotPermitted):
        represent(proposal, text="No.", actor=request.getfixturevalue(name))
    assert Representation.objects.count() == 0


def test_nothing_is_decided_while_the_licensee_may_speak(licence, bo, cy, at):
    proposal = proposed(licence, "ordinary_suspension", bo)
    at("2026-12-04T23:59:59")
    before = untouched()
    with pytest.raises(Refused, match="time for representations is not over"):
        decide_proposal(proposal, takes_effect_on=date(2026, 12, 7), note="Decided.", actor=cy)
    proposal.refresh_from_db()
    assert (proposal.status, untouched()) == ("open", before)
    at("2026-12-05T00:00:00")
    decided = decide_proposal(proposal, takes_effect_on=date(2026, 12, 7), note="Decided.", actor=cy)
    # Thirty days after 5 December are 4 January, a Monday.
    assert (decided.status, decided.tribunal_until) == ("decided", end(date(2027, 1, 4)))
    assert (decided.decided_by, decided.applied_at, decided.digest) == (cy, None, proposal_digest(decided))
    assert Case.objects.get(pk=proposal.case_id).status == "closed"


def test_who_proposed_does_not_decide(licence, cy, at):
    proposal = proposed(licence, "temporary_suspension", cy)
    before = untouched()
    with pytest.raises(Refused, match="another officer"):
        decide_proposal(proposal, takes_effect_on=TODAY, note="Decided.", actor=cy)
    proposal.refresh_from_db()
    assert (proposal.status, untouched()) == ("open", before)


@pytest.mark.parametrize("name", ["ben", "ann", "dee"])
def test_who_may_not_decide_does_not(licence, bo, name, request):
    proposal = proposed(licence, "temporary_suspension", bo)
    with pytest.raises(NotPermitted):
        decide_proposal(proposal, takes_effect_on=TODAY, note="Decided.", actor=request.getfixturevalue(name))
    proposal.refresh_from_db()
    assert proposal.status == "open"


def test_two_who_decide_at_once_decide_once(licence, bo, cy):
    proposal = proposed(licence, "temporary_suspension", bo)
    seen = Proposal.objects.get(pk=proposal.pk)
    decide_proposal(proposal, takes_effect_on=TODAY, note="Decided.", actor=cy)
    before = untouched()
    with pytest.raises(Refused, match="It cannot decide from Decided"):
        decide_proposal(seen, takes_effect_on=TODAY, note="Me too.", actor=cy)
    assert untouched() == before


def test_what_was_read_is_what_is_decided(licence, bo, ben, cy, ann, at):
    proposal = proposed(licence, "ordinary_suspension", bo)
    read = proposal_digest(proposal)
    represent(proposal, text="We object.", actor=ann)
    at("2026-12-05T09:00:00")
    with pytest.raises(Refused, match="reads otherwise by now"):
        decide_proposal(proposal, takes_effect_on=date(2026, 12, 7), note="Decided.", actor=cy, digest=read)
    proposal.refresh_from_db()
    assert proposal.status == "represented"
    digest = proposal_digest(proposal)
    assert decide_proposal(proposal, takes_effect_on=date(2026, 12, 7), note="Yes.", actor=cy, digest=digest).digest == digest


def test_a_suspension_decided_later_is_no_longer_than_the_law_allows(licence, bo, cy, at):
    proposal = proposed(licence, "temporary_suspension", bo, ends_on=TODAY)
    at("2026-11-21T10:00:00")
    with pytest.raises(Refused, match="ends before it begins"):
        decide_proposal(proposal, takes_effect_on=date(2026, 11, 21), note="Decided.", actor=cy)


def test_an_urgent_order_to_cease_an_activity_is_decided_at_once(licence, bo, cy, ann):
    proposal = proposed(licence, "new_condition", bo, terms={"condition": CEASE}, urgent_reason="Tokens leak.")
    assert proposal.representations_until is None
    with pytest.raises(Refused, match="takes no representations"):
        represent(proposal, text="Wait.", actor=ann)
    decided = decide_proposal(proposal, takes_effect_on=TODAY, note="Decided.", actor=cy)
    assert decided.applied_at == clock.now()
    assert licence.conditions.get().kind == "cease_activity"


def test_urgency_in_the_row_alone_leaves_no_hearing_out(licence, bo, cy):
    proposal = proposed(licence, "new_condition", bo, terms={"condition": OTHER})
    Proposal.objects.filter(pk=proposal.pk).update(urgent_reason="Because.")
    with pytest.raises(Refused, match="not over"):
        decide_proposal(proposal, takes_effect_on=TODAY, note="Decided.", actor=cy)


def test_a_dropped_proposal_ends_its_case_and_tells_who_had_notice(licence, bo, ben, ann):
    proposal = proposed(licence, "ordinary_suspension", bo)
    with pytest.raises(Refused, match="Say why"):
        drop_proposal(proposal, note=" ", actor=ben)
    dropped = drop_proposal(proposal, note="Remedied.", actor=ben)
    assert (dropped.status, Case.objects.get(pk=dropped.case_id).outcome) == ("dropped", "dropped")
    assert Message.objects.filter(notice="issuers/action_dropped", recipient=ann).count() == 1
    silent = drop_proposal(proposed(licence, "temporary_suspension", bo), note="No need.", actor=bo)
    assert silent.status == "dropped"
    assert Message.objects.filter(notice="issuers/action_dropped").count() == 1


def test_a_warning_day_entered_afterwards_moves_the_hearing_on(licence, bo, ben, cy, ann, at):
    proposal = proposed(licence, "ordinary_suspension", bo)
    at("2026-12-05T08:00:00")
    enter_closure(day=date(2026, 12, 4), warning="black_rainstorm", actor=ben)
    assert refresh_proposal_times() == 1
    assert refresh_proposal_times() == 0
    proposal.refresh_from_db()
    assert proposal.representations_until == end(date(2026, 12, 5))
    with pytest.raises(Refused, match="not over"):
        decide_proposal(proposal, takes_effect_on=date(2026, 12, 7), note="Decided.", actor=cy)
    represent(proposal, text="In time after all.", actor=ann)


def test_the_time_may_be_longer_than_the_law_gives_and_ends_on_a_day_that_counts(licence, bo):
    # Thirty days after 20 November are 20 December, a Sunday.
    proposal = proposed(licence, "sanction", bo, representation_days=30)
    assert proposal.representations_until == end(date(2026, 12, 21))
    assert after_hearing(proposal) == "2026-12-22T09:59:59"

