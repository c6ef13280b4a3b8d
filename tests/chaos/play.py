"""Playing the weeks: the clock moves, issuers send, beat's tasks go out, processes are killed, a person settles mail."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as hour
from pathlib import Path

from config.celery import app
from core.business_days import hong_kong_calendar
from core.calendars import HONG_KONG
from core.models import AuditEvent, Message, User
from core.outbox import STALE_AFTER
from core.undelivered import resend, settle
from issuers.models import Coin
from tests.chaos.stage import VICTIMS, BrokeOff, Stage
from tests.chaos.timetable import MINUTE, due_between
from tests.chaos.world import Sending, send

#: To when the clock moves: duties are planned, digests go out, files are in and due; on closed days to the last alone.
HOURS = (hour(7, 31), hour(8, 1), hour(9, 16))
SENT_AT = hour(9, 16)
#: So often comes what finds late files, breaks, licences and mail: nothing that has to be done on its day comes less often.
SWEPT_WITHIN = timedelta(minutes=15)
SUNDAY = 6
S = Message.Status
UNSETTLED = (S.QUEUED, S.INFLIGHT, S.UNCERTAIN, S.FAILED)


@dataclass
class Player:
    """Drives one play; ``chance`` draws which processes are killed, and when."""

    stage: Stage
    clock: Path
    chance: random.Random
    killed: list[tuple[str, str]] = field(default_factory=list)
    #: How long the work of each hour took last, in seconds: as long as that, anything may be killed.
    took: dict[hour, float] = field(default_factory=dict)

    def play(self, first: date, days: int, sent: Iterable[Sending], kills: int) -> Iterator[date]:
        """Play so many days; yield at the end of each week."""
        calendar = hong_kong_calendar()
        moments = [
            datetime.combine(day, at, HONG_KONG)
            for day in (first + timedelta(days=offset) for offset in range(1, days + 1))
            for at in HOURS if at == SENT_AT or calendar.is_business_day(day)
        ]
        doomed: dict[int, list[str]] = {}
        for number in range(kills):  # as often the one as the other
            doomed.setdefault(self.chance.randrange(len(moments)), []).append(VICTIMS[number % len(VICTIMS)])
        waiting = list(sent)
        self.before = datetime.combine(first, hour(22, 59), HONG_KONG)
        self._move(self.before + MINUTE)
        self._beat()
        self._settle(minutes=1)
        for number, moment in enumerate(moments):
            self._move(max(moment, self.now))
            if moment.time() == SENT_AT:
                waiting = self._send(waiting, moment.date())
            begun, victims = time.monotonic(), doomed.get(number, [])
            self._beat()
            for victim in victims:
                self._kill(victim, within=self.took.get(moment.time(), 1.0))
                self._move(self.now + MINUTE)
                self._beat()
            # A minute on, its sweeps find what the files brought; at other hours the next moment is not far.
            self._settle(minutes=3 if victims else int(moment.time() == SENT_AT))
            # What a broker lost is asked for again within the quarter of an hour, on the same day; files that came
            # after their hour wait ten minutes for those that belong to them.
            if victims or moment.time() == SENT_AT:
                self._move(self.now + SWEPT_WITHIN)
                self._beat()
                self._settle(minutes=3 if victims else 1)
            if not victims:
                self.took[moment.time()] = time.monotonic() - begun
            if moment.time() == SENT_AT and moment.weekday() == SUNDAY:
                yield moment.date()

    def _move(self, moment: datetime) -> None:
        """Set the clock in one step: a worker that looks meanwhile reads the time before or after."""
        self.now, ahead = moment, self.clock.with_suffix(".ahead")
        ahead.write_text(moment.isoformat())
        ahead.replace(self.clock)

    def _send(self, waiting: list[Sending], today: date) -> list[Sending]:
        calendar = hong_kong_calendar()
        coins = Coin.objects.select_related("issuer__organisation").in_bulk(field_name="symbol")
        left = []
        for each in waiting:
            if calendar.next_business_day(each.as_of) + timedelta(days=each.late_days) <= today:
                send(each, coins[each.coin], calendar)
            else:
                left.append(each)
        return left

    def _beat(self) -> None:
        for task in due_between(app.conf.beat_schedule, self.before, self.now):
            self.stage.send_task(task)
        self.before = self.now

    def _kill(self, victim: str, *, within: float) -> None:
        at = time.monotonic() + self.chance.uniform(0, within)
        while time.monotonic() < at and not self.stage.is_idle():  # what is killed at rest shows little
            time.sleep(0.05)
        name = self.stage.kill(victim, self.chance)
        self.killed.append((self.now.isoformat(), name))
        time.sleep(self.chance.uniform(0, 0.4))
        self.stage.restart(name)  # what was in a broker is gone; workers find the new one by themselves

    def _settle(self, *, minutes: int) -> None:
        """Let minutes pass, each with its sweeps, until so many left nothing to do and nobody waits for a mail.

        A minute in which anything was done may have left something to the next: a day that is judged is a report then.
        """
        calm, acts, limit = -1, -1, time.monotonic() + 600
        while True:
            self._wait_idle(limit)
            self._as_person()
            before, acts = acts, AuditEvent.objects.count()
            calm = -1 if self._unsettled().exists() else calm + 1 if acts == before else 0
            if calm >= minutes:
                return
            if time.monotonic() > limit:
                raise BrokeOff(f"nothing came to rest at {self.now}: {list(self._unsettled().values('status', 'key'))}")
            inflight = Message.objects.filter(status=S.INFLIGHT).exists()
            self._move(self.now + (STALE_AFTER + MINUTE if inflight else MINUTE))
            self._beat()

    def _wait_idle(self, limit: float) -> None:
        while not self.stage.is_idle():
            if time.monotonic() > limit:
                raise BrokeOff(f"workers are still at work at {self.now}")
            time.sleep(0.05)

    def _unsettled(self):
        return Message.objects.filter(status__in=UNSETTLED).exclude(
            status=S.QUEUED, next_attempt_at__gt=self.now + timedelta(hours=2))

    def _as_person(self) -> None:
        """Do what an officer does with mail whose fate is unknown: look in the server's log, then settle or resend."""
        unknown = list(Message.objects.filter(status__in=(S.UNCERTAIN, S.FAILED)))
        if not unknown:
            return
        officer, delivered = User.objects.get(name="Cy Leung"), self.delivered_ids()
        for message in unknown:
            if any(each.startswith(f"<{message.pk}.") for each in delivered):
                settle(message, note="It stands in the mail server's log.", actor=officer)
            else:
                resend(message, actor=officer)

    def delivered_ids(self) -> set[str]:
        return {json.loads(line)["id"] for line in self.stage.mail_log.read_text().splitlines() if line}
