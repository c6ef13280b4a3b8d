"""Seals of the audit log: everything is sealed once, a proof proves, and whatever is changed afterwards is named."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import IntegrityError

from core import audit, clock, sealing
from core.access import SYSTEM
from core.canonical import digest_of
from core.log_check import check_log
from core.merkle import continues
from core.models import AuditEvent, AuditSeal, SealedEvent
from core.seal_proofs import proof_problems
from core.tasks import seal_events as seal_task
from core.tasks import seal_whole

pytestmark = pytest.mark.django_db
TOLD = audit.verb("core.tests.told", "told %(target)s")


@pytest.fixture
def tell(issuer):
    """``tell(number)`` records so many events and returns them."""
    sealing.seal_events()

    def told(number: int) -> list[AuditEvent]:
        return [audit.record(TOLD, target=issuer, actor=SYSTEM, data={"number": each}) for each in range(number)]

    return told


@pytest.fixture
def past_the_trigger():
    """``past_the_trigger(statement, *values)`` does what only the owner of the database can."""

    def done(statement: str, *values: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(statement, values)
            cursor.execute("SET LOCAL session_replication_role = origin")

    return done


def problems() -> list[tuple[str, int | None, int | None]]:
    return [(each.code, each.seal, each.event) for each in check_log().problems]


def test_every_column_is_hashed(issuer):
    event = AuditEvent.objects.first()
    columns = {field.name for field in AuditEvent._meta.concrete_fields}
    assert set(sealing.columns_of(event)) == columns


def test_every_event_is_sealed_once_and_proves(tell, monkeypatch):
    monkeypatch.setattr(sealing, "MOST", 3)
    before = AuditSeal.objects.count()
    events = tell(8)
    assert sealing.seal_events() == 8
    assert sealing.seal_events() == 0
    assert list(AuditSeal.objects.values_list("count", flat=True))[before:] == [3, 3, 2]
    for event in events:
        proof = sealing.inclusion_proof(event)
        assert proof_problems(proof) == []
        assert proof["event"]["data"] == event.data
        assert proof["head"] == sealing.published_head(sealing.latest_seal())
    assert problems() == []


def test_a_proof_shows_who_acted_only_where_it_is_opened(tell):
    [event] = tell(1)
    sealing.seal_events()
    closed, opened = sealing.inclusion_proof(event), sealing.inclusion_proof(event, with_name=True)
    assert SYSTEM.label not in json.dumps(closed)
    assert opened["who"]["actor_label"] == SYSTEM.label
    assert digest_of(opened["who"]) == closed["event"]["who"]
    assert proof_problems(opened) == []
    opened["who"]["actor_label"] = "Somebody else"
    assert proof_problems(opened) == ["event"]


@pytest.mark.parametrize("spoil,expected", [
    (lambda proof: proof["event"].update(data={"number": 99}), ["event"]),
    (lambda proof: proof.update(index=1), ["event"]),
    (lambda proof: proof["seal"].update(sealed_at="2020-01-01T00:00:00+00:00"), ["seal"]),
    (lambda proof: proof["head"].update(log_root="00" * 32), ["seal"]),
    (lambda proof: proof.pop("path"), ["malformed"]),
    (lambda proof: proof.update(path=["zz"]), ["malformed"]),
])
def test_a_proof_that_was_changed_does_not_hold(tell, spoil, expected):
    event, *_ = tell(3)
    sealing.seal_events()
    proof = sealing.inclusion_proof(event)
    spoil(proof)
    assert proof_problems(proof) == expected


def test_an_event_that_is_not_sealed_yet_has_no_proof(tell):
    [event] = tell(1)
    assert sealing.inclusion_proof(event) is None
    assert check_log().unsealed == 1


def test_an_event_that_was_committed_late_is_sealed_though_its_number_is_lower(tell, past_the_trigger):
    late, _early = tell(2)
    columns = {field.attname: getattr(late, field.attname) for field in AuditEvent._meta.concrete_fields}
    past_the_trigger("DELETE FROM core_auditevent WHERE id = %s", late.pk)  # as others see it while it is not committed
    assert sealing.seal_events() == 1
    AuditEvent(**columns).save(force_insert=True)
    seal_task()
    assert proof_problems(sealing.inclusion_proof(late)) == []
    assert problems() == []


def test_what_was_committed_later_than_that_is_found_at_night(tell, past_the_trigger, monkeypatch):
    late, _early = tell(2)
    columns = {field.attname: getattr(late, field.attname) for field in AuditEvent._meta.concrete_fields}
    past_the_trigger("DELETE FROM core_auditevent WHERE id = %s", late.pk)
    sealing.seal_events()
    AuditEvent(**columns).save(force_insert=True)
    later = clock.now() + timedelta(days=3)
    monkeypatch.setattr(clock, "now", lambda: later)
    tell(1)
    seal_task()
    assert SealedEvent.objects.filter(pk=late.pk).count() == 0
    seal_whole()
    assert SealedEvent.objects.filter(pk=late.pk).count() == 1


@pytest.mark.parametrize("statement", [
    "UPDATE core_auditseal SET root = ''", "DELETE FROM core_auditseal",
    "UPDATE core_sealedevent SET leaf = ''", "DELETE FROM core_sealedevent",
])
def test_the_database_refuses_to_change_a_seal(tell, statement):
    tell(1)
    sealing.seal_events()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_an_event_that_was_changed_past_the_trigger_is_named(tell, past_the_trigger):
    event = tell(3)[1]
    sealing.seal_events()
    number = sealing.latest_seal().number
    past_the_trigger("UPDATE core_auditevent SET actor_label = 'nobody' WHERE id = %s", event.pk)
    assert problems() == [("event_changed", number, event.pk)]


def test_changing_the_stored_leaf_too_breaks_the_root(tell, past_the_trigger):
    event = tell(3)[1]
    sealing.seal_events()
    number = sealing.latest_seal().number
    past_the_trigger("UPDATE core_sealedevent SET leaf = repeat('0', 64) WHERE event_id = %s", event.pk)
    assert problems() == [("event_changed", number, event.pk), ("root_differs", number, None)]


def test_an_event_that_was_removed_is_named(tell, past_the_trigger):
    event = tell(3)[1]
    sealing.seal_events()
    number = sealing.latest_seal().number
    past_the_trigger("DELETE FROM core_auditevent WHERE id = %s", event.pk)
    assert problems() == [("event_missing", number, event.pk)]
    past_the_trigger("DELETE FROM core_sealedevent WHERE event_id = %s", event.pk)
    assert problems() == [("root_differs", number, None)]


def test_a_seal_that_was_changed_or_removed_is_named(tell, past_the_trigger):
    for _each in range(3):
        tell(1)
        sealing.seal_events()
    last = sealing.latest_seal().number
    past_the_trigger("UPDATE core_auditseal SET sealed_at = sealed_at - interval '1 day' WHERE number = %s", last - 1)
    found = problems()
    assert ("seal_changed", last - 1, None) in found
    assert ("chain_broken", last, None) in found
    past_the_trigger("DELETE FROM core_sealedevent WHERE seal_id = %s", last - 1)
    past_the_trigger("DELETE FROM core_auditseal WHERE number = %s", last - 1)
    assert ("seal_missing", last - 1, None) in problems()


def test_a_log_whose_end_was_cut_off_does_not_agree_with_a_head_that_was_published(tell, past_the_trigger):
    tell(1)
    sealing.seal_events()
    head = sealing.latest_seal()
    assert check_log(published=(head.number, head.log_root)).problem_count == 0
    past_the_trigger("DELETE FROM core_sealedevent WHERE seal_id = %s", head.number)
    past_the_trigger("DELETE FROM core_auditseal WHERE number = %s", head.number)
    assert problems() == []
    [problem] = check_log(published=(head.number, head.log_root)).problems
    assert problem.code == "head_differs"


def test_a_head_that_was_kept_is_shown_to_be_the_beginning_of_the_log(tell):
    heads = []
    for _each in range(6):
        tell(1)
        sealing.seal_events()
        heads.append(sealing.published_head(sealing.latest_seal()))
    for kept in heads:
        proof = sealing.continuation_proof(kept["number"])
        assert (proof["earlier"], proof["head"]) == (kept, heads[-1])
        assert continues(
            bytes.fromhex(kept["log_root"]), kept["number"], bytes.fromhex(heads[-1]["log_root"]),
            heads[-1]["number"], [bytes.fromhex(each) for each in proof["path"]],
        )
    assert sealing.continuation_proof(heads[-1]["number"] + 1) is None


def test_a_proof_and_a_seal_cost_a_few_queries_however_long_the_log_is(tell, django_assert_num_queries):
    for _each in range(5):
        [event] = tell(1)
        sealing.seal_events()
    tell(1)
    sealing.seal_events()
    with django_assert_num_queries(4):
        sealing.inclusion_proof(event)
    tell(40)
    with django_assert_num_queries(13):  # two of them find that no more waits
        sealing.seal_events()


def test_the_command_says_what_holds_and_exits_2_where_something_does_not(tell, past_the_trigger):
    [event] = tell(1)
    out = io.StringIO()
    call_command("verify_audit_log", "--seal", "--json", stdout=out)
    answer = json.loads(out.getvalue())
    head = sealing.latest_seal()
    assert (answer["holds"], answer["sealed_now"], answer["unsealed"]) == (True, 1, 0)
    assert answer["head"] == {"number": head.number, "log_root": head.log_root}
    past_the_trigger("UPDATE core_auditevent SET verb = 'core.tests.untold' WHERE id = %s", event.pk)
    out = io.StringIO()
    with pytest.raises(CommandError, match="1 problems") as refusal:
        call_command("verify_audit_log", "--head", f"{head.number}:{head.log_root}", stdout=out)
    assert refusal.value.returncode == 2
    assert f"Event {event.pk} was changed after seal {head.number}." in out.getvalue()
