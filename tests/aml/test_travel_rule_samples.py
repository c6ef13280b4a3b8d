"""Samples of transfers on chain against the issuer's records."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from aml.models import Alert, SampledTransfer, Transfer, TravelRuleSample, Wallet
from aml.services.travel_rule import draw_sample
from core.errors import NotPermitted, Refused
from core.models import Case
from core.roles import Role
from issuers.models import Deployment
from reserves.services.intake import receive_file
from tests.aml.test_travel_rule_files import LINE, canonical

CONTRACT, TREASURY, CUSTOMER, STRANGER = ("0x" + digit * 40 for digit in "1234")
CHAIN = "eip155:1"
AT = datetime(2026, 11, 3, 4, 0, tzinfo=UTC)
DAYS = {"period_start": date(2026, 11, 1), "period_end": date(2026, 11, 10)}


def tx(number: int) -> str:
    return f"0x{number:064x}"


@pytest.fixture
def moved(coin, ann, set_clock):
    """Eight transfers, five of which concern a registered wallet in the days, and the records of three of those."""
    set_clock("2026-11-20T10:00")
    Deployment.objects.create(coin=coin, chain=CHAIN, contract=CONTRACT, decimals=2)
    owner = coin.issuer.organisation
    for address, part in ((TREASURY, Wallet.Part.TREASURY), (CUSTOMER, Wallet.Part.CUSTOMER)):
        Wallet.objects.create(owner=owner, chain=CHAIN, address=address, canonical=address, part=part)
    records = [
        LINE | {"transfer_id": tx(1)},
        LINE | {"transfer_id": f"{tx(2)}:0", "originator_address": "", "originator_id": ""},
        LINE | {"transfer_id": tx(3), "originator_address": "", "originator_id": "", "amount": "7999.99",
                "data_received_at": "2026-11-03T12:00:01+08:00"},
    ]
    file = receive_file(coin, "travel_rule", canonical(*records), filename="travel.csv", actor=ann)
    assert file.status == "accepted", file.problems
    amounts = {1: 800_000, 2: 800_000, 3: 799_999, 4: 500, 5: 900_000, 6: 900_000, 7: 1, 8: 1}
    # In Hong Kong one is of the last second of October, the other of the last of the days that are looked at.
    times = {7: datetime(2026, 10, 31, 15, 59, 59, tzinfo=UTC), 8: datetime(2026, 11, 10, 16, 0, tzinfo=UTC)}
    for number, value in amounts.items():
        sender = STRANGER if number == 6 else TREASURY
        Transfer.objects.create(
            chain=CHAIN, contract=CONTRACT, tx_hash=tx(number), log_index=0, block_number=number,
            block_time=times.get(number, AT),
            from_address=sender, to_address=STRANGER if number == 6 else CUSTOMER, value=Decimal(value), file=file,
            line=number,
        )
    return coin


def found(sample: TravelRuleSample) -> dict[str, tuple[str, str, list[str]]]:
    return {each.tx_hash: (each.stratum, each.outcome, each.lacking) for each in sample.transfers.all()}


def test_each_transfer_is_judged_by_its_record(moved, dee):
    sample = draw_sample(moved, **DAYS, per_stratum=10, actor=dee)
    assert found(sample) == {
        tx(1): ("at_threshold", "complete", []),
        tx(2): ("at_threshold", "incomplete", ["originator_address"]),
        tx(3): ("below", "late", []),
        tx(4): ("below", "missing", []),
        tx(5): ("at_threshold", "missing", []),
    }
    assert sample.population == {"at_threshold": 3, "below": 2, "unvalued": 0}
    alert = Alert.objects.get()
    assert (alert.kind, alert.owner) == ("travel_rule", moved.issuer.organisation)
    assert alert.explanation["counts"] == {"complete": 1, "incomplete": 1, "late": 1, "missing": 2, "unknown": 0}
    assert Case.objects.visible_to(dee).filter(pk=alert.case_id).exists()


def test_the_same_seed_draws_the_same_transfers(moved, dee):
    one = draw_sample(moved, **DAYS, per_stratum=1, actor=dee)
    again = draw_sample(moved, **DAYS, per_stratum=1, actor=dee, seed=one.seed)
    assert found(one) == found(again)
    assert len(found(one)) == 2
    assert {frozenset(found(draw_sample(moved, **DAYS, per_stratum=1, actor=dee, seed=str(seed)))) for seed in range(12)
            } != {frozenset(found(one))}


def test_units_that_nobody_read_have_no_value(moved, dee):
    Deployment.objects.update(decimals=None)
    sample = draw_sample(moved, **DAYS, per_stratum=10, actor=dee)
    assert {stratum for stratum, _outcome, _lacking in found(sample).values()} == {"unvalued"}
    assert found(sample)[tx(1)][1] == "complete"  # enough whatever it is worth
    assert found(sample)[tx(2)] == ("unvalued", "unknown", ["originator_address"])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"period_end": date(2026, 11, 20)}, "no_such_period"),
        ({"period_start": date(2026, 11, 11)}, "no_such_period"),
        ({"per_stratum": 0}, "out_of_range"),
        ({"per_stratum": 501}, "out_of_range"),
        ({"period_start": date(2025, 7, 1)}, "not_in_force"),
        ({"period_start": date(2026, 10, 1), "period_end": date(2026, 10, 2)}, "nothing_to_sample"),
    ],
)
def test_a_refused_draw_leaves_nothing(moved, dee, change, code):
    with pytest.raises(Refused) as refused:
        draw_sample(moved, **DAYS | {"per_stratum": 10} | change, actor=dee)
    assert refused.value.code == code
    assert not TravelRuleSample.objects.exists()
    assert not Alert.objects.exists()


def test_who_may_not_work_alerts_draws_nothing(moved, ann, cy):
    for actor in (ann, cy):
        with pytest.raises(NotPermitted):
            draw_sample(moved, **DAYS, per_stratum=10, actor=actor)
    assert not SampledTransfer.objects.exists()


def test_a_corrected_file_counts_and_the_first_no_longer(moved, ann, dee):
    standing = Transfer.objects.first().file
    receive_file(moved, "travel_rule", canonical(LINE | {"transfer_id": tx(5)}), filename="t.csv", actor=ann,
                 supersedes=standing)
    sample = draw_sample(moved, **DAYS, per_stratum=10, actor=dee)
    assert {tx_hash: outcome for tx_hash, (_stratum, outcome, _lacking) in found(sample).items()} == {
        tx(1): "missing", tx(2): "missing", tx(3): "missing", tx(4): "missing", tx(5): "complete"}


def test_page_command_and_api_draw_the_same(moved, dee, client_for, key_for, authority):
    out = StringIO()
    call_command("sample_travel_rule", "--coin", "LRHKD", "--from", "2026-11-01", "--to", "2026-11-10", "--seed", "s",
                 "--json", stdout=out)
    answer = json.loads(out.getvalue())
    assert answer["population"] == {"at_threshold": 3, "below": 2, "unvalued": 0}
    assert [(line["stratum"], line["complete"], line["missing"]) for line in answer["shares"]] == [
        ("at_threshold", 1, 1), ("below", 0, 1)]
    client = client_for(dee)
    posted = client.post(reverse("officer:travel_rule"), {
        "coin": moved.pk, "period_start": "2026-11-01", "period_end": "2026-11-10", "per_stratum": "30"})
    assert posted.status_code == 302
    page = client.get(posted["Location"]).text
    assert tx(2) in page
    assert "originator_address" in page
    assert "Chan Tai Man" not in page
    wrong = client.post(reverse("officer:travel_rule"), {
        "coin": moved.pk, "period_start": "2026-10-01", "period_end": "2026-10-02", "per_stratum": "30"})
    assert (wrong.status_code, "no transfer on record" in wrong.text) == (422, True)
    program = Client(headers={"Authorization": f"Bearer {key_for(authority, Role.AML_ANALYST)}"})
    drawn = program.post("/api/v1/aml/travel-rule-samples/", {
        "coin": "LRHKD", "period_start": "2026-11-01", "period_end": "2026-11-10"}, content_type="application/json")
    assert drawn.status_code == 201, drawn.text
    assert {each["tx_hash"]: each["outcome"] for each in program.get(drawn["Location"]).json()["transfers"]} == {
        tx(1): "complete", tx(2): "incomplete", tx(3): "late", tx(4): "missing", tx(5): "missing"}
    table = client.get(reverse("officer:travel_rule_csv", args=[answer["reference"]])).text.splitlines()
    assert len(table) == 6
    assert f'{CHAIN},{tx(4)},0,{AT.isoformat()},5,below,missing,,,' in [line.replace("5.000000000000000000", "5")
                                                                      for line in table]
