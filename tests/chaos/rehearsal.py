"""One play from the first day to the account, on an empty database and beside a broker and mail server of its own."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from core.business_days import hong_kong_calendar
from tests.chaos.account import account
from tests.chaos.dues import Dues
from tests.chaos.play import Player
from tests.chaos.stage import Stage
from tests.chaos.world import enter, sendings
from tests.servers import environment_beside

#: The quarter that follows has the holidays of 1 July and of 26 September.
FIRST = date(2026, 6, 30)
#: Draws what issuers send: the same for every play, so that their tables can be held against each other.
WORLD = 20260701


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is played; ``seed`` draws the kills."""

    issuers: int
    days: int
    kills: int
    seed: int
    workers: int
    first: date = FIRST


def rehearse(plan: Plan, folder: Path, clock: Path) -> Iterator[dict[str, Any]]:
    """Play the plan in the database that is connected, which holds nobody yet; yield the account of each week and all.

    Each is of the whole time until then, so that what is broken off has shown something.
    """
    began = time.monotonic()
    stage = Stage(folder, environment_beside(folder / "blobs"), workers=plan.workers)
    clock.write_text(f"{plan.first}T08:00:00+08:00")

    def told(days: int) -> dict[str, Any]:
        found = account(stage.mail_log, Dues(plan.first, days, plan.issuers, hong_kong_calendar()))
        return found.as_data() | {"days": days, "killed": player.killed, "seconds": round(time.monotonic() - began)}

    try:
        enter(plan.issuers, plan.first)
        stage.start()
        sent = sendings(plan.issuers, plan.first, plan.days, random.Random(WORLD))
        player = Player(stage, clock, random.Random(plan.seed))
        for sunday in player.play(plan.first, plan.days, sent, plan.kills):
            yield told((sunday - plan.first).days)
        yield told(plan.days)
    finally:
        stage.stop()
