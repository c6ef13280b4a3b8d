"""What every test gets: running servers, its own place for bytes, no memory of the test before."""

import os
from datetime import datetime

import pytest
from django.core.cache import cache
from django.utils import translation

from config import embedded
from core.calendars import HONG_KONG

_started = embedded.ensure_running()

pytest_plugins = ["tests.cast", "tests.issuers.harbour", "tests.servers"]


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


@pytest.fixture(autouse=True)
def _in_english():
    """A request leaves its language behind in the thread: the next test must not inherit it."""
    translation.activate("en")


@pytest.fixture(autouse=True)
def _nothing_remembered():
    """Rate limits count in the cache: one test's tries must not lock the next one out."""
    yield
    # The backend's own clear() would empty the database that other runs share.
    keys = cache.make_key("*")
    client = cache._cache.get_client(write=True)
    for key in client.scan_iter(match=keys, count=1000):
        client.delete(key)
