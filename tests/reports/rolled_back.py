"""An empty database at a chosen present, for tests that share one seeded world; nothing of it stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import override_settings

UNTIL = date(2026, 11, 22)  # a Sunday
PRESENT = "2026-11-23T09:30:00+08:00"


@contextmanager
def rolled_back(folder, blocker) -> Iterator[None]:
    """An empty database with its own place for files, at the present of the tests; nothing stays."""
    name = connection.settings_dict["NAME"]
    assert name.startswith(settings.TEST_DATABASE), f"{name} is not a database for tests"
    (folder / "now").write_text(PRESENT)
    with (
        pytest.MonkeyPatch.context() as patch, blocker.unblock(),
        override_settings(VAR=folder, BLOB_ROOT=folder / "blobs"), transaction.atomic(),
    ):
        patch.setenv("ASSAY_CLOCK_FILE", str(folder / "now"))
        with connection.cursor() as cursor:
            cursor.execute("ALTER SEQUENCE core_feedfile_id_seq RESTART")
        yield
        transaction.set_rollback(True)
