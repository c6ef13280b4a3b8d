"""Verifying a report: what was done to a file is named, and nothing is said that the asker does not hold."""

from __future__ import annotations

import functools
import io
import json
import zlib

import pikepdf
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core import sealing
from core.access import SYSTEM
from core.canonical import canonical
from core.errors import Refused
from reports.models import ReportRun
from reports.services import verification
from reports.services.verification import verify
from reports.verification import compared
from reports.workflows import REPORT_RUN
from reserves.models import ReserveDay
from tests.issuers.pdfs import pdf_of
from tests.reports import verifying

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _each_file_is_read_once(monkeypatch, settings, tmp_path):
    verifying.trust(settings, tmp_path)
    monkeypatch.setattr(verification, "read_signed", verifying.read_once)


@pytest.fixture
def run(coin) -> ReportRun:
    made = verifying.issued(coin)
    sealing.seal_events()
    return made


def answers(raw: bytes, **asked) -> dict[str, bool | None]:
    return {check.code: check.holds for check in verify(raw, **asked).checks}


def faults(raw: bytes, **asked) -> dict[str, str]:
    return {check.code: check.sentence for check in verify(raw, **asked).checks if check.holds is not True}


def test_a_report_as_it_was_issued_holds_in_every_respect(run):
    verdict = verify(verifying.signed())
    assert (verdict.holds, verdict.known, verdict.reference) == (True, True, run.reference)
    assert [check.code for check in verdict.checks] == [
        "document", "signature", "added", "printed", "facts", "bytes", "audit", "version", "figures", "source",
    ]
    said = {check.code: check.sentence for check in verdict.checks}
    assert f"Signed by {verifying.AUTHORITY}" in said["signature"]
    assert said["bytes"] == "It is byte for byte the document in English that was issued."
    assert f"in seal {sealing.latest_seal().number} of the audit log" in said["audit"]
    assert len(verdict.figures) > 300
    assert verdict.differing == []


def test_a_changed_byte_breaks_the_signature_and_the_bytes(run):
    raw = bytearray(verifying.signed())
    raw[raw.index(b"%PDF-") + 5] ^= 3  # 1.7 becomes another version: every reader still opens it
    found = faults(bytes(raw))
    assert set(found) == {"signature", "bytes"}
    assert "does not hold: what it covers was changed" in found["signature"]
    assert found["bytes"] == "Its bytes are not those of the document that we rendered, in any language."


def test_a_swapped_attachment_is_named_with_the_figures_that_differ(run):
    verdict = verify(verifying.with_attachment(verifying.signed(), verifying.forged_facts()))
    found = {check.code: check.sentence for check in verdict.checks if not check.holds}
    assert set(found) == {"added", "printed", "facts", "figures"}
    assert found["added"] == "After the signature was added or replaced: an attached file."
    assert found["printed"] == "The attached facts do not have the digest that its pages print."
    [figure] = verdict.differing
    assert (figure.path, figure.shown, figure.stored) == (
        ("result", "backing_ratio"), "2.00000000", verifying.result()["backing_ratio"])


def test_a_file_signed_by_somebody_else_is_named(run):
    found = faults(verifying.signed_by(verifying.STRANGER, verifying.rendered()))
    assert set(found) == {"signature"}
    assert found["signature"] == (
        f"It is signed by {verifying.STRANGER}, and that signature does not lead to a certificate of the authority.")


def test_a_second_signature_over_ours_is_named(run):
    raw = verifying.signed_by(verifying.STRANGER, verifying.signed(), "Another")
    checks = [(check.code, check.holds) for check in verify(raw).checks]
    assert [holds for code, holds in checks if code == "signature"] == [True, False]
    assert faults(raw)["added"] == "After the signature was added or replaced: a field or a note, another signature."


def test_an_unsigned_copy_of_a_signed_report_is_named(run):
    found = faults(verifying.rendered())
    assert found == {"signature": "This copy is not signed. The report that was issued is."}


def test_a_report_that_was_issued_without_a_signature_holds_as_it_is(coin):
    verifying.issued(coin, is_signed=False)
    sealing.seal_events()
    assert verify(verifying.rendered()).holds is True


