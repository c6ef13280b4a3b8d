"""Fixtures that start real processes beside a test: worker, web server, mail catcher, browser."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection, connections

ROOT = Path(__file__).resolve().parent.parent
#: Chromium as a test needs it: in any container, and without calls home.
QUIETLY = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
           "--disable-component-update", "--disable-sync"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition: Callable[[], object], *, seconds: float = 20, what: str = "it") -> None:
    """Return once ``condition()`` is true; fail the test if that takes longer than ``seconds``."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"{what} did not happen within {seconds} seconds")
        time.sleep(0.05)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def environment_beside(blob_root: Path | str) -> dict[str, str]:
    """Return the environment in which another process works on this test's database, queue, blobs and clock."""
    parts = connection.settings_dict
    host = parts["HOST"].replace("/", "%2F")
    login = parts["USER"] + (f":{parts['PASSWORD']}" if parts["PASSWORD"] else "")
    port = f":{parts['PORT']}" if parts["PORT"] else ""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": f"postgresql://{login}@{host}{port}/{parts['NAME']}",
        "REDIS_URL": django_settings.REDIS_URL,
        "ASSAY_TEST_NAMESPACE": django_settings.TEST_NAMESPACE,
        "ASSAY_BLOB_ROOT": str(blob_root),
        "PYTHONUNBUFFERED": "1",
    }


@pytest.fixture
def process_environment(transactional_db, settings) -> dict[str, str]:
    """Environment for a process that works beside this one test."""
    return environment_beside(settings.BLOB_ROOT)


@pytest.fixture
def empty_queues() -> Iterator[None]:
    """This run's part of the broker, emptied before and after."""
    import redis

    from config import broker

    client = redis.Redis.from_url(broker.cache_url(django_settings.REDIS_URL, broker.TEST_BROKER))

    def clear() -> None:
        for key in client.scan_iter(match=f"{django_settings.CELERY_KEY_PREFIX}*", count=1000):
            client.delete(key)

    clear()
    yield
    clear()
    client.close()


@pytest.fixture
def start_process(process_environment, tmp_path) -> Iterator[Callable[..., subprocess.Popen]]:
    """``start_process("module or program", ..., extra=...)`` runs it in the test's environment and ends it afterwards.

    What it prints is in the file named by the process's attribute ``log``.
    """
    running: list[subprocess.Popen] = []

    def start(*command: str, **extra: str) -> subprocess.Popen:
        log = tmp_path / f"process-{len(running)}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                command, cwd=ROOT, env=process_environment | extra, stdout=out, stderr=out, start_new_session=True
            )
        process.log = log
        running.append(process)
        return process

    yield start
    for process in running:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
    for process in running:
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(15)


@pytest.fixture
def start_worker(empty_queues, start_process) -> Callable[..., subprocess.Popen]:
    """``start_worker()`` runs a Celery worker on this test's database and returns once it takes work."""

    def start(queues: str = "intake,mail,reports", **extra: str) -> subprocess.Popen:
        process = start_process(
            sys.executable, "-m", "celery", "-A", "config.celery", "worker",
            "--queues", queues, "--concurrency", "1", "--without-gossip", "--without-mingle", "--loglevel", "INFO", **extra,
        )
        wait_until(
            lambda: b" ready." in process.log.read_bytes() or process.poll() is not None,
            seconds=60, what="the worker's start",
        )
        assert process.poll() is None, process.log.read_text()
        return process

    return start


@pytest.fixture
def mail_catcher(tmp_path, settings) -> Iterator:
    """A real SMTP server that Django's mail settings point to; ``.mails()`` lists what it caught, oldest first."""
    from config.mailcatcher import Catcher

    catcher = Catcher(tmp_path / "mail", smtp_port=free_port(), page_port=free_port())
    catcher.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", catcher.smtp_port
    yield catcher
    catcher.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator:
    """Headless Chromium of this machine, driven by playwright."""
    from playwright.sync_api import sync_playwright

    # playwright keeps an event loop in this thread, and Django refuses the database beside one.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    # While that loop runs Django keeps another set of connections. What a forked process finds is the set from before:
    # an open connection in there would be shared by all of them, and nobody would end its transaction.
    connections.close_all()
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=QUIETLY)
        yield chromium
        chromium.close()
        connections.close_all()


@pytest.fixture(scope="session")
def axe_source() -> str:
    """The source of axe-core, to be evaluated in a page before ``axe.run()``."""
    return (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text()
