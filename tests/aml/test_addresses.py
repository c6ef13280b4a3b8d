"""Addresses: what can be one, and when two spellings are the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aml.addresses import base58_payload, canonical, check_address, is_segwit, tron_base58, tron_hex
from issuers.identifiers import IdentifierRefused

BITCOIN, TRON, ETHEREUM = "bip122:000000000019d6689c085ae165831e93", "tron:0x2b6653dc", "eip155:1"
LISTED = Path(__file__).resolve().parents[3] / "shared/data/wallets/ofac_addresses_2026-08.json"
#: Of BIP 350 and EIP-55.
SEGWIT = ("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
          "bc1sw50qgdz25j", "bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs")
NOT_SEGWIT = ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
              "bc1zw508d6qejxtdg4y5r3zarvaryvqyzf3du", "bc1gmk9yu", "BC1SW50QA3JX3S", "bc1Qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4")
CHECKSUMMED = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"


@pytest.mark.parametrize("address", SEGWIT)
def test_a_segwit_address_is_one(address):
    assert is_segwit(address)
    assert check_address(BITCOIN, address) == address.lower() == canonical(address)


@pytest.mark.parametrize("address", NOT_SEGWIT)
def test_what_is_no_segwit_address(address):
    assert not is_segwit(address)
    with pytest.raises(IdentifierRefused):
        check_address(BITCOIN, address)


@pytest.mark.parametrize("chain, text, kept", [
    (ETHEREUM, CHECKSUMMED, CHECKSUMMED),
    (ETHEREUM, CHECKSUMMED.lower(), CHECKSUMMED),
    (ETHEREUM, "0x" + CHECKSUMMED[2:].upper(), CHECKSUMMED),
    (TRON, "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"),
    (TRON, "41a614f803b6fd780986a42c78ec9c7f77e6ded13c", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"),
    (TRON, "0xa614f803b6fd780986a42c78ec9c7f77e6ded13c", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"),
    (BITCOIN, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
])
def test_an_address_is_stored_in_the_spelling_of_its_chain(chain, text, kept):
    assert check_address(chain, text) == kept
    assert canonical(text, chain) == canonical(kept, chain)


@pytest.mark.parametrize("chain, text, code", [
    (ETHEREUM, CHECKSUMMED.replace("aA", "Aa"), "contract_checksum"),
    (ETHEREUM, CHECKSUMMED[:-1], "contract_shape"),
    (TRON, "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6s", "contract_checksum"),
    (TRON, "not an address", "contract_shape"),
    (BITCOIN, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "contract_checksum"),
    (BITCOIN, "", "contract_shape"),
    ("bitcoin", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "chain"),
])
def test_what_cannot_be_an_address_is_refused(chain, text, code):
    with pytest.raises(IdentifierRefused) as refusal:
        check_address(chain, text)
    assert refusal.value.code == code


def test_case_tells_two_addresses_apart_only_where_the_chain_says_so():
    assert canonical(CHECKSUMMED) == canonical("0X" + CHECKSUMMED[2:].upper()) == CHECKSUMMED.lower()
    bitcoin = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
    assert canonical(f"  {bitcoin}\n") == bitcoin != canonical(bitcoin.lower())
    assert canonical("bitcoincash:QPM2QSZNHKS23Z7629MMS6S4CWEF74VCWVY22GDX6A") != canonical(
        "qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a")  # two cases at once are no address
    assert canonical("bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a") == canonical(
        "QPM2QSZNHKS23Z7629MMS6S4CWEF74VCWVY22GDX6A")


@given(st.binary(min_size=20, max_size=20))
def test_a_tron_address_is_the_same_in_base58_and_in_hexadecimal(raw):
    digits = "41" + raw.hex()
    address = tron_base58(digits)
    assert tron_hex(address) == digits
    assert check_address(TRON, address) == check_address(TRON, digits) == canonical(digits) == canonical(address) == address


@given(st.text(max_size=60))
def test_any_text_has_one_canonical_spelling(text):
    once = canonical(text)
    assert canonical(once) == once == canonical(f" {text} ")


@given(st.binary(min_size=5, max_size=40), st.integers(0, 33), st.sampled_from("23ABCxyz"))
def test_base58_with_a_letter_changed_does_not_fit(raw, place, letter):
    address = tron_base58("41" + raw.hex().ljust(40, "0")[:40])
    changed = address[:place] + letter + address[place + 1 :]
    assert (base58_payload(changed) is None) == (changed != address)


@pytest.mark.skipif(not LISTED.exists(), reason="the published list of addresses is not on this machine")
def test_published_addresses_of_the_chains_that_are_checked_are_sound():
    rows = json.loads(LISTED.read_text())["addresses"]
    chains = {"ethereum": ETHEREUM, "tron": TRON, "bitcoin": BITCOIN}
    checked = [row for row in rows if row["chain"] in chains and set(row["ofac_tickers"]) & {"ETH", "TRX", "XBT"}]
    odd = []
    for row in checked:
        try:
            check_address(chains[row["chain"]], row["address"])
        except IdentifierRefused:
            odd.append(row["address"])
    assert len(checked) > 700
    assert odd == []
