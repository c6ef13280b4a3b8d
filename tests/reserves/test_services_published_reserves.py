"""Two published reserve reports of a real coin, judged from the shell: figures exactly as expected."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command

from core.access import SYSTEM
from core.models import Finding
from issuers.services.coins import create_coin
from issuers.services.issuers import register_issuer
from reserves.models import ReserveDay

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "reserves"
FOLDERS = ("usdc_2025-03-19", "usdc_2025-03-31")
NETTED = b"""
[instruments]
TST = { title = "A rule that nets frozen tokens", url = "https://example.org/" }

[[circulation]]
from = 2025-08-01
cite = "TST 1"
include_frozen = false
include_pending = false
"""

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the published reserve reports are not beside this folder")


@pytest.fixture
def usdc(db):
    issuer = register_issuer(name_en="Issuer of USDC", actor=SYSTEM)
    return create_coin(issuer, symbol="USDC", reference_currency="USD", actor=SYSTEM)


def answer_of(capsys, *arguments: str, **options) -> dict:
    capsys.readouterr()
    call_command(*arguments, "--json", **options)
    return json.loads(capsys.readouterr().out)


@pytest.fixture(params=FOLDERS)
def received(request, usdc, capsys):
    folder = DATA / request.param
    for feed in ("holdings", "supply"):
        receipt = answer_of(capsys, "receive", feed, str(folder / f"{feed}.csv"), "--coin", "USDC")
        assert receipt["state"] == "accepted"
        assert receipt["problems"] == []
    return date.fromisoformat(request.param.removeprefix("usdc_")), json.loads((folder / "expected.json").read_text())


def test_frozen_tokens_stay_backed_under_the_hong_kong_guideline(received, capsys):
    as_of, expected = received
    result = answer_of(capsys, "run_day", "--coin", "USDC", "--as-of", str(as_of), "--law-on", "2025-08-01")
    assert Decimal(result["reserve_market_value"]) == expected["sum_of_lines"]
    assert Decimal(result["circulation"]) == expected["circulation_frozen_included"]
    assert result["backing_ratio"] == expected["backing_ratio_frozen_included"]
    assert Decimal(result["surplus"]) == expected["surplus_frozen_included"]
    assert (result["verdict"], result["law_on"], result["version"]) == ("breached", "2025-08-01", None)
    assert not ReserveDay.objects.filter(status="judged").exists()
    assert not Finding.objects.exists()


def test_full_backing_is_met_by_a_rulebook_that_nets_frozen_tokens(received, capsys, tmp_path):
    as_of, expected = received
    overlay = tmp_path / "netted.toml"
    overlay.write_bytes(NETTED)
    result = answer_of(capsys, "run_day", "--coin", "USDC", "--as-of", str(as_of), "--law-on", "2025-08-01",
                       "--rulebook", str(overlay))
    assert Decimal(result["circulation"]) == expected["circulation_as_published"]
    assert result["backing_ratio"] == expected["backing_ratio_as_published"]
    assert (result["verdict"], result["circulation_basis"]["cite"]) == ("met", "TST 1")


def test_a_day_before_any_law_has_no_circulation_and_no_findings(received, capsys):
    as_of, expected = received
    result = answer_of(capsys, "run_day", "--coin", "USDC", "--as-of", str(as_of))
    assert Decimal(result["reserve_market_value"]) == expected["sum_of_lines"]
    assert (result["circulation"], result["circulation_basis"], result["findings"]) == (None, None, [])
    assert (result["backing_ratio"], result["verdict"], result["version"]) == (None, "unknown", 1)


def test_what_if_twice_has_one_digest(received, capsys):
    as_of, _ = received
    arguments = ("run_day", "--coin", "USDC", "--as-of", str(as_of), "--law-on", "2025-08-01")
    assert answer_of(capsys, *arguments) == answer_of(capsys, *arguments)
