"""A published reserve report of a real coin says the same on the page, over the API, in the PDF and in its attachment."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command

from core import wording
from core.access import SYSTEM
from core.roles import Role
from issuers.services.coins import create_coin
from issuers.services.issuers import register_issuer
from tests.reports.pdfs import attachment_of, flat_text_of

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "reserves"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not DATA.exists(), reason="the published reserve reports are not beside this folder"),
]


@pytest.mark.parametrize("day", ["2025-03-19", "2025-03-31"])
def test_one_account_is_shown_everywhere(day, bo, authority, key_for, client, client_for, tmp_path, capsys):
    expected = json.loads((DATA / f"usdc_{day}" / "expected.json").read_text())
    issuer = register_issuer(name_en="Issuer of USDC", actor=SYSTEM)
    create_coin(issuer, symbol="USDC", reference_currency="USD", actor=SYSTEM)
    for feed in ("holdings", "supply"):
        call_command("receive", feed, str(DATA / f"usdc_{day}" / f"{feed}.csv"), "--coin", "USDC")
    out = tmp_path / "day.pdf"
    call_command("render_report", "daily_reserve", "--coin", "USDC", "--as-of", day, "--law-on", "2025-08-01",
                 "--out", str(out))
    capsys.readouterr()

    result = json.loads(attachment_of(out.read_bytes())[1])["result"]
    assert Decimal(result["reserve_market_value"]) == expected["sum_of_lines"]
    assert Decimal(result["circulation"]) == expected["circulation_frozen_included"]
    assert result["backing_ratio"] == expected["backing_ratio_frozen_included"]
    assert Decimal(result["surplus"]) == expected["surplus_frozen_included"]
    full_backing = next(finding for finding in result["findings"] if finding["rule"] == "HK-RES-01")
    assert full_backing["verdict"] == "breached"

    said = client.get(
        f"/api/v1/coins/USDC/days/{day}/?law_on=2025-08-01",
        HTTP_AUTHORIZATION=f"Bearer {key_for(authority, Role.CASE_OFFICER)}",
    ).json()
    assert said["digest"] == result["digest"]

    printed = [
        wording.percent(result["backing_ratio"]),
        wording.amount(result["circulation"], scale=6),
        wording.amount(result["reserve_market_value"], scale=6),
        wording.amount(str(abs(Decimal(result["surplus"]))), scale=6),
    ]
    page = client_for(bo).get(f"/en/officer/coins/USDC/days/{day}/?law_on=2025-08-01").content.decode()
    document = flat_text_of(out.read_bytes())
    for figure in printed:
        assert figure in page
        assert figure in document
    assert "Judged as if the law of 1 August 2025 applied." in page
    assert expected["backing_ratio_frozen_included"] in document
