"""Reads transfers of tokens, canonical (CSV, XLSX) or as ethereum-etl exports them, into the same rows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from aml.addresses import check_address
from aml.parsers import problems as _sentences  # noqa: F401 - declares them
from core.calendars import HONG_KONG
from core.cells import EARLIEST, LATEST
from core.csvtext import refuse_what_is_not_text
from core.problems import Problems
from core.tablefile import MAX_BYTES, Raw, Unreadable, opened, refuse_size
from core.tables import Column, Parsed, Rows, read_table
from issuers.identifiers import IdentifierRefused, check_chain

FEED, ETL = "transfers", "transfers_etl"
COLUMNS = (
    Column("chain", required=True, max_length=41),
    Column("contract", required=True, max_length=128),
    Column("tx_hash", required=True, max_length=128),
    Column("log_index", "integer", required=True, minimum=0),
    Column("block_number", "integer", required=True, minimum=0),
    Column("block_time", "datetime", required=True),
    Column("from_address", required=True, max_length=128),
    Column("to_address", required=True, max_length=128),
    Column("value", "decimal", required=True, places=1, max_digits=79, minimum=0),
    Column("block_hash", max_length=80),
    Column("first_block", "integer", minimum=0),
    Column("last_block", "integer", minimum=0),
)
ETL_SUFFIXES = (".jsonl", ".json")
#: What ethereum-etl reads unless it is told another node: the main network.
ETL_CHAIN = "eip155:1"
_ADDRESSES = ("contract", "from_address", "to_address")
_HASH = re.compile(r"(?:0x)?[0-9a-fA-F]{64}", re.ASCII)
_MOST, _MOST_LOG_INDEX = 2**256 - 1, 2**31 - 1
_BATCH = 4_096


def parse(raw: Raw, *, filename: str) -> Parsed:
    """Return the lines of a canonical file, or every problem with it."""
    parsed = read_table(raw, filename=filename, columns=COLUMNS)
    problems = Problems(file=filename, sheet=parsed.sheet)
    _judge(parsed, problems)
    return parsed.with_problems(problems)


def parse_etl(raw: Raw, *, filename: str) -> Parsed:
    """Return the token transfers of an export as JSON lines; its blocks say which range it covers."""
    problems, rows = Problems(file=filename), Rows(COLUMNS)
    try:
        if not filename.lower().endswith(ETL_SUFFIXES):
            raise Unreadable("json_name")
        refuse_size(raw, MAX_BYTES)
        refuse_what_is_not_text(raw)
        _read_items(raw, rows, problems)
    except Unreadable as refusal:
        params: dict[str, Any] = refusal.params
        problems.add(refusal.rule, row=refusal.row, **params)
    parsed = Parsed(rows, problems.in_order(), problems.count)
    if not parsed.ok:
        return parsed
    problems = Problems(file=filename)
    _judge(parsed, problems)
    return parsed.with_problems(problems)


def canonical_hash(chain: str, text: str) -> str:
    """Return the spelling by which a transaction or block is known: hexadecimal in small letters."""
    if not _HASH.fullmatch(text):
        return text
    digits = text[-64:].lower()
    return f"0x{digits}" if chain.startswith("eip155:") else digits


def days(parsed: Parsed) -> dict[date, int]:
    """Return the Hong Kong days of the blocks, each with the first row that is of it."""
    found: dict[date, int] = {}
    for line, moment in zip(parsed.rows.lines, parsed.rows.column("block_time"), strict=True):
        if moment is not None:
            found.setdefault(moment.astimezone(HONG_KONG).date(), line)
    return found


def _judge(parsed: Parsed, problems: Problems) -> None:
    """Note what is wrong with cells by their chain's rules, and with lines together; a line is noted once for each."""
    faulty = {problem.row for problem in parsed.problems}
    hashes: dict[tuple[str, int], tuple[str, int]] = {}
    times: dict[tuple[str, int], tuple[datetime, int]] = {}
    ranges: dict[str, tuple[tuple[Any, Any], int]] = {}
    seen: dict[tuple[str, str, int], int] = {}
    for line, row in zip(parsed.rows.lines, zip(*map(parsed.rows.column, parsed.rows.names), strict=True), strict=True):
        if line in faulty:
            continue
        chain, _contract, tx_hash, log_index, number, at, *_parties, value, block_hash, first, last = row
        if not _sound_cells(dict(zip(parsed.rows.names, row, strict=True)), line, problems):
            continue
        if value != int(value):
            problems.add("unreadable_integer", row=line, column="value", value=value)
        elif value > _MOST:
            problems.add("amount_above_chain", row=line, column="value", value=value)
        if log_index > _MOST_LOG_INDEX:
            problems.add("implausible", row=line, column="log_index", value=log_index, expected=f"≤ {_MOST_LOG_INDEX}")
        block = (chain, number)
        if block_hash and hashes.setdefault(block, (block_hash.lower(), line))[0] != block_hash.lower():
            problems.add("block_two_hashes", row=line, column="block_hash", value=block_hash, block=number,
                         first_row=hashes[block][1])
        if times.setdefault(block, (at, line))[0] != at:
            problems.add("block_two_times", row=line, column="block_time", value=at.isoformat(), block=number,
                         first_row=times[block][1])
        if ranges.setdefault(chain, ((first, last), line))[0] != (first, last):
            problems.add("ranges_differ", row=line, column="first_block", value=chain, first_row=ranges[chain][1])
        if (first is not None and number < first) or (last is not None and number > last):
            problems.add("outside_range", row=line, column="block_number", value=number,
                         first="" if first is None else first, last="" if last is None else last)
        key = (chain, canonical_hash(chain, tx_hash), log_index)
        if seen.setdefault(key, line) != line:
            problems.add("duplicate_line", row=line, column="log_index", first_row=seen[key],
                         key=f"{tx_hash}, {log_index}", distinguish="log_index")


