"""Reading a coin from its chains: every contract for one day, and the file that the day is judged on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from core import clock
from core.access import Actor, require
from core.errors import Refused
from core.models import FeedFile
from core.roles import Can
from issuers.models import Coin
from reserves.selectors.chain import coins_read, endpoints_of, unread_days
from reserves.selectors.due import look_back, supervised_coins, supervised_days
from reserves.services.chain_file import send_supply
from reserves.services.chain_reading import Outcome, read_contract
from reserves.services.opening import past_day


class CoinRead(NamedTuple):
    """What became of each contract of a coin on a day, and the file that came of it if all were accepted."""

    coin: Coin
    as_of: date
    outcomes: tuple[Outcome, ...]
    file: FeedFile | None


def read_coin(coin: Coin, as_of: date, *, actor: Actor) -> CoinRead:
    """Read every contract of the coin at the end of the day; if all are accepted, send the day's supply.

    A contract on a chain without endpoints is not read, and then there is no file: part of a supply is none.

    Raises:
        NotPermitted: the actor does not run days.
        Refused: the day has not ended, or the coin has no contract.
    """
    require(actor, Can.RUN_DAY, coin)
    if past_day(as_of) >= clock.today():
        raise Refused(_("The day has not ended in Hong Kong."), code="no_such_day")
    deployments = list(coin.deployments.select_related("coin__issuer__organisation"))
    if not deployments:
        raise Refused(_("%(coin)s has no contract on record.") % {"coin": coin}, code="no_contract")
    outcomes = []
    for deployment in deployments:
        endpoints = endpoints_of(deployment.chain)
        outcomes.append(read_contract(deployment, as_of, endpoints) if endpoints else Outcome(deployment, "not_read"))
    readings = [each.reading for each in outcomes if each.state == "accepted" and each.reading]
    file = send_supply(coin, as_of, readings) if len(readings) == len(outcomes) else None
    return CoinRead(coin, as_of, tuple(outcomes), file)


def read_due_days(coin: Coin, *, actor: Actor) -> Iterator[CoinRead]:
    """Read the days of the coin that have ended and were not read, the oldest first, as far back as files are awaited.

    Where endpoints do not answer, or do not call a day final yet, later days are left for the next time.
    """
    days = supervised_days(coin, look_back(clock.now()), clock.yesterday())
    for day in unread_days(coin, days):
        found = read_coin(coin, day, actor=actor)
        yield found
        if any(each.state == "waiting" or (each.reading and each.reading.reason == "too_few")
               for each in found.outcomes):
            return


def coins_to_read() -> list[Coin]:
    """Return the coins of licensed issuers that are read from their chains."""
    return coins_read(supervised_coins())


