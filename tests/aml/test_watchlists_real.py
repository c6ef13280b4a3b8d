"""The lists as their publishers made them: counts equal the files' own, and a real change of two years is read."""

from __future__ import annotations

import csv
import json

import pytest

from aml.models import ListedAddress, ListEntry, ListLoad, ListVersion
from aml.selectors.watchlists import change_of, entries_of
from aml.services.watchlists import load_watchlist
from core.access import SYSTEM
from tests.aml.lists import DATA

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not (DATA / "sanctions").is_dir(), reason="the published lists lie in ../shared/data"),
]
SDN, ALT, ADD = (DATA / "sanctions" / f"ofac_{part}.csv" for part in ("sdn", "alt", "add"))


def _files(*paths):
    return [(path.name, path.read_bytes()) for path in paths]


def test_ofac_counts_equal_the_files_own_and_the_same_files_are_one_version():
    load = load_watchlist("ofac", _files(SDN, ALT, ADD), actor=SYSTEM)

    assert load.outcome == ListLoad.Outcome.LOADED, load.problems[:3]
    with SDN.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.reader(file) if len(row) == 12]
    with ALT.open(newline="", encoding="utf-8") as file:
        aliases = {(row[0], row[3]) for row in csv.reader(file) if len(row) == 5}
    version = load.version
    assert (version.number, version.entry_count, version.added) == (1, len(rows), len(rows)) == (1, 8976, 8976)
    assert version.address_count == SDN.read_text(encoding="utf-8").count("Digital Currency Address - ") == 81
    kept = set(ListEntry.objects.filter(names__isnull=False).values_list("key", "names__name"))
    assert {key for key, _name in kept} == {row[0] for row in rows}
    assert not {(key, name) for key, name in aliases if (key, " ".join(name.split())) not in kept}

    again = load_watchlist("ofac", _files(ADD, SDN, ALT), actor=SYSTEM)
    assert (again.outcome, again.version, ListVersion.objects.count()) == ("unchanged", version, 1)


def test_un_counts_equal_the_files_own():
    path = DATA / "sanctions" / "un_consolidated.xml"
    load = load_watchlist("un", _files(path), actor=SYSTEM)

    raw = path.read_text(encoding="utf-8")
    persons, entities = raw.count("<INDIVIDUAL>"), raw.count("<ENTITY>")
    assert (load.version.entry_count, persons, entities) == (1003, 730, 273)
    assert ListEntry.objects.filter(kind="person").count() == persons
    assert load.version.published_on.isoformat() == "2026-02-27"


def test_two_years_of_addresses_are_one_change():
    old = sorted((DATA / "wallets").glob("ofac_addresses_2024-09_*.txt"))
    new = DATA / "wallets" / "ofac_addresses_2026-08.json"
    first = load_watchlist("crypto", _files(*old), actor=SYSTEM).version
    second = load_watchlist("crypto", _files(new), actor=SYSTEM).version

    def same(address: str) -> str:
        return address.lower() if address.startswith(("0x", "bc1")) else address

    before = {(path.stem[-4:].lstrip("_").rpartition("_")[2], same(line.strip()))
              for path in old for line in path.read_text().splitlines() if line.strip()}
    said = json.loads(new.read_text())
    after = {(asset, same(row["address"])) for row in said["addresses"] for asset in row["ofac_tickers"]}
    assert first.address_count == len(before)
    assert second.address_count == len(after) == 974
    assert second.entry_count == said["total_address_count"] == 961
    assert set(first.assets) == {"ETH", "TRX", "USDC", "USDT", "XBT"} < set(second.assets)
    kept = {(each.asset, each.canonical) for each in ListedAddress.objects.filter(entry__in=entries_of(first))}
    assert kept == before
    change = change_of(second)
    old_keys, new_keys = {address for _asset, address in before}, {address for _asset, address in after}
    assert {entry.addresses.first().canonical for entry in change.added} == new_keys - old_keys
    assert {entry.addresses.first().canonical for entry in change.removed} == old_keys - new_keys
    assert (second.added, second.removed) == (len(new_keys - old_keys), len(old_keys - new_keys))
