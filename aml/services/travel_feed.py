"""The feeds of travel-rule records: how each is read and kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from aml.models import TravelRuleRecord
from aml.parsers import travel_rule
from core.feeds import Feed, register
from core.models import FeedFile
from core.tables import Parsed

_BATCH = 2_000


def store_records(feed_file: FeedFile, parsed: Parsed) -> int:
    """Write the records of the file and return their number."""
    TravelRuleRecord.objects.bulk_create(_records(feed_file, parsed), batch_size=_BATCH)
    return len(parsed.rows)


def _records(feed_file: FeedFile, parsed: Parsed) -> Iterator[TravelRuleRecord]:
    for row in parsed.rows:
        values: dict[str, Any] = {name: "" if value is None else value for name, value in row.values.items()}
        values["data_received_at"] = values["data_received_at"] or None
        values["transfer_id"] = values["transfer_id"].lower()
        yield TravelRuleRecord(file=feed_file, line=row.line, **values)


def register_travel_feeds() -> None:
    """Make the feeds known; called once when the app is ready."""
    shared: dict[str, Any] = {"store": store_records, "subject_column": None, "days": travel_rule.days,
                              "one_day": False, "columns": travel_rule.COLUMNS}
    register(Feed(travel_rule.FEED, _("Travel-rule records"), parse=travel_rule.parse, **shared))
    register(Feed(travel_rule.IVMS101, _("Travel-rule records, IVMS101"), parse=travel_rule.parse_ivms101,
                  suffixes=travel_rule.IVMS101_SUFFIXES, **shared))