def test_an_old_version_is_named_and_which_replaced_it_only_to_who_may_know(run, bo, ann, ian):
    later = verifying.replaced(run)
    raw = verifying.signed()
    assert faults(raw) == {"version": "A later version replaced it."}
    assert faults(raw, actor=ian) == {"version": "A later version replaced it."}
    for reader in (bo, ann, SYSTEM):
        assert faults(raw, actor=reader) == {"version": f"It was withdrawn: {later.reference} replaces it."}


def test_why_a_report_was_withdrawn_is_said_to_who_may_know(run, bo):
    REPORT_RUN.apply(run, "withdraw", actor=SYSTEM, note="The custodian's statement was false.")
    assert faults(verifying.signed()) == {"version": "It was withdrawn and no longer stands."}
    assert faults(verifying.signed(), actor=bo) == {
        "version": "It was withdrawn: The custodian's statement was false."}


def test_what_is_no_pdf_and_what_is_another_s_is_told_apart(run):
    assert faults(b"not a PDF") == {"document": "This file is not a PDF."}
    found = faults(pdf_of("Attestation report"))
    assert found["document"].startswith("No facts of a report are attached")
    assert found["facts"] == "The facts in this file are not those of any report that we issued."


def bomb() -> bytes:
    """A PDF whose attached file unpacks to three gigabytes."""
    with pikepdf.open(io.BytesIO(pdf_of("Report"))) as document:
        packed = zlib.compressobj(9)
        first, again = (packed.compress(bytes(20_000_000)) + packed.flush(zlib.Z_FULL_FLUSH) for _each in range(2))
        body = first + again * 150
        stream = pikepdf.Stream(document, b"")
        stream.write(body, filter=pikepdf.Name.FlateDecode)
        spec = pikepdf.Dictionary(Type=pikepdf.Name.Filespec, F="x.json", EF=pikepdf.Dictionary(F=stream))
        document.Root.Names = pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary(
            Names=pikepdf.Array(["x.json", document.make_indirect(spec)])))
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


def circle() -> bytes:
    """A PDF whose tree of attached files leads back to itself."""
    with pikepdf.open(io.BytesIO(pdf_of("Report"))) as document:
        node = document.make_indirect(pikepdf.Dictionary())
        node.Kids = pikepdf.Array([node, node])
        document.Root.Names = pikepdf.Dictionary(EmbeddedFiles=node)
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


def locked() -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf_of("Report"))) as document:
        document.save(out, encryption=pikepdf.Encryption(owner="owner", user="secret"))
    return out.getvalue()


@pytest.mark.parametrize("made,sentence", [
    (bomb, "This PDF is damaged, or made so that it cannot be read within safe limits."),
    (circle, "No facts of a report are attached: it is somebody else's document, or the attached file was removed."),
    (locked, "This PDF opens with a password only. No report of ours does."),
    (lambda: verifying.signed()[:20_000], "This PDF is damaged, or made so that it cannot be read within safe limits."),
])
def test_a_hostile_or_damaged_pdf_costs_a_bounded_effort(made, sentence):
    verdict = verify(made())
    assert verdict.holds is False
    assert verdict.first_fault.sentence == sentence


@pytest.mark.parametrize("raw,code", [(b"", "empty_file"), (b"x" * 25_000_001, "too_large")])
def test_what_is_empty_or_too_large_is_refused_unread(raw, code):
    with pytest.raises(Refused) as refusal:
        verify(raw)
    assert refusal.value.code == code


def test_nobody_learns_from_a_forged_file_whether_a_report_exists(run, bo, ian):
    """The same file with an existing and with an unheard-of reference gets the same answer but for what it says itself."""
    def told(reference: str, **asked):
        content = canonical({"schema": "assay.daily_reserve_report/1", "reference": reference, "result": {}})
        verdict = verify(verifying.with_attachment(bare(), content), **asked)
        return verdict.known, verdict.figures, [(each.code, each.holds, each.sentence.replace(reference, "REF"))
                                                for each in verdict.checks]

    unheard = told("DRA-FRS99-XXHKD-20200101-1")
    assert told(run.reference) == unheard == told(run.reference, actor=ian)
    known, figures, _checks = told(run.reference, actor=bo)
    assert known
    assert {figure.state for figure in figures} > {"missing"}


@functools.cache
def bare() -> bytes:
    with pikepdf.open(io.BytesIO(pdf_of("Report"))) as document:
        document.attachments["x.json"] = pikepdf.AttachedFileSpec(document, b"{}", filename="x.json")
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


