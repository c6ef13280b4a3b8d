"""The processes of the rehearsal: a broker, a mail server and workers, each killed with -9 and started again."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import redis

from config.embedded import broker_program
from tests.servers import ROOT, free_port, listens

QUEUES = ("intake", "mail", "reports")
WORKER = ("-m", "celery", "-A", "config.celery", "worker", "--queues", ",".join(QUEUES), "--concurrency", "1",
          "--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "INFO")


class Stage:
    """Starts and kills; ``victims`` names what can be killed."""

    victims = ("worker", "broker", "mail")

    def __init__(self, folder: Path, environment: dict[str, str], *, workers: int) -> None:
        self.folder, self.socket, self.mail_log = folder, folder / "broker.sock", folder / "mail.jsonl"
        self.mail_port = free_port()
        self.environment = environment | {
            "REDIS_URL": f"unix://{self.socket}?db=0", "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(self.mail_port),
        }
        self.mail_log.touch()
        self.running: dict[str, subprocess.Popen] = {}
        self.started = 0
        self.names = [f"worker-{number}" for number in range(workers)]

    def start(self) -> None:
        for name in ("broker", "mail", *self.names):
            self._start(name)

    def kill(self, victim: str, chance: random.Random) -> str:
        """Kill one process of the kind at once, and return its name; ``restart`` brings it back."""
        name = chance.choice(self.names) if victim == "worker" else victim
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
        return name

    def restart(self, name: str) -> None:
        self._start(name)

    def stop(self) -> None:
        """Ask everything to end, and end what does not."""
        for process in self.running.values():
            os.killpg(process.pid, signal.SIGTERM)
        for process in self.running.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(10)

    def broker(self) -> redis.Redis:
        return redis.Redis(unix_socket_path=str(self.socket), db=3)

    def is_idle(self) -> bool:
        """Whether no queue holds anything and every worker has done what it received."""
        prefix = f"{self.environment['ASSAY_TEST_NAMESPACE']}:"
        with self.broker() as client:
            queued = sum(client.llen(f"{prefix}{name}") for name in QUEUES)
        return queued == 0 and all(self._is_done(self.running[name]) for name in self.names)

    def _is_done(self, process: subprocess.Popen) -> bool:
        """Whether a worker has done what its log says it received.

        What it had received and not begun when the broker died it forgets without a word: then it is done when it rests.
        """
        log = process.log.read_text(errors="replace")
        begun, ended = log.count("] received"), sum(log.count(f"] {word}") for word in ("succeeded", "raised", "retry"))
        return begun == ended or ("Connection to broker lost" in log and _rests(process))

    def _start(self, name: str) -> None:
        self.started += 1
        log = self.folder / f"{self.started:04}-{name}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(self._command(name), cwd=ROOT, env=self.environment, stdout=out, stderr=out,
                                       start_new_session=True)
        process.log = log
        self.running[name] = process
        _wait(lambda: self._is_up(name, process), f"the start of {name}, see {log}")

    def _command(self, name: str) -> list[str]:
        if name == "broker":
            return [str(broker_program()), "--port", "0", "--unixsocket", str(self.socket), "--save", "", "--appendonly", "no",
                    "--dir", str(self.folder)]
        if name == "mail":
            return [sys.executable, "-m", "tests.chaos.mailserver", str(self.mail_port), str(self.mail_log)]
        return [sys.executable, *WORKER, "--hostname", f"{name}@chaos"]

    def _is_up(self, name: str, process: subprocess.Popen) -> bool:
        if process.poll() is not None:
            raise SystemExit(f"{name} ended: {process.log.read_text()[-2000:]}")
        if name == "broker":
            try:
                with self.broker() as client:
                    return bool(client.ping())
            except redis.RedisError:
                return False
        return listens(self.mail_port) if name == "mail" else b" ready." in process.log.read_bytes()


def _rests(process: subprocess.Popen, seconds: float = 0.6) -> bool:
    """Whether nobody of the process's group uses the processor for a while."""
    before = _worked(process.pid)
    time.sleep(seconds)
    return _worked(process.pid) - before <= 3  # hundredths of a second: it looks at its connections


def _worked(group: int) -> int:
    """Return the processor time, in ticks, of all processes of a group."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if int(fields[2]) == group:
            ticks += int(fields[11]) + int(fields[12])
    return ticks


def _wait(condition: Callable[[], bool], what: str, *, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"{what} did not happen within {seconds} seconds")
        time.sleep(0.05)
