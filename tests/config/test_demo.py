"""``make demo``: one command up, one Ctrl-C down, one sentence for what is in the way."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from config import demo, embedded
from tests.databases import copy_schema
from tests.servers import free_port, listens, wait_until

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("variable", sorted(demo.PORTS))
def test_a_busy_port_is_named_with_the_variable_that_changes_it(variable, monkeypatch):
    for name in demo.PORTS:
        monkeypatch.setenv(name, str(free_port()))
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        monkeypatch.setenv(variable, str(port))
        with pytest.raises(demo.Stopped) as stop:
            demo.chosen_ports()
    assert str(stop.value) == (
        f"Port {port} is taken by another program: free it, or choose another with {variable}={port + 10} make demo."
    )


@pytest.mark.parametrize("text", ["0", "65536", "web", "-1", ""])
def test_what_is_no_port_is_refused(text, monkeypatch):
    monkeypatch.setenv("ASSAY_WEB_PORT", text)
    with pytest.raises(demo.Stopped) as stop:
        demo.chosen_ports()
    assert str(stop.value) == f"ASSAY_WEB_PORT must be a port between 1 and 65535, not {text!r}."


@pytest.mark.parametrize(
    ("moment", "code"),  # the last six digits of RFC 6238, appendix B, SHA-1
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(moment, code):
    assert demo.totp("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", moment) == code


def test_every_member_of_the_cast_is_printed_with_all_they_need(tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "CAST", tmp_path / "cast.json")
    assert demo.sign_ins("http://localhost:8000") == "No sign-ins: there is no demonstration data yet."
    person = {
        "name": "ann", "role": "Compliance officer", "email": "ann@larkrise.example", "password": "a long password",
        "totp_secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "lands_on": "/en/portal/",
    }
    demo.CAST.write_text(json.dumps([person]))
    monkeypatch.setattr(demo.time, "time", lambda: 59)
    _, line, landing = demo.sign_ins("http://localhost:8000").splitlines()
    assert line.split("  ")[0] == "ann"
    for part in (person["role"], person["email"], person["password"], person["totp_secret"]):
        assert part in line
    assert line.endswith("287082")
    assert landing.strip() == "lands on http://localhost:8000/en/portal/"


@pytest.fixture(scope="module")
def place(tmp_path_factory, django_db_setup, django_db_blocker):
    """A demonstration of its own whose tables and data are there already, so that nothing has to be seeded."""
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    environment |= {name: str(free_port()) for name in demo.PORTS}
    var = tmp_path_factory.mktemp("demo")
    environment |= {"ASSAY_VAR": str(var), "DJANGO_SETTINGS_MODULE": "config.settings.local"}

    def run(*arguments):
        subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, check=True, capture_output=True)

    run("-m", "config.embedded", "start")
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setattr(embedded, "VAR", var)
        copy_schema(embedded.socket_directory("postgres"))
    run("manage.py", "shell", "-c", "from core.models import User; User.objects.create(email='ann@larkrise.example')")
    (var / "demo").mkdir()
    (var / "demo" / "cast.json").write_text("[]")
    run("-m", "config.embedded", "stop")
    yield environment
    run("-m", "config.embedded", "stop")


@pytest.fixture
def running(place, tmp_path):
    log = tmp_path / "demo.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "config.demo"], cwd=ROOT, env=place, stdout=out, stderr=out, start_new_session=True
        )
    process.log = log
    try:
        wait_until(
            lambda: "Ctrl-C ends everything." in log.read_text() or process.poll() is not None,
            seconds=90,
            what="the start of the demonstration",
        )
        assert process.poll() is None, log.read_text()
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(40)


def of_the_demo(place):
    """Ids of the processes that work in this demonstration's directory: servers, web, worker, beat, mail catcher."""
    found = set()
    for directory in Path("/proc").glob("[0-9]*"):
        try:
            variables = (directory / "environ").read_bytes().split(b"\0")
        except (FileNotFoundError, PermissionError, ProcessLookupError):
            continue
        if f"ASSAY_VAR={place['ASSAY_VAR']}".encode() in variables:
            found.add(int(directory.name))
    return found


@pytest.mark.processes
def test_one_interrupt_ends_every_process_and_keeps_the_data(running, place):
    with urllib.request.urlopen(f"http://127.0.0.1:{place['ASSAY_WEB_PORT']}/healthz", timeout=5) as answer:
        assert answer.read() == b"ok"
    with urllib.request.urlopen(f"http://127.0.0.1:{place['ASSAY_MAIL_PORT']}/", timeout=5) as answer:
        assert b"No mail yet." in answer.read()
    assert len(of_the_demo(place)) > 5
    assert f"http://localhost:{place['ASSAY_WEB_PORT']}/" in running.log.read_text()

    running.send_signal(signal.SIGINT)

    assert running.wait(40) == 0
    assert running.log.read_text().splitlines()[-1] == "Ended; the data is kept for the next time."
    assert of_the_demo(place) == set()
    assert not listens(int(place["ASSAY_WEB_PORT"]))
    assert (Path(place["ASSAY_VAR"]) / "postgres" / "PG_VERSION").exists()


@pytest.mark.processes
def test_a_process_that_dies_ends_all_and_its_log_is_named(running, place):
    worker = next(
        pid for pid in sorted(of_the_demo(place)) if b"\0worker\0" in Path(f"/proc/{pid}/cmdline").read_bytes()
    )
    os.kill(worker, signal.SIGKILL)

    assert running.wait(40) == 1
    log = Path(place["ASSAY_VAR"]) / "log" / "worker.log"
    assert running.log.read_text().splitlines()[-1] == f"The worker process died with exit code -9: see {log}."
    assert of_the_demo(place) == set()
