"""What reading a contract costs: 100,000 logs from what a node answers to events, and as many transfers to rows."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator
from typing import Any

LOGS, PAGE, SPAN, FIRST_BLOCK = 100_000, 5_000, 10_000, 24_000_000
TOKEN, HOLDER = "0x" + 40 * "a", "0x" + 40 * "b"


def pages() -> Iterator[bytes]:
    """Yield what a node answers, page by page: coins issued and destroyed, and one address in a hundred frozen."""
    from reserves.chain.events import TRANSFER
    from reserves.chain.words import ZERO_ADDRESS, signature_hash, topic_of

    transfer, frozen = signature_hash(TRANSFER), signature_hash("Blacklisted(address)")
    for start in range(0, LOGS, PAGE):
        logs = []
        for number in range(start, start + PAGE):
            ends = [topic_of(ZERO_ADDRESS), topic_of(HOLDER)][:: 1 if number % 2 else -1]
            topics = [frozen, topic_of(f"0x{number:040x}")] if number % 100 == 0 else [transfer, *ends]
            logs.append({
                "address": TOKEN, "topics": topics, "data": "0x" if number % 100 == 0 else f"0x{number:064x}",
                "blockNumber": hex(24_000_000 + number // 3), "blockHash": f"0x{number // 3:064x}",
                "transactionHash": f"0x{number:064x}", "transactionIndex": hex(number % 200),
                "logIndex": hex(number % 3), "removed": False,
            })
        yield json.dumps({"jsonrpc": "2.0", "id": 1, "result": logs}).encode()


def measure(
    measured: Callable[[Callable[[], Any]], tuple[Any, float, float]], forget_peak: Callable[[], None],
    peak_mb: Callable[[], float],
) -> dict[str, float]:
    """Return processor seconds for reading the JSON alone and for all of it, and the memory of the pages of a reader."""
    from reserves.chain.events import Vocabulary, read_log

    raw, vocabulary = list(pages()), Vocabulary.of()

    def decode(page: bytes) -> int:
        return sum(vocabulary.event(read_log(log, TOKEN)) is not None for log in json.loads(page)["result"])

    decode(raw[0])
    _, json_cpu, _ = measured(lambda: [len(json.loads(page)["result"]) for page in raw])
    gc.collect()
    forget_peak()
    idle = peak_mb()
    counts, cpu, _ = measured(lambda: [decode(page) for page in raw])
    if sum(counts) != LOGS:
        raise SystemExit(f"of {LOGS} logs {sum(counts)} were read")
    return {"logs_json_cpu_s": json_cpu, "logs_cpu_s": cpu, "logs_mb": peak_mb() - idle,
            "logs_raw_mb": sum(map(len, raw)) / 2**20, "logs_per_s": LOGS / cpu}


def pages_of_transfers() -> Iterator[bytes]:
    """Yield what a node answers about transfers between holders, four in a block."""
    from reserves.chain.events import TRANSFER_TOPIC
    from reserves.chain.words import topic_of

    for start in range(0, LOGS, SPAN):
        logs = [{
            "address": TOKEN, "topics": [TRANSFER_TOPIC, *(topic_of(f"0x{end % 2**160:040x}") for end in (
                number * number % 50_021, number * 0x9E3779B97F4A7C15))],
            "data": f"0x{number + 1:064x}", "blockNumber": hex(FIRST_BLOCK + number // 4),
            "blockHash": f"0x{number // 4:064x}", "transactionHash": f"0x{number:064x}",
            "transactionIndex": hex(number % 200), "logIndex": hex(number % 4), "removed": False,
        } for number in range(start, start + SPAN)]
        yield json.dumps({"jsonrpc": "2.0", "id": 1, "result": logs}).encode()


def chain_transfers() -> dict[str, float]:
    """100,000 transfers from what a node answers to rows, range by range; beside it, the mere copying of such rows."""
    from django.db import connection

    from core.access import SYSTEM
    from issuers.models import Coin
    from issuers.services.coins import add_deployment
    from reserves.chain.blocks import Block
    from reserves.chain.events import read_log
    from reserves.chain.movements import Movements
    from reserves.chain.reading import Span
    from reserves.services.transfer_store import keep_range
    from tests.bench import forget_peak, measured, peak_mb

    place = add_deployment(Coin.objects.get(symbol="BENCH"), chain="eip155:1", contract=TOKEN, actor=SYSTEM)
    raw, wanted = list(pages_of_transfers()), Movements()

    def keep(page: bytes) -> int:
        moved = tuple(wanted.event(read_log(log, TOKEN)) for log in json.loads(page)["result"])
        end = Block(moved[-1].block, moved[-1].block_hash, moved[-1].block_hash, 1_790_000_000)
        span = Span(moved[0].block, end, moved, {each.block: 1_500_000_000 + 12 * (each.block - FIRST_BLOCK)
                                                 for each in moved})
        return keep_range(place, span, endpoints=["North", "South"], absent={}).transfer_count

    gc.collect()
    forget_peak()
    idle = peak_mb()
    counts, cpu, wall = measured(lambda: [keep(page) for page in raw])
    peak = peak_mb()
    if sum(counts) != LOGS:
        raise SystemExit(f"of {LOGS} transfers {sum(counts)} were kept")
    columns = "chain, contract, tx_hash, log_index, block_number, block_time, from_address, to_address, value"
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY (SELECT {columns} FROM aml_transfer WHERE contract = %s) TO STDOUT", [TOKEN]) as out:  # noqa: S608 - constants
            copied = b"".join(map(bytes, out))
        cursor.execute("CREATE TEMP TABLE copied (LIKE aml_transfer)")

        def copy() -> None:
            with cursor.copy(f"COPY copied ({columns}) FROM STDIN") as into:
                into.write(copied)

        cursor.execute("ALTER TABLE copied ALTER id DROP NOT NULL, ALTER file_id DROP NOT NULL, "
                       "ALTER line DROP NOT NULL, ALTER block_hash DROP NOT NULL")
        _, _, copy_wall = measured(copy)
    return {"transfers_cpu_s": cpu, "transfers_wall_s": wall, "transfers_mb": peak - idle,
            "transfers_copy_s": copy_wall, "transfers_per_s": sum(counts) / wall}


def rows() -> list[tuple[str, str, str]]:
    """Return what the table calls each figure, and its unit."""
    return [
        (f"decode {LOGS:,} logs of a contract: CPU", "logs_cpu_s", "s"),
        ("  reading their JSON alone", "logs_json_cpu_s", "s"),
        ("  logs in a second", "logs_per_s", "logs"),
        ("  memory beyond the answers themselves, at most", "logs_mb", "MB"),
        (f"keep {LOGS:,} transfers read from a chain, from logs to rows: wall", "transfers_wall_s", "s"),
        ("  the same, processor time of the reader", "transfers_cpu_s", "s"),
        ("  transfers in a second", "transfers_per_s", "rows"),
        ("  memory beyond the answers themselves, at most", "transfers_mb", "MB"),
        ("  beside it, copying the same rows into a bare table: wall", "transfers_copy_s", "s"),
    ]


def ratios(found: dict[str, float]) -> list[tuple[str, float]]:
    """Return how many times the least cost each is."""
    pairs = (("decoding logs costs this many times the mere reading of their JSON", "logs_cpu_s", "logs_json_cpu_s"),
             ("keeping transfers costs this many times the mere copying of rows", "transfers_wall_s", "transfers_copy_s"))
    return [(label, found[whole] / found[least]) for label, whole, least in pairs
            if found.get(least) and whole in found]
