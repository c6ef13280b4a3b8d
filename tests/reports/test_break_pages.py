"""The pages of breaks, of the lines of a figure and of the versions of a day, for officers, issuer and auditor."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.access import SYSTEM
from reserves.models import Break, BreakNote, ReserveDay
from reserves.services.days import run_day
from tests.factories import sound_day
from tests.issuers.licensing import small_pdf
from tests.reserves.broken import FRIDAY, THURSDAY, broken_day, send

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch, tmp_path):
    (tmp_path / "clock").write_text("2026-11-23T12:00:00+08:00")
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(tmp_path / "clock"))


def text_of(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_the_list_and_the_break_say_what_differs_and_where(coin, client_for, ann, bo, eli):
    standing = broken_day(coin)
    for who, site in ((bo, "officer"), (ann, "portal"), (eli, "portal")):
        client = client_for(who)
        listed = text_of(client.get(f"/en/{site}/coins/LRHKD/breaks/"))
        assert standing.reference in listed
        assert "1 break is not explained" in listed
        page = text_of(client.get(f"/en/{site}/breaks/{standing.reference}/"))
        assert "99,999,000.00" in page
        assert "−1,000.00" in page
        assert "ledger.csv" in page
    assert text_of(client_for(bo).get("/en/officer/coins/LRHKD/breaks/?show=resolved")).count("No break here") == 1
    assert client_for(bo).get("/en/officer/coins/LRHKD/breaks/?show=lost").status_code == 404


def test_the_issuer_explains_with_a_file_that_officers_can_open(coin, client_for, ann, bo, eli):
    standing = broken_day(coin)
    address = f"/en/portal/breaks/{standing.reference}/explain/"
    empty = client_for(ann).post(address, {"text": ""})
    assert (empty.status_code, BreakNote.objects.count()) == (422, 0)
    assert "Say why the two sides differ." in empty.content.decode()
    wrong = io.BytesIO(b"not a picture")
    wrong.name = "advice.png"
    assert client_for(ann).post(address, {"text": "See the advice.", "file": wrong}).status_code == 422
    assert client_for(eli).post(address, {"text": "I may not."}).status_code == 403
    advice = io.BytesIO(small_pdf())
    advice.name = "advice.pdf"
    sent = client_for(ann).post(address, {"text": "The bank charged us.", "file": advice})
    assert sent.status_code == 302
    page = text_of(client_for(bo).get(f"/en/officer/breaks/{standing.reference}/"))
    assert "The bank charged us." in page
    note = BreakNote.objects.get()
    file = client_for(bo).get(f"/en/officer/breaks/{standing.reference}/files/{note.pk}/")
    assert (file["Content-Type"], file["Content-Disposition"]) == ("application/pdf", 'attachment; filename="advice.pdf"')


def test_the_issuer_is_told_the_part_of_an_officer_and_no_name(coin, client_for, ann, bo):
    standing = broken_day(coin)
    address = f"/en/officer/breaks/{standing.reference}/decide/"
    assert client_for(bo).post(address, {"action": "assign", "officer": bo.pk}).status_code == 302
    assert client_for(bo).post(address, {"action": "query", "text": "Which fee?"}).status_code == 302
    page = f"breaks/{standing.reference}/"
    for place in (page, "coins/LRHKD/breaks/"):
        assert bo.name in text_of(client_for(bo).get(f"/en/officer/{place}"))
        assert bo.name not in text_of(client_for(ann).get(f"/en/portal/{place}"))
    assert "<b>Case officer</b> Which fee?" in text_of(client_for(ann).get(f"/en/portal/{page}"))


def test_an_officer_accepts_after_showing_who_it_is(coin, client_for, confirmed_client_for, bo, dee):
    standing = broken_day(coin)
    address = f"/en/officer/breaks/{standing.reference}/decide/"
    assert client_for(dee).post(address, {"action": "accept", "text": "No."}).status_code == 403
    asked = client_for(bo).post(address, {"action": "accept", "text": "A fee, seen."})
    assert "reauthenticate" in asked["Location"]
    assert Break.objects.get().status == "open"
    assert confirmed_client_for(bo).post(address, {"action": "accept", "text": ""}).status_code == 422
    assert confirmed_client_for(bo).post(address, {"action": "accept", "text": "A fee, seen."}).status_code == 302
    assert Break.objects.get().status == "accepted"
    assert client_for(bo).post(address, {"action": "query", "text": "More?"}).status_code == 409
    assert client_for(bo).post(address, {"action": "dance", "text": "x"}).status_code == 404


def test_a_break_is_given_to_an_officer_and_to_nobody_else(coin, client_for, bo, ben, dee):
    standing = broken_day(coin)
    address = f"/en/officer/breaks/{standing.reference}/decide/"
    assert client_for(bo).post(address, {"action": "assign", "officer": str(ben.pk)}).status_code == 302
    assert Break.objects.get().officer == ben
    assert client_for(bo).post(address, {"action": "assign", "officer": str(dee.pk)}).status_code == 404
    assert "Ben Ho" in text_of(client_for(bo).get("/en/officer/coins/LRHKD/breaks/"))


def test_a_figure_leads_to_its_lines_their_file_and_row(coin, client_for, ann, bo):
    broken_day(coin)
    day = f"/en/officer/coins/LRHKD/days/{FRIDAY}/"
    page = text_of(client_for(bo).get(day))
    assert f"{day}lines/?of=holdings&amp;asset_class=demand_deposit" in page
    assert f"{day}lines/?of=supply" in page
    lines = text_of(client_for(bo).get(f"{day}lines/?of=holdings&asset_class=demand_deposit"))
    assert "row 2" in lines
    assert "holdings.csv" in lines
    assert "100,000,000.00" in lines
    assert "No line of this day" in text_of(client_for(bo).get(f"{day}lines/?of=holdings&asset_class=cash"))
    par = text_of(client_for(bo).get(f"{day}lines/?of=ledger&asset_class=par_outstanding&currency=HKD"))
    assert "99,000,000.00" in par
    assert client_for(bo).get(f"{day}lines/?of=nothing").status_code == 404
    assert client_for(ann).get(f"/en/portal/coins/LRHKD/days/{THURSDAY}/lines/").status_code == 404


def test_each_side_of_a_break_leads_to_its_lines(coin, client_for, ann):
    standing = broken_day(coin)
    day = f"/en/portal/coins/LRHKD/days/{FRIDAY}/lines/"
    books = text_of(client_for(ann).get(f"{day}?of=ledger&break={standing.reference}"))
    assert "99,999,000.00" in books
    assert "99,000,000.00" not in books
    assert "100,000,000.00" in text_of(client_for(ann).get(f"{day}?of=holdings&break={standing.reference}"))
    assert client_for(ann).get(f"{day}?of=holdings&break=B-0000-NOTHING").status_code == 404


def test_lines_and_files_can_be_taken_along(coin, client_for, eli, ian):
    broken_day(coin)
    answer = client_for(eli).get(f"/en/portal/coins/LRHKD/days/{FRIDAY}/lines.csv?of=holdings")
    (row,) = csv.DictReader(io.StringIO(answer.content.decode()))
    assert (row["file"], row["line"], row["market_value"]) == ("holdings.csv", "2", "100000000.0000")
    assert answer["Content-Disposition"] == f'attachment; filename="LRHKD-{FRIDAY}-holdings.csv"'
    file = ReserveDay.objects.get().result["inputs"][0]["file"]
    sent = client_for(eli).get(f"/en/portal/files/{file}/original/")
    assert b"".join(sent.streaming_content) == sound_day(FRIDAY)["holdings"]
    assert (sent["Content-Type"], sent["Content-Disposition"]) == ("text/csv", 'attachment; filename="holdings.csv"')
    assert client_for(ian).get(f"/en/portal/files/{file}/original/").status_code == 404


def test_two_versions_of_a_day_stand_side_by_side(coin, client_for, ann, bo):
    sent = send(coin, FRIDAY, value="99999000.00")
    run_day(coin, FRIDAY, actor=SYSTEM)
    assert "There is one version" in text_of(client_for(bo).get(f"/en/officer/coins/LRHKD/days/{FRIDAY}/versions/"))
    send(coin, FRIDAY, corrects=sent["ledger"])
    run_day(coin, FRIDAY, actor=SYSTEM)
    for who, site in ((bo, "officer"), (ann, "portal")):
        page = text_of(client_for(who).get(f"/en/{site}/coins/LRHKD/days/{FRIDAY}/versions/"))
        assert "Lines added: 0, removed: 0, changed: 1." in page
        assert "Book value: 99,999,000.00 → 100,000,000.00" in page
        assert "no break" in page
        old = client_for(who).get(f"/en/{site}/coins/LRHKD/days/{FRIDAY}/lines/?of=ledger&version=1")
        assert "99,999,000.00" in text_of(old)
    assert client_for(bo).get(f"/en/officer/coins/LRHKD/days/{FRIDAY}/versions/?before=1&after=9").status_code == 404


@pytest.mark.parametrize(("address", "most"), [
    ("breaks/", 21), ("days/2026-11-20/lines/?of=holdings", 23), ("days/2026-11-20/versions/", 23),
])
def test_the_pages_cost_few_queries(coin, client_for, bo, address, most):
    broken_day(coin)
    client = client_for(bo)
    client.get(f"/en/officer/coins/LRHKD/{address}")
    with CaptureQueriesContext(connection) as queries:
        text_of(client.get(f"/en/officer/coins/LRHKD/{address}"))
    assert len(queries) <= most, "\n".join(query["sql"][:120] for query in queries)
