"""Measures the matching of names on the real lists beside a full scan by ``rapidfuzz.process.cdist``.

Run by ``tests.bench`` in a process of its own.
"""

from __future__ import annotations

import random
import statistics
import time
from decimal import Decimal
from pathlib import Path

SINGLE, BATCH = 400, 3_000
TARGETS = {"names_p95_ms": Decimal(20), "names_mb": Decimal(600)}
ROWS = [
    ("names of the lists of OFAC and the UN, in the index", "names_count", "rows"),
    ("  making the index: CPU", "names_build_s", "s"),
    ("  one name: median", "names_p50_ms", "ms"),
    ("  one name: 95th percentile", "names_p95_ms", "ms"),
    ("  many names on one core: each second", "names_batch_s", "rows"),
    ("  peak memory", "names_mb", "MB"),
    ("  altered names that find their entry", "names_recall", "%"),
    ("rapidfuzz.process.cdist over every name, token_set_ratio: one name, 95th percentile", "cdist_p95_ms", "ms"),
    ("  many names on one core: each second", "cdist_batch_s", "rows"),
    ("  altered names that find their entry, at 85", "cdist_recall", "%"),
    ("  names found for one that are not the entry's", "cdist_wrong", "rows"),
    ("  the same of the matching", "names_wrong", "rows"),
]


def _altered(name: str, chance: random.Random) -> str:
    words = name.replace(",", " ").split()
    chance.shuffle(words)
    text = " ".join(words)
    places = [at for at, char in enumerate(text) if char.isalpha()]
    if not places:
        return text
    at = chance.choice(places)
    return text[:at] + chance.choice("abcdefghijklmnopqrstuvwxyz") + text[at + 1:]


def measure() -> dict[str, float]:
    """Return the figures; seconds are of this process's CPU, so that what runs beside it does not count."""
    from rapidfuzz import fuzz, process

    from aml.matching import NameIndex, Query
    from aml.matching.folding import fold
    from tests.aml.real_names import LABELLED, real_entries

    if not LABELLED.is_file():
        return {}
    entries, chance = real_entries(), random.Random(7)
    began = time.process_time()
    index = NameIndex(entries)
    figures = {"names_count": float(index.name_count), "names_build_s": time.process_time() - began}
    people = [entry for entry in entries if entry.kind in ("person", "organisation")]
    chosen = [chance.choice(people) for _ in range(BATCH)]
    asked = [(entry.ref, Query((_altered(chance.choice(entry.names)[0], chance),), entry.kind)) for entry in chosen]
    index.search(asked[0][1])
    times, found, wrong = [], 0, 0
    for ref, query in asked[:SINGLE]:
        began = time.process_time()
        searched = index.search(query)
        times.append((time.process_time() - began) * 1000)
        found += any(match.ref == ref for match in searched.matches)
        wrong += sum(match.ref != ref for match in searched.matches)
    figures |= {"names_p50_ms": statistics.median(times), "names_p95_ms": _p95(times),
                "names_recall": 100 * found / SINGLE, "names_wrong": wrong / SINGLE}
    began = time.process_time()
    for _ in index.search_many(query for _, query in asked[SINGLE:]):
        pass
    figures["names_batch_s"] = (BATCH - SINGLE) / (time.process_time() - began)
    figures["names_mb"] = _peak_mb()
    names = [(entry.ref, fold(name)) for entry in entries for name, _ in entry.names]
    texts, times, found, wrong = [text for _, text in names], [], 0, 0
    for ref, query in asked[:SINGLE]:
        began = time.process_time()
        scores = process.cdist([fold(query.names[0])], texts, scorer=fuzz.token_set_ratio, workers=1)[0]
        hits = {names[at][0] for at in (scores >= 85).nonzero()[0]}
        times.append((time.process_time() - began) * 1000)
        found += ref in hits
        wrong += len(hits - {ref})
    return figures | {"cdist_p95_ms": _p95(times), "cdist_batch_s": 1000 * SINGLE / sum(times),
                      "cdist_recall": 100 * found / SINGLE, "cdist_wrong": wrong / SINGLE}


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def _peak_mb() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024
