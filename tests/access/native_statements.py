"""The columns of a file, to be filled in."""

from __future__ import annotations

PARTS = {"portal:feed_template": {"feed": "native_statements_feed"}}


def build(world, request) -> None:
    world["native_statements_feed"] = "holdings"
