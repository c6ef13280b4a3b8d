"""Identifiers of people, bodies and contracts: whether one can be right, in its standard form, before it is stored.

Each ``check_*`` returns the value as it is stored, or raises ``IdentifierRefused`` with what is wrong. None of them
asks a register: that a number is well formed says nothing about who holds it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from functools import cache
from hashlib import sha256
from importlib import import_module
from typing import Any

from babel import Locale
from Crypto.Hash import keccak
from stdnum import lei
from stdnum.exceptions import ValidationError

ADULT = 18
#: Codes that Babel names but ISO 3166-1 does not assign to a country.
NOT_ASSIGNED = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"])


def _(text: str) -> str:
    """Mark a text for the translators' catalogue; it is translated where it is shown."""
    return text


#: Code of a refusal: the sentence for the person who typed the value, with what to do about it.
SENTENCES: dict[str, str] = {
    "lei_length": _("An LEI has 20 letters and digits; “%(value)s” has %(count)s."),
    "lei_checksum": _("“%(value)s” is not an LEI: its check digits do not fit. Compare it with the certificate."),
    "registration_number": _("“%(value)s” is not a %(scheme)s (%(country)s). Compare it with the extract of the"
                             " register."),
    "chain": _("“%(value)s” is not a chain identifier. Write it as CAIP-2 has it, such as eip155:1."),
    "contract_shape": _("“%(value)s” is not an address on %(chain)s. %(expected)s"),
    "contract_checksum": _("The address “%(value)s” has a letter or digit wrong: its checksum does not fit. Copy it"
                           " again from the block explorer."),
    "country": _("“%(value)s” is not a country code of ISO 3166-1, such as HK or GB."),
    "day_in_future": _("%(day)s is in the future."),
    "under_age": _("The person is under %(age)s: born on %(day)s."),
}

_EXPECTED = {
    "eip155": _("Write 0x and 40 hexadecimal digits."),
    "tron": _("Write the 34 characters that begin with T."),
    "solana": _("Write the 32 to 44 characters of the Base58 address."),
    "": _("Write up to 128 letters, digits, points, hyphens and percent signs."),
}
#: The params that are words to be translated themselves.
_WORDS = frozenset({"expected", "scheme"})


class IdentifierRefused(ValueError):
    """A value that cannot be right; ``code`` is a key of ``SENTENCES``, ``params`` are what its sentence names."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(SENTENCES[code] % params)
        self.code, self.params = code, params

    def sentence(self, translate: Callable[[str], str], dated: Callable[[date], str] = str) -> str:
        """Return what is wrong in the reader's language: ``problem.sentence(gettext, hk_date)``."""
        words = {
            name: translate(value) if name in _WORDS else dated(value) if isinstance(value, date) else value
            for name, value in self.params.items()
        }
        return translate(SENTENCES[self.code]) % words


class Depth(StrEnum):
    """How far a registration number is checked, for the page that says so."""

    CHECK_DIGITS = "check_digits"
    SHAPE = "shape"
    NONE = "none"


DEPTH_SENTENCES = {
    Depth.CHECK_DIGITS: _("The number's check digits are checked; no register is asked."),
    Depth.SHAPE: _("Only the number's shape is checked: it has no check digit, and no register is asked."),
    Depth.NONE: _("The number is not checked: no public rule for numbers of this country is known here."),
}

