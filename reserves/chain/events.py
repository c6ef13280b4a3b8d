"""What the logs of a token contract say: coins made and destroyed, addresses frozen, who may do what.

A log is told by the hash of its event's signature. Its arguments are taken as 32-byte words, those that are indexed
first and then the rest, as the log has them: whether a contract indexes an argument is for the contract to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from reserves.chain.words import ZERO_ADDRESS, is_address, malformed, signature_hash, topic_of


class Kind(StrEnum):
    """What an event does."""

    MINT = "mint"
    BURN = "burn"
    FREEZE = "freeze"
    UNFREEZE = "unfreeze"
    PAUSE = "pause"
    UNPAUSE = "unpause"
    OWNER = "owner"
    ROLE_GRANTED = "role_granted"
    ROLE_REVOKED = "role_revoked"
    UPGRADE = "upgrade"
    IGNORED = "ignored"


#: Events that change who may do what with the contract.
ADMIN_KINDS = frozenset({Kind.OWNER, Kind.ROLE_GRANTED, Kind.ROLE_REVOKED, Kind.UPGRADE})
#: Events that stop holders from moving their coins, or let them again.
FREEZE_KINDS = frozenset({Kind.FREEZE, Kind.UNFREEZE, Kind.PAUSE, Kind.UNPAUSE})

TRANSFER = "Transfer(address,address,uint256)"
TRANSFER_TOPIC = signature_hash(TRANSFER)
_PARTS = ("address", "blockNumber", "logIndex", "blockHash", "transactionHash", "data")
_LOG = re.compile(
    r"(0x[0-9a-f]{40}) (0x(?:0|[1-9a-f][0-9a-f]{0,14})) (0x(?:0|[1-9a-f][0-9a-f]{0,6})) (0x[0-9a-f]{64})"
    r" (0x[0-9a-f]{64}) 0x((?:[0-9a-f]{2})*)((?: 0x[0-9a-f]{64}){0,4})", re.ASCII)
_SIGNATURE = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]{0,79}\(([a-z0-9]+(,[a-z0-9]+){0,9})?\)", re.ASCII)


class Shape(NamedTuple):
    """One event: what it does, and which of its words are the account, the other party and the amount."""

    signature: str
    kind: Kind
    account: int | None = None
    other: int | None = None
    value: int | None = None

    @property
    def name(self) -> str:
        return self.signature.partition("(")[0]


#: Events as the token contracts in use declare them; what a contract calls otherwise is set for its deployment.
KNOWN: tuple[Shape, ...] = (
    # Coins that are made or destroyed without a transfer from or to nobody (Tether's contract)
    Shape("Issue(uint256)", Kind.MINT, value=0),
    Shape("Redeem(uint256)", Kind.BURN, value=0),
    Shape("DestroyedBlackFunds(address,uint256)", Kind.BURN, account=0, value=1),
    Shape("Blacklisted(address)", Kind.FREEZE, account=0),
    Shape("UnBlacklisted(address)", Kind.UNFREEZE, account=0),
    Shape("AddedBlackList(address)", Kind.FREEZE, account=0),
    Shape("RemovedBlackList(address)", Kind.UNFREEZE, account=0),
    Shape("Frozen(address)", Kind.FREEZE, account=0),
    Shape("Unfrozen(address)", Kind.UNFREEZE, account=0),
    Shape("AddressFrozen(address)", Kind.FREEZE, account=0),
    Shape("AddressUnfrozen(address)", Kind.UNFREEZE, account=0),
    Shape("FreezeAddress(address)", Kind.FREEZE, account=0),
    Shape("UnfreezeAddress(address)", Kind.UNFREEZE, account=0),
    Shape("Paused(address)", Kind.PAUSE, other=0),
    Shape("Unpaused(address)", Kind.UNPAUSE, other=0),
    Shape("Pause()", Kind.PAUSE),
    Shape("Unpause()", Kind.UNPAUSE),
    Shape("OwnershipTransferred(address,address)", Kind.OWNER, account=1, other=0),
    Shape("AdminChanged(address,address)", Kind.OWNER, account=1, other=0),
    Shape("RoleGranted(bytes32,address,address)", Kind.ROLE_GRANTED, account=1, other=2),
    Shape("RoleRevoked(bytes32,address,address)", Kind.ROLE_REVOKED, account=1, other=2),
    Shape("MasterMinterChanged(address)", Kind.ROLE_GRANTED, account=0),
    Shape("BlacklisterChanged(address)", Kind.ROLE_GRANTED, account=0),
    Shape("PauserChanged(address)", Kind.ROLE_GRANTED, account=0),
    Shape("MinterConfigured(address,uint256)", Kind.ROLE_GRANTED, account=0, value=1),
    Shape("MinterRemoved(address)", Kind.ROLE_REVOKED, account=0),
    Shape("Upgraded(address)", Kind.UPGRADE, account=0),
    Shape("Deprecate(address)", Kind.UPGRADE, account=0),
)


class Log(NamedTuple):
    """One log as a node answers it, its words checked; two endpoints agree on it if all of it is equal."""

    block: int
    place: int
    block_hash: str
    transaction: str
    topics: tuple[str, ...]
    data: str


class Event(NamedTuple):
    """What one log says; amounts are raw units of the contract."""

    kind: Kind
    name: str
    block: int
    place: int
    block_hash: str
    transaction: str
    account: str
    other: str
    value: int | None
    role: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The events of one contract, by the first topic of their logs."""

    shapes: Mapping[str, Shape]

    @classmethod
    def of(cls, own: Iterable[Shape] = ()) -> Vocabulary:
        """Return the known events, those that the contract declares itself in their place or besides."""
        return cls({signature_hash(shape.signature): shape for shape in (*KNOWN, *own)})

    def filters(self) -> list[list[Any]]:
        """Return the topics to ask for: coins from nobody, coins to nobody, and every other event that counts."""
        transfer, nobody = TRANSFER_TOPIC, topic_of(ZERO_ADDRESS)
        named = sorted(topic for topic, shape in self.shapes.items() if shape.kind is not Kind.IGNORED)
        return [[transfer, nobody], [transfer, None, nobody], [named]]

    def event(self, log: Log) -> Event | None:
        """Return what the log says; None for one that says nothing here.

        Raises:
            EndpointFailed: the log is not what its signature announces.
        """
        first = log.topics[0] if log.topics else ""
        if first == TRANSFER_TOPIC:
            return _transfer(log)
        shape = self.shapes.get(first)
        if shape is None or shape.kind is Kind.IGNORED:
            return None
        words = _words(log)
        value = None if shape.value is None else int(_word(words, shape.value, shape.name), 16)
        role = "0x" + words[0] if shape.name in ("RoleGranted", "RoleRevoked") and words else ""
        return Event(shape.kind, shape.name, log.block, log.place, log.block_hash, log.transaction,
                     _address(words, shape.account, shape.name), _address(words, shape.other, shape.name), value, role)


