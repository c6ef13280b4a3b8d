"""Digital-currency addresses: when two spellings are the same address."""

from __future__ import annotations

import re

_HEX = re.compile(r"0[xX][0-9a-fA-F]{40}")
#: BIP 173: one case throughout, so that case says nothing.
_BECH32 = re.compile(r"(?:bc|ltc|tb|bnb|cosmos)1[02-9ac-hj-np-z]{6,}", re.IGNORECASE)


def canonical(address: str) -> str:
    """Return the spelling by which an address is compared, on whatever chain.

    An address of the Ethereum family is 20 bytes in hexadecimal, whose case is only a checksum (EIP-55); a bech32
    address has one case (BIP 173); Base58 distinguishes case.
    """
    stripped = address.strip()
    if _HEX.fullmatch(stripped):
        return stripped.lower()
    if _BECH32.fullmatch(stripped) and stripped in (stripped.lower(), stripped.upper()):
        return stripped.lower()
    return stripped