# Country: what its number of a body corporate is called, and the module of python-stdnum that knows its check digits.
_CHECKED: dict[str, tuple[str, str]] = {
    "AT": (_("company register number"), "at.businessid"),
    "AU": (_("Australian Company Number"), "au.acn"),
    "BE": (_("enterprise number"), "be.vat"),
    "BR": (_("CNPJ number"), "br.cnpj"),
    "CH": (_("UID number"), "ch.uid"),
    "CN": (_("unified social credit code"), "cn.uscc"),
    "DK": (_("CVR number"), "dk.cvr"),
    "EE": (_("registry code"), "ee.registrikood"),
    "ES": (_("CIF number"), "es.cif"),
    "FI": (_("business identity code"), "fi.ytunnus"),
    "FR": (_("SIREN number"), "fr.siren"),
    "IL": (_("company number"), "il.hp"),
    "IT": (_("tax number"), "it.iva"),
    "JP": (_("corporate number"), "jp.cn"),
    "KR": (_("business registration number"), "kr.brn"),
    "NO": (_("organisation number"), "no.orgnr"),
    "SE": (_("organisation number"), "se.orgnr"),
    "SG": (_("unique entity number"), "sg.uen"),
    "TW": (_("unified business number"), "tw.ubn"),
}
_SHAPE_ONLY_IN_STDNUM = frozenset({"AT", "KR"})
# Country: what its number is called and how it is written, where it has no check digit.
_SHAPED: dict[str, tuple[str, str]] = {
    # A business registration number has 8 digits, a company number of before December 2023 up to 7, one of a
    # registered non-Hong Kong company F and 7.
    "HK": (_("business registration number (8 digits) or company number (7 digits, or F and 7 digits)"),
           r"\d{7,8}|F\d{7}"),
    "GB": (_("company number of Companies House (8 characters)"), r"\d{8}|[A-Z]{2}\d{6}"),
    "NL": (_("KVK number (8 digits)"), r"\d{8}"),
}


def check_lei(text: str) -> str:
    """Return the Legal Entity Identifier without spaces, its check digits found right (ISO 17442, ISO 7064).

    Raises:
        IdentifierRefused: lei_length, lei_checksum.
    """
    value = lei.compact(text)
    if len(value) != 20 or not re.fullmatch(r"[A-Z0-9]+", value):
        raise IdentifierRefused("lei_length", value=_short(text), count=len(value))
    try:
        return lei.validate(value)
    except ValidationError:
        raise IdentifierRefused("lei_checksum", value=value)


def registration_depth(country: str) -> Depth:
    """Return how far a registration number of the country is checked."""
    if country in _CHECKED:
        return Depth.SHAPE if country in _SHAPE_ONLY_IN_STDNUM else Depth.CHECK_DIGITS
    return Depth.SHAPE if country in _SHAPED else Depth.NONE


def check_registration_number(country: str, text: str) -> str:
    """Return the number under which a body corporate is registered in the country, in its compact form.

    How far it is checked differs: ``registration_depth`` says. In Hong Kong only the shape is, since neither the
    business registration number nor the company number has a check digit that is published.

    Raises:
        IdentifierRefused: registration_number.
    """
    if country in _CHECKED:
        scheme, module = _CHECKED[country]
        try:
            return import_module(f"stdnum.{module}").validate(text)
        except ValidationError:
            raise IdentifierRefused("registration_number", value=_short(text), scheme=scheme, country=country)
    if country not in _SHAPED:
        return " ".join(text.split())
    scheme, shape = _SHAPED[country]
    value = re.sub(r"[\s-]", "", text).upper()
    if not re.fullmatch(shape, value, re.ASCII):
        raise IdentifierRefused("registration_number", value=_short(text), scheme=scheme, country=country)
    return value


def check_chain(text: str) -> str:
    """Return the chain identifier (CAIP-2: namespace, colon, reference).

    Raises:
        IdentifierRefused: chain.
    """
    value = text.strip()
    shaped = re.fullmatch(r"([-a-z0-9]{3,8}):[-_a-zA-Z0-9]{1,32}", value)
    if not shaped or (shaped[1] == "eip155" and not value.removeprefix("eip155:").isdecimal()):
        raise IdentifierRefused("chain", value=_short(text))
    return value


