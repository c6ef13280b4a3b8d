"""Every transfer of a contract, whoever its parties are: what is asked for, and what the log of one says."""

from __future__ import annotations

from typing import Any, NamedTuple

from reserves.chain.events import TRANSFER_TOPIC, Log, parties_of


class Moved(NamedTuple):
    """One transfer of coins, between holders or from or to nobody; the amount is raw units of the contract."""

    block: int
    place: int
    block_hash: str
    transaction: str
    sender: str
    receiver: str
    value: int


class Movements:
    """Asks for transfers alone, and for all of them, so that a range of blocks is whole."""

    def filters(self) -> list[list[Any]]:
        """Return the topics to ask for."""
        return [[TRANSFER_TOPIC]]

    def event(self, log: Log) -> Moved:
        """Return the transfer that the log is of.

        Raises:
            EndpointFailed: it is of none.
        """
        return Moved(log.block, log.place, log.block_hash, log.transaction, *parties_of(log))


def next_length(length: int, found: int, *, meant: int, most: int) -> int:
    """Return how many blocks to read next, if so many transfers were in the last ones and so many are meant to be.

    Never more than four times as many as before: what follows may be busier.
    """
    return max(1, min(most, length * 4, length * meant // max(found, 1)))
