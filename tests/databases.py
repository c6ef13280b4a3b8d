"""The database of each process of a run: one applies the migrations, the others copy what it made."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import setup_databases

from config import embedded


@contextmanager
def _alone() -> Iterator[None]:
    """One process at a time makes databases for this run."""
    folder = embedded.VAR / "test"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{settings.TEST_DATABASE}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _made(cursor, name: str) -> str | None:
    """Return which run made the database, "" where none says so, None where there is none."""
    cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name])
    row = cursor.fetchone()
    return row and (row[0] or "")


def _use(name: str) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


@pytest.fixture(scope="session")
def django_db_setup(
    request, django_test_environment, django_db_blocker, django_db_createdb, django_db_modify_db_settings, testrun_uid
) -> None:
    """Make this process's database, or use the one that an earlier run left."""
    name = connection.creation._get_test_db_name()
    original = f"{settings.TEST_DATABASE}_original"
    with django_db_blocker.unblock():
        with connection._nodb_cursor() as cursor:
            there = _made(cursor, name) is not None
        if there and not django_db_createdb:
            setup_databases(verbosity=0, interactive=False, aliases={"default"}, keepdb=True)
            return
        with _alone(), connection._nodb_cursor() as cursor:
            if _made(cursor, original) == testrun_uid:
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
                cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{original}"')
                _use(name)
                return
            setup_databases(verbosity=0, interactive=False, aliases={"default"})
            if hasattr(request.config, "workerinput"):
                connection.close()
                cursor.execute(f'DROP DATABASE IF EXISTS "{original}"')
                cursor.execute(f'CREATE DATABASE "{original}" TEMPLATE "{name}"')
                cursor.execute(f"COMMENT ON DATABASE \"{original}\" IS '{testrun_uid}'")