def check_contract(chain: str, text: str) -> str:
    """Return the contract's address, on eip155 chains in the mixed case of EIP-55.

    An eip155 address all in one case carries no checksum and is taken as it is; one in mixed case must fit its own.
    TRON addresses carry a Base58 checksum. Solana's carry none, only their length is checked; of other chains the
    syntax of CAIP-10.

    Raises:
        IdentifierRefused: chain, contract_shape, contract_checksum.
    """
    chain, value = check_chain(chain), text.strip()
    namespace = chain.partition(":")[0]
    checks = {"eip155": _check_eip155, "tron": _check_tron, "solana": _check_solana}
    wellformed = re.fullmatch(r"[-.%a-zA-Z0-9]{1,128}", value)
    if not wellformed:
        raise _not_an_address(chain, value)
    return checks[namespace](chain, value) if namespace in checks else value


def check_country(text: str) -> str:
    """Return the country code in capitals (ISO 3166-1 alpha-2, officially assigned).

    Raises:
        IdentifierRefused: country.
    """
    value = text.strip().upper()
    if value not in country_codes():
        raise IdentifierRefused("country", value=_short(text))
    return value


@cache
def country_codes() -> frozenset[str]:
    """Return the 249 codes that ISO 3166-1 assigns."""
    named = map(str, Locale("en").territories)
    return frozenset(code for code in named if re.fullmatch("[A-Z]{2}", code)) - NOT_ASSIGNED


def check_past_day(day: date, *, today: date) -> date:
    """Return the day if it has come.

    Raises:
        IdentifierRefused: day_in_future.
    """
    if day > today:
        raise IdentifierRefused("day_in_future", day=day)
    return day


def check_adult(born: date, *, on: date) -> date:
    """Return the date of birth of somebody who is 18 or older on the day.

    Raises:
        IdentifierRefused: day_in_future, under_age.
    """
    check_past_day(born, today=on)
    if age_on(born, on) < ADULT:
        raise IdentifierRefused("under_age", age=ADULT, day=born)
    return born


def age_on(born: date, on: date) -> int:
    """Return the completed years; who was born on 29 February completes one on 1 March of a common year."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _check_eip155(chain: str, value: str) -> str:
    if not re.fullmatch(r"0x[0-9a-fA-F]{40}", value):
        raise _not_an_address(chain, value)
    digits = value[2:]
    checksummed = "0x" + _mixed_case(digits.lower())
    if digits not in (digits.lower(), digits.upper()) and value != checksummed:
        raise IdentifierRefused("contract_checksum", value=value)
    return checksummed


def _mixed_case(digits: str) -> str:
    """EIP-55: a letter is a capital where the Keccak-256 of the address in small letters has a digit of 8 or more."""
    digest = keccak.new(digest_bits=256, data=digits.encode("ascii")).hexdigest()
    return "".join(char.upper() if int(nibble, 16) >= 8 else char for char, nibble in zip(digits, digest, strict=False))


def _check_tron(chain: str, value: str) -> str:
    raw = _base58(value)
    if raw is None or len(value) != 34 or len(raw) != 25 or raw[0] != 0x41:
        raise _not_an_address(chain, value)
    if sha256(sha256(raw[:-4]).digest()).digest()[:4] != raw[-4:]:
        raise IdentifierRefused("contract_checksum", value=value)
    return value


def _check_solana(chain: str, value: str) -> str:
    raw = _base58(value) if len(value) <= 44 else None
    if raw is None or len(raw) != 32:
        raise _not_an_address(chain, value)
    return value


def _base58(text: str) -> bytes | None:
    """Return the bytes that Base58 text stands for, or None where a character is none of its alphabet."""
    alphabet, number = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", 0
    for char in text:
        if char not in alphabet:
            return None
        number = number * 58 + alphabet.index(char)
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def _not_an_address(chain: str, value: str) -> IdentifierRefused:
    expected = _EXPECTED.get(chain.partition(":")[0], _EXPECTED[""])
    return IdentifierRefused("contract_shape", value=_short(value), chain=chain, expected=expected)


def _short(text: str) -> str:
    return text.strip()[:80]
