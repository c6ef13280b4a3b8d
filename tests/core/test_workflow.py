"""The table decides who may move what, under a lock, and records every move."""

import threading
from datetime import date

import pytest
from django.db import connection, models

from core import audit
from core.access import SYSTEM
from core.errors import NotPermitted, Refused
from core.models import AuditEvent
from core.roles import Can
from core.workflow import Move, Workflow
from issuers.models import Breach
from issuers.services.breaches import open_breach
from issuers.workflows import BREACH


class Light(models.TextChoices):
    RED = "red"
    GREEN = "green"
    AMBER = "amber"


@pytest.fixture
def breach(issuer):
    return open_breach(issuer, rule="HK-RES-01", subject="LRHKD", as_of=date(2026, 11, 22), actor=SYSTEM)


def test_a_table_with_a_state_that_no_move_uses_is_refused():
    with pytest.raises(ValueError, match="amber"):
        Workflow("status", Light, Move("go", (Light.RED,), Light.GREEN, Can.OPERATE, "x"))


def test_final_states_are_those_that_no_move_leaves():
    assert BREACH.final == {Breach.Status.CLOSED}


@pytest.mark.django_db
def test_a_move_records_from_and_to_with_its_legal_basis(breach, ann):
    BREACH.apply(breach, "notify", actor=ann, note="by telephone")
    event = AuditEvent.objects.get(verb="issuers.breach.notified")
    assert event.data == {"from": "open", "to": "notified", "note": "by telephone", "basis": "SUP 2.7.5"}
    assert (event.actor, event.organisation) == (ann, ann.current_memberships[0].organisation)
    assert audit.sentence(event) == "notified the authority of breach HK-RES-01 LRHKD 22 November 2026"


@pytest.mark.django_db
def test_only_moves_that_are_open_to_the_reader_are_offered(breach, ann, bo, dee, eli):
    assert [move.name for move in BREACH.available(breach, ann)] == ["notify", "answer"]
    assert [move.name for move in BREACH.available(breach, bo)] == ["require_remedy", "escalate"]
    assert BREACH.available(breach, dee) == []
    assert BREACH.available(breach, eli) == []


@pytest.mark.django_db
def test_lacking_permission_and_a_wrong_state_are_two_answers(breach, ann, eli):
    with pytest.raises(NotPermitted):
        BREACH.apply(breach, "notify", actor=eli)
    BREACH.apply(breach, "notify", actor=ann)
    with pytest.raises(Refused):
        BREACH.apply(breach, "notify", actor=ann)
    assert AuditEvent.objects.filter(verb="issuers.breach.notified").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_press_at_once_one_moves_and_the_other_is_told(breach, ann):
    answers, together = [], threading.Barrier(2)

    def press():
        try:
            together.wait()
            BREACH.apply(breach, "notify", actor=ann)
            answers.append("moved")
        except Refused as refusal:
            answers.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["It cannot notify from Notified by the issuer.", "moved"]
    assert AuditEvent.objects.filter(verb="issuers.breach.notified").count() == 1


def test_the_machine_can_be_drawn():
    drawing = BREACH.mermaid().splitlines()
    assert drawing[0] == "stateDiagram-v2"
    assert "    open --> notified: notify" in drawing
