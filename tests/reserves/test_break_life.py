"""A break is explained by its issuer, accepted by officers, and worked as a case if nobody explains it in time."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.test.utils import CaptureQueriesContext

from core.access import SYSTEM
from core.errors import NotPermitted, Refused
from core.models import AuditEvent, Case, FeedFile
from core.roles import ROLES
from reserves.models import Break, BreakNote, MatchingTolerance, ReserveDay
from reserves.services.break_life import accept_break, assign_break, explain_break, open_break_cases, query_break
from reserves.services.days import run_day
from reserves.services.intake import receive_file
from reserves.services.reference import approve_reference, propose_reference
from reserves.workflows import BREAK
from tests.cast import CAST
from tests.factories import csv_bytes
from tests.issuers.records import somebody
from tests.reserves.broken import FRIDAY, THURSDAY, TUESDAY, WEDNESDAY, broken_day, entry, send

pytestmark = pytest.mark.django_db
S = Break.Status


@pytest.fixture(autouse=True)
def clock_at(monkeypatch, tmp_path):
    def set_to(moment: str) -> None:
        (tmp_path / "clock").write_text(moment)

    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(tmp_path / "clock"))
    set_to("2026-11-20T20:00:00+08:00")
    return set_to


def fresh() -> Break:
    return Break.objects.select_related("latest").get()


def test_the_issuer_explains_and_an_officer_accepts(coin, ann, bo):
    standing = broken_day(coin)
    explained = explain_break(standing, text="A fee that we book on Monday.", actor=ann)
    assert (explained.status, BreakNote.objects.get().by_label) == (S.EXPLAINED, "Ann Lau")
    accepted = accept_break(explained, reason="Seen on the bank's advice.", actor=bo)
    assert accepted.status == S.ACCEPTED
    assert [note.kind for note in BreakNote.objects.all()] == ["explanation", "acceptance"]
    verbs = AuditEvent.objects.filter(verb__startswith="reserves.break").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["reserves.break.explained", "reserves.break.accepted"]


@pytest.mark.parametrize("text", ["", "   ", "x" * 4001])
def test_an_explanation_says_something(coin, ann, text):
    standing = broken_day(coin)
    with pytest.raises(Refused):
        explain_break(standing, text=text, actor=ann)
    assert (fresh().status, BreakNote.objects.count()) == (S.OPEN, 0)
    assert not AuditEvent.objects.filter(verb="reserves.break.explained").exists()


def test_who_may_not_explain_or_accept(coin, ann, eli, dee, bo):
    standing = broken_day(coin)
    for act in (
        lambda: explain_break(standing, text="x", actor=eli), lambda: explain_break(standing, text="x", actor=bo),
        lambda: accept_break(standing, reason="x", actor=ann), lambda: accept_break(standing, reason="x", actor=dee),
        lambda: query_break(standing, text="x", actor=ann), lambda: assign_break(standing, to=bo, actor=ann),
    ):
        with pytest.raises(NotPermitted):
            act()
    assert (fresh().status, BreakNote.objects.count()) == (S.OPEN, 0)


def test_a_large_break_is_accepted_by_two_officers(coin, ann, bo, ben):
    standing = broken_day(coin, value="90000000.00")
    proposed = accept_break(standing, reason="Known.", actor=bo)
    assert (proposed.status, fresh().proposed_by) == (S.PROPOSED, bo)
    with pytest.raises(Refused, match="Another officer"):
        accept_break(proposed, reason="Still known.", actor=bo)
    assert accept_break(proposed, reason="I agree.", actor=ben).status == S.ACCEPTED
    assert [note.kind for note in BreakNote.objects.all()] == ["proposal", "acceptance"]


def test_the_limit_for_one_officer_is_the_authoritys(coin, bo, settings):
    settings.SERVICE_CLOCKS = settings.SERVICE_CLOCKS | {"break_second_officer_above": "999"}
    assert accept_break(broken_day(coin), reason="Known.", actor=bo).status == S.PROPOSED


def test_an_accepted_break_is_open_again_when_its_amount_changes(coin, bo, clock_at):
    accept_break(broken_day(coin, THURSDAY), reason="Known.", actor=bo)
    send(coin, FRIDAY, value="99999000.00")
    run_day(coin, FRIDAY, actor=SYSTEM)
    assert fresh().status == S.ACCEPTED
    clock_at("2026-11-23T20:00:00+08:00")
    monday = FRIDAY.replace(day=23)
    send(coin, monday, value="99998000.00")
    run_day(coin, monday, actor=SYSTEM)
    standing = fresh()
    assert (standing.status, standing.open_since, standing.latest.difference) == (S.OPEN, monday, -2000)


def test_a_break_that_is_gone_is_resolved_and_found_again_in_a_corrected_file(coin):
    broken_day(coin, THURSDAY)
    sent = send(coin, FRIDAY)
    run_day(coin, FRIDAY, actor=SYSTEM)
    assert (fresh().status, fresh().resolved_on) == (S.RESOLVED, FRIDAY)
    send(coin, FRIDAY, value="99999000.00", corrects=sent["ledger"])
    run_day(coin, FRIDAY, actor=SYSTEM)
    assert (fresh().status, fresh().resolved_on) == (S.OPEN, None)


def test_what_nobody_explains_in_time_is_a_case_that_ends_with_the_break(coin, clock_at, bo):
    standing = broken_day(coin, TUESDAY)
    clock_at("2026-11-18T20:00:00+08:00")
    assert open_break_cases() == []
    clock_at("2026-11-19T09:00:00+08:00")
    (case,) = open_break_cases()
    assert (case.kind, case.key, case.owner, case.reference[:4]) == (
        "reserves.break", standing.reference, coin.issuer.organisation, "BRK-")
    assert open_break_cases() == []
    for day in (WEDNESDAY, THURSDAY):
        send(coin, day, value="99999000.00" if day == WEDNESDAY else "100000000.00")
        run_day(coin, day, actor=SYSTEM)
    assert Case.objects.get(kind="reserves.break").outcome == "resolved"


def test_an_explained_break_is_no_case_and_a_case_ends_when_the_break_is_accepted(coin, clock_at, ann, bo):
    standing = broken_day(coin, TUESDAY)
    explain_break(standing, text="A fee.", actor=ann)
    clock_at("2026-11-20T09:00:00+08:00")
    assert open_break_cases() == []
    query_break(fresh(), text="Which fee?", actor=bo)
    assert len(open_break_cases()) == 1
    accept_break(fresh(), reason="Seen.", actor=bo)
    assert Case.objects.get(kind="reserves.break").outcome == "accepted"


def test_a_fee_that_the_bank_booked_needs_no_answer(coin, clock_at):
    files = {"entries": csv_bytes([entry(TUESDAY, amount="1000.00", description="Credit interest")])}
    send(coin, TUESDAY, value="99999000.00", **files)
    (found,) = run_day(coin, TUESDAY, actor=SYSTEM)["breaks"]
    assert (found["cause"], found["residual"]) == ("accrued_interest", "0.00")
    (part,) = found["parts"]
    assert [(row["side"], row["line"]) for row in part["rows"]] == [("entries", 2)]
    clock_at("2026-11-23T09:00:00+08:00")
    assert open_break_cases() == []
    assert fresh().latest.needs_answer is False


def test_a_bank_entry_that_comes_later_has_the_day_run_again(coin):
    broken_day(coin, TUESDAY)
    receive_file(coin, "entries", csv_bytes([entry(TUESDAY, amount="1000.00", description="Credit interest")]),
                 filename="entries.csv", actor=SYSTEM)
    assert ReserveDay.objects.get(status="open").as_of == TUESDAY  # nobody had to ask
    again = run_day(coin, TUESDAY, actor=SYSTEM)
    assert (again["version"], again["breaks"][0]["cause"]) == (2, "accrued_interest")
    assert fresh().latest.day.version == 2


@pytest.mark.parametrize("other", [{"account_id": "BANK-OF-ANOTHER-SORT"}, {"currency": "USD"}])
def test_movements_that_no_break_is_on_have_no_day_assessed(coin, monkeypatch, other):
    """Assessing takes memory that a process which only receives files need not have."""
    broken_day(coin, TUESDAY)

    def refuse(*args, **kwargs):
        raise AssertionError("assessed")

    monkeypatch.setattr("reserves.services.assessment.assess", refuse)
    moved = [entry(TUESDAY, amount="1000.00", description="Credit interest", **other)]
    assert receive_file(coin, "entries", csv_bytes(moved), filename="e.csv", actor=SYSTEM).status == "accepted"
    assert not ReserveDay.objects.filter(status="open").exists()


def test_a_correction_without_the_movement_has_the_day_run_again(coin):
    right = csv_bytes([entry(TUESDAY, amount="1000.00", description="Credit interest")])
    send(coin, TUESDAY, value="99999000.00", entries=right)
    (found,) = run_day(coin, TUESDAY, actor=SYSTEM)["breaks"]
    assert found["cause"] == "accrued_interest"
    stated = FeedFile.objects.get(feed="entries")
    moved = csv_bytes([entry(TUESDAY, amount="1000.00", description="Credit interest", account_id="ANOTHER")])
    receive_file(coin, "entries", moved, filename="corrected.csv", actor=SYSTEM, supersedes=stated)
    assert ReserveDay.objects.get(status="open").as_of == TUESDAY
    again = run_day(coin, TUESDAY, actor=SYSTEM)
    assert (again["version"], again["breaks"][0]["residual"]) == (2, "-1000.00")


def test_movements_are_read_only_of_accounts_that_differ(coin):
    moved = [entry(TUESDAY, amount="1000.00", description="Credit interest"),
             entry(TUESDAY, amount="1000.00", description="Credit interest", account_id="BANK-OF-ANOTHER-SORT")]
    with CaptureQueriesContext(connection) as queries:
        send(coin, TUESDAY, value="99999000.00", entries=csv_bytes(moved))
        (found,) = run_day(coin, TUESDAY, actor=SYSTEM)["breaks"]
    (read,) = {query["sql"] for query in queries if 'FROM "reserves_entry"' in query["sql"]}
    assert f"IN ('{found['account_id']}')" in read
    assert [row["line"] for part in found["parts"] for row in part["rows"]] == [2]


def test_a_tolerance_holds_once_another_officer_approved_it(coin, bo, ben):
    proposed = propose_reference(MatchingTolerance, valid_from=TUESDAY, source="Letter", asset_class="demand_deposit",
                                 absolute=1000, actor=bo)
    send(coin, FRIDAY, value="99999000.00")
    assert len(run_day(coin, FRIDAY, actor=SYSTEM)["breaks"]) == 1
    approve_reference(proposed, actor=ben)
    again = run_day(coin, FRIDAY, actor=SYSTEM)
    assert (again["breaks"], again["comparisons"][0]["tolerated"]) == ([], "-1000.00")


def test_what_was_said_stays_as_it_was_said(coin, ann):
    explain_break(broken_day(coin), text="A fee.", actor=ann)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        connection.cursor().execute("UPDATE reserves_breaknote SET text = 'Nothing.'")


def test_a_break_is_given_to_an_officer_who_works_breaks(coin, bo, ben, dee):
    standing = broken_day(coin)
    assert assign_break(standing, to=ben, actor=bo).officer == ben
    with pytest.raises(Refused, match="does not work breaks"):
        assign_break(standing, to=dee, actor=bo)
    assert fresh().officer == ben


def test_the_commands_explain_and_accept(coin, ann, bo):
    standing = broken_day(coin)
    out = StringIO()
    call_command("explain_break", standing.reference, "--as", ann.email, "--text", "A fee.", "--json", stdout=out)
    assert json.loads(out.getvalue())["state"] == "explained"
    out = StringIO()
    call_command("accept_break", standing.reference, "--as", bo.email, "--reason", "Seen.", "--json", stdout=out)
    assert json.loads(out.getvalue()) | {"reference": ""} == {
        "reference": "", "coin": "LRHKD", "state": "accepted", "opened_on": "2026-11-20", "cause": "value_differs",
        "difference": "-1000", "residual": "-1000",
    }


def test_a_program_reads_and_explains(coin, issuer, key_for, client_for):
    standing = broken_day(coin)
    client, key = client_for(None), {"Authorization": f"Bearer {key_for(issuer.organisation)}"}
    address = f"/api/v1/coins/LRHKD/breaks/{standing.reference}/"
    read = client.get(address, headers=key).json()
    assert (read["life"], read["residual"], read["parts"], read["notes"]) == ("open", "-1000", [], [])
    assert [day["as_of"] for day in read["days"]] == ["2026-11-20"]
    assert client.post(f"{address}explain/", {}, content_type="application/json", headers=key).status_code == 400
    told = client.post(f"{address}explain/", {"text": "A fee."}, content_type="application/json", headers=key)
    assert (told.status_code, told.json()["life"]) == (200, "explained")
    assert [note["text"] for note in told.json()["notes"]] == ["A fee."]
    assert client.get(address.replace("LRHKD", "NONE"), headers=key).status_code == 404


# --- every move, tried by everybody from every state ------------------------------------------------------------------
class Undo(Exception):
    """Take back what was tried."""


@pytest.mark.parametrize("state", S.values)
def test_everybody_tries_every_move(coin, rival, request, state, authority):
    everybody = {name: request.getfixturevalue(name) for name in CAST}
    standing = broken_day(coin)
    Break.objects.update(status=state, proposed_by=somebody())
    wrong = []
    for move in BREAK.moves.values():
        for who, actor in everybody.items():
            _name, place, role = CAST[who]
            reaches = place in ("authority", "issuer")
            allowed = state in move.sources and move.permission in ROLES[role] and reaches
            if tried(fresh(), move, actor) is not allowed:
                wrong.append((move.name, who, allowed))
        assert tried(fresh(), move, SYSTEM) is (state in move.sources and SYSTEM.can(move.permission)), standing
    assert wrong == []


def tried(record, move, actor) -> bool:
    before, events = record.status, AuditEvent.objects.count()
    try:
        with transaction.atomic():
            moved = BREAK.apply(record, move.name, actor=actor, note="Because.")
            assert moved.status == move.target
            assert AuditEvent.objects.latest("pk").verb == move.verb
            raise Undo
    except Undo:
        return True
    except (Refused, NotPermitted):
        assert (Break.objects.values_list("status", flat=True).get(), AuditEvent.objects.count()) == (before, events)
        return False