def _sound_cells(cells: dict[str, Any], line: int, problems: Problems) -> bool:
    """Say whether chain, addresses and hashes can be what they are said to be."""
    chain, before = cells["chain"], problems.count
    if not named_chain(chain):
        problems.add("chain_not_named", row=line, column="chain", value=chain)
        return False
    for name in _ADDRESSES:
        note_address(chain, cells[name], line, name, problems)
    if chain.startswith(("eip155:", "tron:")):
        for name in ("tx_hash", "block_hash"):
            if cells[name] and not _HASH.fullmatch(cells[name]):
                problems.add("transaction_shape", row=line, column=name, value=cells[name], chain=chain)
    return problems.count == before


@lru_cache(maxsize=256)
def named_chain(chain: str) -> bool:
    """Say whether the text names a chain in its standard form (CAIP-2)."""
    try:
        return check_chain(chain) == chain
    except IdentifierRefused:
        return False


def note_address(chain: str, address: str, line: int, column: str, problems: Problems) -> None:
    """Note an address that cannot be one of the chain."""
    if code := _what_is_wrong(chain, address):
        problems.add("address_checksum" if code == "contract_checksum" else "address_shape", row=line, column=column,
                     value=address, chain=chain)


@lru_cache(maxsize=100_000)
def _what_is_wrong(chain: str, address: str) -> str:
    try:
        check_address(chain, address)
    except IdentifierRefused as refusal:
        return refusal.code
    return ""


# --- ethereum-etl ---------------------------------------------------------------------------------------------------
def _read_items(raw: Raw, rows: Rows, problems: Problems) -> None:
    batch: list[tuple[Any, ...]] = []
    lines: list[int] = []
    blocks: list[int] = []
    for line, item in _items(raw, problems):
        kind = item.get("type", "token_transfer" if "token_address" in item else "?")
        if kind == "block":
            _append_block(item, line, blocks, problems)
        elif kind != "token_transfer":
            problems.add("not_an_export", row=line, column="type", value=kind)
        elif (cells := _cells(item, line, problems)) is not None:
            batch.append(cells)
            lines.append(line)
    if not lines and not problems.count:
        raise Unreadable("no_transfers")
    bounds = (min([*blocks, *(cells[4] for cells in batch)]), max([*blocks, *(cells[4] for cells in batch)])) \
        if blocks and batch else (None, None)
    for start in range(0, len(batch), _BATCH):
        rows.append_batch(lines[start : start + _BATCH],
                          [(*cells, *bounds) for cells in batch[start : start + _BATCH]])


def _items(raw: Raw, problems: Problems) -> Iterator[tuple[int, dict[str, Any]]]:
    with opened(raw) as source:
        for number, text in enumerate(source, 1):
            if not text.strip():
                continue
            try:
                item = json.loads(text, parse_float=Decimal)
            except (ValueError, RecursionError):
                item = None
            if isinstance(item, dict):
                yield number, item
            else:
                problems.add("not_json_line", row=number)


def _append_block(item: dict[str, Any], line: int, blocks: list[int], problems: Problems) -> None:
    number = _integer(item.get("number"))
    if number is None:
        problems.add("unreadable_integer", row=line, column="number", value=item.get("number"))
    else:
        blocks.append(number)


def _cells(item: dict[str, Any], line: int, problems: Problems) -> tuple[Any, ...] | None:
    """Return an exported transfer as the columns of the canonical feed, without the range; None where it is none."""
    before = problems.count

    def read(name: str, convert: Callable[[Any], Any], rule: str) -> Any:
        given = item.get(name)
        if given is None or given == "":
            problems.add("missing_value", row=line, column=name)
            return None
        value = convert(given)
        if value is None:
            problems.add(rule, row=line, column=name, value=given)
        return value

    contract, sender, receiver = (read(name, _text, "text_too_long") for name in
                                  ("token_address", "from_address", "to_address"))
    tx_hash = read("transaction_hash", _text, "text_too_long")
    log_index, number, value = (read(name, _integer, "unreadable_integer") for name in
                                ("log_index", "block_number", "value"))
    at = read("block_timestamp", moment_of, "unreadable_datetime")
    if problems.count > before:
        return None
    return (ETL_CHAIN, contract, tx_hash, log_index, number, at, sender, receiver, Decimal(value),
            _text(item.get("block_hash") or "") or None)


def _text(given: Any) -> str | None:
    return given if isinstance(given, str) and len(given) <= 128 and given.isprintable() else None


def _integer(given: Any) -> int | None:
    """Return a whole number that is not negative; exports have large ones as text."""
    if isinstance(given, str) and re.fullmatch(r"\d{1,78}", given, re.ASCII):
        return int(given)
    return given if isinstance(given, int) and not isinstance(given, bool) and 0 <= given <= _MOST else None


def moment_of(given: Any) -> datetime | None:
    """Return the time of a block: seconds since 1970, or ISO text with its offset."""
    try:
        at = datetime.fromtimestamp(given, UTC) if isinstance(given, int) else datetime.fromisoformat(str(given))
    except (ValueError, OverflowError, OSError):
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)  # "2023-05-02 12:19:59 UTC" has lost its zone; blocks have no other
    return at if EARLIEST <= at.date() <= LATEST else None
