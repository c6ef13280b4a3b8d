"""``python -m tests.chaos``: see the package."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any


def main() -> int:
    """Play in calm and with kills, each in a process and a database of its own; print one table; 0 if all is well."""
    options = _options()
    if options.as_json:
        print(json.dumps(_play(options)))
        return 0
    plays = [("calm", 0), ("kills", options.kills)] if options.beside_calm else [("kills", options.kills)]
    found = {name: _apart(options, kills) for name, kills in plays}
    for name, each in found.items():
        print(f"{name}: {sum(each['reports'].values())} reports, {sum(each['mails'].values())} mails,"
              f" {len(each['killed'])} kills, {each['seconds']} s")
    faults = [f"{name}: {fault}" for name, each in found.items() for fault in each["faults"]]
    if options.beside_calm:
        faults += _differences(found["calm"], found["kills"])
    print("\n".join(faults[:200]) or "Every report and mail that was due came once, on its day.")
    return 1 if faults else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--issuers", type=int, default=20)
    parser.add_argument("--days", type=int, default=92)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--without-calm", dest="beside_calm", action="store_false")
    parser.add_argument("--as-json", action="store_true", help="one play in this process; its account as JSON")
    return parser.parse_args()


def _apart(options: argparse.Namespace, kills: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.chaos", "--as-json", "--issuers", str(options.issuers), "--days",
               str(options.days), "--kills", str(kills), "--seed", str(options.seed), "--workers",
               str(options.workers)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"the play with {kills} kills broke off")
    return json.loads(done.stdout.splitlines()[-1])


def _differences(calm: dict[str, Any], kills: dict[str, Any]) -> list[str]:
    return [
        f"{kind}: {name}: {calm[kind].get(name, 0)} in calm, {kills[kind].get(name, 0)} with kills"
        for kind in ("reports", "mails") for name in sorted(calm[kind].keys() | kills[kind].keys())
        if calm[kind].get(name, 0) != kills[kind].get(name, 0)
    ]


def _play(options: argparse.Namespace) -> dict[str, Any]:
    """Play once on a database, a broker, a mail server and a blob store of this play's own."""
    name = f"assay_chaos_{os.getpid()}"
    with tempfile.TemporaryDirectory(prefix="chaos-") as place:
        folder = Path(place)
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "config.settings.test", "ASSAY_TEST_DATABASE": name, "ASSAY_TEST_NAMESPACE": name,
            "ASSAY_CLOCK_FILE": str(folder / "now"), "ASSAY_BLOB_ROOT": str(folder / "blobs"),
        }
        import django

        django.setup()
        from django.db import connection

        from config import embedded
        from tests.chaos.rehearsal import Plan, rehearse

        embedded.ensure_running()
        real = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            plan = Plan(options.issuers, options.days, options.kills, options.seed, options.workers)
            return rehearse(plan, folder, folder / "now")
        finally:
            connection.creation.destroy_test_db(real, verbosity=0)


if __name__ == "__main__":
    sys.exit(main())
