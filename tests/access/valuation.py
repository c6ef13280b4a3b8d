"""A limit that the issuer stated and nobody has put on record."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from reserves.services.limits import state_limit

PARTS = {name: {"pk": "valuation_limit"} for name in ("officer:limit_decide", "portal:limit_notice")}


def build(world, request) -> None:
    coin, ann = request.getfixturevalue("coin"), request.getfixturevalue("ann")
    stated = state_limit(coin, valid_from=date(2025, 8, 1), source="Board", actor=ann, metric="average_maturity",
                         measure="days", figure=Decimal(60))
    world["valuation_limit"] = stated.pk
