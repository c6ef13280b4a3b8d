"""A decided act changes the licence once, on its day; suspensions end by themselves; the tribunal turns acts back."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from core import clock
from core.access import SYSTEM
from core.errors import NotPermitted, Refused
from core.models import AuditEvent, Case, Message
from issuers.facts import stated_facts
from issuers.models import Licence, Proposal, RegisterEntry
from issuers.selectors.register import entries
from issuers.selectors.standing import standing_of
from issuers.services import effects
from issuers.services.conditions import attach_condition
from issuers.services.facts import record_fact
from issuers.services.fees import raise_fee
from issuers.services.licence_sweep import sweep_licences
from issuers.services.proposals import decide_proposal
from issuers.services.tribunal import record_tribunal
from tests.issuers.licensing import BUFFER, OTHER, after_hearing, proposed

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
NOTHING = {"moved": 0, "reinstated": 0, "applied": 0, "fees": 0, "overdue": 0}


@pytest.fixture(autouse=True)
def at(set_clock):
    set_clock("2026-11-01T10:00:00")  # when the world is made
    return set_clock


@pytest.fixture
def licence(issuer, coin, at):
    attach_condition(issuer.licence, terms=BUFFER, in_force_from=date(2026, 11, 1), actor=SYSTEM)
    raise_fee(issuer.licence, years=1, actor=SYSTEM)
    at("2026-11-20T10:00:00")
    return issuer.licence


def decided(licence, kind, bo, cy, at=None, on=None, **changed) -> Proposal:
    proposal = proposed(licence, kind, bo, **changed)
    if proposal.representations_until:
        at(after_hearing(proposal))
    return decide_proposal(proposal, takes_effect_on=on or clock.today(), note="Decided.", actor=cy)


def state(licence) -> str:
    return Licence.objects.get(pk=licence.pk).status


def said(licence) -> list[tuple[str, str]]:
    """Return what the register was told of the licence, besides its coins: event and state."""
    told = RegisterEntry.objects.filter(licence=licence).exclude(event=RegisterEntry.Event.CHANGED)
    return [(entry.event, entry.fields["status"]) for entry in told]


def test_a_temporary_suspension_ends_by_itself_after_its_last_day(licence, bo, cy, ann, at):
    suspension = decided(licence, "temporary_suspension", bo, cy)
    assert (state(licence), suspension.applied_at) == ("suspended", clock.now())
    assert said(licence) == [("entered", "active"), ("suspended", "suspended")]
    assert [entry.status for entry in entries()] == ["suspended"]
    at("2026-12-03T23:59:59")  # the fourteenth day
    assert sweep_licences() == NOTHING
    assert state(licence) == "suspended"
    at("2026-12-04T00:00:00")
    assert sweep_licences()["reinstated"] == 1
    assert sweep_licences() == NOTHING
    assert state(licence) == "active"
    assert said(licence)[2:] == [("reinstated", "active")]
    event = AuditEvent.objects.get(verb="issuers.licence.reinstated")
    assert (event.actor, event.actor_label) == (None, "Assay")
    mail = Message.objects.filter(notice="issuers/licence_changed", recipient=ann).order_by("pk")
    assert [each.subject for each in mail] == ["Licence FRS01: Suspended", "Licence FRS01: Licensed"]


def test_standing_says_what_may_be_done_and_what_is_owed(licence, bo, cy):
    active = standing_of(licence)
    assert (active.may_issue, active.must_redeem, active.pays_fee, active.files) == (True, True, True, True)
    decided(licence, "temporary_suspension", bo, cy)
    licence.refresh_from_db()
    suspended = standing_of(licence)
    assert (suspended.may_issue, suspended.must_redeem, suspended.pays_fee, suspended.files) == (False, True, True, True)
    assert (suspended.cite, suspended.until) == ("ORD s. 34", date(2026, 12, 3))


def test_an_officer_ends_a_suspension_before_its_last_day_and_it_does_not_come_back(licence, bo, cy, at):
    decided(licence, "temporary_suspension", bo, cy)
    at("2026-11-25T10:00:00")
    decided(licence, "reinstatement", bo, cy)
    assert state(licence) == "active"
    at("2026-11-26T10:00:00")
    again = decided(licence, "temporary_suspension", bo, cy, ends_on=date(2026, 11, 27))
    assert (state(licence), again.applied_at) == ("suspended", clock.now())
    at("2026-11-28T00:10:00")  # after the second one's last day, within what the first was to last
    assert sweep_licences()["reinstated"] == 1
    assert state(licence) == "active"


def test_a_decision_for_a_later_day_waits_and_is_applied_once(licence, bo, cy, at):
    decided(licence, "ordinary_suspension", bo, cy, at, on=date(2026, 12, 7))
    assert (state(licence), clock.today()) == ("active", date(2026, 12, 5))
    assert sweep_licences() == NOTHING
    at("2026-12-07T00:00:00")
    assert sweep_licences()["applied"] == 1
    assert sweep_licences() == NOTHING
    assert state(licence) == "suspended"
    assert AuditEvent.objects.filter(verb="issuers.licence.suspended").count() == 1


def test_a_worker_that_dies_on_the_way_leaves_everything_to_the_next_sweep(licence, bo, cy, at, monkeypatch):
    decided(licence, "ordinary_suspension", bo, cy, at, on=date(2026, 12, 7))
    at("2026-12-07T09:00:00")
    before = AuditEvent.objects.count(), Message.objects.count(), RegisterEntry.objects.count()

    def die(*args, **kwargs):
        raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr(effects, "publish_entry", die)
        with pytest.raises(SystemExit):
            sweep_licences()
    assert state(licence) == "active"
    assert (AuditEvent.objects.count(), Message.objects.count(), RegisterEntry.objects.count()) == before
    assert sweep_licences()["applied"] == 1
    assert said(licence)[1:] == [("suspended", "suspended")]


def test_a_suspension_is_renewed_for_six_months_more_at_most(licence, bo, cy, at):
    decided(licence, "ordinary_suspension", bo, cy, at, takes_effect_on=date(2026, 12, 5), ends_on=date(2026, 12, 31))
    renewal = {"terms": {}, "takes_effect_on": date(2027, 1, 1)}
    with pytest.raises(Refused, match="until 30 June 2027 at the longest"):
        proposed(licence, "suspension_renewal", bo, **renewal, ends_on=date(2027, 7, 1))
    with pytest.raises(Refused, match="by the day after"):
        proposed(licence, "suspension_renewal", bo, terms={}, takes_effect_on=date(2027, 1, 2), ends_on=date(2027, 6, 30))
    decided(licence, "suspension_renewal", bo, cy, at, on=date(2027, 1, 1), **renewal, ends_on=date(2027, 6, 30))
    at("2027-01-01T00:10:00")
    assert sweep_licences() | {"fees": 0, "overdue": 0} == NOTHING | {"applied": 1}
    assert state(licence) == "suspended"
    assert [event for event, _state in said(licence)] == ["entered", "suspended", "suspended"]
    assert RegisterEntry.objects.last().fields["suspension"] == {"since": "2026-12-05", "until": "2027-06-30"}
    at("2027-07-01T00:00:00")
    assert sweep_licences()["reinstated"] == 1


@pytest.fixture
def followed(licence, bo, cy, ann, at) -> tuple[Proposal, Proposal]:
    """A temporary suspension, and an ordinary one that was decided while it ran."""
    later = proposed(licence, "ordinary_suspension", bo, takes_effect_on=date(2026, 12, 7), ends_on=date(2027, 5, 31))
    at("2026-12-01T10:00:00")
    first = decided(licence, "temporary_suspension", bo, cy, ends_on=date(2026, 12, 14))
    at("2026-12-07T10:00:00")
    return first, decide_proposal(later, takes_effect_on=clock.today(), note="Decided.", actor=cy)


def test_an_ordinary_suspension_follows_a_temporary_one_without_a_gap(licence, followed, ann, at):
    assert followed[1].applied_at == clock.now()
    assert state(licence) == "suspended"
    assert AuditEvent.objects.filter(verb="issuers.licence.suspended").count() == 1
    assert said(licence)[1:] == [("suspended", "suspended")] * 2
    assert RegisterEntry.objects.last().fields["suspension"] == {"since": "2026-12-01", "until": "2027-05-31"}
    assert standing_of(Licence.objects.get(pk=licence.pk)).until == date(2027, 5, 31)
    assert Message.objects.filter(notice="issuers/licence_changed", recipient=ann).count() == 2
    at("2026-12-15T00:10:00")
    assert sweep_licences()["reinstated"] == 0
    at("2027-06-01T00:10:00")
    assert sweep_licences()["reinstated"] == 1
    assert state(licence) == "active"


def test_where_the_ordinary_suspension_is_set_aside_the_temporary_one_is_left(licence, followed, bo, cy, at):
    record_tribunal(followed[1], outcome="pending", on=clock.today(), actor=bo)
    record_tribunal(followed[1], outcome="set_aside", on=clock.today(), actor=cy)
    assert state(licence) == "suspended"
    assert RegisterEntry.objects.last().fields["suspension"] == {"since": "2026-12-01", "until": "2026-12-14"}
    at("2026-12-15T00:10:00")
    assert sweep_licences()["reinstated"] == 1


def test_an_ordinary_suspension_is_proposed_during_a_temporary_one_and_no_other_follows(licence, followed, bo, at):
    before = Proposal.objects.count(), AuditEvent.objects.count()
    for kind in ("ordinary_suspension", "temporary_suspension"):
        with pytest.raises(Refused, match="is not possible"):
            proposed(licence, kind, bo, takes_effect_on=date(2027, 1, 4), ends_on=date(2027, 1, 10))
    assert (Proposal.objects.count(), AuditEvent.objects.count()) == before


def test_one_that_follows_ends_later(licence, bo, cy):
    decided(licence, "temporary_suspension", bo, cy)
    with pytest.raises(Refused, match="ends later than it"):
        proposed(licence, "ordinary_suspension", bo, takes_effect_on=date(2026, 12, 2), ends_on=date(2026, 12, 3))
    waiting = proposed(licence, "ordinary_suspension", bo)
    assert waiting.representations_until == datetime(2026, 12, 4, 23, 59, 59, tzinfo=clock.HONG_KONG)


def test_a_temporary_suspension_is_not_renewed(licence, bo, cy):
    decided(licence, "temporary_suspension", bo, cy)
    with pytest.raises(Refused, match="Only a suspension under ORD s. 33"):
        proposed(licence, "suspension_renewal", bo, terms={}, ends_on=date(2026, 12, 10))


def test_a_revocation_waits_for_the_way_to_the_tribunal_then_removes_the_entry(licence, bo, cy, at):
    revocation = decided(licence, "revocation", bo, cy, at)
    assert (revocation.applied_at, state(licence)) == (None, "active")
    at(after_hearing(Proposal(representations_until=revocation.tribunal_until)))
    assert sweep_licences()["applied"] == 1
    assert state(licence) == "revoked"
    assert list(entries()) == []
    assert said(licence)[-1] == ("removed", "revoked")
    assert standing_of(Licence.objects.get(pk=licence.pk)).direction == "Redeem all coins at par."
    # The anniversary was on 15 December: before the licence ended, so its fee stays owed.
    fee = licence.fees.get(falls_on=date(2026, 12, 15))
    assert fee.withdrawn_at is None


def test_a_surrender_withdraws_the_fee_of_a_day_to_come(licence, bo, cy):
    decided(licence, "surrender", bo, cy)
    assert (state(licence), list(entries())) == ("surrendered", [])
    assert licence.fees.get().withdrawn_at == clock.now()
    assert sweep_licences() == NOTHING


@pytest.mark.parametrize("outcome", ["waived", "upheld"])
def test_a_revocation_takes_effect_once_the_right_is_given_up_or_the_tribunal_upholds_it(
    licence, bo, cy, ben, at, outcome
):
    revocation = decided(licence, "revocation", bo, cy, at)
    if outcome == "upheld":
        record_tribunal(revocation, outcome="pending", on=clock.today(), actor=ben)
        at("2027-03-01T10:00:00")  # long after the thirty days: the tribunal still has it
        sweep_licences()
        assert state(licence) == "active"
    record_tribunal(revocation, outcome=outcome, on=clock.today(), actor=cy)
    assert state(licence) == "revoked"


def test_a_revocation_that_is_set_aside_never_takes_effect(licence, bo, cy, at):
    revocation = decided(licence, "revocation", bo, cy, at)
    record_tribunal(revocation, outcome="pending", on=clock.today(), actor=bo)
    record_tribunal(revocation, outcome="set_aside", on=clock.today(), actor=cy)
    at("2027-06-01T10:00:00")
    assert sweep_licences()["applied"] == 0
    assert state(licence) == "active"


def test_a_suspension_that_is_set_aside_ends_that_day(licence, bo, cy):
    suspension = decided(licence, "temporary_suspension", bo, cy)
    record_tribunal(suspension, outcome="pending", on=TODAY, actor=bo)
    assert state(licence) == "suspended"  # a reference is no stay
    record_tribunal(suspension, outcome="set_aside", on=TODAY, actor=cy)
    assert state(licence) == "active"
    assert [event for event, _state in said(licence)] == ["entered", "suspended", "reinstated"]


def test_conditions_change_with_the_facts_they_feed_and_a_setting_aside_is_history(licence, issuer, coin, bo, cy, at):
    varied = decided(licence, "vary_condition", bo, cy, at)
    day = clock.today()
    assert [(c.number, c.value, c.cancelled_from) for c in licence.conditions.all()] == [(1, "0.02", day), (2, "0.03", None)]
    assert stated_facts(issuer, coin, day)["licence.buffer_target"] == Decimal("0.03")
    at("2026-12-10T10:00:00")
    record_tribunal(varied, outcome="pending", on=clock.today(), actor=bo)
    record_tribunal(varied, outcome="set_aside", on=clock.today(), actor=cy)
    assert [(c.number, c.value) for c in licence.conditions.filter(cancelled_from=None)] == [(3, "0.02")]
    assert stated_facts(issuer, coin, date(2026, 12, 9))["licence.buffer_target"] == Decimal("0.03")
    assert stated_facts(issuer, coin, date(2026, 12, 10))["licence.buffer_target"] == Decimal("0.02")


def test_a_new_condition_that_is_set_aside_is_cancelled_and_a_cancelled_one_returns(licence, issuer, coin, bo, cy, at):
    added = decided(licence, "new_condition", bo, cy, at, terms={"condition": OTHER})
    cancelled = decided(licence, "cancel_condition", bo, cy, terms={"number": 1})
    assert stated_facts(issuer, coin, clock.today())["licence.buffer_target"] is None
    at("2026-12-10T10:00:00")
    for each in (added, cancelled):
        record_tribunal(each, outcome="pending", on=clock.today(), actor=bo)
        record_tribunal(each, outcome="set_aside", on=clock.today(), actor=cy)
    assert [(c.number, c.kind) for c in licence.conditions.filter(cancelled_from=None)] == [(3, "buffer_target")]
    assert stated_facts(issuer, coin, clock.today())["licence.buffer_target"] == Decimal("0.02")


def test_a_sanction_is_recorded_and_changes_nothing_else(licence, bo, cy, at):
    sanction = decided(licence, "sanction", bo, cy, at)
    assert sanction.applied_at == clock.now()
    assert said(licence) == [("entered", "active")]
    assert not Message.objects.filter(notice="issuers/licence_changed").exists()


def test_what_cannot_take_effect_gets_a_case_and_waits(licence, issuer, coin, bo, cy, at):
    waiting = decided(licence, "cancel_condition", bo, cy, on=date(2026, 11, 25))
    record_fact(issuer, coin=coin, fact="licence.buffer_target", value=Decimal("0.05"), valid_from=date(2026, 11, 25),
                source="Letter", origin="set", actor=SYSTEM)
    at("2026-11-25T08:00:00")
    assert sweep_licences()["applied"] == 0
    sweep_licences()
    case = Case.objects.get(kind="issuers.action_stuck")
    assert (case.params["reference"], case.risk) == (waiting.reference, "high")
    waiting.refresh_from_db()
    assert (waiting.applied_at, licence.conditions.get().cancelled_from) == (None, None)


@pytest.mark.parametrize(
    ("outcome", "on", "match"),
    [
        ("upheld", TODAY, "Record first"),
        ("set_aside", TODAY, "Record first"),
        ("pending", date(2026, 11, 21), "between the decision and today"),
        ("pending", date(2026, 11, 19), "between the decision and today"),
        ("praised", TODAY, "no such outcome"),
    ],
)
def test_what_the_tribunal_cannot_have_done_is_refused(licence, bo, cy, outcome, on, match):
    suspension = decided(licence, "temporary_suspension", bo, cy)
    events = AuditEvent.objects.count()
    with pytest.raises(Refused, match=match):
        record_tribunal(suspension, outcome=outcome, on=on, actor=cy)
    assert AuditEvent.objects.count() == events


def test_the_tribunal_cannot_be_reached_after_thirty_days_nor_twice(licence, bo, cy, at):
    suspension = decided(licence, "temporary_suspension", bo, cy)
    assert suspension.tribunal_until == datetime(2026, 12, 21, 23, 59, 59, tzinfo=clock.HONG_KONG)  # the 20th: a Sunday
    at("2026-12-22T00:00:00")
    with pytest.raises(Refused, match="was over"):
        record_tribunal(suspension, outcome="pending", on=date(2026, 12, 22), actor=bo)
    record_tribunal(suspension, outcome="pending", on=date(2026, 12, 21), actor=bo)
    with pytest.raises(Refused, match="recorded already"):
        record_tribunal(suspension, outcome="pending", on=date(2026, 12, 21), actor=bo)


@pytest.mark.parametrize(("name", "outcome"), [("bo", "waived"), ("ann", "pending"), ("dee", "pending")])
def test_who_may_not_record_the_tribunal_does_not(licence, bo, cy, name, outcome, request):
    suspension = decided(licence, "temporary_suspension", bo, cy)
    with pytest.raises(NotPermitted):
        record_tribunal(suspension, outcome=outcome, on=TODAY, actor=request.getfixturevalue(name))
    assert not hasattr(Proposal.objects.get(pk=suspension.pk), "tribunal")


def test_a_surrender_claims_no_provision_of_the_law(licence, bo, cy, ann, client_for):
    """Our sources name none: neither page nor mail says one, nor what the tribunal could do about it."""
    proposal = decided(licence, "surrender", bo, cy)
    assert (standing_of(Licence.objects.get(pk=licence.pk)).cite, proposal.tribunal_until) == ("", None)
    mails = Message.objects.filter(recipient=ann, notice__in=["issuers/action_decided", "issuers/licence_changed"])
    assert mails.count() == 2
    pages = [client_for(ann).get(address).content.decode()
             for address in ("/en/portal/licence/", f"/en/portal/proposals/{proposal.reference}/")]
    for text in [*(mail.text + mail.html for mail in mails), *pages]:
        own = text.partition("What happened")[0].partition("Conditions")[0] if "FRS01</h1>" in text else text
        assert "ORD s. 16" not in own
        assert "Tribunal" not in own
