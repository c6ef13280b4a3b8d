"""Identifiers as their issuers publish them are taken; the same with one character wrong are refused, in words."""

from __future__ import annotations

from datetime import date

import pytest

from issuers.identifiers import (
    SENTENCES,
    Depth,
    IdentifierRefused,
    age_on,
    check_adult,
    check_chain,
    check_contract,
    check_country,
    check_lei,
    check_past_day,
    check_registration_number,
    country_codes,
    registration_depth,
)

TODAY = date(2026, 11, 26)


def refusal(check, *args, **named) -> tuple[str, str]:
    with pytest.raises(IdentifierRefused) as caught:
        check(*args, **named)
    return caught.value.code, str(caught.value)


@pytest.mark.parametrize("published", [
    "2HI3YI5320L3RW6NJ957",  # The Hongkong and Shanghai Banking Corporation Limited
    "HWUPKR0MPOU8FGXBT394",  # Apple Inc.
    "7LTWFZYICNSX8D621K86",  # Deutsche Bank AG
    "213800KUD8LAJWSQ9D15",
])
def test_published_leis_are_taken(published):
    assert check_lei(f" {published[:4].lower()} {published[4:]} ") == published


@pytest.mark.parametrize("wrong, code, sentence", [
    ("2HI3YI5320L3RW6NJ958", "lei_checksum",
     "“2HI3YI5320L3RW6NJ958” is not an LEI: its check digits do not fit. Compare it with the certificate."),
    ("2HI3YI5320L3RW6NJ", "lei_length", "An LEI has 20 letters and digits; “2HI3YI5320L3RW6NJ” has 17."),
    ("", "lei_length", "An LEI has 20 letters and digits; “” has 0."),
])
def test_a_wrong_lei_is_refused(wrong, code, sentence):
    assert refusal(check_lei, wrong) == (code, sentence)


@pytest.mark.parametrize("country, typed, stored", [
    ("CN", "91110000600037341L", "91110000600037341L"),
    ("SG", "200 306 346 Z", None),
    ("SG", "00192200M", "00192200M"),
    ("FR", "552 008 443", "552008443"),
    ("AU", "004 085 616", "004085616"),
    ("JP", "5-8356-7825-6246", "5835678256246"),
    ("GB", "00000006", "00000006"),  # Marine and General Mutual Life Assurance Society
    ("GB", "sc095237", "SC095237"),
    ("HK", "F0012345", "F0012345"),
    ("HK", "1234567-8", "12345678"),
    ("KY", " MC-  123 ", "MC- 123"),
])
def test_registration_numbers(country, typed, stored):
    if stored is None:
        assert refusal(check_registration_number, country, typed)[0] == "registration_number"
    else:
        assert check_registration_number(country, typed) == stored


@pytest.mark.parametrize("country, wrong, sentence", [
    ("CN", "91110000600037342L",
     "“91110000600037342L” is not a unified social credit code (CN). Compare it with the extract of the register."),
    ("HK", "123",
     "“123” is not a business registration number (8 digits) or company number (7 digits, or F and 7 digits) (HK)."
     " Compare it with the extract of the register."),
    ("GB", "1234567",
     "“1234567” is not a company number of Companies House (8 characters) (GB). Compare it with the extract of the"
     " register."),
])
def test_a_wrong_registration_number_is_refused(country, wrong, sentence):
    assert refusal(check_registration_number, country, wrong) == ("registration_number", sentence)


def test_the_depth_of_the_check_is_known_by_country():
    assert registration_depth("CN") is Depth.CHECK_DIGITS
    assert registration_depth("HK") is Depth.SHAPE
    assert registration_depth("AT") is Depth.SHAPE
    assert registration_depth("KY") is Depth.NONE


