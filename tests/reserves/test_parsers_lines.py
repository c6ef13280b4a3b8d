"""What must hold between the lines of one file of a feed."""

from decimal import Decimal

import pytest

from reserves.parsers import holdings, ledger, supply

HOLDINGS = "as_of,coin,account_id,custodian,asset_class,line_ref,description,currency,market_value,face_value"
LEDGER = "as_of,coin,account_id,asset_class,instrument_id,line_ref,description,currency,book_value"
SUPPLY = "as_of,coin,chain,contract,total_supply,unissued,frozen,pending_redemption"


def problems(feed, header, *lines):
    parsed = feed.parse("\n".join([header, *lines]).encode(), filename="file.csv")
    return [(problem.rule, problem.row, problem.column) for problem in parsed.problems]


def test_only_a_settlement_line_may_be_negative():
    def line(asset_class):
        return f"2026-11-20,LRHKD,A,Bank,{asset_class},{asset_class},Text,HKD,-1,-1"

    assert problems(holdings, HOLDINGS, line("settlement")) == []
    assert sorted(problems(holdings, HOLDINGS, line("cash"), line("other"))) == [
        ("negative", 2, "face_value"),
        ("negative", 2, "market_value"),
        ("negative", 3, "face_value"),
        ("negative", 3, "market_value"),
    ]


def test_a_line_sent_twice_is_refused_and_told_where_it_stood_first():
    line = "2026-11-20,LRHKD,A,Bank,cash,,Vault,HKD,1,"
    parsed = holdings.parse("\n".join([HOLDINGS, line, line, line]).encode(), filename="file.csv")
    assert [(p.row, p.params["first_row"]) for p in parsed.problems] == [(3, 2), (4, 2)]
    assert parsed.problems[0].fix() == "Remove it, or give each of the two lines a reference of its own in “line_ref”."


def test_two_lots_with_references_of_their_own_are_two_lines():
    line = "2026-11-20,LRHKD,A,Bank,cash,{},Vault,HKD,1,"
    assert problems(holdings, HOLDINGS, line.format("L1"), line.format("L2")) == []


def test_a_line_that_cannot_be_read_is_no_duplicate():
    line = "2026-11-20,LRHKD,A,Bank,cash,{},Vault,HKD,1,"
    assert problems(holdings, HOLDINGS, line.format("=1"), line.format("=2")) == [
        ("formula", 2, "line_ref"),
        ("formula", 3, "line_ref"),
    ]


def test_par_outstanding_belongs_to_the_books_alone():
    assert problems(ledger, LEDGER, "2026-11-20,LRHKD,PAR,par_outstanding,,,Par,HKD,5") == []
    line = "2026-11-20,LRHKD,PAR,Bank,par_outstanding,,Par,HKD,5,"
    assert problems(holdings, HOLDINGS, line) == [("unknown_choice", 2, "asset_class")]


@pytest.mark.parametrize(
    "chain", ["all", "eip155:1", "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp", "bip122:000000000019d6689c08"]
)
def test_a_chain_is_named_by_caip_2_or_is_all(chain):
    assert problems(supply, SUPPLY, f"2026-11-20,LRHKD,{chain},,10,1,1,1") == []


@pytest.mark.parametrize("chain", ["ethereum", "eip155", "eip155:", "EIP155:1", "ALL", "eip155:1:2"])
def test_any_other_name_of_a_chain_is_refused(chain):
    assert problems(supply, SUPPLY, f"2026-11-20,LRHKD,{chain},,10,1,1,1") == [("unreadable_chain", 2, "chain")]


def test_the_parts_of_a_supply_are_within_it_to_the_last_of_18_places():
    whole = "12345678901234567890.000000000000000002"
    part = "12345678901234567890.000000000000000001"
    tiny, two_tiny = "0.000000000000000001", "0.000000000000000002"
    assert problems(supply, SUPPLY, f"2026-11-20,LRHKD,all,,{whole},{part},{tiny},0") == []
    assert problems(supply, SUPPLY, f"2026-11-20,LRHKD,all,,{whole},{part},{two_tiny},") == [
        ("parts_exceed_total", 2, "total_supply")
    ]


def test_token_counts_keep_18_places():
    parsed = supply.parse(
        f"{SUPPLY}\n2026-11-20,LRHKD,eip155:1,,1.000000000000000001,0,0,\n".encode(), filename="file.csv"
    )
    assert parsed.rows[0]["total_supply"] == Decimal("1.000000000000000001")
    assert parsed.rows[0]["pending_redemption"] is None
