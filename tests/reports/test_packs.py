"""The evidence pack for an inspection: every file by its digest, the same bytes again, nothing that leads out of it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse

from core import audit, blobs, cases, clock
from core.access import SYSTEM
from core.errors import NotPermitted, Refused
from core.models import AuditEvent, FeedFile
from issuers.models import Breach
from reports.models import PackOrder, ReportRun
from reports.services import packs
from reports.services.pack_orders import make_pack
from reports.services.packing import write_pack
from reports.services.packs import freeze_inspection_pack
from reports.services.rendering import approve_report, render_report
from reports.services.reports import freeze_report
from reserves.services.intake import receive_file
from tests.factories import csv_bytes, holding
from tests.reports.drafts import written

pytestmark = pytest.mark.django_db
HOSTILE = "..\\..//=cmd\u202e|' /C calc'!A0.csv"


@pytest.fixture
def period(coin, run, yesterday) -> tuple[date, date]:
    """A sound day with its report, a day below full backing, and a file of a hostile name that was refused."""
    first = yesterday - timedelta(days=1)
    written(freeze_report("daily_reserve", run(coin, first), actor=SYSTEM))
    run(coin, yesterday, holdings=csv_bytes([holding(yesterday, coin.symbol, market_value="98000000.00")]))
    receive_file(coin, "holdings", b"as_of\n", filename=HOSTILE, actor=SYSTEM)
    return first, clock.today()


def archive_of(run: ReportRun) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(blobs.read_blob(run.document_id)))


def table(archive: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(archive.read(name).decode(), newline="")))


def test_it_holds_everything_under_digests_that_hold_and_is_made_again_the_same(
    period, issuer, bo, ben, client_for, tmp_path
):
    run = render_report(freeze_inspection_pack(issuer, *period, actor=bo).pk)
    assert (run.status, run.owner.kind, run.about, run.filename) == (
        "drafted", "authority", issuer.organisation, f"{run.reference}.zip")
    archive = archive_of(run)
    names = archive.namelist()
    assert names == sorted(names)
    assert [line.split("  ") for line in archive.read("SHA256SUMS").decode().splitlines()] == [
        [hashlib.sha256(archive.read(name)).hexdigest(), name] for name in names if name != "SHA256SUMS"]
    assert json.loads(archive.read("manifest.json")) == run.facts
    assert archive.read("index.pdf") == blobs.read_blob(run.documents.get().index_id)
    received = {row.sha256: row for row in FeedFile.objects.all()}
    taken = [each for each in run.facts["members"] if each["what"] == "file"]
    assert {each["sha256"] for each in taken} == set(received)
    assert all(archive.read(each["name"]) == blobs.read_blob(each["sha256"]) for each in taken)
    [report] = [name for name in names if name.startswith("reports/")]
    assert archive.read(report).startswith(b"%PDF-")
    [row] = [row for row in table(archive, "tables/files.csv") if row["state"] == "refused"]
    assert row["filename"] == HOSTILE  # it begins with dots, which no spreadsheet runs
    assert row["in_the_pack"] == f"files/no-day/{row['receipt']}/_..__=cmd__' _C calc'!A0.csv"
    assert [row["verdict"] for row in table(archive, "tables/days.csv")] == ["met", "breached"]
    assert [row["case"] for row in table(archive, "tables/breaches.csv")] == list(
        Breach.objects.order_by("first_as_of", "pk").values_list("case__reference", flat=True))
    assert len(table(archive, "tables/findings.csv")) == int(run.facts["counts"]["findings"]) > 10
    assert len(table(archive, "tables/breaks.csv")) == 1
    write_pack(tmp_path / "again.zip", run.facts, archive.read("index.pdf"))
    assert blobs.digest_of(tmp_path / "again.zip") == run.document_id
    about = client_for(ben).get(reverse("officer:report_about", args=[run.reference])).content.decode()
    assert "Download the ZIP" in about
    picture = reverse("officer:report_page", args=[run.reference, 1])
    assert picture in about
    assert client_for(ben).get(picture)["Content-Type"] == "image/png"


def test_the_audit_trail_is_there_twice_without_what_only_screening_knows(period, issuer, bo):
    hidden = cases.open_case("aml_alert", subject="LRHKD", owner=issuer.organisation, key="k", actor=SYSTEM)
    own = AuditEvent.objects.filter(organisation=issuer.organisation)
    assert own.filter(target_label=hidden.reference).exists()
    members = freeze_inspection_pack(issuer, *period, actor=bo).facts["members"]
    written_down = {each["name"]: blobs.read_blob(each["sha256"]).decode() for each in members if each["what"] == "trail"}
    lines = [json.loads(line) for line in written_down["audit-trail/acts.jsonl"].splitlines()]
    rows = list(csv.DictReader(io.StringIO(written_down["audit-trail/acts.csv"], newline="")))
    assert [line["id"] for line in lines] == [int(row["id"]) for row in rows]
    known = own.exclude(target_label=hidden.reference).order_by("at", "pk")
    assert [line["id"] for line in lines] == list(known.values_list("pk", flat=True))
    opened = next(line for line in lines if line["verb"] == "issuers.breach.opened")
    assert (opened["by"], opened["sentence"]) == ("Assay", audit.sentence(own.get(pk=opened["id"])))
    assert hidden.reference not in written_down["audit-trail/acts.csv"]


def test_asked_twice_it_is_one_and_of_other_days_another(period, issuer, bo, cy):
    run = freeze_inspection_pack(issuer, *period, actor=bo)
    assert freeze_inspection_pack(issuer, *period, actor=cy) == run
    other = freeze_inspection_pack(issuer, period[0], period[0], actor=cy)
    run.refresh_from_db()
    assert (other.version, run.status) == (1, "frozen")


def test_days_that_cannot_be_and_files_that_are_too_many_are_refused_and_leave_nothing(
    period, issuer, bo, ann, dee, monkeypatch
):
    first, last = period
    for days, said in (((last, first), "comes after"), ((first, last + timedelta(days=1)), "up to today"),
                       ((last - timedelta(days=366), last), "at most 366 days")):
        with pytest.raises(Refused, match=said):
            freeze_inspection_pack(issuer, *days, actor=bo)
    monkeypatch.setattr(packs, "MOST_BYTES", 1000)
    with pytest.raises(Refused, match="one pack takes 1000.bytes. Choose fewer days."):
        freeze_inspection_pack(issuer, *period, actor=bo)
    for actor in (ann, dee):
        with pytest.raises(NotPermitted):
            freeze_inspection_pack(issuer, *period, actor=actor)
    assert not ReportRun.objects.filter(kind="inspection_pack").exists()


def test_a_file_that_was_changed_on_disk_stops_the_pack(period, issuer, bo, tmp_path):
    run = freeze_inspection_pack(issuer, *period, actor=bo)
    path = blobs.path_of(FeedFile.objects.filter(status="accepted").first().sha256)
    path.write_bytes(b"changed")
    with pytest.raises(ValueError, match="was changed on disk"):
        write_pack(tmp_path / "pack.zip", run.facts, b"%PDF-")
    assert not (tmp_path / "pack.zip").exists()


def test_the_page_asks_for_two_days_and_the_download_is_a_zip_once_it_is_approved(period, issuer, bo, ben, ann, dee,
                                                                                  client_for):
    address = reverse("officer:evidence_pack", args=[issuer.licence.number])
    assert address in client_for(bo).get(reverse("officer:licence", args=[issuer.licence.number])).content.decode()
    assert client_for(dee).get(address).status_code == 403
    assert client_for(ann).get(address).status_code == 404
    first, last = period
    wrong = client_for(bo).post(address, {"first": last.isoformat(), "last": first.isoformat()})
    assert wrong.status_code == 422
    assert "The first day comes after the last." in wrong.content.decode()
    assert client_for(bo).post(address, {"first": "x", "last": ""}).status_code == 422
    answer = client_for(bo).post(address, {"first": first.isoformat(), "last": last.isoformat()})
    assert answer["Location"] == address
    assert not ReportRun.objects.filter(kind="inspection_pack").exists()  # a worker compiles it
    run = approve_report(written(make_pack(PackOrder.objects.get().pk).run), actor=ben)
    given = client_for(ben).get(reverse("officer:report", args=[run.reference]))
    assert (given["Content-Type"], f'filename="{run.reference}.zip"' in given["Content-Disposition"]) == (
        "application/zip", True)
    assert b"".join(given.streaming_content) == blobs.read_blob(run.document_id)
    assert client_for(ann).get(reverse("portal:report", args=[run.reference])).status_code == 404


def test_the_command_writes_the_archive(period, issuer, tmp_path, authority):
    out = tmp_path / "pack.zip"
    first, last = period
    call_command("render_report", "inspection_pack", issuer=issuer.organisation.slug, first=first, last=last, out=out)
    assert "SHA256SUMS" in zipfile.ZipFile(out).namelist()
