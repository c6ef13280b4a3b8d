"""A second endpoint that lies, fails or is silent: nothing is accepted, what differs is named, a case opens."""

from __future__ import annotations

import json
import time

import pytest

from core.access import SYSTEM
from core.cases import case_summary
from core.models import AuditEvent, Case, FeedFile
from reserves.chain.events import TRANSFER
from reserves.chain.words import selector, signature_hash
from reserves.models import ChainEvent, ChainReading
from reserves.services.chain import read_coin
from tests.reserves.chain.conftest import CHAIN_NAME, FRIDAY


@pytest.fixture
def ready(coin, deployment, end_friday):
    """A coin whose Friday is over, and final."""
    end_friday()
    return coin


def read(coin):
    (outcome,) = read_coin(coin, FRIDAY, actor=SYSTEM).outcomes
    return outcome


def refused(coin) -> ChainReading:
    outcome = read(coin)
    assert outcome.state == "refused"
    assert not FeedFile.objects.exists()
    assert not ChainReading.objects.filter(status="accepted").exists()
    return outcome.reading


def is_call(question, signature) -> bool:
    return question["method"] == "eth_call" and question["params"][0]["data"].startswith(selector(signature))


def add_one(word: str) -> str:
    return f"0x{int(word, 16) + 1:064x}"


def test_another_total_supply_is_refused_and_named(ready, second):
    second.twist = lambda question, result: add_one(result) if is_call(question, "totalSupply()") else result
    reading = refused(ready)
    assert reading.reason == "supply_differs"
    assert reading.detail == {"answers": {"North": "1500000000000", "South": "1500000000001"}}
    case = Case.objects.get()
    assert (case.kind, case.queue, case.risk, case.as_of, case.owner) == (
        "reserves.chain_reading", "supervision", "high", FRIDAY, ready.issuer.organisation)
    assert case.reference.startswith("CHN-2026-")
    assert case_summary(case) == (
        f"No reading of LRHKD on {CHAIN_NAME} was accepted for 20 November 2026. The endpoints do not agree on the total "
        "supply, in raw units: North says 1500000000000; South says 1500000000001."
    )


def test_another_block_hash_is_refused(ready, second):
    def other_hash(question, result):
        if question["method"] == "eth_getBlockByNumber" and isinstance(result, dict):
            turned = {name: "0x" + result[name][:1:-1] for name in ("hash", "parentHash")}
            return result | turned
        return result

    second.twist = other_hash
    reading = refused(ready)
    assert reading.reason == "block_differs"
    assert set(reading.detail["answers"]) == {"North", "South"}
    assert Case.objects.count() == 1


def test_another_end_of_the_day_is_refused(ready, second):
    def later(question, result):
        if question["method"] == "eth_getBlockByNumber" and question["params"][0] != "finalized":
            return result | {"timestamp": hex(int(result["timestamp"], 16) - 3600)}
        return result

    second.twist = later
    assert refused(ready).reason == "block_differs"


@pytest.mark.parametrize("kept", [0, 1])
def test_a_log_that_is_left_out_is_refused_and_named(ready, second, kept):
    second.twist = lambda question, result: result[:kept] if question["method"] == "eth_getLogs" else result
    reading = refused(ready)
    assert reading.reason == "logs_differs"
    assert reading.detail["answers"] == {"North": "2", "South": str(kept)}
    assert len(reading.detail["only"]["North"]) == 2 - kept
    assert reading.detail["only"]["South"] == []
    assert ChainEvent.objects.count() == 0


def test_a_log_that_was_altered_is_refused(ready, second):
    def more(question, result):
        if question["method"] == "eth_getLogs":
            return [log | {"data": add_one(log["data"])} for log in result]
        return result

    second.twist = more
    assert refused(ready).reason == "logs_differs"


def test_another_balance_of_a_frozen_address_is_refused_and_named(coin, deployment, contract, node, second, end_friday):
    contract.send("freeze(address)", node.accounts[1])
    end_friday()
    second.twist = lambda question, result: add_one(result) if is_call(question, "balanceOf(address)") else result
    reading = refused(coin)
    assert (reading.reason, reading.detail["of"]) == ("balance_differs", node.accounts[1])


