"""Whether each service does its work, asked the same way by docker compose, the demonstration and tests."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse

from config import embedded

BEAT_FILE = embedded.VAR / "run" / "beat.alive"
# The timetable has an entry each minute.
BEAT_SILENCE = 150


class Answer:
    """Middleware that answers /healthz before anything else may redirect, refuse or ask who is there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path != "/healthz":
            return self.get_response(request)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT EXISTS (SELECT FROM core_mailserver WHERE down_since IS NOT NULL)")
                (mail_waits,) = cursor.fetchone()
        except Error:
            return HttpResponse("no database", status=503, content_type="text/plain")
        # A mail server that is away stops no page: healthy, and said.
        return HttpResponse("ok; mail waits" if mail_waits else "ok", content_type="text/plain")


def note_beat(**_: object) -> None:
    """Called when beat starts and whenever it has sent a task."""
    BEAT_FILE.parent.mkdir(parents=True, exist_ok=True)
    BEAT_FILE.touch()


def web() -> bool:
    return _answers(int(os.environ.get("ASSAY_WEB_PORT", "8000")))


def mail() -> bool:
    return _answers(int(os.environ.get("ASSAY_MAIL_PORT", "8025")))


def worker() -> bool:
    """Whether the worker of this host answers through the broker."""
    name = f"celery@{socket.gethostname()}"
    command = [sys.executable, "-m", "celery", "-A", "config.celery", "inspect", "ping", "-d", name, "--timeout", "5"]
    return subprocess.run(command, capture_output=True).returncode == 0


def beat() -> bool:
    return BEAT_FILE.exists() and time.time() - BEAT_FILE.stat().st_mtime < BEAT_SILENCE


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


CHECKS = {"web": web, "worker": worker, "beat": beat, "mail": mail}


def main(arguments: list[str]) -> int:
    """``python -m config.health web|worker|beat|mail``: exit code 0 means healthy."""
    if len(arguments) != 1 or arguments[0] not in CHECKS:
        print(f"Name one of {', '.join(CHECKS)}.", file=sys.stderr)
        return 2
    healthy = CHECKS[arguments[0]]()
    print("healthy" if healthy else "not healthy")
    return 0 if healthy else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
