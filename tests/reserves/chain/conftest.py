"""One node for all tests of the chain reader, taken back to its first block after each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from core.access import SYSTEM
from issuers.models import Deployment
from issuers.services.coins import add_deployment
from tests.reserves.chain.node import CHAIN, Liar, Node, TokenContract

FRIDAY = date(2026, 11, 20)
CHAIN_NAME = f"eip155:{CHAIN}"


@pytest.fixture(scope="session")
def running_node() -> Iterator[Node]:
    node = Node()
    yield node
    node.stop()


@pytest.fixture
def node(running_node) -> Iterator[Node]:
    mark = running_node.rpc("evm_snapshot")
    yield running_node
    running_node.rpc("evm_revert", mark)


@pytest.fixture
def second(node) -> Iterator[Liar]:
    """The second endpoint, honest until it is told otherwise."""
    liar = Liar(node)
    yield liar
    liar.stop()


@pytest.fixture
def endpoints(node, second, settings) -> dict[str, list[dict[str, str]]]:
    """The setting of the authority: the node itself, and a second endpoint."""
    settings.CHAIN_LIMITS = {"seconds": 2.0, "attempts": 2, "pause": 0.01}
    settings.CHAIN_ENDPOINTS = {CHAIN_NAME: [{"name": "North", "url": node.url}, {"name": "South", "url": second.url}]}
    return settings.CHAIN_ENDPOINTS


@pytest.fixture(autouse=True)
def clock_at(monkeypatch, tmp_path):
    """``clock_at(text)`` moves the platform's clock; it starts on Monday at noon, Hong Kong time."""
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(tmp_path / "clock"))

    def move(instant: str) -> None:
        (tmp_path / "clock").write_text(instant)

    move("2026-11-23T12:00:00+08:00")
    return move


@pytest.fixture
def contract(node, endpoints) -> TokenContract:
    """A contract that was made on Thursday, with a million coins issued to one holder and half of it to another."""
    node.mine("2026-11-19T10:00:00")
    contract = TokenContract(node)
    contract.mint(1, 1_000_000)
    contract.mint(2, 500_000)
    return contract


@pytest.fixture
def deployment(coin, contract) -> Deployment:
    return add_deployment(coin, chain=CHAIN_NAME, contract=contract.address, actor=SYSTEM)


@pytest.fixture
def end_friday(node):
    """``end_friday()`` makes Friday's last block, and enough blocks of Saturday that it is final."""

    def end(last: str = "2026-11-20T23:59:50") -> int:
        node.mine(last)
        number = node.head()
        node.mine("2026-11-21T00:00:00", blocks=4)
        return number

    return end


@pytest.fixture
def settle(node):
    """``settle()`` makes the blocks so far final."""
    return lambda: node.mine(blocks=4)
