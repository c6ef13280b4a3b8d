"""Every move of every lifecycle, tried by everybody from every state: it is allowed exactly where the table says."""

from __future__ import annotations

import re

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from core.access import SYSTEM
from core.cases import CASE
from core.errors import NotPermitted, Refused
from core.models import AuditEvent
from core.roles import ROLES
from issuers.models import Application, ApplicationStep, Proposal, Recommendation
from issuers.services.steps import move_application
from issuers.workflows import APPLICATION, CONSENT, LICENCE, PROPOSAL, WARNING, WORKFLOWS
from tests.cast import CAST
from tests.issuers import records

pytestmark = pytest.mark.django_db

TABLES = WORKFLOWS | {"case": CASE}
CASES = [(name, state) for name, workflow in TABLES.items() for state in workflow.states.values]
#: Records that belong to no issuer: only the authority may move them.
OF_NOBODY = {"contact", "warning"}


class Undo(Exception):
    """Take back what was tried."""


@pytest.fixture
def everybody(request, authority, issuer, rival):
    return {name: request.getfixturevalue(name) for name in CAST}


def allowed_by_the_table(name: str, move, state: str, who: str) -> bool:
    """Read the answer off the two tables, of states and of roles, and off nothing else."""
    _full_name, place, role = CAST[who]
    reaches = place == "authority" or (place == "issuer" and name not in OF_NOBODY)
    return state in move.sources and move.permission in ROLES[role] and reaches


@pytest.mark.parametrize(("name", "state"), CASES)
def test_everybody_tries_every_move(name, state, everybody, issuer):
    workflow = TABLES[name]
    wrong = []
    for move in workflow.moves.values():
        with transaction.atomic():
            record = records.RECORDS[name](issuer, state, move.name)
            for who, actor in everybody.items():
                expected = allowed_by_the_table(name, move, state, who)
                if tried(workflow, record, move, actor) is not expected:
                    wrong.append((move.name, who, expected))
            transaction.set_rollback(True)
    assert wrong == []


def tried(workflow, record, move, actor) -> bool:
    """Make the move and take it back; say whether it was made, and that a refusal left nothing behind."""
    before, kept = record.status, told()
    try:
        with transaction.atomic():
            moved = workflow.apply(record, move.name, actor=actor, note="Because.")
            assert moved.status == move.target
            assert AuditEvent.objects.latest("pk").verb == move.verb
            raise Undo
    except Undo:
        return True
    except (Refused, NotPermitted):
        assert type(record).objects.values_list("status", flat=True).get(pk=record.pk) == before
        assert told() == kept
        return False


def told() -> tuple[int, int]:
    """Return how many acts and how many mails are on record."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM core_auditevent), (SELECT count(*) FROM core_message)")
        return cursor.fetchone()


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
        (APPLICATION, "application", "recommended", "grant", "recommendation"),
        (APPLICATION, "application", "recommended", "refuse", "recommendation"),
        (APPLICATION, "application", "recommended", "decline", "recommendation"),
        (PROPOSAL, "proposal", "open", "decide", "proposed_by"),
        (CONSENT, "consent", "requested", "grant", "recommended_by"),
        (CONSENT, "consent", "requested", "refuse", "recommended_by"),
    ],
)
def test_who_proposed_does_not_decide(workflow, make, status, move, by, issuer, cy):
    record = records.RECORDS[make](issuer, status, move)
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