def test_coins_that_appeared_without_an_event_are_refused(coin, deployment, contract, node, end_friday):
    contract.send("conjure(address,uint256)", node.accounts[1], 1)
    end_friday()
    reading = refused(coin)
    assert reading.reason == "supply_unexplained"
    assert reading.detail["after"] == "1500000.000001"
    assert Case.objects.get().risk == "high"


def too_few(ready, reason) -> Case:
    reading = refused(ready)
    assert (reading.reason, reading.detail) == ("too_few", {"answered": ["North"], "absent": {"South": reason}})
    case = Case.objects.get()
    assert case.risk == "medium"
    assert "Fewer than two endpoints answered: South" in case_summary(case)
    return case


def test_an_endpoint_without_finality_does_not_count(ready, second):
    def unknown(question, result):
        return ValueError("unknown tag") if question["params"][:1] == ["finalized"] else result

    second.twist = unknown
    too_few(ready, "no_finality: -32005")
    second.twist = lambda question, result: None if question["params"][:1] == ["finalized"] else result
    assert refused(ready).detail["absent"] == {"South": "no_finality"}


def test_an_endpoint_of_another_chain_does_not_count(ready, second):
    second.twist = lambda question, result: "0x1" if question["method"] == "eth_chainId" else result
    too_few(ready, "wrong_chain: 1")


def answering(status: int, body: bytes, **headers: str):
    return lambda handler, asked: handler.reply(status, body, **headers)


@pytest.mark.parametrize(("respond", "reason"), [
    (answering(500, b"no"), "http_status: 500"),
    (answering(403, b"no"), "http_status: 403"),
    (answering(302, b"", Location="http://169.254.169.254/latest/"), "redirected: 302"),
    (answering(200, b"<html>"), "not_json"),
    (answering(200, b"[" * 100_000), "not_json"),
    (answering(200, b'"0x7a69"'), "malformed: answer"),
    (answering(200, b'{"jsonrpc": "2.0", "id": -5, "result": "0x7a69"}'), "malformed: answer without its question"),
    (answering(200, b"x" * 300_000), "too_large"),
    (lambda handler, asked: handler.connection.shutdown(2), "unreachable"),
])
def test_an_endpoint_that_does_not_answer_as_a_node_does_not_count(ready, second, settings, respond, reason):
    settings.CHAIN_LIMITS |= {"max_bytes": 200_000}
    second.respond = respond
    reading = refused(ready)
    assert reading.detail["answered"] == ["North"]
    assert reading.detail["absent"]["South"].startswith(reason)


def test_an_endpoint_that_does_not_answer_in_time_does_not_count(ready, second, settings):
    settings.CHAIN_LIMITS |= {"seconds": 0.8, "attempts": 1}
    second.respond = lambda handler, asked: time.sleep(1)
    assert refused(ready).detail["absent"] == {"South": "timed_out"}


@pytest.mark.parametrize("result", ["0x", "0x01", "150", None, 7, {"x": 1}, "0x" + 65 * "1", "0x" + 64 * "g"])
def test_a_supply_that_is_no_word_does_not_count(ready, second, result):
    second.twist = lambda question, given: result if is_call(question, "totalSupply()") else given
    reading = refused(ready)
    assert reading.detail["absent"]["South"].startswith("malformed")


def test_a_log_that_is_not_what_it_announces_does_not_count(ready, second):
    def shortened(question, result):
        return [log | {"data": "0x"} for log in result] if question["method"] == "eth_getLogs" else result

    second.twist = shortened
    assert refused(ready).detail["absent"] == {"South": "malformed: log of Transfer"}


def test_logs_of_another_contract_or_block_do_not_count(ready, second):
    for change in ({"address": "0x" + 40 * "1"}, {"blockNumber": "0xffff"}, {"removed": True}):
        second.twist = lambda question, result, change=change: (
            [log | change for log in result] if question["method"] == "eth_getLogs" else result)
        assert refused(ready).detail["absent"]["South"].startswith("malformed")


def test_one_endpoint_alone_is_never_enough(ready, settings):
    settings.CHAIN_ENDPOINTS = {CHAIN_NAME: settings.CHAIN_ENDPOINTS[CHAIN_NAME][:1]}
    assert refused(ready).reason == "too_few"
    assert "no more are set" in case_summary(Case.objects.get())


