"""Every mail as it was last looked at: one file for each notice, language and form under tests/snapshots/email.

``pytest tests/reports/test_notice_snapshots.py --write-snapshots`` writes them anew; what changed is then looked at.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from core.outbox import NOTICES
from tests.reports.test_notices import FORMS, LANGUAGES, SAMPLES

FOLDER = Path(__file__).resolve().parent.parent / "snapshots" / "email"


@pytest.fixture(autouse=True)
def _fixed(settings, set_clock):
    settings.SITE_URL = "https://assay.example"
    set_clock("2026-11-23T08:00")


def path_of(template: str, language: str, form: str) -> Path:
    return FOLDER / f"{template}.{language}.{form}"


@pytest.mark.parametrize("template", sorted(NOTICES))
def test_a_mail_reads_as_it_was_last_looked_at(template, request):
    for language in LANGUAGES:
        subject, text, html = SAMPLES[template].render(language)
        # A line of its own for each row, so that a difference is seen where it is.
        for form, content in zip(FORMS, (subject + "\n", text, html.replace("<tr>", "\n<tr>")), strict=True):
            file = path_of(template, language, form)
            if request.config.getoption("--write-snapshots"):
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(content, encoding="utf-8")
            assert file.exists(), f"{file.name} is missing: run with --write-snapshots and look at it"
            assert content == file.read_text(encoding="utf-8"), file.name


def test_there_is_no_file_of_a_mail_that_is_no_more():
    known = {path_of(template, language, form) for template in NOTICES for language in LANGUAGES for form in FORMS}
    assert {file for file in FOLDER.rglob("*") if file.is_file()} == known
