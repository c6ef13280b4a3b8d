"""Measures exposure over a million stored transfers, and the comparison of 50,000 wallets with a list that changed.

Run by ``tests.bench``, each step in a process of its own.
"""

from __future__ import annotations

import json
import random
import statistics
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

TRANSFERS, ADDRESSES, EXPOSED_WALLETS, LISTED, HOPS = 1_000_000, 200_000, 1_000, 100, 3
WALLETS = 50_000
REAL = Path(__file__).resolve().parents[2] / "shared/data/wallets"
TARGETS = {"exposure_s": Decimal(2), "exposure_one_s": Decimal(2), "rescreen_s": Decimal(10)}
ROWS = [
    (f"exposure, {TRANSFERS:,} stored transfers, {HOPS} hops, {EXPOSED_WALLETS:,} wallets, {LISTED} listed: wall",
     "exposure_s", "s"),
    ("  of it reading the transfers and making the graph", "exposure_graph_s", "s"),
    ("  the search alone", "exposure_search_s", "s"),
    ("  ways found", "exposure_found", "rows"),
    ("  one wallet against the same lists, from the database: wall", "exposure_one_s", "s"),
    ("  beside it, a recursive query of what the listed addresses reach: wall", "exposure_sql_s", "s"),
    ("  peak memory of the process", "exposure_mb", "MB"),
    (f"{WALLETS:,} wallets compared with a list that changed: wall", "rescreen_s", "s"),
    ("  alerts opened", "rescreen_alerts", "rows"),
    ("  alerts that the files call for", "rescreen_expected", "rows"),
    ("  peak memory of the process", "rescreen_mb", "MB"),
]


def _coin() -> Any:
    from core.access import SYSTEM
    from issuers.services.coins import add_deployment, create_coin, state_decimals
    from issuers.services.issuers import register_issuer

    issuer = register_issuer(name_en="Flowing Issuer Limited", actor=SYSTEM)
    coin = create_coin(issuer, symbol="FLOWS", reference_currency="HKD", actor=SYSTEM)
    return state_decimals(add_deployment(coin, chain="eip155:1", contract="0x" + "f1" * 20, actor=SYSTEM), decimals=6,
                          actor=SYSTEM)


def _address(number: int) -> str:
    return f"0x{number * 0x9E3779B97F4A7C15 % 2**160:040x}"


