"""Reading all coins at once: the latest judged day of each, its parts, and the files that are late."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from core import clock
from core.access import Actor
from core.models import Case
from issuers.models import Coin
from issuers.selectors import coins_for
from reserves import selectors
from reserves.models import ReserveDay
from reserves.selectors import open_late_cases
from reserves.selectors.summaries import DayPart, parts_of_days

WATCHED_DAYS = 30


@dataclass(frozen=True, slots=True)
class Standing:
    """One coin as it stands: its latest judged day (None: never judged), the parts of it, its ratio's last weeks."""

    coin: Coin
    day: ReserveDay | None
    parts: list[DayPart] = field(default_factory=list)
    ratios: list[Decimal | None] = field(default_factory=list)
    late: int = 0


@dataclass(frozen=True, slots=True)
class System:
    """All coins, and the open cases about late files."""

    standings: list[Standing]
    late: list[Case]


def system_now(actor: Actor) -> System:
    """Return how every coin stands, in five queries whatever their number."""
    coins = list(coins_for(actor))
    latest = {day.coin_id: day for day in selectors.latest_days(actor)}
    parts = parts_of_days(list(latest.values()))
    lines = selectors.histories(coins, clock.today() - timedelta(days=WATCHED_DAYS + 1))
    late = list(open_late_cases().select_related("owner"))
    counted = Counter(case.subject for case in late)
    return System(
        [
            Standing(coin, day := latest.get(coin.pk), parts[day.pk] if day else [],
                     [ratio for _as_of, ratio in lines[coin.pk]], counted[coin.symbol])
            for coin in coins
        ],
        late,
    )
