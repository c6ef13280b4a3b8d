"""Events, words and settings of the chain reader, without a chain: what is right is read, whatever else is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reserves.chain.blocks import first_with
from reserves.chain.endpoints import EndpointsInvalid, chain_number, read_endpoints
from reserves.chain.events import KNOWN, TRANSFER, Kind, Log, Shape, Vocabulary, read_log
from reserves.chain.failures import EndpointFailed
from reserves.chain.words import ZERO_ADDRESS, number_of, quantity, selector, signature_hash, tokens, topic_of

A, B, TOKEN = ("0x" + 40 * letter for letter in "abc")
HASH = "0x" + 64 * "7"
ANYTHING = st.none() | st.booleans() | st.integers() | st.text(max_size=70) | st.lists(st.integers(), max_size=3)
JSON = ANYTHING | st.dictionaries(st.sampled_from(["address", "topics", "data", "blockNumber", "removed"]), ANYTHING)


def log(signature: str, *topics: str, data: str = "", block: int = 5) -> Log:
    return Log(block, 0, HASH, HASH, (signature_hash(signature), *topics), data)


def word(number: int) -> str:
    return f"{number:064x}"


def test_hashes_are_those_that_every_chain_uses():
    assert signature_hash(TRANSFER) == "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
    assert (selector("totalSupply()"), selector("balanceOf(address)")) == ("0x18160ddd", "0x70a08231")
    assert len({signature_hash(shape.signature) for shape in KNOWN}) == len(KNOWN)


@pytest.mark.parametrize(("sender", "receiver", "expected"), [
    (ZERO_ADDRESS, A, (Kind.MINT, A)), (A, ZERO_ADDRESS, (Kind.BURN, A)), (A, B, None),
    (ZERO_ADDRESS, ZERO_ADDRESS, None),
])
def test_coins_from_nobody_are_made_and_coins_to_nobody_are_gone(sender, receiver, expected):
    for indexed in (True, False):
        words = [topic_of(sender), topic_of(receiver)]
        found = Vocabulary.of().event(
            log(TRANSFER, *words, data=word(9)) if indexed
            else log(TRANSFER, data="".join(each[2:] for each in words) + word(9)))
        assert (found and (found.kind, found.account)) == expected
        assert found is None or found.value == 9


@pytest.mark.parametrize("shape", KNOWN, ids=lambda shape: shape.name)
def test_every_known_event_is_read_whether_its_arguments_are_indexed_or_not(shape: Shape):
    count = shape.signature.count(",") + (shape.signature[-2] != "(")
    addresses = [topic_of(f"0x{number:040x}") for number in range(1, count + 1)]
    for indexed in range(min(count, 3) + 1):
        found = Vocabulary.of().event(
            log(shape.signature, *addresses[:indexed], data="".join(each[2:] for each in addresses[indexed:])))
        assert (found.kind, found.name) == (shape.kind, shape.name)
        assert found.account == ("" if shape.account is None else f"0x{shape.account + 1:040x}")
        assert found.value == (None if shape.value is None else shape.value + 1)


def test_an_event_of_its_own_takes_the_place_of_a_known_one():
    own = Vocabulary.of([Shape("Issue(uint256)", Kind.IGNORED), Shape("Barred(uint256,address)", Kind.FREEZE, account=1)])
    assert own.event(log("Issue(uint256)", data=word(5))) is None
    assert signature_hash("Issue(uint256)") not in own.filters()[2][0]
    assert own.event(log("Barred(uint256,address)", data=word(7) + topic_of(A)[2:])).account == A
    assert own.event(log("Unheard(uint256)", data=word(5))) is None


@pytest.mark.parametrize("broken", [
    log(TRANSFER, topic_of(ZERO_ADDRESS), topic_of(A)), log(TRANSFER, topic_of(A)),
    log("Blacklisted(address)"), log("Blacklisted(address)", "0x" + 64 * "f"), log("Issue(uint256)", data="00"),
])
def test_a_log_without_its_words_is_no_event(broken):
    with pytest.raises(EndpointFailed, match="malformed"):
        Vocabulary.of().event(broken)


@given(JSON)
def test_nothing_but_a_log_is_read_as_one(answer):
    with pytest.raises(EndpointFailed, match="malformed"):
        read_log(answer, TOKEN)


@given(st.fixed_dictionaries({}, optional={
    "address": st.sampled_from([TOKEN, A, None, 7]), "topics": st.lists(st.sampled_from([HASH, "0x", 7]), max_size=6),
    "data": st.sampled_from(["0x", "0x0", "0x" + 64 * "0", "", None]), "blockNumber": st.sampled_from(["0x1", "0x", 1]),
    "logIndex": st.sampled_from(["0x0", "-0x1"]), "blockHash": st.sampled_from([HASH, HASH[:-1]]),
    "transactionHash": st.just(HASH), "removed": st.booleans(),
}))
def test_a_log_is_read_only_if_all_of_it_is_right(answer):
    wellformed = (
        answer.get("address") == TOKEN and all(topic == HASH for topic in answer.get("topics", [0]))
        and len(answer["topics"]) <= 4 and answer.get("data") in ("0x", "0x" + 64 * "0")
        and answer.get("blockNumber") == "0x1" and answer.get("logIndex") == "0x0"
        and answer.get("blockHash") == HASH and "transactionHash" in answer and not answer.get("removed")
    )
    if wellformed:
        assert read_log(answer, TOKEN).block == 1
    else:
        with pytest.raises(EndpointFailed):
            read_log(answer, TOKEN)


@given(st.integers(0, 2**256 - 1))
def test_numbers_are_read_exactly(number):
    assert quantity(hex(number), "number") == number == number_of(f"0x{number:064x}", "number")
    assert int(tokens(number, 18) * 10**18) == number or number >= 10**28  # the default context is narrower than ours


@given(JSON)
def test_nothing_but_a_quantity_is_read_as_one(answer):
    with pytest.raises(EndpointFailed, match="malformed"):
        quantity(answer, "number")


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_the_first_block_is_found_by_halving(first, more):
    asked = []
    assert first_with(0, first + more, lambda number: asked.append(number) or number >= first) == first
    assert len(asked) <= 15


def test_numbers_of_chains():
    assert [chain_number(text) for text in ("eip155:1", "eip155:", "eip155:x", "tron:1", "eip155:\u0661")] == [
        1, None, None, None, None]


@pytest.mark.parametrize("setting", [
    [], {"tron:mainnet": []}, {"eip155:1": {}}, {"eip155:1": ["http://a"]}, {"eip155:1": [{"name": "A"}]},
    {"eip155:1": [{"name": "A", "url": "file:///etc/passwd"}]}, {"eip155:1": [{"name": "A", "url": "ftp://a"}]},
    {"eip155:1": [{"name": "A", "url": "https://user:secret@a"}]}, {"eip155:1": [{"name": "A", "url": "https://a:x"}]},
    {"eip155:1": [{"name": "", "url": "https://a"}]}, {"eip155:1": [{"name": "A", "url": "https://a", "key": "s"}]},
    {"eip155:1": [{"name": "A", "url": "https://a", "headers": {"X": 1}}]},
    {"eip155:1": [{"name": "A", "url": "https://a/1"}, {"name": "A", "url": "https://b"}]},
    {"eip155:1": [{"name": "A", "url": "https://a/1"}, {"name": "B", "url": "https://A:443/2"}]},
])
def test_a_setting_that_cannot_be_used_is_refused_without_its_secrets(setting):
    with pytest.raises(EndpointsInvalid) as problem:
        read_endpoints(setting)
    assert "secret" not in str(problem.value)
    assert "https" not in str(problem.value).replace("http or https", "")


def test_the_settings_are_shown_without_address_or_headers():
    ((endpoint,),) = read_endpoints({"eip155:1": [
        {"name": "North", "url": "https://node.example/v3/secret", "headers": {"Authorization": "secret"}}]}).values()
    assert repr(endpoint) == "Endpoint(name='North')"
    assert (endpoint.origin, endpoint.headers) == ("https://node.example:443", {"Authorization": "secret"})