def test_two_that_agree_are_enough_when_a_third_is_silent(ready, settings, second):
    third = {"name": "East", "url": "http://127.0.0.1:9"}
    settings.CHAIN_ENDPOINTS[CHAIN_NAME].append(third)
    reading = read(ready).reading
    assert (reading.status, reading.endpoints) == ("accepted", ["North", "South"])
    assert reading.absent["East"].startswith("unreachable")


def test_two_that_agree_are_not_enough_when_a_third_says_otherwise(ready, node, settings, second):
    from tests.reserves.chain.node import Liar

    liar = Liar(node)
    liar.twist = lambda question, result: add_one(result) if is_call(question, "totalSupply()") else result
    settings.CHAIN_ENDPOINTS[CHAIN_NAME].append({"name": "East", "url": liar.url})
    try:
        assert refused(ready).reason == "supply_differs"
    finally:
        liar.stop()


def test_a_busy_endpoint_is_asked_again(ready, second):
    busy = iter([True])

    def respond(handler, asked):
        if next(busy, False):
            return handler.reply(429, b"later")
        return handler.reply(200, json.dumps(second.passed_on(json.loads(asked))).encode())

    second.respond = respond
    assert read(ready).state == "accepted"


def test_pages_shrink_until_the_node_answers_and_nothing_is_lost(coin, deployment, contract, node, second, end_friday):
    node.mine("2026-11-20T10:00:00")
    for coins in range(1, 13):
        contract.mint(1, coins)
    end_friday()
    widest = []

    def limited(question, result):
        if question["method"] != "eth_getLogs":
            return result
        asked = question["params"][0]
        widest.append(int(asked["toBlock"], 16) - int(asked["fromBlock"], 16) + 1)
        return ValueError("query returned more than 3 results") if len(result) > 3 else result

    second.twist = limited
    assert read(coin).state == "accepted"
    assert ChainEvent.objects.filter(kind="mint").count() == 14
    assert max(widest) > 10
    assert min(widest) <= 3


def test_a_node_that_refuses_every_page_does_not_count(ready, second):
    second.twist = lambda question, result: (
        ValueError("no") if question["method"] == "eth_getLogs" else result)
    assert refused(ready).detail["absent"] == {"South": "rpc_error: -32005"}


def test_the_same_refusal_is_kept_once_and_a_reading_closes_its_case(ready, second):
    second.respond = answering(500, b"")
    refused(ready)
    refused(ready)
    assert (ChainReading.objects.count(), Case.objects.filter(status="open").count()) == (1, 1)
    second.respond = None
    assert read(ready).state == "accepted"
    assert Case.objects.get().status == "closed"
    assert FeedFile.objects.get().status == "accepted"
    assert AuditEvent.objects.filter(verb="reserves.chain.read").count() == 1


def test_what_was_accepted_stands_while_nobody_says_otherwise(ready, second):
    accepted = read(ready).reading
    second.respond = answering(500, b"")
    assert read(ready).reading == accepted
    assert not Case.objects.exists()


def test_no_address_or_key_of_an_endpoint_is_ever_kept(ready, second, settings, caplog):
    secret = "s3cret-of-the-provider"
    settings.CHAIN_ENDPOINTS[CHAIN_NAME][1] |= {"url": f"{second.url}/v3/{secret}", "headers": {"X-Key": secret}}
    second.respond = answering(401, secret.encode())
    reading = refused(ready)
    kept = json.dumps([reading.detail, reading.absent, Case.objects.get().params]) + caplog.text
    assert secret not in kept
    assert second.url not in kept


def test_the_filters_ask_for_what_counts_only(ready, second):
    seen = []
    second.twist = lambda question, result: seen.append(question["params"]) or result if (
        question["method"] == "eth_getLogs") else result
    read(ready)
    transfer, nobody = signature_hash(TRANSFER), "0x" + 64 * "0"
    topics = [asked[0]["topics"] for asked in seen[:3]]
    assert topics[:2] == [[transfer, nobody], [transfer, None, nobody]]
    assert transfer not in topics[2][0]
