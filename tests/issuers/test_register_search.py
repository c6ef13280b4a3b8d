"""Whatever somebody types, the register answers with one honest verdict; what only looks alike is never an entry."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from core.access import SYSTEM
from issuers.likeness import fold_address, part_of_name, resembles, same_name
from issuers.selectors.verdicts import VERDICTS, check
from issuers.services.coins import add_deployment
from issuers.services.issuers import register_issuer
from issuers.services.licences import record_licence
from issuers.services.register import change_particulars
from issuers.services.warnings import draft_warning, publish_warning

pytestmark = pytest.mark.django_db

CONTRACT = "0x8a1f4Be05c9d27f3b64e01d2c58a97e3f6b0d4a1"
SOLANA = "7xKXtg2CW87d97TXJSDpbD5jBkheTqA83TZRuJosgAsU"
CLONE = "0x41c7d9e2b85f03a6c1d4e7f8092b3a5c6d7e8f90"


@pytest.fixture
def told(issuer, coin, rival, rival_coin, bo, ben):
    """Two licensees, contracts on two chains, and a clone on the warning list."""
    add_deployment(coin, chain="eip155:1", contract=CONTRACT, actor=SYSTEM)
    add_deployment(coin, chain="solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp", contract=SOLANA, actor=SYSTEM)
    change_particulars(issuer, website="https://www.lionrock.example/", actor=SYSTEM)
    drafted = draft_warning(
        name_en="Lion Rock Digital Holdings Limited", name_zh_hant="獅子山數碼控股有限公司",
        name_zh_hans="狮子山数码控股有限公司", website="https://lionrock-hk.example", token="LRHKDX", contract=CLONE,
        wording_en="It claims to hold a licence. It holds none.", actor=bo,
    )
    return publish_warning(drafted, actor=ben)


TABLE = [
    # exact names, in every script and width, case and spacing; "Limited" may be left out
    ("Lion Rock Digital Limited", "licensed", ["FRS01"]),
    ("lion rock digital limited", "licensed", ["FRS01"]),
    ("LION ROCK DIGITAL LIMITED", "licensed", ["FRS01"]),
    ("  Lion  Rock   Digital Limited ", "licensed", ["FRS01"]),
    ("LionRockDigitalLimited", "licensed", ["FRS01"]),
    ("Lion Rock Digital Ltd.", "licensed", ["FRS01"]),
    ("Lion-Rock Digital, Limited", "licensed", ["FRS01"]),
    ("Lion Rock Digital", "licensed", ["FRS01"]),
    ("Ｌｉｏｎ　Ｒｏｃｋ　Ｄｉｇｉｔａｌ　Ｌｉｍｉｔｅｄ", "licensed", ["FRS01"]),
    ("獅子山數碼有限公司", "licensed", ["FRS01"]),
    ("狮子山数码有限公司", "licensed", ["FRS01"]),
    ("獅子山數碼", "licensed", ["FRS01"]),
    ("獅子山 數碼 有限公司", "licensed", ["FRS01"]),
    ("潮汐支付有限公司", "licensed", ["FRS02"]),
    ("Tidewater Payments Limited", "licensed", ["FRS02"]),
    # numbers
    ("FRS01", "licensed", ["FRS01"]),
    ("frs01", "licensed", ["FRS01"]),
    ("FRS 01", "licensed", ["FRS01"]),
    ("F R S - 0 1", "licensed", ["FRS01"]),
    ("ＦＲＳ０１", "licensed", ["FRS01"]),
    ("FRS02", "licensed", ["FRS02"]),
    ("FRS03", "no_exact_entry", []),
    ("FRS", "not_found", []),
    # symbols
    ("LRHKD", "licensed", ["FRS01"]),
    ("lrhkd", "licensed", ["FRS01"]),
    ("$LRHKD", "licensed", ["FRS01"]),
    ("ＬＲＨＫＤ", "licensed", ["FRS01"]),
    ("TWHK", "licensed", ["FRS02"]),
    ("LR.HKD", "no_exact_entry", []),
    ("LRHKD2", "no_exact_entry", []),
    ("LRНKD", "no_exact_entry", []),  # a Cyrillic Н
    ("LRHK", "no_exact_entry", []),
    ("HKD", "not_found", []),
    # contracts
    (CONTRACT, "licensed", ["FRS01"]),
    (CONTRACT.lower(), "licensed", ["FRS01"]),
    (CONTRACT.upper(), "licensed", ["FRS01"]),
    (CONTRACT[2:], "licensed", ["FRS01"]),
    (f" {CONTRACT} ", "licensed", ["FRS01"]),
    (f"eip155:1:{CONTRACT}", "licensed", ["FRS01"]),
    (f"EIP155:1:{CONTRACT.upper()}", "licensed", ["FRS01"]),
    (f"eip155:1/erc20:{CONTRACT}", "licensed", ["FRS01"]),
    (f"eth:{CONTRACT}", "licensed", ["FRS01"]),
    (f"ethereum:{CONTRACT}", "licensed", ["FRS01"]),
    (f"eip155:137:{CONTRACT}", "no_exact_entry", []),  # the same address on another chain is somebody's else
    (f"polygon:{CONTRACT}", "no_exact_entry", []),
    (f"{CONTRACT[:6]}{'0' * 32}{CONTRACT[-4:]}", "no_exact_entry", []),  # a poisoned address
    (SOLANA, "licensed", ["FRS01"]),
    (SOLANA.lower(), "no_exact_entry", []),  # where case belongs to the address
    ("0x" + "12" * 20, "not_found", []),
    # websites
    ("lionrock.example", "licensed", ["FRS01"]),
    ("https://www.lionrock.example/en/", "licensed", ["FRS01"]),
    # what only resembles, or is a part
    ("Lion Rock", "no_exact_entry", []),
    ("獅子山", "no_exact_entry", []),
    ("狮子山", "no_exact_entry", []),
    ("Lyon Rock Digital Limited", "no_exact_entry", []),
    ("Lion Rock Digital Pro", "no_exact_entry", []),
    ("Lion Rock Digital Company Limited", "no_exact_entry", []),
    ("Tidewatar Payments", "no_exact_entry", []),
    # the warning list comes first
    ("Lion Rock Digital Holdings Limited", "warning", []),
    ("lion rock digital holdings ltd", "warning", []),
    ("獅子山數碼控股有限公司", "warning", []),
    ("狮子山数码控股", "warning", []),
    ("LRHKDX", "warning", []),
    (CLONE, "warning", []),
    (f"eip155:56:{CLONE.upper()}", "warning", []),
    ("http://lionrock-hk.example/airdrop", "warning", []),
    # nothing at all
    ("Moonbeam Dollar", "not_found", []),
    ("月光", "not_found", []),
    ("!!!", "not_found", []),
    ("🪙", "not_found", []),
    ("%", "not_found", []),
    ("'; DROP TABLE issuers_licence; --", "not_found", []),
]


def test_every_query_gets_its_verdict(told):
    answers = {query: check(query) for query, _, _ in TABLE}
    given = [(query, answer.verdict, [hit.entry.number for hit in answer.hits]) for query, answer in answers.items()]
    assert [pair for pair in zip(given, TABLE, strict=True) if pair[0] != pair[1]] == []


def test_a_likeness_names_the_entry_and_says_nothing_of_its_licence(told, client):
    answer = client.get("/en/", {"q": "LRНKD"})
    said = answer.content.decode().partition('<div role="status">')[2].partition('<section class="panel"')[0]
    assert "No exact entry for “LRНKD”" in said
    assert "Lion Rock Digital Limited" in said
    assert "is licensed" not in said
    assert 'alert good' not in said


def test_the_warning_is_said_before_everything_else(told, client, bo, ben, issuer):
    # The clone takes the very symbol of the licensee: both are true, and the warning is first.
    publish_warning(draft_warning(name_en="Fake", token="LRHKD", wording_en="A fake LRHKD.", actor=bo), actor=ben)
    answer = check("LRHKD")
    assert (answer.verdict, [hit.entry.number for hit in answer.hits]) == ("warning", ["FRS01"])
    said = client.get("/en/", {"q": "LRHKD"}).content.decode()
    assert 0 < said.index("Warning: Fake is not licensed") < said.index("Lion Rock Digital Limited is licensed")


def test_two_licensees_of_one_name_are_both_listed(told):
    other = register_issuer(name_en="Lion Rock Digital (HK) Limited", name_zh_hant="獅子山數碼有限公司", actor=SYSTEM)
    record_licence(other, number="FRS03", effective_on=date(2026, 1, 1), actor=SYSTEM)
    answer = check("獅子山數碼有限公司")
    assert (answer.verdict, [hit.entry.number for hit in answer.hits]) == ("licensed", ["FRS01", "FRS03"])


def test_a_former_name_is_said_to_be_former(told, issuer, client):
    change_particulars(issuer, name_en="Peak Digital Limited", actor=SYSTEM)
    (hit,) = check("Lion Rock Digital Limited").hits
    assert (hit.former, hit.standing, hit.entry.name_en) == (True, "licensed", "Peak Digital Limited")
    said = client.get("/en/", {"q": "Lion Rock Digital Limited"}).content.decode()
    assert "“Lion Rock Digital Limited” is what its entry said earlier and no longer says." in said
    assert not check("Peak Digital Limited").hits[0].former


def test_a_licence_that_takes_effect_later_is_not_a_licence_yet(db):
    issuer = register_issuer(name_en="Dawn Limited", actor=SYSTEM)
    record_licence(issuer, number="FRS07", effective_on=date(2099, 1, 1), actor=SYSTEM)
    assert check("Dawn").verdict == "not_yet"


@pytest.mark.parametrize("text", ["", " ", "有限公司", "Limited", "0x", ":", "\u200b"])
def test_next_to_nothing_is_nobodys_name(told, text):
    assert check(text).hits == []


def test_likeness_is_symmetrical_enough_and_empty_never():
    assert resembles("LRHKD", "LRHKO")
    assert not resembles("", "LRHKD")
    assert not same_name("", "")
    assert part_of_name("獅子", "獅子山數碼有限公司")
    assert not part_of_name("li", "Lion Rock")
    assert fold_address("eth:0xAB") == ("eip155:1", "0xAB")


def asked(*arguments: str) -> dict:
    out = StringIO()
    call_command("check_register", *arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_the_command_answers_as_the_page_and_the_api_do(told, client):
    for query in ("LRHKD", "LRHKDX", "Lion Rock", "Moonbeam"):
        by_command = asked(query)
        by_api = client.get("/api/v1/register/check", {"q": query}).json()
        assert by_command == by_api
        assert by_api["verdict"] in VERDICTS
    out = StringIO()
    call_command("check_register", "FRS 01", stdout=out)
    assert out.getvalue().split("\n")[:2] == ["licensed  FRS 01", "licensed  FRS01   Lion Rock Digital Limited"]
    with pytest.raises(CommandError):
        call_command("check_register", "FRS01", "--as-at", "yesterday")


def test_the_api_refuses_a_check_of_nothing_and_of_a_day_to_come(told, client):
    assert client.get("/api/v1/register/check").status_code == 400
    assert client.get("/api/v1/register/check", {"q": "a\x00"}).status_code == 400
    assert client.get("/api/v1/register/check", {"q": "LRHKD", "as_at": "2999-01-01"}).status_code == 400
    assert client.get("/api/v1/register/check", {"q": "LRHKD", "as_at": "2001-01-01"}).json()["verdict"] == "not_found"
