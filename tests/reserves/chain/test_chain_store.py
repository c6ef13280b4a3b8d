"""What is kept is kept by one reader, step by step, and no endpoint is asked while a transaction is open."""

from __future__ import annotations

import pytest
from django.db import connection

from core.access import SYSTEM
from reserves.chain.blocks import Block
from reserves.chain.events import Event, Kind
from reserves.chain.failures import NotYet, Unread
from reserves.chain.panel import Panel
from reserves.chain.reading import Span
from reserves.models import ChainCheckpoint, ChainEvent
from reserves.services.chain import read_coin
from reserves.services.chain_store import keep_span, roll_back
from tests.reserves.chain.conftest import FRIDAY

HASH = "0x" + 64 * "1"


def span(first: int, last: int, *events: Event) -> Span:
    return Span(first, Block(last, HASH, HASH, 1_790_000_000), events, {each.block: 1_790_000_000 for each in events})


def keep(deployment, found: Span, **given) -> ChainCheckpoint:
    return keep_span(deployment, found, decimals=6, vocabulary="v", endpoints=["North", "South"], **given)


@pytest.fixture
def plain(coin):
    from issuers.services.coins import add_deployment

    return add_deployment(coin, chain="eip155:1", contract="0x" + 40 * "a", actor=SYSTEM)


def test_blocks_that_another_reader_kept_are_not_kept_again(plain):
    with pytest.raises(NotYet):
        keep(plain, span(5, 9))  # nobody knows what there was before
    keep(plain, span(5, 5), opening=0)
    for stale in (span(5, 9), span(7, 9)):
        with pytest.raises(NotYet):
            keep(plain, stale)
    with pytest.raises(NotYet):
        keep(plain, span(6, 9), opening=0)
    keep(plain, span(6, 9))
    assert list(ChainCheckpoint.objects.values_list("from_block", "to_block")) == [(5, 5), (6, 9)]


def test_what_another_reader_rolled_back_is_not_rolled_back_again(plain):
    first = keep(plain, span(5, 5), opening=0)
    lost = keep(plain, span(6, 9))
    assert roll_back(plain, lost=lost, ancestor=5, reason="reorg") is not None
    assert roll_back(plain, lost=lost, ancestor=5, reason="reorg") is None
    assert list(ChainCheckpoint.objects.standing()) == [first]
    keep(plain, span(6, 7))


def test_an_amount_that_no_column_holds_is_refused_but_an_endless_allowance_is_none(plain):
    endless = 2**256 - 1
    allowance = Event(Kind.ROLE_GRANTED, "MinterConfigured", 5, 0, HASH, HASH, "0x" + 40 * "b", "", endless, "")
    keep(plain, span(5, 5, allowance), opening=0)
    assert ChainEvent.objects.get().value is None
    with pytest.raises(Unread) as refusal:
        keep(plain, span(6, 6, allowance._replace(kind=Kind.MINT, block=6)))
    assert refusal.value.reason == "out_of_range"
    assert ChainCheckpoint.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_no_endpoint_is_asked_inside_a_transaction(transactional_db, coin, deployment, end_friday, monkeypatch):
    asked, ask = [], Panel.ask

    def watched(panel, question):
        asked.append(connection.in_atomic_block)
        return ask(panel, question)

    monkeypatch.setattr(Panel, "ask", watched)
    end_friday()
    assert read_coin(coin, FRIDAY, actor=SYSTEM).file.status == "accepted"
    assert len(asked) > 8
    assert not any(asked)
