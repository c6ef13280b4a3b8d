"""The transfers around a wallet on the page of its alert: who is drawn, with what, and what stands in the table."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from aml.builders.fired import fired
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


def test_what_fired_is_worded_for_people(world):
    exposure = Alert.objects.get(kind="exposure")
    assert [(str(label), value) for label, value in fired(exposure)] == [
        ("Detector", "Exposure"), ("Coin", "LRHKD"), ("Chain", "eip155:1"), ("Contract", "0x" + "c0" * 20),
        ("Direction", "Received from"), ("Transfers between", "2"), ("Moved with its neighbours, at most", "800.00"),
        ("Source", "AML 4.39; AML 5.4"),
    ]
    party = fired(Alert.objects.get(kind="sanctioned_party"))
    assert ("Listed address", address(BAD)) in party
    assert ("Sent", "901.00") in party
    assert ("First", "2 November 2026, 10:41") in party


def test_units_of_a_contract_whose_decimals_nobody_entered_are_called_raw():
    alert = Alert(kind="exposure", explanation={"touching": "1234567", "decimals": None})
    assert [(str(label), value) for label, value in fired(alert)] == [
        ("Moved with its neighbours, at most", "1,234,567 raw units")]


def test_an_alert_on_a_name_has_no_transfers(issuer):
    assert graph_of(Alert(explanation={"name": {}})) is None


def test_a_way_has_one_amount_for_each_step():
    with pytest.raises(ValueError, match="2 parties have 1 steps, not 2"):
        way([Party("a"), Party("b")], ["1", "2"], title="A way")
