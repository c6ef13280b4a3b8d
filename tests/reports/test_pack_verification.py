"""The archive of a pack that is verified: its index is signed, and each file that is not as it lists it is named."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from core import blobs, sealing
from core.access import SYSTEM
from core.archives import NoArchive, shown_archive
from core.errors import Refused
from core.roles import Role
from reports.models import ReportRun
from reports.services import archive_verification, verification
from reports.services.archive_verification import verify_file
from reports.services.packs import freeze_inspection_pack
from reports.services.rendering import approve_report, render_report
from reports.services.signing import documents_to_sign, sign_document
from reports.signing import place_of
from reports.views.verification import SCRIPT
from tests.reports import verifying
from tests.reports.signing import ROOT, certificates, sign_here, statuses_of

DAYS = "tables/days.csv"


@pytest.fixture
def place(settings, tmp_path, monkeypatch):
    """A place that signs, and trusts what it signed; an index that several archives hold is read once."""
    monkeypatch.setattr(verification, "read_signed", verifying.read_once)
    sign_here(settings)
    roots = tmp_path / "roots"
    roots.mkdir()
    shutil.copy(certificates() / ROOT, roots / "root.pem")
    settings.REPORT_TRUST_ROOTS = str(roots)


def issued(issuer, day: date, bo, ben) -> ReportRun:
    """A pack of one day that was approved and signed, and is in the audit log."""
    run = approve_report(render_report(freeze_inspection_pack(issuer, day, day, actor=bo).pk), actor=ben)
    assert run.document_id is None  # nobody reads it before it is signed
    [pk] = documents_to_sign(run)
    sign_document(pk)
    sealing.seal_events()
    run.refresh_from_db()
    return run


@pytest.fixture
def pack(db, place, judged_day, issuer, bo, ben) -> ReportRun:
    return issued(issuer, judged_day.as_of, bo, ben)


def members(run: ReportRun) -> dict[str, bytes]:
    with zipfile.ZipFile(blobs.path_of(run.document_id)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: Iterable[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in files:
            archive.writestr(name, raw)
    return out.getvalue()


def faults(raw: bytes, **asked) -> dict[str, str]:
    return {check.code: check.sentence for check in verify_file(raw, **asked).checks if check.holds is not True}


def test_a_pack_is_signed_by_its_index_and_holds_as_a_whole_and_by_its_index_alone(pack):
    row, files = pack.documents.get(), members(pack)
    assert (pack.document_id, files["index.pdf"]) == (row.signed_id, blobs.read_blob(row.signed_index_id))
    assert files["index.pdf"].startswith(blobs.read_blob(row.index_id))
    [status] = statuses_of(files["index.pdf"])
    assert (status.intact, status.valid, status.trusted) == (True, True, True)
    assert place_of(files["index.pdf"]) is not None
    verdict = verify_file(blobs.path_of(pack.document_id))
    assert (verdict.holds, verdict.known, verdict.reference) == (True, True, pack.reference)
    assert {each.name for each in verdict.members} == set(files) - {"index.pdf"}
    assert verdict.wrong_members == []
    said = {check.code: check.sentence for check in verdict.checks}
    assert said["members"] == f"All {len(files) - 1} files beside the index are as listed."
    assert "Signed by" in said["signature"]
    alone = verify_file(files["index.pdf"])
    assert (alone.holds, {each.name for each in alone.members}) == (
        True, set(files) - {"index.pdf", "manifest.json", "SHA256SUMS"})
    assert "files, as stored. Show the whole archive" in {each.code: each.sentence for each in alone.checks}["members"]
    assert verify_file(packed(reversed(files.items()))).holds is True  # packed anew, it holds the same files


def test_what_was_done_to_a_file_of_it_is_named(pack):
    files = members(pack)
    changed = packed((files | {DAYS: files[DAYS].replace(b"met", b"not")}).items())
    assert faults(changed) == {"members": f"Changed: {DAYS}."}
    longer = packed((files | {DAYS: files[DAYS] + b"\n"}).items())
    assert faults(longer) == {"members": f"Changed: {DAYS}."}
    gone = packed(each for each in files.items() if each[0] != DAYS)
    assert faults(gone) == {"members": f"Missing: {DAYS}."}
    assert faults(packed([*files.items(), ("tables/more.csv", b"1")])) == {"members": "Not in the list: tables/more.csv."}
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = packed([*files.items(), (DAYS, b"other")])
    assert faults(twice) == {"members": f"Not in the list: {DAYS}."}
    sums = packed((files | {"SHA256SUMS": files["SHA256SUMS"].replace(b"0", b"1")}).items())
    assert faults(sums) == {"members": "Changed: SHA256SUMS."}
    raw = bytearray(packed(files.items()))
    raw[raw.index(DAYS.encode()) + len(DAYS) + 4] ^= 255  # the packed bytes themselves
    assert faults(bytes(raw)) == {"members": f"Changed: {DAYS}."}
    everything = packed([(name, b"x") for name in files if name != "index.pdf"] + [("index.pdf", files["index.pdf"])])
    assert "more." in faults(everything)["members"]


def test_an_index_that_was_swapped_or_touched_is_named(pack):
    files = members(pack)
    unsigned = packed((files | {"index.pdf": blobs.read_blob(pack.documents.get().index_id)}).items())
    found = faults(unsigned)
    assert found["signature"] == "This copy is not signed. The report that was issued is."
    assert found["members"] == "Changed: SHA256SUMS."
    report = ReportRun.objects.create(
        reference="PACK-OTHER-1", kind="inspection_pack", subject="other", owner=pack.owner, as_of=pack.as_of, version=1,
        facts=pack.facts | {"reference": "PACK-OTHER-1"}, digest="0" * 64, status="rendered")
    manifest = json.dumps(report.facts).encode()
    swapped = faults(packed((files | {"manifest.json": manifest}).items()))
    assert swapped["index"] == (
        f"index.pdf is of {pack.reference}, and manifest.json says that this is PACK-OTHER-1: one of them was put in "
        "from elsewhere.")
    assert swapped["members"] == "Changed: manifest.json."
    none = faults(packed(each for each in files.items() if each[0] != "index.pdf"))
    assert none == {"archive": "There is no whole index.pdf in this archive: it is none of our packs, or its index is gone."}


def test_hostile_archives_cost_a_bounded_effort(pack, monkeypatch):
    files = members(pack)
    bomb = packed((files | {DAYS: bytes(300_000_000)}).items())
    assert faults(bomb) == {"members": f"Changed: {DAYS}."}
    assert faults(b"PK\x03\x04 nothing") == {
        "archive": "This archive is damaged, or made so that it cannot be read within safe limits."}
    assert "none of our packs" in faults(packed([("../../etc/passwd", b"x")]))["archive"]
    monkeypatch.setattr("core.archives.MOST_MEMBERS", 3)
    with pytest.raises(NoArchive):
        with shown_archive(packed(files.items())):
            pass
    monkeypatch.setattr(archive_verification, "MAX_ARCHIVE_BYTES", 1000)
    with pytest.raises(Refused) as refusal:
        verify_file(bomb)
    assert refusal.value.code == "too_large"


def test_page_command_and_program_say_it_of_each_file(pack, client, tmp_path, key_for, authority):
    files = members(pack)
    good, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
    shutil.copy(blobs.path_of(pack.document_id), good)
    bad.write_bytes(packed((files | {DAYS: b"changed"}).items()))

    def page(path: Path) -> str:
        file = SimpleUploadedFile(path.name, path.read_bytes(), "application/zip")
        return client.post(reverse("public:verify"), {"file": file}).content.decode()

    assert "This report holds" in page(good)
    assert page(good).count("✓ As listed") == len(files) - 1
    listed = page(bad).split("File by file")[-1].split("</table>")[0]
    assert (listed.count("Changed"), listed.count("✓ As listed")) == (1, len(files) - 2)
    assert listed.index(DAYS) < listed.index("✓ As listed")
    out = io.StringIO()
    with pytest.raises(CommandError, match="does not hold"):
        call_command("verify_report", str(bad), "--json", stdout=out)
    answer = json.loads(out.getvalue())
    assert (answer["members"], answer["wrong_members"]) == (
        len(files) - 1, [{"name": DAYS, "state": "differs", "label": "Changed"}])
    call_command("verify_report", str(good), stdout=io.StringIO())
    secret = key_for(authority, Role.CASE_OFFICER)
    over_api = client.post("/api/v1/verify/", bad.read_bytes(), content_type="application/zip",
                           headers={"Authorization": f"Bearer {secret}"}).json()
    assert over_api["wrong_members"] == answer["wrong_members"]
    assert offline(good, "--certificate", certificates() / ROOT) == (0, [])
    assert offline(bad) == (2, [f"{DAYS} was changed."])
    bad.write_bytes(packed([each for each in files.items() if each[0] != DAYS] + [("x", b"x")]))
    assert offline(bad) == (2, ["x is not in the list.", f"{DAYS} is missing."])
    bad.write_bytes(packed((files | {"manifest.json": b"{}"}).items()))
    assert offline(bad) == (2, ["manifest.json was changed."])
    (tmp_path / "index.pdf").write_bytes(files["index.pdf"])
    assert offline(tmp_path / "index.pdf") == (0, [])


def offline(path: Path, *arguments: object) -> tuple[int, list[str]]:
    """Run the program as people do, and return its exit code and what it found wrong of files."""
    done = subprocess.run([sys.executable, "-I", str(SCRIPT), str(path), *map(str, arguments), "--json"],
                          capture_output=True, check=False, env={}, cwd="/")
    wrong = [each for each in json.loads(done.stdout)["checks"] if each["holds"] is False]
    return done.returncode, [each["sentence"] for each in wrong if each["code"] != "members"]


def test_a_draft_is_not_signed_and_says_that_it_is_none_that_was_issued(place, judged_day, issuer, bo):
    run = render_report(freeze_inspection_pack(issuer, judged_day.as_of, judged_day.as_of, actor=bo).pk)
    sealing.seal_events()
    assert documents_to_sign(run) == []
    found = faults(blobs.read_blob(run.document_id), actor=SYSTEM)
    assert found == {"version": "It is a draft that was not issued."}
