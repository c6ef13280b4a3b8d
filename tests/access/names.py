"""A measuring of the matching of names."""

from __future__ import annotations

from aml.models import Scorecard

PARTS = {"officer:scorecard_before": {"pk": "scorecard"}}


def build(world, request) -> None:
    """Add a measuring that found nothing."""
    world["scorecard"] = Scorecard.objects.create(
        algorithm="names/1", threshold="0.7500", lists=[], digest="5" * 64, results={"labelled": {}, "generated": {}}).pk
