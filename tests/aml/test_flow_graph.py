"""The transfers around a wallet on the page of its alert: who is drawn, with what, and what stands in the table."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from aml.builders.flow_graph import graph_of, short
from aml.models import Alert
from aml.selectors.counterparties import neighbourhood
from core.flowdrawing import Party, way
from tests.aml.flows import address, deployed, listed, sent, transfer, version_of, wallet
from tests.aml.test_flow_pages import BAD, world

__all__ = ["world"]
pytestmark = pytest.mark.django_db


def test_the_largest_counterparties_are_shown_and_listed_ones_before_them(coin):
    deployed(coin)
    wallet(coin.issuer.organisation, 1)
    listed(version_of(), {address(BAD): "ETH"})
    rows = [transfer(number, 100 + number, 1, number * 100) for number in range(1, 8)]
    sent(coin, "transfers", [*rows, transfer(8, BAD, 1, 50), transfer(9, 1, 300, 700), transfer(10, 1, 300, 100)])
    found = neighbourhood(address(1))
    assert [(each.address, each.amount, each.listed) for each in found.senders] == [
        (address(BAD), Decimal("0.50"), "Harbour Laundry"),
        *((address(100 + number), Decimal(number), "") for number in (7, 6, 5, 4)),
    ]
    assert [(each.address, each.coin, each.amount, each.count) for each in found.receivers] == [
        (address(300), coin.symbol, Decimal(8), 2)
    ]
    assert (found.more_senders, found.more_receivers) == (3, 0)


def test_the_page_of_an_exposure_draws_the_way_and_says_the_same_as_a_table(client_for, dee, world):
    alert = Alert.objects.get(kind="exposure")
    shown = client_for(dee).get(reverse("officer:alert", args=[alert.pk])).content.decode()
    assert shown.count("<svg") - shown.count('<svg class="icon') >= 2
    graph = graph_of(alert)
    assert [each.address for each in graph.around.senders] == [address(20)]
    assert [each.address for each in graph.around.receivers] == [address(12)]
    (drawn,) = graph.ways
    for said in (short(address(BAD)), short(address(20)), short(address(11)), "901.00", "800.00", "Harbour Laundry"):
        assert said in drawn
    for said in (address(20), address(12), "800.00", "5.00"):
        assert said in shown


def test_an_alert_on_a_name_has_no_transfers(issuer):
    assert graph_of(Alert(explanation={"name": {}})) is None


def test_a_way_has_one_amount_for_each_step():
    with pytest.raises(ValueError, match="2 parties have 1 steps, not 2"):
        way([Party("a"), Party("b")], ["1", "2"], title="A way")
