"""Every move of every lifecycle, tried by everybody from every state: it is allowed exactly where the table says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from core.access import SYSTEM, System
from core.errors import NotPermitted, Refused
from core.models import AuditEvent, Message
from core.roles import ROLES
from core.workflow import Move, Workflow
from issuers.models import Application, ApplicationStep, Proposal, Recommendation
from issuers.services.steps import move_application
from issuers.workflows import APPLICATION, CONSENT, LICENCE, PROPOSAL, WARNING
from tests.cast import CAST
from tests.issuers import records, records_aml, records_reserves

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]

LIFECYCLES = records.LIFECYCLES | records_reserves.LIFECYCLES | records_aml.LIFECYCLES
CASES = [
    (name, standing, state)
    for name, lifecycle in LIFECYCLES.items()
    for standing, is_ in lifecycle.standings.items()
    for state in Workflow.ALL[name].states.values
    if not is_.states or state in is_.states
]


class Undo(Exception):
    """Take back what was tried."""


@pytest.fixture
def everybody(request, authority, issuer, rival):
    return {name: request.getfixturevalue(name) for name in CAST} | {"the platform": SYSTEM}


def test_no_lifecycle_is_left_out():
    """A table that is written down is tried, whichever app it is in and whether or not anything has loaded it yet."""
    written = [
        table
        for package in ("core", "issuers", "reserves", "aml", "reports")
        for file in (ROOT / package).rglob("*.py")
        for table in re.findall(r"^\w+(?:: \w+)? = Workflow\(", file.read_text(), re.MULTILINE)
    ]
    assert len(written) == len(Workflow.ALL)
    assert set(LIFECYCLES) == set(Workflow.ALL)


def allowed_by_the_table(name: str, standing: str, move, state: str, who: str) -> bool:
    """Read the answer off the tables of states, of roles and of standings, and off nothing else."""
    lifecycle = LIFECYCLES[name]
    is_ = lifecycle.standings[standing]
    if who in lifecycle.besides:
        place, may = "beside", lifecycle.besides[who].may
    elif who == "the platform":
        place, may = "authority", System.MAY
    else:
        _full_name, place, role = CAST[who]
        may = ROLES[role]
    inside = place == "issuer" and lifecycle.of_issuer and not is_.of_somebody_new
    return (
        state in move.sources
        and move.permission in may
        and (inside or place in ("authority", "beside"))
        and is_.leaves_open(move.name, state, who, inside=inside)
    )


@pytest.mark.parametrize(("name", "standing", "state"), CASES)
def test_everybody_tries_every_move(name, standing, state, everybody, issuer):
    workflow, lifecycle = Workflow.ALL[name], LIFECYCLES[name]
    about = (standing,) if standing else ()
    wrong = []
    for moves in moves_by_record(workflow, state):
        with transaction.atomic():
            record = lifecycle.make(issuer, state, moves[0].name, *about)
            actors = everybody | {who: beside.make(record) for who, beside in lifecycle.besides.items()}
            for move in moves:
                expected = {who: allowed_by_the_table(name, standing, move, state, who) for who in actors}
                found = who_moves(workflow, record, move, actors)
                wrong += [(move.name, who, expected[who]) for who in actors if found[who] is not expected[who]]
            transaction.set_rollback(True)
    assert wrong == []


def moves_by_record(workflow: Workflow, state: str) -> list[list[Move]]:
    """Return the moves that one record serves: each that starts in the state has its own, the others share one."""
    starting = [move for move in workflow.moves.values() if state in move.sources]
    others = [move for move in workflow.moves.values() if state not in move.sources]
    return [[move] for move in starting] + [others] * bool(others)


def who_moves(workflow: Workflow, record, move: Move, actors) -> dict[str, bool]:
    """Make the move as each actor and take it back; say who could, and that nothing of it is left behind."""
    left = AuditEvent.objects.count(), Message.objects.count()
    found = {who: tried(workflow, record, move, actor) for who, actor in actors.items()}
    assert (AuditEvent.objects.count(), Message.objects.count()) == left
    assert type(record)._base_manager.values_list("status", flat=True).get(pk=record.pk) == record.status
    return found


def tried(workflow: Workflow, record, move: Move, actor) -> bool:
    try:
        with transaction.atomic():
            moved = workflow.apply(record, move.name, actor=actor, note="Because.")
            assert moved.status == move.target
            assert AuditEvent.objects.latest("pk").verb == move.verb
            raise Undo
    except Undo:
        return True
    except (Refused, NotPermitted):
        return False


def test_the_database_lets_applications_and_licences_move_as_the_tables_say():
    with connection.cursor() as cursor:
        for table, workflow in (("issuers_application", APPLICATION), ("issuers_licence", LICENCE)):
            cursor.execute(
                "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = 'legal_move' AND tgrelid = %s::regclass",
                [table],
            )
            arrows = set(re.findall(r"'([a-z_]+>[a-z_]+)'", cursor.fetchone()[0]))
            wanted = {f"{source}>{move.target}" for move in workflow.moves.values() for source in move.sources}
            assert arrows == wanted, table


def test_the_database_refuses_a_move_that_no_table_has(issuer):
    application = records.application(issuer, Application.Status.DRAFT)
    with pytest.raises(IntegrityError, match="cannot move from draft to granted"), transaction.atomic():
        Application.objects.filter(pk=application.pk).update(status="granted")
    application.refresh_from_db()
    assert application.status == "draft"


@pytest.mark.parametrize(
    ("workflow", "make", "status", "move", "by"),
    [
        (APPLICATION, records.application, "recommended", "grant", "recommendation"),
        (APPLICATION, records.application, "recommended", "refuse", "recommendation"),
        (APPLICATION, records.application, "recommended", "decline", "recommendation"),
        (PROPOSAL, records.proposal, "open", "decide", "proposed_by"),
        (CONSENT, records.consent, "requested", "grant", "recommended_by"),
        (CONSENT, records.consent, "requested", "refuse", "recommended_by"),
    ],
)
def test_who_proposed_does_not_decide(workflow, make, status, move, by, issuer, cy):
    record = make(issuer, status, move)
    if by == "recommendation":
        Recommendation.objects.filter(application=record).update(made_by=cy)
    else:
        type(record).objects.filter(pk=record.pk).update(**{by: cy})
        record.refresh_from_db()
    with pytest.raises(Refused, match="another officer has to decide"):
        workflow.apply(record, move, actor=cy)
    assert not AuditEvent.objects.filter(verb=workflow.moves[move].verb).exists()


def test_who_drafted_a_warning_does_not_publish_it(issuer, bo):
    record = records.warning(issuer, "draft")
    type(record).objects.filter(pk=record.pk).update(proposed_by=bo)
    record.refresh_from_db()
    with pytest.raises(Refused, match="another officer has to publish"):
        WARNING.apply(record, "publish", actor=bo)


def test_who_prepared_does_not_sign(issuer, amy):
    application = records.application(issuer, "prepared")
    Application.objects.filter(pk=application.pk).update(prepared_by=amy)
    with pytest.raises(Refused, match="somebody else has to sign"):
        move_application(application, "submit", actor=amy)
    assert not ApplicationStep.objects.exists()


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (Recommendation, {"made_by": "bo", "decided_by": "bo"}),
        (Proposal, {"proposed_by": "bo", "decided_by": "bo"}),
    ],
)
def test_the_database_refuses_one_officer_twice(model, fields, issuer, bo, authority):
    record = records.application(issuer, "recommended") if model is Recommendation else records.proposal(issuer, "open")
    row = record.recommendations.get() if model is Recommendation else record
    with pytest.raises(IntegrityError, match="two_officers"), transaction.atomic():
        model.objects.filter(pk=row.pk).update(**dict.fromkeys(fields, bo))


def test_a_step_is_taken_back_by_another_officer_with_a_reason(issuer, bo, ben):
    application = records.application(issuer, "submitted")
    begun = move_application(application, "begin", actor=bo)
    with pytest.raises(Refused, match="another officer has to take it back"):
        move_application(begun, "undo_begin", actor=bo, note="Too early.")
    with pytest.raises(Refused, match="Say why"):
        move_application(begun, "undo_begin", actor=ben)
    back = move_application(begun, "undo_begin", actor=ben, note="A page of the business plan is missing.")
    assert back.status == "submitted"
    first, second = back.steps.all()
    assert (first.move, first.by, second.move, second.by, second.reverses) == ("begin", bo, "undo_begin", ben, first)


def test_what_stays_on_record_is_not_changed_past_the_code(issuer, bo, ben):
    application = records.application(issuer, "submitted")
    move_application(application, "begin", actor=bo)
    for statement in ("UPDATE issuers_applicationstep SET by_label = 'nobody'", "DELETE FROM issuers_criterionfinding",
                      "UPDATE issuers_clearance SET state = 'hit'", "DELETE FROM issuers_registerentry"):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            connection.cursor().execute(statement)


def test_the_platform_deems_and_lapses_consents_in_time(issuer):
    waiting = records.consent(issuer, "requested", "deem")
    assert CONSENT.apply(waiting, "deem", actor=SYSTEM).status == "deemed"
    unused = records.consent(issuer, "granted", "lapse")
    assert CONSENT.apply(unused, "lapse", actor=SYSTEM).status == "lapsed"
