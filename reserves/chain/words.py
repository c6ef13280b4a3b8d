"""What a node answers, word by word: hexadecimal quantities, 32-byte words, addresses, and the names of functions.

Whatever is not of its exact shape is refused: an endpoint that answers otherwise is not believed in anything.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import Any

from Crypto.Hash import keccak

from core.money import EXACT
from reserves.chain.failures import EndpointFailed

ZERO_ADDRESS = "0x" + 40 * "0"
MAX_DECIMALS = 18  # what a column of tokens holds
MAX_TOKENS = Decimal(10) ** 20
_QUANTITY = re.compile(r"0x(0|[1-9a-fA-F][0-9a-fA-F]{0,63})", re.ASCII)
_HASH = re.compile(r"0x[0-9a-fA-F]{64}", re.ASCII)
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}", re.ASCII)
_BYTES = re.compile(r"0x([0-9a-fA-F]{2})*", re.ASCII)


def malformed(what: str) -> EndpointFailed:
    """Return the failure of an endpoint that answered what no node answers."""
    return EndpointFailed("malformed", what)


def quantity(value: Any, what: str) -> int:
    """Return the number that a node writes as 0x and digits."""
    if not isinstance(value, str) or not _QUANTITY.fullmatch(value):
        raise malformed(what)
    return int(value, 16)


def hash_of(value: Any, what: str) -> str:
    """Return a hash in small letters."""
    if not isinstance(value, str) or not _HASH.fullmatch(value):
        raise malformed(what)
    return value.lower()


def address_of(value: Any, what: str) -> str:
    """Return an address in small letters."""
    if not isinstance(value, str) or not _ADDRESS.fullmatch(value):
        raise malformed(what)
    return value.lower()


def bytes_of(value: Any, what: str) -> str:
    """Return bytes as hexadecimal digits without 0x."""
    if not isinstance(value, str) or not _BYTES.fullmatch(value):
        raise malformed(what)
    return value[2:].lower()


def number_of(value: Any, what: str) -> int:
    """Return the number that a call answers as one word of 32 bytes."""
    return int(hash_of(value, what), 16)


def is_address(word: str) -> bool:
    """Say whether a word of 64 digits can be an address: all before its last 40 digits is nothing."""
    return word.startswith(24 * "0")


def topic_of(address: str) -> str:
    """Return an address as the topic by which logs are found."""
    return "0x" + 24 * "0" + address[2:].lower()


@cache
def signature_hash(signature: str) -> str:
    """Return the Keccak-256 of an event such as ``Transfer(address,address,uint256)``: the first topic of its logs."""
    return "0x" + keccak.new(digest_bits=256, data=signature.encode("ascii")).hexdigest()


@cache
def selector(signature: str) -> str:
    """Return the first four bytes by which a function is called."""
    return signature_hash(signature)[:10]


def tokens(raw: int, decimals: int) -> Decimal:
    """Return raw units as tokens, exactly."""
    return Decimal(raw).scaleb(-decimals, context=EXACT)
