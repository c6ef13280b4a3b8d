"""Reads what the platform itself read of a contract's transfers: every one in a range of blocks, or that there is none.

JSON, one value a line. The first is an object that names contract and range; each of the others is one transfer, in the
order of the chain: block, its time (seconds since 1970), its hash, transaction, place in the block, sender, receiver,
raw units as text. It is written by a program of ours to the letter, and read so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from aml.parsers.transfers import COLUMNS, moment_of, named_chain
from core.csvtext import refuse_what_is_not_text
from core.problems import Problems
from core.tablefile import MAX_BYTES, Raw, Unreadable, opened, refuse_size
from core.tables import Parsed, Rows

FEED, SCHEMA = "transfers_read", "assay.transfers_read/1"
SUFFIXES = (".jsonl",)
_ADDRESS = "0x[0-9a-f]{40}"
_LINE = re.compile(
    rf'\[(\d{{1,15}}),(\d{{1,11}}),"(0x[0-9a-f]{{64}})","(0x[0-9a-f]{{64}})",(\d{{1,9}}),"({_ADDRESS})","({_ADDRESS})",'
    r'"(\d{1,78})"\]\n', re.ASCII)
_BATCH = 4_096


@dataclass(frozen=True, slots=True)
class ReadTransfers(Parsed):
    """The transfers, and the blocks of the contract in which there are no others."""

    chain: str = ""
    contract: str = ""
    first_block: int = 0
    last_block: int = 0


def parse(raw: Raw, *, filename: str) -> Parsed:
    """Return the transfers of the range, or every line that is none of them."""
    problems, rows = Problems(file=filename), Rows(COLUMNS)
    parsed = ReadTransfers(rows, (), 0)
    try:
        refuse_size(raw, MAX_BYTES)
        refuse_what_is_not_text(raw)
        with opened(raw) as source:
            parsed = replace(parsed, **_head(source.readline()))
            _read((line.decode() for line in source), parsed, problems)
    except Unreadable as refusal:
        params: dict[str, Any] = refusal.params
        problems.add(refusal.rule, row=refusal.row, **params)
    return parsed.with_problems(problems)


def _head(line: bytes) -> dict[str, Any]:
    """Return what the file is about."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or said.get("schema") != SCHEMA:
        raise Unreadable("not_a_range", row=1)
    chain, contract, first, last = (said.get(name) for name in ("chain", "contract", "first_block", "last_block"))
    if not (isinstance(chain, str) and named_chain(chain) and re.fullmatch(_ADDRESS, str(contract))
            and type(first) is int and type(last) is int and 0 <= first <= last):
        raise Unreadable("not_a_range", row=1)
    return {"chain": chain, "contract": contract, "first_block": first, "last_block": last}


def _read(lines: Iterable[str], parsed: ReadTransfers, problems: Problems) -> None:
    before: tuple[int, int] = (parsed.first_block, -1)
    block = ("", "", "")
    at = None
    batch: list[tuple[Any, ...]] = []
    numbers: list[int] = []
    for number, line in enumerate(lines, 2):
        found = _LINE.fullmatch(line)
        if found is None:
            problems.add("not_of_the_range", row=number)
            continue
        *head, tx_hash, place, sender, receiver, value = found.groups()
        here = int(head[0]), int(place)
        if (head[0] == block[0]) != (tuple(head) == block) or not before < here or here[0] > parsed.last_block:
            problems.add("not_of_the_range", row=number)
            continue
        if head[0] != block[0]:
            block, at = (head[0], head[1], head[2]), moment_of(int(head[1]))
        before = here
        if at is None:
            problems.add("not_of_the_range", row=number)
            continue
        numbers.append(number)
        batch.append((parsed.chain, parsed.contract, tx_hash, here[1], here[0], at, sender, receiver, Decimal(value),
                      head[2], parsed.first_block, parsed.last_block))
        if len(batch) == _BATCH:
            parsed.rows.append_batch(numbers, batch)
            batch, numbers = [], []
    parsed.rows.append_batch(numbers, batch)
