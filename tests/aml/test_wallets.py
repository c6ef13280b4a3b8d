"""Wallets: reported, compared exactly with lists, and compared again when a list changes."""

from __future__ import annotations

import csv
import json

import pytest
from django.core.management import CommandError, call_command

from aml.addresses import tron_hex
from aml.models import Alert, DetectorRun, Wallet, WalletScreening
from aml.services.wallet_screening import screen_all_wallets, screen_waiting_wallets, screen_wallets_against
from core.models import Case
from tests.aml.flows import address, csv_of, listed, rules_of, sent, version_of, wallet

TRON = "TBHTJqAy4DhHhmT3dNceJYNRz4SdLofLre"
BECH32 = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
MIXED = "0x01e2919679362dFBC9ee1644Ba9C6da6D6245BB1"


def reported(chain, text, part="customer", ref="") -> dict[str, str]:
    return {"chain": chain, "address": text, "part": part, "holder_ref": ref}


def test_wallets_are_kept_once_and_wait_to_be_screened(coin, ann):
    first = sent(coin, "wallets", [reported("eip155:1", MIXED.lower(), ref="C-1"), reported("bip122:000000000019d6689c085ae165831e93", BECH32.upper())], actor=ann)
    assert (first.status, first.row_count) == ("accepted", 2)
    sent(coin, "wallets", [reported("eip155:1", MIXED, "treasury")], actor=ann)
    assert [(each.canonical, each.part, each.screened_at) for each in Wallet.objects.order_by("pk")] == [
        (MIXED.lower(), "treasury", None), (BECH32, "customer", None)]
    assert not Alert.objects.exists()


def test_a_file_of_wallets_is_refused_with_every_reason(coin):
    rows = [reported("eth", MIXED), reported("eip155:1", MIXED[:-1] + "2"), reported("eip155:1", MIXED, "friend"),
            reported("eip155:1", address(1)), reported("eip155:1", address(1).upper().replace("0X", "0x"))]
    assert rules_of(sent(coin, "wallets", rows)) == [
        ("chain_not_named", 2, "chain"), ("address_checksum", 3, "address"), ("unknown_choice", 4, "part"),
        ("duplicate_line", 6, "address")]
    assert not Wallet.objects.exists()


def test_what_a_list_names_is_found_in_any_spelling_of_its_chain(issuer):
    version = version_of(assets=("ETH", "TRX", "XBT"))
    listed(version, {MIXED: "ETH", TRON: "TRX", BECH32.upper(): "XBT"})
    owner = issuer.organisation
    met = [wallet(owner, MIXED.lower()), wallet(owner, "0x" + tron_hex(TRON)[2:], chain="tron:mainnet"),
           wallet(owner, BECH32, chain="bip122:000000000019d6689c085ae165831e93")]
    wallet(owner, TRON.swapcase(), chain="tron:mainnet")
    wallet(owner, address(7))
    run = screen_waiting_wallets()
    assert (run.reason, run.wallet_count, run.hit_count) == ("entry", 5, 3)
    assert {each.wallet_id for each in Alert.objects.all()} == {each.pk for each in met}
    assert screen_waiting_wallets() is None
    assert Wallet.objects.filter(screened_at=run.began_at).count() == 5
    assert Case.objects.filter(kind="aml_alert").count() == 3


def test_a_list_change_opens_alerts_for_what_is_new_and_no_second_ones(issuer, dee):
    owner = issuer.organisation
    old, new, other = (wallet(owner, number) for number in (1, 2, 3))
    first = version_of(assets=("ETH", "XBT"))
    before = listed(first, {address(1): "ETH"}, key="eth-1", name="Old")
    assert screen_wallets_against(first).hit_count == 1
    second = version_of(number=2, assets=("ETH", "ARB"))
    type(before).objects.filter(pk=before.pk).update(until=2)
    listed(second, {address(1): "ETH"}, key="36216", name="Old")  # the publisher numbers it otherwise
    listed(second, {address(2): "ETH", address(3): "ARB"}, key="36217", name="New")
    run = screen_wallets_against(second)
    assert (run.reason, run.wallet_count, run.hit_count, run.left_out) == ("list_change", 3, 3, ["ARB", "XBT"])
    alerts = {each.wallet_id: each for each in Alert.objects.all()}
    assert {pk: (each.status, each.seen_count) for pk, each in alerts.items()} == {
        old.pk: ("open", 1), new.pk: ("open", 1), other.pk: ("open", 1)}
    assert alerts[new.pk].explanation["assets"] == ["ETH"]
    second.refresh_from_db()
    assert second.wallets_screened_at is not None
    assert DetectorRun.objects.filter(reason="list_change").count() == 2
    assert screen_all_wallets().hit_count == 3
    assert Alert.objects.count() == 3
    assert WalletScreening.objects.count() == 3


def test_the_command_writes_exact_hits(issuer, tmp_path, capsys):
    listed(version_of(), {MIXED: "ETH", TRON: "TRX"}, key="77")
    (tmp_path / "in.csv").write_bytes(csv_of([
        {"id": "a", "address": MIXED.upper()}, {"id": "b", "address": TRON.lower()}, {"id": "c", "address": TRON},
        {"id": "d", "address": "nothing"}]))
    call_command("screen_wallets", tmp_path / "in.csv", tmp_path / "out.csv", "--json")
    answer = json.loads(capsys.readouterr().out)
    assert (answer["asked"], answer["hits"], answer["addresses"]) == (4, 2, 2)
    rows = list(csv.DictReader((tmp_path / "out.csv").read_text().splitlines()))
    assert [(row["id"], row["list"], row["entry"], row["asset"], row["listed_on"]) for row in rows] == [
        ("a", "crypto", "77", "ETH", "2026-11-01"), ("c", "crypto", "77", "TRX", "2026-11-01")]
    assert not Alert.objects.exists()


def test_the_command_refuses_what_it_cannot_answer(issuer, tmp_path):
    (tmp_path / "in.csv").write_text("id,address\na,0x1\n")
    with pytest.raises(CommandError) as stop:
        call_command("screen_wallets", tmp_path / "in.csv", tmp_path / "out.csv")
    assert stop.value.returncode == 2
    assert "No list is loaded" in str(stop.value)
    version_of()
    (tmp_path / "in.csv").write_text("id,adress\na,0x1\n")
    with pytest.raises(CommandError) as stop:
        call_command("screen_wallets", tmp_path / "in.csv", tmp_path / "other.csv")
    assert stop.value.returncode == 2
    assert not (tmp_path / "other.csv").exists()
