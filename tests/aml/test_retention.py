"""Retention: nothing goes before its time, without two officers, or while it is held; the tables see to it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from aml.models import Disposal, Hit, ListEntry, RetentionHold, Screening, ScreeningRun, Subject, TravelRuleRecord
from aml.selectors.retention import disposable
from aml.services.disposals import decline_disposal, delete_records, hold_records, lift_hold, propose_disposal
from core.errors import NotPermitted, Refused
from core.models import AuditEvent
from reserves.services.intake import receive_file
from tests.aml.test_travel_rule_files import LINE, TX, canonical


@pytest.fixture
def old(coin, ann, set_clock):
    """Two records of 2026 and one of a day later, seen five years on."""
    set_clock("2026-11-20T10:00")
    lines = [LINE | {"transfer_id": f"{TX}:{number}", "sent_at": f"2026-11-0{day}T12:00:00+08:00"}
             for number, day in enumerate((3, 3, 4))]
    assert receive_file(coin, "travel_rule", canonical(*lines), filename="t.csv", actor=ann).status == "accepted"
    set_clock("2031-11-04T10:00")
    return coin.issuer.organisation


def kept() -> int:
    return TravelRuleRecord.objects.count()


def test_what_is_five_years_old_may_go_and_a_day_younger_may_not(old):
    found = disposable("travel_rule")
    assert (found.count, found.before, found.cite) == (2, date(2026, 11, 4), "AML 9.3-9.9")
    assert [disposable(kind).count for kind in ("transfer", "screening")] == [0, 0]


def test_two_officers_delete_and_the_count_stays(old, dee, cy):
    row = propose_disposal("travel_rule", actor=dee)
    with pytest.raises(Refused):
        delete_records(row, actor=dee)
    assert kept() == 3
    done = delete_records(row, actor=cy)
    assert (done.status, done.row_count, done.decided_by, kept()) == ("done", 2, cy, 1)
    verbs = list(AuditEvent.objects.filter(verb__startswith="aml.disposal").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["aml.disposal.proposed", "aml.disposal.done"]
    with pytest.raises(Refused):
        delete_records(row, actor=cy)


def test_the_table_itself_lets_nothing_go_otherwise(old, dee):
    propose_disposal("travel_rule", actor=dee)
    for change in (lambda: TravelRuleRecord.objects.all().delete(),
                   lambda: TravelRuleRecord.objects.update(originator_name="")):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert kept() == 3


def test_a_hold_keeps_what_was_already_proposed(old, dee, cy):
    row = propose_disposal("travel_rule", actor=dee)
    hold = hold_records(old, reason="Asked for by the police", actor=dee)
    with pytest.raises(Refused) as refused:
        delete_records(row, actor=cy)
    row.refresh_from_db()
    assert (refused.value.code, row.status, kept()) == ("changed", "proposed", 3)
    with pytest.raises(Refused):
        propose_disposal("travel_rule", actor=cy)
    lift_hold(hold, actor=cy)
    assert delete_records(row, actor=cy).status == "done"
    with pytest.raises(Refused):
        lift_hold(hold, actor=cy)


def test_one_proposal_at_a_time_and_it_can_be_declined(old, dee, cy):
    row = propose_disposal("travel_rule", actor=dee)
    with pytest.raises(Refused) as refused:
        propose_disposal("travel_rule", actor=cy)
    assert refused.value.code == "proposed_already"
    with pytest.raises(Refused):
        decline_disposal(row, note="", actor=cy)
    declined = decline_disposal(row, note="A request is coming", actor=dee)  # who proposed it may withdraw it
    assert (declined.status, declined.decided_by, kept()) == ("declined", None, 3)
    assert propose_disposal("travel_rule", actor=cy).status == "proposed"


def test_who_may_not_dispose_proposes_nothing(old, ann, bo):
    for actor in (ann, bo):
        with pytest.raises(NotPermitted):
            propose_disposal("travel_rule", actor=actor)
        with pytest.raises(NotPermitted):
            hold_records(old, reason="Why", actor=actor)
    assert not Disposal.objects.exists()
    assert not RetentionHold.objects.exists()


def test_screenings_go_five_years_after_the_end_with_their_hits(old, dee, cy):
    entry = ListEntry.objects.create(source="own", key="1", since=1, kind="person", name="A", digest="d" * 64)
    run = ScreeningRun.objects.create(reason="entry", algorithm="1", threshold="0.85", lists=[])
    ended = {"left": datetime(2026, 11, 3, tzinfo=UTC), "lately": datetime(2026, 11, 4, tzinfo=UTC), "stands": None}
    for name, at in ended.items():
        subject = Subject.objects.create(key=f"person:{name}", kind="person", owner=old, name_en=name, digest="s" * 64,
                                         ended_at=at)
        screening = Screening.objects.create(run=run, subject=subject, query={}, subject_digest="s" * 64, compared=1,
                                             screened_at=datetime(2026, 10, 1, tzinfo=UTC))
        Hit.objects.create(screening=screening, entry=entry, matched_name="A", score="0.9", explanation={})
    assert disposable("screening").count == 1
    delete_records(propose_disposal("screening", actor=cy), actor=dee)
    assert sorted(Screening.objects.values_list("subject__name_en", flat=True)) == ["lately", "stands"]
    assert Hit.objects.count() == 2


def test_pages_and_command_say_the_same(old, dee, cy, bo, client_for, confirmed_client_for):
    out = StringIO()
    call_command("report_retention", "--json", stdout=out)
    assert {row["kind"]: row["count"] for row in json.loads(out.getvalue())["records"]} == {
        "travel_rule": 2, "transfer": 0, "screening": 0}
    assert client_for(bo).get(reverse("officer:retention")).status_code == 403
    first, second = confirmed_client_for(dee), confirmed_client_for(cy)
    assert client_for(dee).post(reverse("officer:retention_propose"), {"kind": "travel_rule"}).status_code == 302
    assert not Disposal.objects.exists()  # not without confirming who one is
    first.post(reverse("officer:retention_propose"), {"kind": "travel_rule"})
    row = Disposal.objects.get()
    second.post(reverse("officer:retention_hold"), {"owner": old.pk, "reason": "Asked for"})
    shown = second.get(reverse("officer:retention")).text
    assert "Asked for" in shown
    second.post(reverse("officer:retention_lift", args=[RetentionHold.objects.get().pk]))
    second.post(reverse("officer:retention_decide", args=[row.pk]), {"decision": "delete"})
    assert (Disposal.objects.get().status, kept()) == ("done", 1)
