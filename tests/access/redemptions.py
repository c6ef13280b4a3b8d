"""A coin whose issuer has stated no requests yet; its addresses take the coin's symbol as the others do."""

from __future__ import annotations

from core.access import SYSTEM
from core.models import FeedFile
from issuers.models import Coin
from reserves.services.intake import parse_now_or_later, receive_file
from tests.api.conftest import DAY
from tests.factories import csv_bytes
from tests.reserves.redemptions import asked

PARTS: dict[str, dict[str, str]] = {}


def build(world, request) -> None:
    """Nothing: the coin is everybody's."""


def state_requests(coin: Coin) -> FeedFile:
    """State a request of the day, for tests in which the addresses have something to show."""
    raw = csv_bytes([asked("R-1", f"{DAY}T10:00", coin=coin.symbol)])
    return parse_now_or_later(
        receive_file(coin, "redemptions", raw, filename="redemptions.csv", actor=SYSTEM, as_of=DAY)
    )
