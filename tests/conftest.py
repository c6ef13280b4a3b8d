"""What every test gets: running servers, its own place for bytes, no memory of the test before."""

import gc
import os
import threading
from datetime import datetime

import pytest
from django.core.cache import cache
from django.template import Template
from django.test.utils import instrumented_test_render
from django.utils import translation

from config import embedded
from core.calendars import HONG_KONG

gc.disable()  # until all is imported: what a module declares is never garbage
_started = embedded.ensure_running()

pytest_plugins = ["tests.cast", "tests.databases", "tests.issuers.harbour", "tests.reports.occasions", "tests.servers"]


#: What takes longest, longest first: begun last, one of these would run while the other process has nothing to do.
LONGEST = (
    "tests/test_no_address_breaks.py",
    "tests/test_architecture.py",  # needs no database while the first process makes it
    "tests/browser/test_pages.py", "tests/test_access_matrix.py", "tests/api/test_schemathesis.py",
    "tests/processes/test_chaos.py",
    "tests/reports/test_demo_again.py", "tests/processes/test_killed_worker.py", "tests/browser/test_licensing_story.py",
    "tests/reports/test_demo.py", "tests/config/test_compose.py", "tests/issuers/test_state_tables.py",
    "tests/config/test_demo.py", "tests/reports/test_demo_stress.py", "tests/test_foreign_keys.py",
    "tests/test_files_on_pages.py", "tests/browser/test_people.py", "tests/aml/test_no_tipping_off.py",
    "tests/reports/test_licensing_documents.py",
    "tests/reports/test_pack_orders.py", "tests/test_officer_names.py", "tests/reports/test_worker.py",
    "tests/reports/test_pages_access.py", "tests/reports/test_document.py", "tests/reports/test_demo_watch.py",
    "tests/browser/test_application.py", "tests/browser/test_journeys.py", "tests/reports/test_demo_licensing.py",
    "tests/issuers/test_pages_assessment.py", "tests/core/test_uploads_properties.py", "tests/test_exports.py",
    "tests/processes/test_at_once.py", "tests/reports/test_reports.py", "tests/reports/test_licensing_access.py",
    "tests/aml/test_names_measured.py", "tests/config/test_processes_know.py", "tests/config/test_settings.py",
    "tests/reports/test_monthly_supervision.py", "tests/reports/test_packs.py", "tests/reports/test_dossiers.py",
    "tests/reports/test_pack_verification.py", "tests/reports/test_verification.py", "tests/test_access_custodian.py",
    "tests/reports/test_signed_pdf.py", "tests/reports/test_signing_stage.py", "tests/reports/test_notice_snapshots.py",
    "tests/reserves/test_attestation_report.py", "tests/reserves/test_break_life.py", "tests/api/test_reading.py",
    "tests/reports/test_pages_queries.py", "tests/core/test_pages.py", "tests/aml/test_desk_pages.py",
)


def pytest_addoption(parser):
    parser.addoption("--write-snapshots", action="store_true", help="write the mails under tests/snapshots anew")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Begin with the modules that take longest; within a module the order stays."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.nodeid.partition("::")[0], len(LONGEST)))


def pytest_collection_finish():
    """What was imported stays to the end: the collector need not look through it again and again.

    It looks at the rest less often than in a server that runs for weeks, and often enough that no test's pages pile up.
    """
    gc.enable()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_unconfigure(config):
    """Leave a machine that only checks as it was found; a developer's servers stay up for the next run."""
    if os.environ.get("CI") and not hasattr(config, "workerinput"):
        embedded.stop(_started)


@pytest.fixture
def set_clock(tmp_path, monkeypatch):
    """``set_clock("2026-11-26T10:00")`` sets the platform's clock to that time in Hong Kong, in every process."""
    file = tmp_path / "clock"
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(file))

    def at(instant: str) -> None:
        file.write_text(datetime.fromisoformat(instant).replace(tzinfo=HONG_KONG).isoformat())

    return at


@pytest.fixture(autouse=True)
def _own_blobs(settings, tmp_path):
    settings.BLOB_ROOT = tmp_path / "blobs"
    settings.PAGE_CACHE = tmp_path / "pages"


@pytest.fixture(scope="session", autouse=True)
def _whole_pages_only(django_test_environment):
    """A test's client copies what a page was drawn from, once: not again for each of the hundreds of parts of it."""
    drawing = threading.local()

    def render(template, context):
        if getattr(drawing, "now", False):
            return template.nodelist.render(context)
        drawing.now = True
        try:
            return instrumented_test_render(template, context)
        finally:
            drawing.now = False

    Template._render = render


@pytest.fixture(autouse=True)
def _in_english():
    """A request leaves its language behind in the thread: the next test must not inherit it."""
    translation.activate("en")


@pytest.fixture(autouse=True)
def _nothing_remembered():
    """Rate limits count in the cache: one test's tries must not lock the next one out."""
    yield
    forget()


def forget() -> None:
    """Empty this run's part of the cache."""
    # The backend's own clear() would empty the database that other runs share.
    keys = cache.make_key("*")
    client = cache._cache.get_client(write=True)
    for key in client.scan_iter(match=keys, count=1000):
        client.delete(key)
