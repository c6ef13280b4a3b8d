"""When two names, symbols, numbers or addresses are the same to a reader, and when one merely looks like another."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from typing import NamedTuple

#: More than this much of two texts must agree before one may be taken for the other.
RESEMBLES = 0.75
#: A part of a name this long says something; a shorter one would find everything.
SHORTEST_PART, SHORTEST_CHINESE_PART = 3, 2
#: How many characters at each end of an address people look at.
SEEN_OF_ADDRESS = 4
#: The ways in which one and the same company form is written, longest first.
FORMS = (("company", "co"), ("limited", "ltd"), ("incorporated", "inc"), ("corporation", "corp"))
ENDINGS = ("ltd", "有限公司")
#: Letters of other alphabets, and digits, that are drawn like a Latin letter.
DRAWN_ALIKE = str.maketrans("абвеёзікмнорстухѕјαβεζηικμνορτυχ013458", "a6beezikmhopctyxsjabezhikmvoptuxoieasb")
#: Names that people put before an address, and the chain (CAIP-2) each means.
CHAIN_NAMES = {
    "eth": "eip155:1", "ethereum": "eip155:1", "mainnet": "eip155:1", "base": "eip155:8453", "arb1": "eip155:42161",
    "oeth": "eip155:10", "matic": "eip155:137", "polygon": "eip155:137", "bnb": "eip155:56", "bsc": "eip155:56",
    "avax": "eip155:43114",
}
HEX = re.compile(r"^(0x)?[0-9a-f]{40,64}$", re.IGNORECASE)


class Address(NamedTuple):
    """A contract address as compared: its chain, "" where none was given, and itself."""

    chain: str
    contract: str


def fold(text: str) -> str:
    """Return the letters and digits of a text, whatever its width, case, spacing and punctuation."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in plain if unicodedata.category(char)[0] in "LN")


def fold_name(text: str) -> str:
    """Return a company's name for comparing: folded, and its form always written alike."""
    words = re.split(r"[\s.,]+", unicodedata.normalize("NFKC", text).casefold())
    short = dict(FORMS)
    return fold(" ".join(short.get(word, word) for word in words))


def bare_name(text: str) -> str:
    """Return the name for comparing without "Limited" or 有限公司 at its end, if anything is left then."""
    folded = fold_name(text)
    for ending in ENDINGS:
        if folded.endswith(ending) and folded != ending:
            return folded.removesuffix(ending)
    return folded


def same_name(query: str, name: str) -> bool:
    """Say whether the query is the name; only its "Limited" may be left out."""
    if not name or not fold(query):
        return False
    return fold(query) == fold(name) or fold_name(query) in (fold_name(name), bare_name(name))


def part_of_name(query: str, name: str) -> bool:
    """Say whether the query is a telling part of the name."""
    folded = fold(query)
    shortest = SHORTEST_PART if folded.isascii() else SHORTEST_CHINESE_PART
    return len(folded) >= shortest and folded in fold(name)


def fold_symbol(text: str) -> str:
    """Return a coin's symbol for comparing: a dot belongs to it, a dollar sign before it does not."""
    return unicodedata.normalize("NFKC", text).strip().removeprefix("$").casefold()


def fold_number(text: str) -> str:
    """Return a licence number for comparing: FRS 01, frs-01 and ＦＲＳ０１ are FRS01."""
    return fold(text)


def fold_site(text: str) -> str:
    """Return the host of a web address, without www; "" where the text is none."""
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    host = re.sub(r"^https?://", "", plain).split("/")[0].split("?")[0].split(":")[0].removeprefix("www.")
    return host if "." in host and " " not in host else ""


def fold_address(text: str) -> Address:
    """Return a contract address for comparing; hexadecimal ones have no case, and others do."""
    plain = unicodedata.normalize("NFKC", text).strip()
    before, _, contract = re.sub(r"/(erc20|token|slip44):", ":", plain).rpartition(":")
    chain = before.strip().casefold()
    contract = contract.strip()
    if HEX.match(contract):
        contract = contract.lower().removeprefix("0x")
    return Address(CHAIN_NAMES.get(chain, chain), contract)


def resembles(query: str, other: str) -> bool:
    """Say whether one could be taken for the other by somebody who reads quickly."""
    ours, theirs = (bare_name(text).translate(DRAWN_ALIKE) for text in (query, other))
    if not ours or not theirs:
        return False
    if ours == theirs:
        return True
    # A clone adds words to the name that it lives on.
    if len(theirs) >= SHORTEST_PART + 1 and theirs in ours:
        return True
    return SequenceMatcher(None, ours, theirs, autojunk=False).ratio() > RESEMBLES


def resembles_address(query: str, other: str) -> bool:
    """Say whether an address begins and ends like another, which is as far as people compare them."""
    ours, theirs = fold_address(query).contract.lower(), fold_address(other).contract.lower()
    return len(ours) >= 2 * SEEN_OF_ADDRESS and (
        ours[:SEEN_OF_ADDRESS] == theirs[:SEEN_OF_ADDRESS] and ours[-SEEN_OF_ADDRESS:] == theirs[-SEEN_OF_ADDRESS:]
    )
