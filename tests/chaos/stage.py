"""The processes of the rehearsal: a broker, a mail server and workers, each killed with -9 and started again."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import redis
from kombu import Connection
from kombu.exceptions import OperationalError

from config import broker
from config.celery import app
from config.embedded import broker_program
from tests.chaos.worklog import WorkLog, rests
from tests.servers import ROOT, free_port, listens

WORKER = ("-m", "celery", "-A", "config.celery", "worker", "--queues", "intake,mail,reports", "--concurrency", "1",
          "--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "INFO")
#: What can be killed.
VICTIMS = ("worker", "broker", "mail")


class BrokeOff(RuntimeError):
    """The rehearsal could not go on."""


class Stage:
    """Starts and kills the processes, gives workers their tasks as beat does, and knows when they have done them."""

    def __init__(self, folder: Path, environment: Mapping[str, str], *, workers: int) -> None:
        self.folder, self.socket, self.mail_log = folder, folder / "broker.sock", folder / "mail.jsonl"
        self.mail_port = free_port()
        self.url = f"unix://{self.socket}?db=0"
        self.environment = {
            **environment, "REDIS_URL": self.url, "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(self.mail_port),
        }
        self.mail_log.touch()
        self.running: dict[str, subprocess.Popen] = {}
        self.logs: dict[str, WorkLog] = {}
        #: Workers that may have forgotten, without a word, what they had received when the broker died.
        self.doubtful: set[str] = set()
        self.names = [f"worker-{number}" for number in range(workers)]
        self.started = 0
        self._line: Connection | None = None
        self._broker = redis.Redis(unix_socket_path=str(self.socket), db=broker.TEST_BROKER)

    def start(self) -> None:
        for name in ("broker", "mail", *self.names):
            self.restart(name)

    def kill(self, victim: str, chance: random.Random) -> str:
        """Kill one process of the kind at once, and return its name; ``restart`` brings it back."""
        name = chance.choice(self.names) if victim == "worker" else victim
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
        if name == "broker":
            self.doubtful.update(self.names)
        return name

    def restart(self, name: str) -> None:
        self.started += 1
        log = self.folder / f"{self.started:04}-{name}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(self._command(name), cwd=ROOT, env=self.environment, stdout=out, stderr=out,
                                       start_new_session=True)
        self.running[name], self.logs[name] = process, WorkLog(log)
        self.doubtful.discard(name)
        _wait(lambda: self._is_up(name), f"the start of {name}, see {log}")

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
        self._broker.close()
        self._hang_up()

    def send_task(self, task: str) -> None:
        """Send a task as beat does, over a new connection where the broker of the old one is gone."""
        for _ in range(20):
            if self._line is None:
                self._line = app.connection_for_write(broker.celery_url(self.url, broker.TEST_BROKER))
            try:
                app.send_task(task, connection=self._line)
            except OperationalError:
                self._hang_up()
                time.sleep(0.2)
            else:
                return
        raise BrokeOff(f"the broker takes no {task}")

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.release()

    def is_idle(self) -> bool:
        """Whether every worker waits for a task.

        One that waits stands at the broker's queues, which are empty then: it takes a task only when it has ended and
        acknowledged the last. Who waits at a new broker may still be at what it had from the old one.
        """
        waiting = [each for each in self._broker.client_list() if each["cmd"] == "brpop" and "b" in each["flags"]]
        return len(waiting) == len(self.names) and all(self._is_done(name) for name in sorted(self.doubtful))

    def _is_done(self, name: str) -> bool:
        if self.logs[name].unfinished() and not rests(self.running[name].pid):
            return False
        self.logs[name].forget()
        self.doubtful.discard(name)
        return True

    def _command(self, name: str) -> list[str]:
        if name == "broker":
            return [str(broker_program()), "--port", "0", "--unixsocket", str(self.socket), "--save", "",
                    "--appendonly", "no", "--dir", str(self.folder)]
        if name == "mail":
            return [sys.executable, "-m", "tests.chaos.mailserver", str(self.mail_port), str(self.mail_log)]
        return [sys.executable, *WORKER, "--hostname", f"{name}@chaos"]

    def _is_up(self, name: str) -> bool:
        said = self.logs[name].path
        if self.running[name].poll() is not None:
            raise BrokeOff(f"{name} ended: {said.read_text()[-2000:]}")
        if name == "broker":
            try:
                return bool(self._broker.ping())
            except redis.RedisError:
                return False
        return listens(self.mail_port) if name == "mail" else b" ready." in said.read_bytes()


def _wait(condition: Callable[[], bool], what: str, *, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise BrokeOff(f"{what} did not happen within {seconds} seconds")
        time.sleep(0.05)
