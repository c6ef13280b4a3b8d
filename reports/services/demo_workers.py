"""Who plays the coins: processes beside this one, or this one alone."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from queue import Empty
from typing import Any, Protocol

from django.db import connection, connections

from core.calendars import HongKongCalendar
from core.models import User
from issuers.models import Coin
from reports.demo.cast import CAST
from reports.services.demo_clock import PlayedClock, played_clock
from reports.services.demo_days import PlayedDay, play_coin
from reports.services.rendering import render_report
from reports.services.signing import documents_to_sign, sign_document

Say = Callable[[str], None]
Days = dict[str, list[PlayedDay]]


@dataclass(frozen=True, slots=True)
class Task:
    """Play a coin's days, or render a report (``pk``)."""

    kind: str
    symbol: str
    issuer: int
    pk: int | None


class Workers(Protocol):
    def submit(self, task: Task) -> None: ...

    def wait(self) -> None: ...


class Here:
    """Does each task at once, in this process."""

    def __init__(self, days: Days, calendar: HongKongCalendar, present: datetime, say: Say) -> None:
        self.days, self.calendar, self.present, self.say = days, calendar, present, say

    def submit(self, task: Task) -> None:
        with played_clock(self.present) as clock:
            perform(task, self.days, self.calendar, clock, self.say)

    def wait(self) -> None:
        """Nothing is left to wait for."""


class Beside:
    """Hands tasks to processes; whoever is free takes the next."""

    def __init__(self, days: Days, calendar: HongKongCalendar, present: datetime, count: int, say: Say) -> None:
        self.say = say
        self.open = 0
        # Forked, so that the computed world need not travel; before that this process lets go of its connections.
        context: Any = multiprocessing.get_context("fork")
        self.tasks, self.answers = context.Queue(), context.Queue()
        connections.close_all()
        self.processes = [
            context.Process(target=_work, args=(self.tasks, self.answers, days, calendar, present), daemon=True)
            for _ in range(count)
        ]
        for process in self.processes:
            process.start()

    def submit(self, task: Task) -> None:
        self.open += 1
        self.tasks.put(task)
        self._listen(block=False)

    def wait(self) -> None:
        """Wait until nothing is left to do.

        Raises:
            RuntimeError: a process has failed or died.
        """
        while self.open:
            self._listen(block=True)

    def _listen(self, *, block: bool) -> None:
        """Take in what the processes say: all that is there, or, with ``block``, the next thing."""
        while True:
            try:
                kind, sentence = self.answers.get(block, 1)
            except Empty:
                if not all(process.is_alive() for process in self.processes):
                    raise RuntimeError("a process that played the demonstration died")
                return
            if kind == "said":
                self.say(sentence)
            elif kind == "failed":
                raise RuntimeError(sentence)
            else:
                self.open -= 1
            if block:
                return

    def end(self) -> None:
        for process in self.processes:
            process.terminate()
            process.join()


@contextmanager
def played(
    days: Days, calendar: HongKongCalendar, processes: int, present: datetime, say: Say
) -> Iterator[Workers]:
    """Workers that know the computed days and live no later than ``present``; none is left behind."""
    if not processes:
        yield Here(days, calendar, present, say)
        return
    with _prepared_statements():
        workers = Beside(days, calendar, present, processes, say)
        try:
            yield workers
        finally:
            workers.end()


@contextmanager
def _prepared_statements() -> Iterator[None]:
    """Let the database plan each statement once for the whole life of a connection that is opened from here on.

    A world is made with a quarter million statements of a few dozen kinds: to write and plan each of them anew is a
    third of the work.
    """
    options = connection.settings_dict["OPTIONS"]
    before = dict(options)
    options.update(server_side_binding=True, prepare_threshold=3)
    try:
        yield
    finally:
        options.clear()
        options.update(before)
        connection.close()


def _work(tasks: Any, answers: Any, days: Days, calendar: HongKongCalendar, present: datetime) -> None:
    while True:
        task = tasks.get()
        failed = True
        try:
            with played_clock(present) as clock:
                perform(task, days, calendar, clock, lambda sentence: answers.put(("said", sentence)))
            failed = False
            answers.put(("done", ""))
        finally:
            if failed:
                answers.put(("failed", f"{task.kind} {task.symbol} failed"))


def perform(task: Task, days: Days, calendar: HongKongCalendar, clock: PlayedClock, say: Say) -> None:
    """Do one task."""
    if task.kind == "render":
        assert task.pk is not None
        if run := render_report(task.pk):
            for pk in documents_to_sign(run):
                sign_document(pk)
        say(f"{task.symbol}: report rendered.")
        return
    coin = Coin.objects.select_related("issuer__organisation").get(symbol=task.symbol)
    cast = {person.name: person for person in CAST}
    people = {name: user for name, person in cast.items()
              if (user := User.objects.filter(name=person.full_name, email__startswith=f"{name}@").first())}
    speaking = (name for name in ("ann", "ian") if name in people and cast[name].issuer == task.issuer)
    spokesman = next((people[name] for name in speaking), None)
    total = len(days[task.symbol])
    play_coin(coin, days[task.symbol], people=people, spokesman=spokesman, calendar=calendar, clock=clock,
              say=lambda count: say(f"{task.symbol}: {count} of {total} days."))
