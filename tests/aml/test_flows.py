"""Stored transfers before the detectors: what is raised, what is not for want of a parameter, and what stays silent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from aml.models import Alert, ContractAct, DetectorRun, Exposure
from aml.selectors.freezing import freezing_times
from aml.selectors.parameters import values_on
from aml.services.acts import keep_acts, take_back_acts
from aml.services.detection import ask_nightly, detect, waiting_runs
from aml.services.flows import sweep_flows, sweep_flows_nightly
from aml.services.parameters import decide_parameter, propose_parameter
from aml.services.wallet_screening import screen_wallets_against
from core import clock
from core.access import SYSTEM
from core.errors import NotPermitted, Refused
from core.models import AuditEvent, Case
from tests.aml.flows import CHAIN, CONTRACT, START, address, deployed, listed, sent, transfer, version_of, wallet

BAD = 900


@pytest.fixture
def place(coin):
    return deployed(coin)


def in_force(dee, dan, **values: int) -> None:
    for name, value in values.items():
        row = propose_parameter(name, value=value, valid_from=clock.today(), source="Agreed.", actor=dee)
        decide_parameter(row, move="approve", actor=dan)


def kinds() -> dict[str, int]:
    found: dict[str, int] = {}
    for alert in Alert.objects.all():
        found[alert.kind] = found.get(alert.kind, 0) + 1
    return found


def act(place, number: int, kind: str, account: int | str = "", **given) -> ContractAct:
    return ContractAct(
        deployment=place, reading=number, kind=kind, name=kind.title(), block_number=2000 + number,
        block_time=given.get("at", START + timedelta(hours=number)), tx_hash=f"0x{number:064x}", log_index=0,
        account=address(account) if isinstance(account, int) else account)


def test_without_parameters_detectors_that_need_none_run_and_the_others_say_why_not(coin, place):
    listed(version_of(), {address(BAD): "ETH"})
    sent(coin, "transfers", [transfer(1, 10, BAD, 500_00), transfer(2, 10, 11, 4_000_00), transfer(3, 10, 12, 4_000_00)])
    (pk,) = waiting_runs()
    run = detect(pk)
    assert run.findings == {"sanctioned_party": 1, "mixer": 0}
    assert run.left_out == {
        "structuring": ["linked_hours"], "velocity": ["velocity_count", "velocity_hours"],
        "peel_chain": ["peel_hops", "peel_percent"], "exposure": ["exposure_hops"]}
    assert (run.transfer_count, run.unvalued_count) == (3, 0)
    alert = Alert.objects.get()
    assert (alert.kind, alert.owner, alert.entry.name) == ("sanctioned_party", coin.issuer.organisation, "Harbour Laundry")
    assert alert.explanation["facts"]["received"] == "50000"
    assert detect(pk) is None
    assert Case.objects.filter(kind="aml_alert").count() == 1


def test_with_parameters_every_detector_of_transfers_finds(coin, place, dee, dan):
    customer = wallet(coin.issuer.organisation, 11)
    wallet(coin.issuer.organisation, 1, part="treasury")
    listed(version_of(), {address(BAD): "ETH"})
    listed(version_of("own"), {address(700): "ETH"}, name="Blender", programmes=("MIXER",))
    in_force(dee, dan, linked_hours=24, exposure_hops=3, velocity_count=4, velocity_hours=1, peel_hops=3, peel_percent=10)
    sent(coin, "transfers", [
        transfer(1, BAD, 20, 900_00), transfer(2, 20, 21, 800_00), transfer(3, 21, 11, 700_00),
        transfer(4, 11, 30, 4_000_00), transfer(5, 11, 31, 4_000_00), transfer(6, 11, 32, 1_00),
        transfer(7, 11, 33, 1_00), transfer(8, 40, 700, 5_00),
        transfer(9, 50, 51, 1_000_00), transfer(10, 51, 59, 50_00), transfer(11, 51, 52, 950_00),
        transfer(12, 52, 58, 50_00), transfer(13, 52, 53, 900_00),
    ])
    sweep_flows()
    assert kinds() == {"sanctioned_party": 1, "mixer": 1, "exposure": 1, "structuring": 1, "velocity": 1, "peel_chain": 1}
    row = Exposure.objects.get()
    assert (row.wallet, row.direction, row.hops, row.touching) == (customer, "from", 3, 700_00)
    assert row.path == [address(11), address(21), address(20), address(BAD)]
    assert row.amounts == ["70000", "80000", "90000"]
    structured = Alert.objects.get(kind="structuring")
    assert (structured.wallet, structured.explanation["facts"]["total_hkd"]) == (customer, "8002.00")
    seen = dict(Alert.objects.values_list("key", "seen_count"))
    ask_nightly()
    sweep_flows()
    assert dict(Alert.objects.values_list("key", "seen_count")) == seen


def test_coins_that_the_chain_took_back_expose_nobody(coin, place, dee, dan):
    wallet(coin.issuer.organisation, 11)
    listed(version_of(), {address(BAD): "ETH"})
    in_force(dee, dan, exposure_hops=2)
    lost = f"0x{'a' * 64}"
    sent(coin, "transfers", [transfer(1, BAD, 11, 900_00, block_hash=lost)])
    sweep_flows()
    assert Exposure.objects.count() == 1
    sent(coin, "transfers", [transfer(2, 12, 13, 1, block_number=1001, block_hash=f"0x{'b' * 64}")])
    sweep_flows()
    assert not Exposure.objects.exists()


def test_an_address_that_is_listed_later_is_found_in_what_was_stored_before(coin, place, dee, dan):
    customer = wallet(coin.issuer.organisation, 11)
    in_force(dee, dan, exposure_hops=1)
    sent(coin, "transfers", [transfer(1, BAD, 11, 900_00)])
    sweep_flows()
    assert kinds() == {}
    version = version_of()
    listed(version, {address(BAD): "ETH"})
    screen_wallets_against(version)
    sweep_flows()
    assert kinds() == {"sanctioned_party": 1, "exposure": 1}
    assert Alert.objects.get(kind="exposure").wallet == customer
    assert DetectorRun.objects.get(reason="list_change").version == version


def test_what_contracts_do_is_looked_at(coin, place, dee, dan):
    wallet(coin.issuer.organisation, 1, part="treasury")
    in_force(dee, dan, freeze_count=2, freeze_hours=24)
    sweep_flows()
    acts = [act(place, 1, "mint", 1), act(place, 2, "mint", 66), act(place, 3, "freeze", 5), act(place, 4, "freeze", 6),
            act(place, 5, "upgrade"), act(place, 6, "pause")]
    assert keep_acts(acts) == 6
    assert keep_acts([act(place, 1, "mint", 1)]) == 0
    sweep_flows()
    assert kinds() == {"new_mint_address": 1, "freeze_burst": 1, "admin_key": 2}
    assert Alert.objects.get(kind="new_mint_address").explanation["facts"]["account"] == address(66)
    assert take_back_acts([5]) == 1
    assert take_back_acts([5]) == 0


def test_an_issuer_without_reported_wallets_has_no_known_address_to_mint_to(coin, place):
    keep_acts([act(place, 1, "mint", 66)])
    sweep_flows()
    assert kinds() == {}
    assert DetectorRun.objects.get().left_out["new_mint_address"] == ["own_wallets"]


def test_the_time_from_listing_to_freezing(coin, place):
    version = version_of()
    listed(version, {address(each): "ETH" for each in (BAD, 901, 902, 903)})
    known = version.loaded_at
    sent(coin, "transfers", [transfer(1, BAD, 11, 5), transfer(2, 901, 11, 5), transfer(3, 10, 902, 5)])
    keep_acts([act(place, 1, "freeze", BAD, at=known + timedelta(hours=5)),
               act(place, 2, "freeze", 901, at=known - timedelta(hours=1))])
    (measured,) = freezing_times([place], within_hours=4)
    assert [(row.listed.canonical, row.took and row.took.total_seconds() / 3600, row.in_time) for row in measured.rows] == [
        (address(BAD), 5, False), (address(901), -1, True), (address(902), None, None)]
    assert (measured.frozen, measured.open, measured.longest, measured.median) == (
        2, 1, timedelta(hours=5), timedelta(hours=2, minutes=30))
    assert all(row.in_time is None for row in freezing_times([place], within_hours=None)[0].rows)
    keep_acts([act(place, 3, "unfreeze", BAD)])
    assert freezing_times([place], within_hours=4)[0].frozen == 1


def test_two_officers_set_a_parameter(dee, dan, ann, bo):
    given = {"value": 24, "valid_from": clock.today(), "source": "Board paper 7"}
    for actor in (ann, bo):
        with pytest.raises(NotPermitted):
            propose_parameter("linked_hours", actor=actor, **given)
    for name, change in (("threshold_hkd", {}), ("linked_hours", {"value": 0}), ("linked_hours", {"source": " "}),
                         ("linked_hours", {"valid_from": clock.yesterday()}), ("peel_percent", {"value": 100})):
        with pytest.raises(Refused):
            propose_parameter(name, actor=dee, **given | change)
    row = propose_parameter("linked_hours", actor=dee, **given)
    assert values_on(clock.today())["linked_hours"] is None
    with pytest.raises(Refused):
        decide_parameter(row, move="approve", actor=dee)
    assert not DetectorRun.objects.exists()
    decide_parameter(row, move="approve", actor=dan)
    assert values_on(clock.today())["linked_hours"] == 24
    assert values_on(clock.yesterday())["linked_hours"] is None
    assert [run.reason for run in DetectorRun.objects.all()] == ["parameter"]
    assert [event.verb for event in AuditEvent.objects.filter(verb__startswith="aml.parameter").order_by("pk")] == [
        "aml.parameter.proposed", "aml.parameter.approved"]


def test_a_coin_in_another_currency_is_not_valued(issuer, dee, dan):
    from issuers.services.coins import create_coin

    other = create_coin(issuer, symbol="LRUSD", reference_currency="USD", actor=SYSTEM)
    deployed(other)
    in_force(dee, dan, linked_hours=24)
    sent(other, "transfers", [transfer(1, 10, 11, 4_000_00), transfer(2, 10, 12, 4_000_00)])
    sweep_flows_nightly()
    run = DetectorRun.objects.get(reason="file")
    assert (run.transfer_count, run.unvalued_count, run.findings["structuring"]) == (2, 2, 0)
    assert (CHAIN, CONTRACT) == ("eip155:1", "0x" + "c0" * 20)
