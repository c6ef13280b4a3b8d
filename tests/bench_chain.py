"""What reading the logs of a contract costs: 100,000 of them, from the bytes that a node answers to events."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator
from typing import Any

LOGS, PAGE = 100_000, 5_000
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


def rows() -> list[tuple[str, str, str]]:
    """Return what the table calls each figure, and its unit."""
    return [
        (f"decode {LOGS:,} logs of a contract: CPU", "logs_cpu_s", "s"),
        ("  reading their JSON alone", "logs_json_cpu_s", "s"),
        ("  logs in a second", "logs_per_s", "logs"),
        ("  memory beyond the answers themselves, at most", "logs_mb", "MB"),
    ]


def ratios(found: dict[str, float]) -> list[tuple[str, float]]:
    """Return how many times the least cost the whole is."""
    if not found.get("logs_json_cpu_s") or "logs_cpu_s" not in found:
        return []
    return [("decoding logs costs this many times the mere reading of their JSON",
             found["logs_cpu_s"] / found["logs_json_cpu_s"])]