def check_signature(text: str) -> str:
    """Return an event's signature without blanks, such as ``Frozen(address)``.

    Raises:
        ValueError: it is none.
    """
    value = "".join(text.split())
    if not _SIGNATURE.fullmatch(value):
        raise ValueError(value)
    return value


def read_log(answer: Any, contract: str) -> Log:
    """Return a log as a node answers it.

    Raises:
        EndpointFailed: it is not a log of the contract.
    """
    if not isinstance(answer, dict) or answer.get("removed") or not isinstance(answer.get("topics"), list):
        raise malformed("log")
    # All of it at once, which takes half the time of word by word. A value that is no text, is empty or holds a blank
    # does not fit: each part is one word of the line.
    line = " ".join(map(str, (*map(answer.get, _PARTS), *answer["topics"]))).lower()
    found = _LOG.fullmatch(line)
    if found is None:
        raise malformed("log")
    address, block, place, block_hash, transaction, data, topics = found.groups()
    if address != contract.lower():
        raise malformed("log of another contract")
    return Log(int(block, 16), int(place, 16), block_hash, transaction, tuple(topics.split()), data)


def parties_of(log: Log) -> tuple[str, str, int]:
    """Return sender, receiver and amount of a transfer, in raw units.

    Raises:
        EndpointFailed: the log is not that of one.
    """
    if log.topics[:1] != (TRANSFER_TOPIC,):
        raise malformed("log of another event")
    words = _words(log)
    return _address(words, 0, "Transfer"), _address(words, 1, "Transfer"), int(_word(words, 2, "Transfer"), 16)


def _transfer(log: Log) -> Event | None:
    sender, receiver, value = parties_of(log)
    if sender == receiver:  # nothing was made
        return None
    if sender == ZERO_ADDRESS:
        kind, account = Kind.MINT, receiver
    elif receiver == ZERO_ADDRESS:
        kind, account = Kind.BURN, sender
    else:
        return None
    return Event(kind, "Transfer", log.block, log.place, log.block_hash, log.transaction, account, "", value, "")


def _words(log: Log) -> list[str]:
    """Return the arguments of a log: those that are indexed, then the rest."""
    rest = (log.data[start : start + 64] for start in range(0, len(log.data), 64))
    return [*(topic[2:] for topic in log.topics[1:]), *rest]


def _word(words: list[str], at: int, name: str) -> str:
    if at >= len(words) or len(words[at]) != 64:
        raise malformed(f"log of {name}")
    return words[at]


def _address(words: list[str], at: int | None, name: str) -> str:
    if at is None:
        return ""
    word = _word(words, at, name)
    if not is_address(word):
        raise malformed(f"log of {name}")
    return "0x" + word[24:]
