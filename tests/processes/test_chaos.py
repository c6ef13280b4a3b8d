"""Two weeks of two issuers in minutes, with workers, broker and mail server killed: ``make chaos`` plays a quarter."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.servers import ROOT

pytestmark = [
    pytest.mark.processes,
    # The suite is long already, and this takes minutes.
    pytest.mark.skipif(os.environ.get("CHAOS") != "1", reason="takes minutes: set CHAOS=1 to play it"),
]
ISSUERS, DAYS, KILLS = 2, 14, 5


@pytest.mark.timeout(580)
def test_whatever_is_killed_each_report_and_mail_comes_once_on_its_day():
    play = subprocess.run(
        [sys.executable, "-m", "tests.chaos", "--as-json", "--issuers", str(ISSUERS), "--days", str(DAYS), "--kills",
         str(KILLS), "--workers", "1", "--seed", "20260714"],
        cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True,
        env={name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"},
    )
    found = json.loads(play.stdout.splitlines()[-1])
    assert found["faults"] == []
    assert len(found["killed"]) == KILLS
    daily = {name for name in found["reports"] if name.startswith("daily_reserve") and name.endswith("rendered")}
    assert len(daily) >= ISSUERS * (DAYS - 4)  # the last days are not due yet, or wait for a file that is late
    assert sum(name.startswith("licence_certificate") for name in found["reports"]) == ISSUERS
    assert sum(found["mails"].values()) > ISSUERS * DAYS  # that none came twice is one of the faults
