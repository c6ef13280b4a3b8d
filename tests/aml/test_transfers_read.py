"""The file of what the platform read of transfers itself: read to the letter, or not at all."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from aml.parsers.transfers_read import parse

HEAD = {"schema": "assay.transfers_read/1", "chain": "eip155:1", "contract": "0x" + 40 * "c", "first_block": 10,
        "last_block": 20}
A, B = "0x" + 64 * "a", "0x" + 64 * "b"
ONE, TWO = "0x" + 40 * "1", "0x" + 40 * "2"


def line(block=12, seconds=1_790_000_000, block_hash=A, tx_hash=B, place=3, sender=ONE, receiver=TWO, value="70"):
    return f'[{block},{seconds},"{block_hash}","{tx_hash}",{place},"{sender}","{receiver}","{value}"]\n'


def read(*lines: str, **head):
    return parse((json.dumps(HEAD | head) + "\n" + "".join(lines)).encode(), filename="t.jsonl")


def test_what_is_in_the_range_is_read():
    parsed = read(line(), line(place=4, value="0"), line(block=13, seconds=1_790_000_012, block_hash=B))
    assert parsed.ok
    assert (parsed.chain, parsed.contract, parsed.first_block, parsed.last_block) == ("eip155:1", "0x" + 40 * "c", 10, 20)
    assert parsed.rows[0].cells == (
        "eip155:1", "0x" + 40 * "c", B, 3, 12, datetime.fromtimestamp(1_790_000_000, UTC), ONE, TWO, Decimal(70), A, 10, 20)
    assert list(parsed.rows.lines) == [2, 3, 4]


def test_a_range_in_which_nothing_moved_is_one():
    assert (read().ok, len(read().rows)) == (True, 0)


def test_a_long_range_is_read_in_batches():
    parsed = read(*(line(place=place) for place in range(10_000)))
    assert (parsed.ok, len(parsed.rows)) == (True, 10_000)
    assert list(parsed.rows.column("log_index")) == list(range(10_000))


@pytest.mark.parametrize("head", [
    {"schema": "other"}, {"chain": "ethereum"}, {"chain": 1}, {"contract": "0x1"}, {"contract": None},
    {"first_block": 21}, {"first_block": -1}, {"first_block": "10"}, {"last_block": True},
])
def test_a_file_that_names_no_range_is_refused(head):
    (problem,) = read(line(), **head).problems
    assert (problem.rule, problem.row) == ("not_a_range", 1)


@pytest.mark.parametrize("lines", [
    ["{}\n"], [line(block=9)], [line(block=21)], [line(block_hash="0x1")], [line(tx_hash=A.upper())], [line(sender="0x")],
    [line(value="-1")], [line(value="7" * 79)], [line(seconds=99_999_999_999)], [line().rstrip()], [line(place=10**9)],
    [line(), line()], [line(), line(place=2)], [line(), line(block=11)], [line(), line(place=4, block_hash=B)],
    [line(), line(place=4, seconds=1_790_000_001)], [line(), "\n"],
])
def test_a_line_that_is_none_of_the_range_is_refused(lines):
    (problem,) = read(*lines).problems
    assert (problem.rule, problem.row) == ("not_of_the_range", len(lines) + 1)


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"[1]\n", b"{\n", b"[" * 100_000])
def test_bytes_that_are_no_such_file_are_refused(raw):
    assert not parse(raw, filename="t.jsonl").ok
