"""``python -m tests.chaos``: see the package."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any


def main() -> int:
    """Play in calm and with kills, both at once, each in a database of its own; print one table; 0 if all is well."""
    options = _options()
    if options.as_json:
        for each in _play(options):
            print(json.dumps(each), flush=True)
            print(f"{each['days']} days, {len(each['killed'])} killed, {each['seconds']} s", file=sys.stderr, flush=True)
        return 0
    plays = {"calm": 0, "kills": options.kills} if options.beside_calm else {"kills": options.kills}
    running = {name: _apart(options, kills) for name, kills in plays.items()}
    with ThreadPoolExecutor() as listening:  # to all at once: who is not listened to stands still once the pipe is full
        found = dict(zip(running, listening.map(_told, running, running.values()), strict=True))
    faults = [f"{name}: {fault}" for name, each in found.items() for fault in each["faults"]]
    if options.beside_calm:
        faults += _differences(found["calm"], found["kills"])
    print("\n".join(_table(found)))
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


def _apart(options: argparse.Namespace, kills: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.chaos", "--as-json", "--issuers", str(options.issuers), "--days",
               str(options.days), "--kills", str(kills), "--seed", str(options.seed), "--workers",
               str(options.workers)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _told(name: str, process: subprocess.Popen[str]) -> dict[str, Any]:
    said, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"the play {name} broke off")
    return json.loads(said.splitlines()[-1])


def _table(found: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Yield what came, by kind and play, beside what is due by the calendar alone where it is counted so."""
    yield f"{'':34}{'due':>8}" + "".join(f"{name:>8}" for name in found)
    first = next(iter(found.values()))
    for kind in sorted({kind for each in found.values() for kind in each["kinds"]}):
        made = "".join(f"{each['kinds'].get(kind, 0):>8}" for each in found.values())
        yield f"{kind:34}{first['due'].get(kind, ''):>8}{made}"
    for name, each in found.items():
        kills = Counter(victim.partition("-")[0] for _at, victim in each["killed"])
        yield f"{name}: {each['seconds']} s; killed: {', '.join(f'{n} {v}' for v, n in sorted(kills.items())) or 'nothing'}"


def _differences(calm: dict[str, Any], kills: dict[str, Any]) -> list[str]:
    return [
        f"{kind}: {name}: {calm[kind].get(name, 0)} in calm, {kills[kind].get(name, 0)} with kills"
        for kind in ("reports", "mails") for name in sorted(calm[kind].keys() | kills[kind].keys())
        if calm[kind].get(name, 0) != kills[kind].get(name, 0)
    ]


def _play(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
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
            yield from rehearse(plan, folder, folder / "now")
        finally:
            connection.creation.destroy_test_db(real, verbosity=0)


if __name__ == "__main__":
    sys.exit(main())
