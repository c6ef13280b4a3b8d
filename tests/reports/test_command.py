"""The command that writes a report to a file."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from core.findings import canonical
from reports.models import ReportRun
from tests.reports.pdfs import attachment_of, flat_text_of


def render(capsys, tmp_path, *options):
    out = tmp_path / "made" / "report.pdf"
    call_command("render_report", "daily_reserve", "--out", str(out), "--json", *options)
    return json.loads(capsys.readouterr().out), out.read_bytes()


def test_it_writes_the_frozen_report_of_a_judged_day(capsys, tmp_path, judged_day):
    said, pdf = render(capsys, tmp_path, "--coin", "LRHKD", "--as-of", judged_day.as_of.isoformat())
    run = ReportRun.objects.get()
    assert (said["reference"], said["facts_sha256"]) == (run.reference, run.digest)
    assert attachment_of(pdf)[1] == canonical(run.facts)
    again, same = render(capsys, tmp_path, "--coin", "LRHKD", "--as-of", judged_day.as_of.isoformat())
    assert (again, same) == (said, pdf)
    assert ReportRun.objects.count() == 1


def test_a_what_if_is_written_and_not_stored(capsys, tmp_path, judged_day):
    said, pdf = render(
        capsys, tmp_path, "--coin", "LRHKD", "--as-of", judged_day.as_of.isoformat(), "--law-on", "2025-08-01"
    )
    assert said["reference"].endswith("-WHATIF")
    assert "Judged as if the law of 1 August 2025 applied." in flat_text_of(pdf)
    assert not ReportRun.objects.exists()


def test_another_rulebook_file_is_laid_over_the_law(capsys, tmp_path, judged_day):
    overlay = tmp_path / "net.toml"
    overlay.write_text(
        '[[circulation]]\nfrom = 2025-08-01\ncite = "SUP 2.2.3"\ninclude_frozen = false\ninclude_pending = false\n'
    )
    _said, pdf = render(
        capsys, tmp_path, "--coin", "LRHKD", "--as-of", judged_day.as_of.isoformat(), "--rulebook", str(overlay)
    )
    text = flat_text_of(pdf)
    assert "Judged with another rulebook file" in text
    assert "Total supply less unissued tokens, frozen tokens and pending redemptions" in text


@pytest.mark.parametrize("symbol", ["LRHKD", "NONE"])
def test_what_is_not_judged_or_not_there_is_refused_with_exit_2(tmp_path, coin, symbol):
    out = tmp_path / "report.pdf"
    with pytest.raises(CommandError) as refusal:
        call_command("render_report", "daily_reserve", "--coin", symbol, "--as-of", "2026-11-01", "--out", str(out))
    assert refusal.value.returncode == 2
    assert not out.exists()
