"""Reads what the platform itself read of a contract's transfers: every one in a range of blocks, or that there is none.

JSON, one value a line. The first is an object that names contract and range; each of the others is one transfer:
block, its time (seconds since 1970), its hash, transaction, place in the block, sender, receiver, raw units as text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from aml.parsers.transfers import COLUMNS, judge, moment_of
from core.csvtext import refuse_what_is_not_text
from core.problems import Problems
from core.tablefile import MAX_BYTES, Raw, Unreadable, opened, refuse_size
from core.tables import Parsed, Rows

FEED, SCHEMA = "transfers_read", "assay.transfers_read/1"
SUFFIXES = (".jsonl",)
_HEAD = {"chain": str, "contract": str, "first_block": int, "last_block": int}
_CELLS = (int, int, str, str, int, str, str, str)
_VALUE = re.compile(r"\d{1,78}", re.ASCII)
_BATCH = 4_096


@dataclass(frozen=True, slots=True)
class ReadTransfers(Parsed):
    """The transfers, and the blocks of the contract in which there are no others."""

    chain: str = ""
    contract: str = ""
    first_block: int = 0
    last_block: int = 0


def parse(raw: Raw, *, filename: str) -> Parsed:
    """Return the transfers of the range, or every problem with the file."""
    problems, rows = Problems(file=filename), Rows(COLUMNS)
    parsed = ReadTransfers(rows, (), 0)
    try:
        refuse_size(raw, MAX_BYTES)
        refuse_what_is_not_text(raw)
        with opened(raw) as source:
            parsed = replace(parsed, **_head(source.readline()))
            _read(source, parsed, problems)
    except Unreadable as refusal:
        params: dict[str, Any] = refusal.params
        problems.add(refusal.rule, row=refusal.row, **params)
    if not problems.count:
        judge(parsed, problems)
    return parsed.with_problems(problems)


def _head(line: bytes) -> dict[str, Any]:
    said = _value(line)
    if not isinstance(said, dict) or said.get("schema") != SCHEMA:
        raise Unreadable("not_a_range", row=1)
    head: dict[str, Any] = {name: said.get(name) for name in _HEAD}
    if not _are(head.values(), _HEAD.values()) or not 0 <= head["first_block"] <= head["last_block"]:
        raise Unreadable("not_a_range", row=1)
    return head


def _read(lines: Iterable[bytes], parsed: ReadTransfers, problems: Problems) -> None:
    batch: list[tuple[Any, ...]] = []
    numbers: list[int] = []
    for number, line in enumerate(lines, 2):
        cells = _value(line)
        if not isinstance(cells, list) or len(cells) != len(_CELLS) or not _are(cells, _CELLS):
            problems.add("not_json_line", row=number)
            continue
        block, seconds, block_hash, tx_hash, place, sender, receiver, value = cells
        at = moment_of(seconds)
        if at is None or not _VALUE.fullmatch(value):
            problems.add("not_json_line", row=number)
            continue
        numbers.append(number)
        batch.append((parsed.chain, parsed.contract, tx_hash, place, block, at, sender, receiver,
                      Decimal(value), block_hash, parsed.first_block, parsed.last_block))
        if len(batch) == _BATCH:
            parsed.rows.append_batch(numbers, batch)
            batch, numbers = [], []
    parsed.rows.append_batch(numbers, batch)


def _value(line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _are(values: Iterable[Any], kinds: Iterable[type]) -> bool:
    return all(type(value) is kind for value, kind in zip(values, kinds, strict=True))
