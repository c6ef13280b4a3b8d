"""Wallets and transfers sent by programs: the same intake, the same answers, and never a word of what is found."""

from __future__ import annotations

import json

from django.core.files.uploadedfile import SimpleUploadedFile

from aml.models import Alert, Transfer, Wallet
from aml.services.flows import sweep_flows
from core.calendars import HONG_KONG
from core.roles import Role
from tests.aml.flows import START, address, csv_of, listed, transfer, version_of
from tests.api.conftest import Caller


def _program(coin, key_for) -> Caller:
    return Caller(key_for(coin.issuer.organisation, Role.FEED_SENDER))


def test_a_program_sends_wallets_and_transfers(coin, key_for):
    program = _program(coin, key_for)
    rows = [{"chain": "eip155:1", "address": address(1), "part": "customer", "holder_ref": "C-1"}]
    answer = program.send(coin.symbol, "wallets", csv_of(rows))
    assert (answer.status_code, answer.json()["state"], answer.json()["as_of"]) == (201, "accepted", None)
    assert Wallet.objects.get().owner == coin.issuer.organisation
    assert program.send(coin.symbol, "transfers", csv_of([transfer(1, 1, 2, 5)])).status_code == 201
    refused = program.send(coin.symbol, "transfers", csv_of([transfer(1, 1, 2, 6)]))
    assert refused.status_code == 422
    assert [each["rule"] for each in refused.json()["problems"]] == ["transfer_contradicts"]
    assert Transfer.objects.count() == 1


def test_a_program_sends_an_export(coin, key_for):
    line = {"type": "token_transfer", "token_address": address(9), "from_address": address(1),
            "to_address": address(2), "value": 5, "transaction_hash": f"0x{7:064x}", "log_index": 0,
            "block_number": 3, "block_timestamp": int(START.timestamp())}
    file = SimpleUploadedFile("export.jsonl", json.dumps(line).encode())
    answer = _program(coin, key_for).post(f"/api/v1/coins/{coin.symbol}/feeds/transfers_etl/", {"file": file})
    assert (answer.status_code, answer.json()["rows"]) == (201, 1)


def test_the_authority_reads_transfers_with_their_source(coin, authority, key_for):
    program = _program(coin, key_for)
    program.send(coin.symbol, "transfers", csv_of([transfer(1, 1, 2, 10**30), transfer(2, 2, 3, 7)]))
    program.send(coin.symbol, "transfers", csv_of([transfer(2, 2, 3, 7, block_number=1009)]))
    officer = Caller(key_for(authority, Role.AML_ANALYST))
    found = officer.get("/api/v1/aml/transfers/", {"about": address(1)}).json()
    row = Transfer.objects.get(value=10**30)
    assert found["results"] == [{
        "id": row.pk, "chain": "eip155:1", "contract": row.contract, "tx_hash": f"0x{1:064x}", "log_index": 0,
        "block_number": 1001, "block_hash": "", "block_time": row.block_time.astimezone(HONG_KONG).isoformat(),
        "from_address": address(1), "to_address": address(2), "value": str(10**30), "source": "feed",
        "file": row.file_id, "line": 2, "no_longer": None,
    }]
    assert officer.get("/api/v1/aml/transfers/").json()["count"] == 2
    gone = Transfer.objects.exclude(replaced_by=None).get()
    assert officer.get(f"/api/v1/aml/transfers/{gone.pk}/").json()["no_longer"] == "reorg"
    assert officer.get("/api/v1/aml/transfers/0/").status_code == 404
    for place in ("", f"{row.pk}/"):
        assert program.get(f"/api/v1/aml/transfers/{place}").status_code == 404
        assert Caller(key_for(authority, Role.CASE_OFFICER)).get(f"/api/v1/aml/transfers/{place}").status_code == 403


def test_the_answer_is_the_same_whether_a_list_names_the_wallet_or_not(coin, key_for, dee):
    listed(version_of(), {address(1): "ETH"})
    program = _program(coin, key_for)
    answers = []
    for number in (1, 2):
        rows = [{"chain": "eip155:1", "address": address(number), "part": "customer"}]
        answer = program.send(coin.symbol, "wallets", csv_of(rows)).json()
        sweep_flows()
        receipt = program.get(f"/api/v1/files/{answer['id']}/").json()
        answers.append({name: value for name, value in receipt.items()
                        if name not in ("id", "url", "sha256", "received_at", "judged_at")})
    assert answers[0] == answers[1]
    assert Alert.objects.count() == 1