# The examples of EIP-55 itself.
@pytest.mark.parametrize("address", [
    "0x52908400098527886E0F7030069857D2E4169EE7",
    "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
    "0xde709f2102306220921060314715629080e2fb77",
    "0x27b1fdb04752bbc536007a920d24acb045561c26",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
])
def test_addresses_of_the_standard_are_taken_in_every_case(address):
    assert check_contract("eip155:1", address) == address
    assert check_contract("eip155:1", address.lower()) == address
    assert check_contract("eip155:1", "0x" + address[2:].upper()) == address


def test_a_contract_whose_checksum_does_not_fit_is_refused():
    wrong = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed"
    assert refusal(check_contract, "eip155:1", wrong) == (
        "contract_checksum",
        f"The address “{wrong}” has a letter or digit wrong: its checksum does not fit. Copy it again from the block"
        " explorer.",
    )


def test_addresses_on_other_chains():
    tether_on_tron = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
    usdc_on_solana = "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v"
    assert check_contract("tron:0x2b6653dc", tether_on_tron) == tether_on_tron
    assert check_contract("solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp", usdc_on_solana) == usdc_on_solana
    assert check_contract("stellar:pubnet", "GA5ZSEJYB37JRC5AVCIA5MOP4RHTM335X2KGX3IHOJAPP5RE34K4KZVN")
    assert refusal(check_contract, "tron:0x2b6653dc", tether_on_tron[:-1] + "u")[0] == "contract_checksum"
    assert refusal(check_contract, "tron:0x2b6653dc", "TR7NH") == (
        "contract_shape",
        "“TR7NH” is not an address on tron:0x2b6653dc. Write the 34 characters that begin with T.",
    )
    assert refusal(check_contract, "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp", "0OIl")[0] == "contract_shape"
    assert refusal(check_contract, "stellar:pubnet", "two words")[0] == "contract_shape"


@pytest.mark.parametrize("wrong", ["0x1234", "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0x" + "g" * 40, ""])
def test_what_is_no_address_is_refused(wrong):
    assert refusal(check_contract, "eip155:1", wrong) == (
        "contract_shape", f"“{wrong}” is not an address on eip155:1. Write 0x and 40 hexadecimal digits."
    )


@pytest.mark.parametrize("chain", ["ethereum", "eip155:", "eip155:mainnet", "EIP155:1", "eip155:1:2", ""])
def test_what_is_no_chain_is_refused(chain):
    assert refusal(check_chain, chain) == (
        "chain", f"“{chain}” is not a chain identifier. Write it as CAIP-2 has it, such as eip155:1."
    )


def test_countries_are_those_of_the_standard():
    assert len(country_codes()) == 249
    assert check_country(" hk ") == "HK"
    for wrong in ("XK", "EU", "UK", "ZZ", "HKG", ""):
        assert refusal(check_country, wrong) == (
            "country", f"“{wrong}” is not a country code of ISO 3166-1, such as HK or GB."
        )


def test_a_person_is_eighteen_on_the_birthday():
    assert check_adult(date(2008, 11, 26), on=TODAY) == date(2008, 11, 26)
    assert refusal(check_adult, date(2008, 11, 27), on=TODAY) == (
        "under_age", "The person is under 18: born on 2008-11-27."
    )
    assert refusal(check_adult, date(2026, 11, 27), on=TODAY) == ("day_in_future", "2026-11-27 is in the future.")
    assert age_on(date(2008, 2, 29), date(2026, 2, 28)) == 17
    assert age_on(date(2008, 2, 29), date(2026, 3, 1)) == 18


def test_a_day_that_has_not_come_is_refused():
    assert check_past_day(TODAY, today=TODAY) == TODAY
    assert refusal(check_past_day, date(2026, 11, 27), today=TODAY)[0] == "day_in_future"


def test_a_sentence_is_worded_in_the_readers_language():
    heard = []
    problem = pytest.raises(IdentifierRefused, check_registration_number, "HK", "1").value

    def translated(text: str) -> str:
        heard.append(text)
        return text.upper() if "%" not in text else text

    assert "(HK). Compare" in problem.sentence(translated)
    assert "BUSINESS REGISTRATION NUMBER" in problem.sentence(translated)
    assert SENTENCES["registration_number"] in heard
