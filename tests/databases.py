"""The database of each process of a run: one applies the migrations, the others copy what it made.

A test that commits leaves rows behind; here is also how they go.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.test import TransactionTestCase
from django.test.utils import setup_databases

from config import embedded

#: What Django makes again after a flush stays, so that there is nothing to make.
KEPT = {"django_migrations", "django_content_type", "auth_permission"}


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


def empty_database() -> None:
    """Leave the database as a flush would, in a fraction of the time: a test fills a few of the 150 tables."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
        if not cursor.fetchone()[0]:  # who may not set triggers aside
            call_command("flush", verbosity=0, interactive=False)
            return
        tables = [table for table in connection.introspection.table_names(cursor) if table not in KEPT]
        with transaction.atomic():
            cursor.execute(f"LOCK TABLE {', '.join(tables)}")  # once whoever still writes is done
            cursor.execute(" UNION ALL ".join(f"SELECT '{each}' WHERE EXISTS (TABLE {each})" for each in tables))
            filled = [table for (table,) in cursor.fetchall()]
            # Neither foreign keys nor the triggers of what is kept for ever.
            cursor.execute("SET LOCAL session_replication_role = replica")
            for each in filled:
                cursor.execute(f"DELETE FROM {each}")  # noqa: S608 - a table of ours


def copy_schema(into: Path) -> None:
    """Give the embedded database whose sockets lie there the tables of this run, as the migrations made them.

    To apply the migrations takes as long as hundreds of tests, and proves nothing a second time.
    """
    parts = connection.settings_dict
    place = ["--host", parts["HOST"], "--username", parts["USER"] or "", "--port", str(parts["PORT"] or 5432)]
    tools, environment = embedded.binaries(), os.environ | {"PGPASSWORD": parts["PASSWORD"] or ""}
    made = subprocess.run([tools / "pg_dump", *place, "--no-owner", "--no-privileges", parts["NAME"]],
                          env=environment, capture_output=True, check=True).stdout
    subprocess.run([tools / "psql", "--host", into, "--username", "postgres", "--quiet", "--single-transaction",
                    "--set", "ON_ERROR_STOP=1", embedded.DATABASE], input=made, capture_output=True, check=True)


@pytest.fixture(scope="session", autouse=True)
def _emptied_quickly() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: empty_database())
        yield
