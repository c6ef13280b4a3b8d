"""The servers that stand in on a machine without any."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis

from config import embedded

ROOT = Path(__file__).resolve().parents[2]


def embedded_command(var, *arguments, **extra):
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    return subprocess.Popen(
        [sys.executable, "-m", "config.embedded", *arguments],
        cwd=ROOT, env=environment | {"ASSAY_VAR": str(var)} | extra,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )


def said(process):
    out, error = process.communicate(timeout=60)
    return process.returncode, out.strip(), error.strip()


@pytest.fixture
def var(tmp_path):
    yield tmp_path / "var"
    said(embedded_command(tmp_path / "var", "stop"))


def test_many_commands_at_once_start_each_server_once(var, monkeypatch):
    answers = [said(process) for process in [embedded_command(var, "start") for _ in range(4)]]

    assert {code for code, _, _ in answers} == {0}
    starts = " ".join(out for _, out, _ in answers)
    assert (starts.count("database"), starts.count("broker")) == (1, 1)
    monkeypatch.setattr(embedded, "VAR", var)
    with psycopg.connect(embedded.database_url()) as connection:
        assert connection.execute("SELECT current_database()").fetchone() == ("assay",)
    with redis.Redis.from_url(embedded.redis_url()) as client:
        assert client.ping() is True


def test_servers_outlive_the_command_and_stop_on_demand_keeping_the_data(var, monkeypatch):
    monkeypatch.setattr(embedded, "VAR", var)
    assert said(embedded_command(var, "start")) == (0, "Started the embedded database and broker.", "")
    with psycopg.connect(embedded.database_url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")

    assert said(embedded_command(var, "stop")) == (0, "Stopped the embedded database and broker.", "")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(embedded.database_url())
    assert said(embedded_command(var, "stop")) == (0, "Nothing to do.", "")

    assert said(embedded_command(var, "start")) == (0, "Started the embedded database and broker.", "")
    with psycopg.connect(embedded.database_url()) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)


def test_a_server_of_your_own_is_not_stood_in_for(var):
    answer = said(embedded_command(var, "start", DATABASE_URL="postgresql://elsewhere", REDIS_URL="redis://elsewhere"))
    assert answer == (0, "Nothing to do.", "")
    assert not var.exists()


def test_a_database_that_will_not_start_ends_in_one_sentence_naming_its_log(var):
    (var / "postgres").mkdir(parents=True)

    code, out, error = said(embedded_command(var, "start"))

    assert (code, out) == (1, "")
    assert error.startswith(f"The embedded database did not start (see {var / 'log' / 'postgres.log'}): ")
    assert len(error.splitlines()) == 1


def test_an_interrupted_creation_is_begun_again(var):
    (var / "postgres.new").mkdir(parents=True)
    (var / "postgres.new" / "PG_VERSION").write_text("18\n")

    assert said(embedded_command(var, "start")) == (0, "Started the embedded database and broker.", "")
    assert not (var / "postgres.new").exists()


def test_a_path_too_long_for_a_socket_moves_the_socket_to_the_temporary_directory(monkeypatch, tmp_path):
    monkeypatch.setattr(embedded, "VAR", tmp_path / ("long" * 30) / "var")
    directory = embedded.socket_directory("postgres")
    assert len(str(directory / ".s.PGSQL.5432.lock")) <= 107
    monkeypatch.setattr(embedded, "VAR", tmp_path / ("gnol" * 30) / "var")
    assert embedded.socket_directory("postgres") != directory