def test_a_code_that_led_elsewhere_is_named(run):
    assert answers(verifying.signed(), expected=run.reference) == answers(verifying.signed())
    assert faults(verifying.signed(), expected="DRA-OTHER-1")["expected"] == (
        f"The code or address led to DRA-OTHER-1, and this file says that it is {run.reference}.")


def test_a_day_that_was_changed_behind_the_report_is_named_figure_by_figure(run):
    day = ReserveDay.objects.get()
    day.result = day.result | {"surplus": "1.00"}
    day.save()
    verdict = verify(verifying.signed())
    assert {check.code for check in verdict.checks if not check.holds} == {"source"}
    [figure] = verdict.differing
    assert (figure.path, figure.state, figure.source) == (("result", "surplus"), "source", "1.00")


def test_facts_that_were_changed_in_the_database_are_named(run):
    ReportRun.objects.filter(pk=run.pk).update(facts=run.facts | {"judged_at": "2020-01-01T00:00:00+08:00"})
    found = faults(verifying.signed())
    assert set(found) == {"figures", "source"}
    assert found["source"] == "The stored facts were changed after they were frozen."


def test_what_the_audit_log_does_not_prove_is_not_said_to_be_proved(coin):
    verifying.issued(coin)
    assert answers(verifying.signed())["audit"] is None
    assert verify(verifying.signed()).holds is None
    sealing.seal_events()
    assert verify(verifying.signed()).holds is True
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE core_auditevent SET at = at - interval '1 day' WHERE verb = 'reports.run.frozen'")
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert "no longer proves" in faults(verifying.signed())["audit"]


def test_a_draft_is_no_report(coin):
    run = verifying.issued(coin)
    ReportRun.objects.filter(pk=run.pk).update(status=ReportRun.Status.DRAFTED)
    assert faults(verifying.signed())["version"] == "It is a draft that was not issued."


def test_without_a_certificate_on_file_nobody_is_said_to_have_signed(run, settings):
    settings.REPORT_TRUST_ROOTS = ""
    raw = verifying.signed_by(verifying.STRANGER, verifying.rendered())
    assert answers(raw)["signature"] is None
    assert verify(raw).holds is None


def test_verifying_asks_the_database_little(run, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        verify(verifying.signed())


def test_the_command_names_what_does_not_hold_and_exits_2(run, tmp_path):
    good, bad, out = tmp_path / "good.pdf", tmp_path / "bad.pdf", io.StringIO()
    good.write_bytes(verifying.signed())
    bad.write_bytes(verifying.rendered())
    call_command("verify_report", str(good), "--json", stdout=out)
    answer = json.loads(out.getvalue())
    assert (answer["holds"], answer["reference"], answer["differing"]) == (True, run.reference, [])
    out = io.StringIO()
    with pytest.raises(CommandError, match="does not hold") as refusal:
        call_command("verify_report", str(bad), stdout=out)
    assert refusal.value.returncode == 2
    assert "This copy is not signed." in out.getvalue()
    with pytest.raises(CommandError, match="cannot be read") as refusal:
        call_command("verify_report", str(tmp_path / "none.pdf"))
    assert refusal.value.returncode == 2


def test_items_of_lists_are_compared_by_what_they_are_not_by_their_place():
    stored = {"composition": [{"asset_class": "cash", "share": "0.4"}, {"asset_class": "fund", "share": "0.6"}],
              "history": [["2026-01-01", "1.0"], ["2026-01-02", None]], "missing": [], "seen": True}
    shown = {"composition": [{"asset_class": "fund", "share": "0.6"}, {"asset_class": "cash", "share": "0.5"}],
             "history": [["2026-01-02", None]], "missing": [], "seen": 1, "more": "x"}
    states = {figure.path: figure.state for figure in compared(shown, stored)}
    assert states == {
        ("composition", "[cash]", "asset_class"): "same", ("composition", "[cash]", "share"): "differs",
        ("composition", "[fund]", "asset_class"): "same", ("composition", "[fund]", "share"): "same",
        ("history", "[2026-01-01]"): "missing", ("history", "[2026-01-02]"): "same", ("missing",): "same",
        ("seen",): "differs", ("more",): "added",
    }
