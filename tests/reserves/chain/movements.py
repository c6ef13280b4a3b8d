"""Transfers on the test chain: made, read, and what stands of them in AML."""

from __future__ import annotations

from typing import Any

from aml.models import Transfer
from reserves.selectors.chain import endpoints_of
from reserves.services.transfer_reading import Outcome, read_transfers


def read(deployment, **given: Any) -> Outcome:
    """Read the transfers of the contract from the endpoints of the setting."""
    return read_transfers(deployment, endpoints_of(deployment.chain), **given)


def accepted(deployment) -> Outcome:
    """Read them to the end."""
    outcome = read(deployment)
    assert outcome.state == "read", outcome.unread and (outcome.unread.reason, outcome.unread.data)
    return outcome


def moved(contract, sender: int, receiver: int, raw: int) -> dict:
    """Coins that one account sends to another, with what the node says of the transaction."""
    return contract.send("transfer(address,uint256)", contract.node.accounts[receiver], raw, sender=sender)


def standing() -> list[tuple[str, str, int]]:
    """Sender, receiver and amount of each transfer that counts."""
    rows = Transfer.objects.standing().order_by("block_number", "log_index")
    return [(row.from_address, row.to_address, int(row.value)) for row in rows]


def left_out(question, result):
    """What an endpoint answers that leaves the last log out."""
    return result[:-1] if question["method"] == "eth_getLogs" else result