def flows_data() -> dict[str, float]:
    """Store the transfers of a coin, as the intake would: few addresses take part in many, many in few."""
    from django.db import connection

    from core.models import Blob, FeedFile
    from tests.aml.flows import listed, version_of, wallet

    place = _coin()
    owner, chance = place.coin.issuer.organisation, random.Random(8)
    file = FeedFile.objects.create(feed="transfers", subject="FLOWS", owner=owner, sender=owner, status="accepted",
                                   blob=Blob.objects.create(sha256="f" * 64, size=1), filename="t.csv")
    began = datetime(2026, 1, 1, tzinfo=UTC)
    with connection.cursor() as cursor, cursor.copy(
            "COPY aml_transfer (chain, contract, tx_hash, log_index, block_number, block_hash, block_time,"
            " from_address, to_address, value, file_id, line) FROM STDIN") as copy:
        for number in range(TRANSFERS):
            sender, receiver = (int(ADDRESSES * chance.random() ** 2) + 1 for _ in range(2))
            copy.write_row(("eip155:1", place.contract, f"0xf{number:063x}", 0, number, "",
                            began + timedelta(seconds=12 * number), _address(sender), _address(receiver),
                            1 + number % 10**9, file.pk, number + 2))
    for number in range(EXPOSED_WALLETS):
        wallet(owner, _address(ADDRESSES - number * 97))
    version = version_of("own")
    for number in range(LISTED):
        listed(version, {_address(ADDRESSES // 2 + number * 613): "ETH"}, key=f"L{number}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {}


def flows_exposure() -> dict[str, float]:
    """The measure as a run of the detectors takes it, up to what would be stored; then one wallet, then SQL."""
    from django.db import connection

    from aml.detectors.exposure import exposures
    from aml.models import Wallet
    from aml.selectors.graph import graph_between
    from aml.selectors.wallets import addresses_in_force
    from issuers.models import Deployment
    from tests.bench import peak_mb

    place = Deployment.objects.get(coin__symbol="FLOWS")
    owner = place.coin.issuer.organisation
    wallets = list(Wallet.objects.filter(owner=owner).values_list("canonical", flat=True))
    listed = list(addresses_in_force().values_list("canonical", flat=True))

    def measure(asked: list[str]) -> tuple[float, float, int]:
        began = time.perf_counter()
        stored = graph_between(place, listed=listed, wallets=asked, hops=HOPS, closed=())
        made = time.perf_counter()
        found = exposures(stored.graph, wallets=stored.of(asked), listed=stored.of(listed), hops=HOPS)
        return made - began, time.perf_counter() - made, len(found)

    turns = [measure(wallets) for _turn in range(3)]
    ones = [sum(measure(wallets[:1])[:2]) for _turn in range(3)]
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("""
            WITH RECURSIVE way (address, hops) AS (
                SELECT unnest(%s::text[]), 0 UNION
                SELECT t.to_address, way.hops + 1 FROM way JOIN aml_transfer t ON t.from_address = way.address
                WHERE way.hops < %s)
            SELECT count(DISTINCT address) FROM way""", [listed, HOPS])
    sql = time.perf_counter() - began
    graph, search = (statistics.median(turn[part] for turn in turns) for part in (0, 1))
    return {"exposure_s": graph + search, "exposure_graph_s": graph, "exposure_search_s": search,
            "exposure_found": float(turns[0][2]), "exposure_one_s": statistics.median(ones), "exposure_sql_s": sql,
            "exposure_mb": peak_mb()}


def real_lists() -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """The addresses of the crypto lists by asset, of 2024-09 and of 2026-08, as published."""
    old = {path.stem.rpartition("_")[2]: set(path.read_text().split()) for path in REAL.glob("ofac_*_2024-09_*.txt")}
    new: dict[str, set[str]] = {}
    for row in json.loads((REAL / "ofac_addresses_2026-08.json").read_text())["addresses"]:
        for asset in row["ofac_tickers"]:
            new.setdefault(asset, set()).add(row["address"])
    return old, new


def keep_list(number: int, by_asset: dict[str, set[str]]) -> Any:
    """Keep a version of the list in place of the one before: an entry an address, all of them numbered anew."""
    from aml.addresses import canonical
    from aml.models import ListEntry
    from tests.aml.flows import listed, version_of

    ListEntry.objects.filter(source="crypto", until=None).update(until=number)
    version = version_of("crypto", number, assets=tuple(sorted(by_asset)))
    assets: dict[str, dict[str, str]] = {}
    for asset, addresses in sorted(by_asset.items()):
        for each in addresses:
            assets.setdefault(canonical(each), {})[each] = asset
    for key, named in sorted(assets.items()):
        listed(version, dict(list(named.items())[:1]), key=f"{number}:{key}"[:80])
    return version


def flows_rescreen() -> dict[str, float]:
    """50,000 wallets of which some are on the lists; the alerts of the first list stand when the second one comes."""
    from aml.addresses import canonical
    from aml.models import Alert, Wallet
    from aml.services.wallet_screening import screen_wallets_against
    from core.models import Organisation
    from tests.bench import peak_mb

    if not REAL.exists():
        return {}
    old, new = real_lists()
    owner = Organisation.objects.get(name_en="Flowing Issuer Limited")
    shared = old.keys() & new.keys()
    before = {canonical(each) for asset in shared for each in old[asset]}
    after = {canonical(each) for asset in shared for each in new[asset]}
    plain = (f"0x{number:040x}" for number in range(1, WALLETS + 1 - len(before | after)))
    Wallet.objects.bulk_create(
        (Wallet(owner=owner, chain="eip155:1", address=each, canonical=each, part="customer")
         for each in [*sorted(before | after), *plain]), batch_size=5_000, ignore_conflicts=True)
    screen_wallets_against(keep_list(1, {asset: old[asset] for asset in shared}))
    standing = set(Alert.objects.filter(kind="wallet").values_list("wallet__canonical", flat=True))
    second = keep_list(2, {asset: new[asset] for asset in shared})
    began = time.perf_counter()
    screen_wallets_against(second)
    seconds = time.perf_counter() - began
    opened = set(Alert.objects.filter(kind="wallet").values_list("wallet__canonical", flat=True)) - standing
    if standing - before or opened != after - before:
        raise SystemExit(f"{len(opened ^ (after - before))} alerts are not what the files call for")
    return {"rescreen_s": seconds, "rescreen_alerts": float(len(opened)), "rescreen_expected": float(len(after - before)),
            "rescreen_mb": peak_mb()}


STEPS = (flows_data, flows_exposure, flows_rescreen)
