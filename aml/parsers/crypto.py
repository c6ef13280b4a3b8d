"""Reads lists of sanctioned digital-currency addresses: one JSON of all assets, or one text file for each asset."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

from aml.addresses import canonical
from aml.parsers import dates
from aml.parsers.entry import UNKNOWN, Entry, Listed, ParsedList, clean
from aml.parsers.files import Refusal, kind_of, text_of
from core.problems import Problems

_TEXT_NAME = re.compile(r"_(\d{4})-(\d{2})_([A-Z0-9]{2,12})\.txt$", re.IGNORECASE)
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_ADDRESS = re.compile(r"[0-9A-Za-z]{20,160}")


def read_crypto(files: Sequence[tuple[str, bytes]], problems: Problems) -> ParsedList:
    """Return one entry an address, under each asset whose file names it."""
    found: dict[str, Entry] = {}
    assets: list[str] = []
    days: list[date | None] = []
    for name, raw in files:
        problems.file = name
        kind = kind_of(raw)
        if kind == "json":
            named, day = _read_json(name, raw, found, problems)
        elif kind == "text":
            named, day = _read_text(name, raw, found, problems)
        else:
            raise Refusal("list_wrong_file", value=kind.upper(), expected="JSON, text")
        for asset in named:
            if asset in assets:
                problems.add("list_file_twice", value=asset)
        assets += named
        days.append(day)
    kind = "crypto_json" if any(name.lower().endswith(".json") for name, _raw in files) else "crypto_txt"
    return ParsedList(list(found.values()), problems, max((day for day in days if day), default=None),
                      tuple(sorted(assets)), kind)


def carry_over(parsed: ParsedList, standing: Mapping[str, Listed]) -> list[Entry]:
    """Return the entries with what stands of assets that the files do not name.

    A text file says nothing of who is behind an address: that stays as it was published last.
    """
    found = {entry.key: entry for entry in parsed.entries}
    for key, listed in standing.items():
        before = listed.entry
        if before is None:
            continue
        kept = [each for each in before.addresses if each[0] not in parsed.assets]
        entry = found.get(key)
        if entry is None:
            if kept:
                found[key] = replace(before, addresses=kept)
        elif parsed.format == "crypto_txt":
            known = {asset: (address, day) for asset, address, day in before.addresses}
            named = [(asset, *known.get(asset, (address, day))) for asset, address, day in entry.addresses]
            found[key] = replace(before, addresses=[*named, *kept])
        else:
            entry.addresses += kept
    return list(found.values())


def _read_json(name: str, raw: bytes, found: dict[str, Entry], problems: Problems) -> tuple[list[str], date | None]:
    try:
        said = json.loads(text_of(raw))
    except ValueError as error:
        raise Refusal("list_json_broken", row=getattr(error, "lineno", 1)) from None
    except RecursionError:
        raise Refusal("list_json_broken", row=1) from None
    rows = said.get("addresses") if isinstance(said, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Refusal("list_wrong_file", value="JSON", expected="“addresses”")
    expected = said.get("total_address_count")
    if isinstance(expected, int) and expected != len(rows):
        problems.add("list_count", value="addresses", expected=expected, found=len(rows))
    assets: set[str] = set()
    for number, row in enumerate(rows, start=1):
        _add_row(number, row, found, assets, problems)
    return sorted(assets), _as_of(name, [entry.listed_on for entry in found.values()])


def _add_row(number: int, row: dict[str, Any], found: dict[str, Entry], assets: set[str], problems: Problems) -> None:
    address = row.get("address")
    tickers = row.get("ofac_tickers")
    if not isinstance(address, str) or not _ADDRESS.fullmatch(address):
        problems.add("list_address", row=number, column="address", value=str(address))
        return
    if not isinstance(tickers, list) or not tickers or not all(isinstance(each, str) and each for each in tickers):
        problems.add("list_column_missing", row=number, column="ofac_tickers", expected="address, ofac_tickers")
        return
    listed_on = row.get("date_listed")
    day = dates.iso_day(listed_on) if isinstance(listed_on, str) else None
    if listed_on and day is None:
        problems.add("list_date", row=number, column="date_listed", value=str(listed_on), expected="2026-11-22")
    if canonical(address) in found:
        problems.add("list_key_twice", row=number, value=address)
    name = row.get("entity_name")
    entry = Entry(_key(address), UNKNOWN, clean(name if isinstance(name, str) else "") or address, number)
    entry.listed_on = day
    programmes = row.get("programs")
    entry.programmes = sorted({clean(str(each)) for each in programmes}) if isinstance(programmes, list) else []
    for asset in tickers:
        entry.add_address(asset.upper(), address, day)
        assets.add(asset.upper())
    for label, key in (("entity", "entity_id"), ("chains", "chain")):
        if row.get(key):
            entry.add_detail(label, str(row[key]))
    found[canonical(address)] = entry


def _read_text(name: str, raw: bytes, found: dict[str, Entry], problems: Problems) -> tuple[list[str], date | None]:
    named = _TEXT_NAME.search(name)
    if named is None:
        raise Refusal("list_file_name")
    asset = named[3].upper()
    seen: set[str] = set()
    for number, line in enumerate(text_of(raw).splitlines(), start=1):
        address = line.strip()
        if not address:
            continue
        if not _ADDRESS.fullmatch(address):
            problems.add("list_address", row=number, value=address)
            continue
        same = canonical(address)
        if same in seen:
            continue  # the publisher repeats some; the same address is listed once
        seen.add(same)
        entry = found.setdefault(same, Entry(_key(address), UNKNOWN, address, number))
        entry.add_address(asset, address)
    return [asset], _as_of(name, [])


def _key(address: str) -> str:
    """Return the address as the key of its entry; one of the few that are longer than a key keeps both its ends."""
    same = canonical(address)
    return same if len(same) <= 80 else f"{same[:40]}{same[-40:]}"


def _as_of(name: str, listed: Sequence[date | None]) -> date | None:
    days = [day for day in listed if day]
    if month := _MONTH.search(name):
        with suppress(ValueError):
            days.append(date(int(month[1]), int(month[2]), 1))
    return max(days, default=None)
