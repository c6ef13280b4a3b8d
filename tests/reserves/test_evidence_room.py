"""The evidence room: frozen days, samples that can be drawn again, days performed again from their bytes."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import IntegrityError
from openpyxl import Workbook

from core import blobs
from core.access import SYSTEM
from core.errors import NotPermitted, Refused
from core.models import AuditEvent, FeedFile, Organisation
from reserves.models import EvidenceSnapshot, Holding, Reperformance, ReserveDay, Sample
from reserves.selectors.attestation import evidence_on, waiting_reperformances
from reserves.services.days import run_day
from reserves.services.draws import reveal_draws
from reserves.services.evidence import freeze_evidence
from reserves.services.intake import parse_now_or_later, receive_file
from reserves.services.reperformance import ask_reperformance, document_of, reperform, table_of
from reserves.services.samples import draw_sample, drawn_again
from reserves.tasks import perform_again, sweep_attestations
from tests.factories import csv_bytes, holding, sound_day
from tests.reserves.attesting import (
    BILL,
    PERIOD_END,
    admitted,
    auditor,
    day_files,
    drawn_and_frozen,
    engaged,
    firm,
    judged,
    noon,
)


@pytest.fixture
def at(monkeypatch, tmp_path):
    file = tmp_path / "clock"
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(file))

    def move(day: date) -> None:
        file.write_text(noon(day).isoformat())

    move(date(2026, 10, 5))
    return move


@pytest.fixture
def may(db):
    """The auditor, of the firm that is engaged."""
    return auditor(firm())


@pytest.fixture
def room(at, coin, amy, bo, may):
    """The engagement of October with its days drawn and frozen; it is 3 November."""
    engagement = engaged(coin, may.current_memberships[0].organisation, amy)
    admitted(engagement, may, amy, bo)
    at(date(2026, 11, 3))
    return drawn_and_frozen(engagement)


def correct(coin, as_of: date, value: str) -> ReserveDay:
    """Send a corrected statement of the day on which one deposit is worth less."""
    standing = FeedFile.objects.get(feed="holdings", subject=coin.symbol, as_of=as_of, status="accepted")
    text = day_files(as_of)["holdings"].decode().replace("60000000.00", value)
    return judged(coin, as_of, {"holdings": standing}, holdings=text.encode())


# --- freezing ---------------------------------------------------------------------------------------


def test_both_days_are_frozen_with_version_files_rulebook_and_findings(room):
    assert [day.kind for day in room.test_days.all()] in (["random", "period_end"],)
    snapshot = evidence_on(room, PERIOD_END).snapshot
    day = snapshot.day
    assert (day.version, snapshot.account["digest"]) == (1, day.digest)
    assert snapshot.rulebook_digest == day.result["rulebook"]["digest"]
    assert [entry["feed"] for entry in snapshot.account["inputs"]] == ["holdings", "ledger", "supply"]
    assert all(len(entry["sha256"]) == 64 for entry in snapshot.account["inputs"])
    assert {found["rule"] for found in snapshot.findings} == {found["rule"] for found in day.result["findings"]}
    assert AuditEvent.objects.filter(verb="reserves.attestation.frozen").count() == 2


def test_a_correction_changes_nothing_that_is_frozen_and_is_shown_as_superseding(room, coin):
    before = evidence_on(room, PERIOD_END)
    assert not before.superseded
    later = correct(coin, PERIOD_END, "59000000.00")
    after = evidence_on(room, PERIOD_END)
    assert after.snapshot.digest == before.snapshot.digest
    assert after.snapshot.account["reserve_market_value"] == "100000000.75"
    assert (after.superseded, after.current.version, later.version) == (True, 2, 2)
    changes = {figure.name: (figure.stated, figure.again) for figure in after.changes()}
    assert changes["reserve_market_value"] == ("100000000.75", "99000000.75")
    assert freeze_evidence(after.test_day, actor=SYSTEM) == after.snapshot


@pytest.mark.parametrize("table", ["evidencesnapshot", "drawseed", "sample"])
def test_the_database_refuses_to_change_what_is_frozen(room, may, table):
    draw_sample(room, population="holdings", method="all", test_day=room.test_days.first(), actor=may)
    changed = "digest = 'x'" if table == "evidencesnapshot" else "seed = 'x'"
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE reserves_{table} SET {changed}")  # noqa: S608


def test_a_day_that_nobody_judged_is_not_frozen(at, coin, amy, bo):
    engagement = engaged(coin, firm(), amy)
    at(date(2026, 11, 3))
    reveal_draws()
    with pytest.raises(Refused, match="not judged yet"):
        freeze_evidence(engagement.test_days.first(), actor=bo)
    assert not EvidenceSnapshot.objects.exists()


# --- sampling ---------------------------------------------------------------------------------------


def rows_of(sample: Sample) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(blobs.read_blob(sample.table_id).decode())))


def test_all_holdings_of_a_day_with_file_and_line(room, may):
    day = room.test_days.get(as_of=PERIOD_END)
    sample = draw_sample(room, population="holdings", method="all", test_day=day, actor=may)
    rows = rows_of(sample)
    assert [(row["file"], row["line"], row["amount"]) for row in rows] == [
        ("holdings.csv", "2", "60000000"), ("holdings.csv", "3", "34900000.5"), ("holdings.csv", "4", "5100000.25"),
    ]
    assert {row["sha256"] for row in rows} == {sample.files[0]["sha256"]}
    assert (sample.population_lines, sample.lines, sample.seed) == (3, 3, "")


@pytest.mark.parametrize("method", ["random", "monetary_unit"])
def test_a_seeded_sample_is_drawn_again_from_its_record(room, may, method):
    day = room.test_days.get(as_of=PERIOD_END)
    sample = draw_sample(room, population="ledger", method=method, size=2, seed="auditor 7", test_day=day, actor=may)
    assert drawn_again(sample).encode() == blobs.read_blob(sample.table_id)
    again = draw_sample(room, population="ledger", method=method, size=2, seed="auditor 7", test_day=day, actor=may)
    assert again.table_id == sample.table_id
    assert sum(int(row["hits"]) for row in rows_of(sample)) == 2


def test_the_largest_and_its_refusals(room, may, ian, ann):
    day = room.test_days.get(as_of=PERIOD_END)
    top = draw_sample(room, population="holdings", method="top", size=1, test_day=day, actor=may)
    assert [row["amount"] for row in rows_of(top)] == ["60000000"]
    kept = Sample.objects.count()
    for given, said in (
        ({"method": "random", "size": 2, "test_day": day}, "seed of your own"),
        ({"method": "random", "size": 0, "seed": "x", "test_day": day}, "how many lines"),
        ({"method": "all"}, "tested day that is frozen"),
        ({"population": "entries", "method": "all"}, "No file of that kind"),
        ({"population": "taste", "method": "all"}, "no such population"),
    ):
        with pytest.raises(Refused, match=said):
            draw_sample(room, **({"population": "holdings"} | given), actor=may)
    for stranger in (ian, ann):
        with pytest.raises(NotPermitted):
            draw_sample(room, population="holdings", method="all", test_day=day, actor=stranger)
    assert Sample.objects.count() == kept


def test_the_issuers_own_auditor_is_not_the_engaged_firm(room, eli):
    with pytest.raises(Refused, match="engaged audit firm"):
        draw_sample(room, population="holdings", method="all", test_day=room.test_days.first(), actor=eli)


# --- performing again -------------------------------------------------------------------------------


def performed(room, may, as_of=PERIOD_END) -> Reperformance:
    snapshot = evidence_on(room, as_of).snapshot
    asked = ask_reperformance(snapshot.day, actor=may, engagement=room, snapshot=snapshot)
    assert waiting_reperformances() == [asked.pk]
    return reperform(asked.pk)


def test_a_sound_day_agrees_in_every_line_and_figure(room, may):
    done = performed(room, may)
    document = document_of(done)
    assert [figure for figure in document["figures"] if not figure["agrees"]] == []
    assert [line for line in document["lines"] if not line["agrees"]] == []
    assert (done.status, done.agrees, done.progress, done.lines) == ("done", True, 100, 8)
    sums = {figure["name"]: figure["again"] for figure in document["figures"] if figure["by"] == "sums"}
    assert sums["reserve_market_value"] == "100000000.75"
    assert (sums["circulation"], sums["par_outstanding"]) == ("99000000", "99000000")
    assert sums["backing_ratio"] == "1.01010101"
    assert {figure["by"] for figure in document["figures"]} == {"sums", "judged"}
    assert len(table_of(document)) == 1 + done.figures + done.lines
    assert reperform(done.pk) is None


def test_what_is_frozen_is_performed_again_though_a_correction_came(room, may, coin):
    correct(coin, PERIOD_END, "59000000.00")
    assert performed(room, may).agrees


def forged(snapshot, column: str, value: str) -> None:
    """Change a stored row past the trigger, as somebody with the database in hand would."""
    file = snapshot.account["inputs"][0]["file"]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"UPDATE reserves_holding SET {column} = %s WHERE file_id = %s AND line = 2",  # noqa: S608
                       [value, file])
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_a_forged_row_differs_in_its_line_and_column(room, may):
    forged(evidence_on(room, PERIOD_END).snapshot, "market_value", "61000000")
    done = performed(room, may)
    assert (done.agrees, done.lines_differing, done.figures_differing) == (False, 1, 0)
    differing = [line for line in document_of(done)["lines"] if not line["agrees"]]
    assert [(line["feed"], line["line"], line["differing"]) for line in differing] == [
        ("holdings", 2, ["market_value"])]
    assert Holding.objects.filter(market_value=61000000).count() == 1


def test_bytes_that_were_changed_are_named(room, may):
    entry = evidence_on(room, PERIOD_END).snapshot.account["inputs"][0]
    blobs.path_of(entry["sha256"]).write_bytes(b"as_of,coin\n")
    done = performed(room, may)
    document = document_of(done)
    assert document["files"][0]["state"] == "bytes are not those received"
    assert done.lines_differing == 3
    wrong = {figure["name"] for figure in document["figures"] if not figure["agrees"]}
    assert "reserve_market_value" in wrong


def test_the_worker_opens_draws_freezes_and_performs_again(at, coin, amy, bo, may):
    engagement = engaged(coin, may.current_memberships[0].organisation, amy, period_start=date(2026, 10, 6))
    assert engagement.status == "engaged"
    at(date(2026, 10, 6))
    sweep_attestations()
    engagement.refresh_from_db()
    assert (engagement.status, engagement.drawn_at) == ("open", None)
    at(date(2026, 11, 3))
    sweep_attestations()
    for day in engagement.test_days.all():
        judged(coin, day.as_of)
    assert not EvidenceSnapshot.objects.exists()
    sweep_attestations()
    sweep_attestations()
    assert EvidenceSnapshot.objects.count() == 2
    snapshot = evidence_on(engagement, PERIOD_END).snapshot
    asked = ask_reperformance(snapshot.day, actor=bo, snapshot=snapshot)
    perform_again(asked.pk)
    perform_again(asked.pk)
    asked.refresh_from_db()
    assert (asked.status, asked.agrees) == ("done", True)
    assert AuditEvent.objects.filter(verb="reserves.reperformance.finished").count() == 1


def test_who_is_not_engaged_asks_for_nothing(room, ian, ann, bo):
    snapshot = evidence_on(room, PERIOD_END).snapshot
    for stranger in (ian, ann):
        with pytest.raises(NotPermitted):
            ask_reperformance(snapshot.day, actor=stranger, engagement=room, snapshot=snapshot)
    assert not Reperformance.objects.exists()
    first = ask_reperformance(snapshot.day, actor=bo, snapshot=snapshot)
    assert ask_reperformance(snapshot.day, actor=bo, snapshot=snapshot) == first


def test_the_command_says_what_differs_and_with_which_code(room, coin, capsys):
    call_command("reperform_day", "--coin", "LRHKD", "--as-of", PERIOD_END.isoformat(), "--json")
    answer = json.loads(capsys.readouterr().out)
    assert (answer["agrees"], answer["lines"], answer["differing"]) == (True, 8, [])
    forged(evidence_on(room, PERIOD_END).snapshot, "custodian", "Nobody's Bank")
    with pytest.raises(CommandError) as refused:
        call_command("reperform_day", "--coin", "LRHKD", "--as-of", PERIOD_END.isoformat())
    assert refused.value.returncode == 2


def test_a_workbook_is_read_again_like_a_table(at, coin, may, amy, bo):
    """XLSX files are read by openpyxl, not by the reader of the intake."""
    book, rows = Workbook(), [holding(PERIOD_END, market_value="100000000.00")]
    sheet = book.active
    sheet.append(list(rows[0]))
    sheet.append([value or None for value in rows[0].values()])
    raw = io.BytesIO()
    book.save(raw)
    at(date(2026, 11, 3))
    files = sound_day(PERIOD_END) | {"holdings": raw.getvalue()}
    for feed, content in files.items():
        name = "holdings.xlsx" if feed == "holdings" else f"{feed}.csv"
        assert parse_now_or_later(receive_file(coin, feed, content, filename=name, actor=SYSTEM)).status == "accepted"
    run_day(coin, PERIOD_END, actor=SYSTEM)
    day = ReserveDay.objects.get(coin=coin, as_of=PERIOD_END, status="judged")
    done = reperform(ask_reperformance(day, actor=bo).pk)
    assert [each for each in document_of(done)["figures"] if not each["agrees"]] == []
    assert done.agrees


def test_prices_and_requests_of_a_day_are_read_again_beside_its_statements(at, coin, bo):
    """A day also rests on prices, redemptions and issues: they are no holdings, and are compared like all others."""
    at(date(2026, 11, 2))
    dealer = Organisation.objects.create(kind=Organisation.Kind.PRICE_SOURCE, slug="dealer", name_en="Dealer")
    day, moment = PERIOD_END.isoformat(), f"{PERIOD_END}T11:00:00+08:00"
    beside = {
        "prices": [{"as_of": day, "instrument_id": BILL, "source": "Dealer", "currency": "HKD", "bid": "99.70",
                    "mid": "", "ask": "99.75"}],
        "redemptions": [{"request_id": "R-1", "coin": "LRHKD", "received_at": moment, "amount": "10",
                         "paid_at": f"{PERIOD_END}T15:00:00+08:00", "paid_amount": "10", "fee": "", "status": "paid"}],
        "issuance": [{"request_id": "I-1", "coin": "LRHKD", "funds_received_at": moment, "amount": "20",
                      "minted_at": "", "tx_hash": "", "chain": ""}],
    }
    for feed, rows in beside.items():
        sent = receive_file(coin, feed, csv_bytes(rows), filename=f"{feed}.csv", actor=SYSTEM,
                            sender=dealer if feed == "prices" else None, as_of=PERIOD_END)
        assert parse_now_or_later(sent).status == "accepted", (feed, sent.problems)
    row = judged(coin, PERIOD_END)
    assert {entry["feed"] for entry in row.result["inputs"]} == {"holdings", "ledger", "supply", *beside}
    done = reperform(ask_reperformance(row, actor=bo).pk)
    document = document_of(done)
    assert [each for each in document["figures"] if not each["agrees"]] == []
    assert [each for each in document["lines"] if not each["agrees"]] == []
    assert (done.agrees, done.lines) == (True, 11)
