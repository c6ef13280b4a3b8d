"""Reading what may explain why positions differ: movements that banks booked, prices of independent sources."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from core.calendars import HongKongCalendar
from core.models import Organisation
from issuers.models import Coin
from reserves.columns import instrument
from reserves.evidence import ENTRY_DAYS, EntryLine, Known, PriceLine
from reserves.models import Entry, Price
from reserves.selectors.day_files import FEEDS, PRICES, REQUESTS, DayFiles, arrived_of


def known_of(
    coin: Coin, files: DayFiles, calendar: HongKongCalendar, *, books: Mapping[int, int], custodian: Mapping[int, int],
    accounts: Collection[str],
) -> Known:
    """Return what positions of the day are explained by; ``books`` and ``custodian`` name the file of each line.

    Movements are read of the ``accounts`` alone: a bank may send a million of a day, and those of an account whose
    balance is agreed explain nothing.
    """
    as_of = files.as_of
    arrived = arrived_of([coin], as_of, as_of - ENTRY_DAYS)[coin] if files.arrived is None else files.arrived
    since, moved, quoted = calendar.on_or_before(as_of), [], []
    for key, feed, day, sender in arrived:
        if feed == PRICES:
            if sender == Organisation.Kind.PRICE_SOURCE and day >= since:
                quoted.append(key)
        elif feed not in (*FEEDS, *REQUESTS) and day >= as_of - ENTRY_DAYS:
            moved.append(key)
    entries: dict[tuple[str, str], list[EntryLine]] = {}
    if moved and accounts:
        rows = Entry.objects.filter(file__in=moved, account_id__in=accounts).order_by("file_id", "line")
        for entry in map(EntryLine._make, rows.values_list("file_id", *EntryLine._fields[1:])):
            entries.setdefault((entry.account_id, entry.currency), []).append(entry)
    prices: dict[str, list[PriceLine]] = {}
    if quoted:
        found = Price.objects.filter(file__in=quoted).order_by("-file__as_of", "file_id", "line")
        for price in map(PriceLine._make, found.values_list("file_id", *PriceLine._fields[1:])):
            prices.setdefault(instrument(price.instrument_id), []).append(price)
    return Known(as_of, calendar.is_business_day, entries, prices, books, custodian)
