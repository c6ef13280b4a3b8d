"""``make demo``: the whole platform on one machine, with data, until Ctrl-C."""

import base64
import contextlib
import ctypes
import hashlib
import hmac
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from types import FrameType

import psycopg

from config import embedded, health

ROOT = embedded.ROOT
LOGS = embedded.VAR / "log"
CAST = embedded.VAR / "demo" / "cast.json"
PORTS = {"ASSAY_WEB_PORT": 8000, "ASSAY_MAIL_PORT": 8025, "ASSAY_SMTP_PORT": 1025}


class Stopped(Exception):
    """The demonstration ends; the message, if any, is one sentence for a person."""


def chosen_ports() -> dict[str, int]:
    """The ports to listen on, by variable; raises Stopped for one that is taken or no port at all."""
    chosen = {}
    for variable, default in PORTS.items():
        text = os.environ.get(variable, str(default))
        if not text.isdecimal() or not 0 < int(text) < 65536:
            raise Stopped(f"{variable} must be a port between 1 and 65535, not {text!r}.")
        port = chosen[variable] = int(text)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                raise Stopped(
                    f"Port {port} is taken by another program: "
                    f"free it, or choose another with {variable}={port + 10} make demo."
                ) from None
    return chosen


def totp(secret: str, at: float) -> str:
    """The six digits of a base32 secret at a moment (RFC 6238, SHA-1, 30 seconds)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8), casefold=True)
    digest = hmac.new(key, struct.pack(">Q", int(at) // 30), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


def sign_ins(site: str) -> str:
    """One block per member of the cast, with the code that is valid now."""
    if not CAST.exists():
        return "No sign-ins: there is no demonstration data yet."
    now = time.time()
    lines = [f"{'who':<8}{'role':<32}{'e-mail':<34}{'password':<26}{'TOTP secret':<36}code"]
    for person in json.loads(CAST.read_text()):
        secret = person.get("totp_secret") or ""
        lines.append(
            f"{person['name']:<8}{person['role']:<32}{person['email']:<34}{person['password']:<26}{secret:<36}"
            f"{totp(secret, now) if secret else ''}"
        )
        lines.append(f"{'':<8}lands on {site}{person.get('lands_on', '/')}")
    return "\n".join(lines)


class Demo:
    """The processes of the demonstration: starts them, watches them, ends them all."""

    def __init__(self, ports: dict[str, int]) -> None:
        self.site = f"http://localhost:{ports['ASSAY_WEB_PORT']}"
        self.mail_page = f"http://localhost:{ports['ASSAY_MAIL_PORT']}"
        self.environment = os.environ | {name: str(port) for name, port in ports.items()}
        self.environment |= {
            "DJANGO_SETTINGS_MODULE": "config.settings.local",
            "DEBUG": os.environ.get("DEBUG", "0"),
            "ASSAY_DEMONSTRATION": "1",
            "SITE_URL": self.site,
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(ports["ASSAY_SMTP_PORT"]),
            "PYTHONUNBUFFERED": "1",
        }
        self.children: dict[str, subprocess.Popen] = {}
        os.environ.update(self.environment)

    def prepare(self) -> None:
        """Bring the database up to date, and fill it unless it holds the demonstration already."""
        self._once("migrate", "manage.py", "migrate", "--no-input")
        self._once("make_demo_certificates", "manage.py", "make_demo_certificates")
        if not _seeded():
            print("Filling the database; this takes a minute or two …", flush=True)
            self._once("seed_demo", "manage.py", "seed_demo")

    def _once(self, name: str, *arguments: str) -> None:
        log = LOGS / f"{name}.log"
        with log.open("wb") as out:
            done = subprocess.run(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=self.environment,
                stdout=out,
                stderr=out,
                preexec_fn=_end_with_parent,
            )
        if done.returncode:
            raise Stopped(f"manage.py {name} failed with exit code {done.returncode}: see {log}.")

    def start(self) -> None:
        python = sys.executable
        celery = [python, "-m", "celery", "-A", "config.celery"]
        commands = {
            "mail": [python, "-m", "config.mailcatcher"],
            "web": [python, "-m", "gunicorn", "config.wsgi", "--config", "python:config.gunicorn"],
            "worker": [
                *celery,
                "worker",
                "--queues",
                "intake,mail,reports",
                "--concurrency",
                "2",
                "--loglevel",
                "INFO",
            ],
            "beat": [*celery, "beat", "--pidfile", "", "--loglevel", "INFO"],
        }
        for name, command in commands.items():
            with (LOGS / f"{name}.log").open("wb") as out:
                self.children[name] = subprocess.Popen(
                    command, cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                    start_new_session=True, preexec_fn=_end_with_parent,
                )

    def wait_until_up(self, seconds: int = 60) -> None:
        deadline = time.monotonic() + seconds
        while not (health.mail() and health.web()):
            self.check()
            if time.monotonic() > deadline:
                raise Stopped(f"The web server did not answer within {seconds} seconds: see {LOGS / 'web.log'}.")
            time.sleep(0.2)

    def check(self) -> None:
        """Raise Stopped if a child has died."""
        for name, child in self.children.items():
            if child.poll() is not None:
                raise Stopped(f"The {name} process died with exit code {child.returncode}: see {LOGS / f'{name}.log'}.")

    def end(self) -> None:
        """End every process group: politely, and after fifteen seconds not."""
        for child in self.children.values():
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGTERM)
        deadline = time.monotonic() + 15
        for child in self.children.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(0.1, deadline - time.monotonic()))
            try:
                # What a child has left behind in its group goes with it.
                os.killpg(child.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue


def _end_with_parent() -> None:
    """In the child: ask the kernel for a SIGTERM should this program be killed without a chance to clean up."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # 1 is PR_SET_PDEATHSIG


def _seeded() -> bool:
    """Whether seed_demo has finished on this database: it writes the cast last."""
    if not CAST.exists():
        return False
    with psycopg.connect(os.environ.get("DATABASE_URL") or embedded.database_url()) as connection:
        row = connection.execute("SELECT EXISTS (SELECT FROM core_user)").fetchone()
    return bool(row and row[0])


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise Stopped


def run() -> None:
    """Everything from free ports to the end; raises Stopped when it is over."""
    demo = Demo(chosen_ports())
    LOGS.mkdir(parents=True, exist_ok=True)
    started = embedded.ensure_running()
    try:
        demo.prepare()
        demo.start()
        demo.wait_until_up()
        print(f"\nAssay   {demo.site}/\nMail    {demo.mail_page}/\nAPI     {demo.site}/api/v1/\nLogs    {LOGS}\n")
        print(sign_ins(demo.site))
        print("\nNew codes: .venv/bin/python -m config.demo codes.  Ctrl-C ends everything.", flush=True)
        while True:
            demo.check()
            time.sleep(0.5)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        demo.end()
        if started:
            embedded.stop(started)


def main(arguments: list[str]) -> int:
    if arguments == ["codes"]:
        print(sign_ins(os.environ.get("SITE_URL", f"http://localhost:{PORTS['ASSAY_WEB_PORT']}")))
        return 0
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        run()
    except (Stopped, embedded.ServerFailed) as end:
        if str(end):
            print(end, file=sys.stderr)
            return 1
        print("\nEnded; the data is kept for the next time.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
