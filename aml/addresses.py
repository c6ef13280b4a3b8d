"""Digital-currency addresses: whether one can be right, and when two spellings are the same address.

Each chain has its own rule. An address of the Ethereum family is 20 bytes in hexadecimal, whose case is only a checksum
(EIP-55); a bech32 address has one case (BIP 173, 350); Base58 distinguishes case; a TRON address is written in Base58
or as the hexadecimal that it stands for.
"""

from __future__ import annotations

import re
from hashlib import sha256

from issuers.identifiers import IdentifierRefused, check_chain, check_contract


def _(text: str) -> str:
    """Mark a text for the translators' catalogue; it is translated where it is shown."""
    return text


#: Where coins that are made come from, and where those that are destroyed go.
NOBODY = "0x" + 40 * "0"
MAX_LENGTH = 128
_HEX = re.compile(r"0[xX][0-9a-fA-F]{40}")
_TRON_HEX = re.compile(r"(?:0[xX])?41[0-9a-fA-F]{40}")
_CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
#: BIP 173: one case throughout, so that case says nothing.
_BECH32 = re.compile(rf"(?:bc|ltc|tb|bnb|cosmos)1[{_CHARSET}]{{6,}}", re.IGNORECASE)
_CASHADDR = re.compile(rf"(?:bitcoincash:)?[qp][{_CHARSET}]{{41}}", re.IGNORECASE)
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32_SUM, _BECH32M_SUM = 1, 0x2BC830A3
_EXPECTED_BITCOIN = _("Write the Base58 address that begins with 1, 3, L or M, or the bech32 address, such as bc1q….")


def canonical(address: str, chain: str = "") -> str:
    """Return the spelling by which an address is compared; ``chain`` (CAIP-2) tells 20 bytes of TRON from Ethereum's.

    What is no address of a kind that is known here stays as it is: only the same text is the same address then.
    """
    stripped = address.strip()
    if _HEX.fullmatch(stripped):
        return tron_base58("41" + stripped[2:]) if chain.startswith("tron:") else stripped.lower()
    if _TRON_HEX.fullmatch(stripped):
        return tron_base58(stripped[-42:])
    if stripped in (stripped.lower(), stripped.upper()):
        if _BECH32.fullmatch(stripped):
            return stripped.lower()
        if _CASHADDR.fullmatch(stripped):
            return stripped.lower().removeprefix("bitcoincash:")
    return stripped


def check_address(chain: str, text: str) -> str:
    """Return an address of the chain as it is stored: of eip155 with its checksum, of TRON in Base58.

    Raises:
        IdentifierRefused: chain, contract_shape or, for a letter or digit that is wrong, contract_checksum.
    """
    chain, value = check_chain(chain), text.strip()
    namespace = chain.partition(":")[0]
    if namespace == "tron" and (_HEX.fullmatch(value) or _TRON_HEX.fullmatch(value)):
        return canonical(value, chain)
    if namespace == "bip122":
        return _check_bitcoin(chain, value)
    return check_contract(chain, value)


def tron_base58(digits: str) -> str:
    """Return the Base58 spelling of a TRON address that is given as 42 hexadecimal digits."""
    payload = bytes.fromhex(digits)
    raw = payload + _twice(payload)[:4]
    number, text = int.from_bytes(raw, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        text = _ALPHABET[rest] + text
    return text


def tron_hex(address: str) -> str:
    """Return the 42 hexadecimal digits that a TRON address in Base58 stands for.

    Raises:
        ValueError: it is none, or its checksum does not fit.
    """
    payload = base58_payload(address)
    if payload is None or len(payload) != 21 or payload[0] != 0x41:
        raise ValueError(address)
    return payload.hex()


def base58_payload(text: str) -> bytes | None:
    """Return what Base58Check text stands for, without its checksum; None where that does not fit."""
    number = 0
    for char in text:
        place = _ALPHABET.find(char)
        if place < 0:
            return None
        number = number * 58 + place
    zeros = len(text) - len(text.lstrip("1"))
    raw = bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
    return raw[:-4] if len(raw) > 4 and _twice(raw[:-4])[:4] == raw[-4:] else None


def is_segwit(text: str) -> bool:
    """Say whether the text is a segregated-witness address: bech32 for version 0, bech32m for later ones (BIP 350)."""
    if text not in (text.lower(), text.upper()):
        return False
    prefix, _separator, data = text.lower().rpartition("1")
    if not prefix or not len(data) >= 8 or len(text) > 90 or not set(data) <= set(_CHARSET):
        return False
    values = [_CHARSET.index(char) for char in data]
    expected = _BECH32_SUM if values[0] == 0 else _BECH32M_SUM
    if values[0] > 16 or _polymod([*_expanded(prefix), *values]) != expected:
        return False
    length, spare = divmod(5 * (len(values) - 7), 8)
    padding = values[-7] & ((1 << spare) - 1) if len(values) > 7 else 0
    return spare < 5 and not padding and (length in (20, 32) if values[0] == 0 else 2 <= length <= 40)


def _check_bitcoin(chain: str, value: str) -> str:
    if _BECH32.fullmatch(value):
        if not is_segwit(value):
            raise IdentifierRefused("contract_checksum", value=value[:80])
        return value.lower()
    if not re.fullmatch(rf"[{_ALPHABET}]{{25,35}}", value):
        raise IdentifierRefused("contract_shape", value=value[:80], chain=chain, expected=_EXPECTED_BITCOIN)
    payload = base58_payload(value)
    if payload is None or len(payload) != 21:
        raise IdentifierRefused("contract_checksum", value=value)
    return value


def _polymod(values: list[int]) -> int:
    checksum = 1
    for value in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate(_GENERATORS):
            checksum ^= generator if top >> place & 1 else 0
    return checksum


def _expanded(prefix: str) -> list[int]:
    return [*(ord(char) >> 5 for char in prefix), 0, *(ord(char) & 31 for char in prefix)]


def _twice(raw: bytes) -> bytes:
    return sha256(sha256(raw).digest()).digest()
