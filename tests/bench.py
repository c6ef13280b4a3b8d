"""Measures the reserve day of a large coin, a large file and the first pages: ``make bench`` prints one table.

Everything runs in a database of its own that is dropped at the end; each figure comes from a fresh process.
``ASSAY_BENCH_STEPS`` names the steps to be measured, where not all are wanted ("matching_data matching").
"""

from __future__ import annotations

import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from tests import bench_flows, bench_mail, bench_matching, bench_names, bench_reports, bench_statements

ROOT = Path(__file__).resolve().parent.parent
LINES = 5_000
FIRST, SECOND = date(2026, 10, 15), date(2026, 10, 16)
TARGETS = {
    "run_day_cpu_s": Decimal(1), "run_day_mb": Decimal(300), "price_cpu_s": Decimal("0.2"),
    **bench_statements.TARGETS, **bench_matching.TARGETS, **bench_flows.TARGETS, **bench_names.TARGETS,
    **bench_reports.TARGETS, **bench_mail.TARGETS,
}
CLASSES = ("demand_deposit", "term_deposit", "government_debt", "reverse_repo")


def setting_up() -> None:
    """Load Django on the benchmark's database."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    django.setup()


def measured(act: Callable[[], Any]) -> tuple[Any, float, float]:
    """Return the answer, seconds of processor time of this process and seconds on the wall."""
    cpu, wall = time.process_time(), time.perf_counter()
    answer = act()
    return answer, time.process_time() - cpu, time.perf_counter() - wall


def peak_mb() -> float:
    """Return the most memory that this program ever had.

    ``getrusage`` also counts what the process was before it became this program: its parent's memory.
    """
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def forget_peak() -> None:
    """Let the peak begin anew at what is held now."""
    Path("/proc/self/clear_refs").write_text("5")


# --- what is measured: each function runs in a process of its own and returns its figures ---------------------------
def run_day() -> dict[str, float]:
    """The day after one that is already judged, once everything is imported and warm."""
    from core.access import SYSTEM
    from issuers.models import Coin
    from reserves.services.days import run_day as run

    coin = Coin.objects.get(symbol="BENCH")
    idle = peak_mb()
    _, first_cpu, _ = measured(lambda: run(coin, FIRST, actor=SYSTEM))
    result, cpu, wall = measured(lambda: run(coin, SECOND, actor=SYSTEM))
    if result["comparisons"][0]["matched"] != LINES - 10 or len(result["breaks"]) != 10:
        raise SystemExit(f"the day was not worked as it should: {result['comparisons']}")
    return {"run_day_cpu_s": cpu, "run_day_wall_s": wall, "run_day_first_cpu_s": first_cpu, "run_day_mb": peak_mb(),
            "idle_mb": idle}


def read_and_sum() -> dict[str, float]:
    """The least that any answer about the same day costs: reading its rows and adding their values."""
    from reserves.models import Holding, LedgerLine

    def act() -> Decimal:
        lines = list(Holding.objects.filter(file__as_of=SECOND).values())
        booked = list(LedgerLine.objects.filter(file__as_of=SECOND).values())
        return sum((line["market_value"] for line in lines), Decimal(0)) - sum(
            (line["book_value"] for line in booked), Decimal(0))

    act()
    _, cpu, wall = measured(act)
    return {"read_cpu_s": cpu, "read_wall_s": wall, "read_mb": peak_mb()}


def receive() -> dict[str, float]:
    """A file of holdings, from its bytes to its rows: read, checked, stored."""
    from core.access import SYSTEM
    from issuers.models import Coin
    from reserves.services.intake import receive_file

    raw = files_of(FIRST - timedelta(days=1))["holdings"]
    coin = Coin.objects.get(symbol="BENCH")
    sent, cpu, wall = measured(lambda: receive_file(coin, "holdings", raw, filename="h.csv", actor=SYSTEM))
    if sent.row_count != LINES:
        raise SystemExit(f"the file was not taken: {sent.problems[:3]}")
    return {"receive_cpu_s": cpu, "receive_wall_s": wall}


def parse_large() -> dict[str, float]:
    """A statement of 100,000 lines, parsed without being stored."""
    from reserves.parsers import holdings

    raw = files_of(FIRST, lines=100_000)["holdings"]
    gc.collect()
    forget_peak()
    idle = peak_mb()
    parsed, cpu, _ = measured(lambda: holdings.parse(raw, filename="large.csv"))
    if len(parsed.rows) != 100_000:
        raise SystemExit(f"the file was not read: {parsed.problems[:3]}")
    return {"parse_cpu_s": cpu, "parse_mb": peak_mb(), "parse_idle_mb": idle, "parse_file_mb": len(raw) / 2**20}


def pages() -> dict[str, float]:
    """Officer home, the page of the large day and those of licensing: queries, milliseconds as the median of seven."""
    from allauth.mfa.models import Authenticator
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from core.models import Membership, Organisation, User
    from core.roles import Role
    from tests import bench_licensing

    settings.ALLOWED_HOSTS.append("testserver")
    user = User.objects.create_user("bo@bench.example", "Bo Chan", "a password for the benchmark")
    authority = Organisation.objects.create(kind="authority", slug="authority", name_en="Authority")
    Membership.objects.create(user=user, organisation=authority, role=Role.CASE_OFFICER, since=date(2025, 8, 1))
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"})
    client, figures = Client(), {}
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    asked = {"home": "/en/officer/", "day": f"/en/officer/coins/BENCH/days/{SECOND}/"} | bench_licensing.fill()
    for name, address in asked.items():
        with CaptureQueriesContext(connection) as queries:
            if client.get(address).status_code != 200:
                raise SystemExit(f"{address} does not answer")
        figures[f"{name}_queries"] = float(len(queries))
        times = [measured(lambda to=address: client.get(to))[2] for _ in range(7)]
        figures[f"{name}_ms"] = statistics.median(times) * 1000
    return figures


def value_pool() -> dict[str, float]:
    """Our own valuation of as many lines: pricing, ladder and exposures."""
    from tests import bench_valuation

    return bench_valuation.value_pool() | {"price_mb": peak_mb()}


def chain_logs() -> dict[str, float]:
    """The logs of a token contract, from what a node answers to events."""
    from tests import bench_chain

    return bench_chain.measure(measured, forget_peak, peak_mb)


def chain_transfers() -> dict[str, float]:
    """Transfers of a contract, from what a node answers to rows."""
    from tests import bench_chain

    return bench_chain.chain_transfers()


def overviews() -> dict[str, float]:
    """Pages over 200 issuers and 400 days of summaries, and the stress kernel."""
    from tests import bench_stress

    return bench_stress.measure()


def names() -> dict[str, float]:
    """Names of the real lists, found for altered ones, beside a full scan."""
    return bench_names.measure()


STEPS = (
    receive, run_day, read_and_sum, value_pool, parse_large, chain_logs, chain_transfers, pages, overviews, names,
    *bench_statements.STEPS,
    *bench_matching.STEPS,
    *bench_flows.STEPS,
    *bench_reports.STEPS,
    *bench_mail.STEPS,
)
SHARES = {
    f"{name}_share_{share}": partial(step, share)
    for name, step in (("matching", bench_matching.share_of_matching), ("planted", bench_matching.share_of_planted))
    for share in range(bench_matching.PROCESSES)
}


# --- what it is measured on ------------------------------------------------------------------------------------------
def files_of(day: date, lines: int = LINES) -> dict[str, bytes]:
    """Return holdings, ledger and supply of a day; ten positions differ between books and custodian."""
    from tests.factories import csv_bytes, holding, ledger_line, par_outstanding, supply_line

    held, booked, total = [], [], 0
    for number in range(lines):
        kind = CLASSES[number % len(CLASSES)]
        value = 1_000_000 + number * 137
        total += value
        common = {"account_id": f"A-{number % 40}", "asset_class": kind, "line_ref": f"L{number}"}
        given: dict[str, Any] = dict(common, custodian="Harbour Bank", market_value=f"{value}.00")
        if kind == "government_debt":
            common["instrument_id"] = given["instrument_id"] = f"HK{number:010d}"
            given |= {"obligor": "Exchange Fund", "price_basis": "bid"}
        if kind != "demand_deposit":
            given |= {"start_date": day, "maturity_date": day + timedelta(days=1 + number % 80)}
        held.append(holding(day, "BENCH", **given))
        booked.append(ledger_line(day, "BENCH", **common, book_value=f"{value + (50_000 if number < 10 else 0)}.00"))
    circulating = total * 99 // 100
    return {
        "holdings": csv_bytes(held),
        "ledger": csv_bytes([*booked, par_outstanding(day, "BENCH", value=f"{circulating}.00")]),
        "supply": csv_bytes([supply_line(day, "BENCH", total_supply=circulating)]),
    }


def make_data() -> None:
    """Enter the coin and send the files of two days."""
    from core.access import SYSTEM
    from issuers.services.coins import create_coin
    from issuers.services.issuers import register_issuer
    from issuers.services.licences import record_licence
    from reserves.services.intake import receive_file

    issuer = register_issuer(name_en="Benchmark Issuer Limited", actor=SYSTEM)
    record_licence(issuer, number="FRS99", effective_on=FIRST - timedelta(days=1), actor=SYSTEM)
    coin = create_coin(issuer, symbol="BENCH", reference_currency="HKD", launched_on=FIRST, actor=SYSTEM)
    for day in (FIRST, SECOND):
        for feed, raw in files_of(day).items():
            sent = receive_file(coin, feed, raw, filename=f"{feed}.csv", actor=SYSTEM)
            if sent.status != "accepted":
                raise SystemExit(f"{feed} is refused: {sent.problems[:3]}")


def measured_beside(step: str, environment: dict[str, str]) -> dict[str, float]:
    """Run one step in a fresh process and return its figures."""
    done = subprocess.run([sys.executable, "-m", "tests.bench", step], cwd=ROOT, env=environment, text=True,
                          capture_output=True, check=False)
    if done.returncode:
        print(f"{step} failed:\n{done.stdout}{done.stderr}")
        return {}
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Make the database, measure, print, drop the database."""
    os.environ["ASSAY_TEST_DATABASE"] = f"assay_bench_{os.getpid()}"
    with tempfile.TemporaryDirectory() as blobs:
        os.environ["ASSAY_BLOB_ROOT"] = blobs
        setting_up()
        from django.db import connection

        from tests.servers import environment_beside

        real = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            make_data()
            environment, figures = environment_beside(blobs), {}
            asked = os.environ.get("ASSAY_BENCH_STEPS", "").split()
            for step in [step for step in STEPS if not asked or step.__name__ in asked]:
                figures |= measured_beside(step.__name__, environment)
        finally:
            connection.creation.destroy_test_db(real, verbosity=0)
    print(table(figures))


def table(found: dict[str, float]) -> str:
    """Return the figures as a table, with what was promised beside what was measured."""
    from tests import bench_chain, bench_licensing, bench_stress

    rows = [
        (f"run_day, {LINES:,} holdings and {LINES:,} ledger lines: CPU after start-up", "run_day_cpu_s", "s"),
        ("  the same, first day of a process", "run_day_first_cpu_s", "s"),
        ("  the same, on the wall with the database", "run_day_wall_s", "s"),
        ("  the same, peak memory of the process", "run_day_mb", "MB"),
        ("  before it, with everything imported", "idle_mb", "MB"),
        ("reading the same rows and adding them: CPU", "read_cpu_s", "s"),
        ("  on the wall", "read_wall_s", "s"),
        ("receive, 5,000 holdings from bytes to rows: CPU", "receive_cpu_s", "s"),
        ("pricing, 5,000 lines of their own terms and quotations: CPU", "price_cpu_s", "s"),
        ("  their ladder and exposures", "ladders_cpu_s", "s"),
        ("  adding their stated values alone", "add_cpu_s", "s"),
        ("  peak memory of the process", "price_mb", "MB"),
        ("parse, 100,000 lines of holdings: CPU", "parse_cpu_s", "s"),
        ("  peak memory of the process", "parse_mb", "MB"),
        ("  before it, with the bytes read", "parse_idle_mb", "MB"),
        *bench_statements.ROWS,
        *bench_chain.rows(),
        ("officer home", "home_queries", "queries"),
        ("  median of 7", "home_ms", "ms"),
        ("page of the large day", "day_queries", "queries"),
        ("  median of 7", "day_ms", "ms"),
    ]
    for name, (_address, title) in bench_licensing.PAGES.items():
        rows += [(title, f"{name}_queries", "queries"), ("  median of 7", f"{name}_ms", "ms")]
    rows += bench_matching.ROWS
    rows += bench_flows.ROWS
    rows += bench_names.ROWS
    rows += bench_reports.ROWS
    rows += bench_mail.ROWS
    lines = [f"{'what':<80}{'measured':>12} {'':<8}promised"]
    for label, name, unit in rows:
        if name not in found and os.environ.get("ASSAY_BENCH_STEPS"):
            continue
        value = found.get(name)
        whole = unit in ("queries", "MB", "ms", "rows", "ns", "logs")
        shown = "-" if value is None else f"{value:,.0f}" if whole else f"{value:,.3f}"
        promised = ""
        if name in TARGETS:
            met = value is not None and Decimal(value) < TARGETS[name]
            promised = f"under {TARGETS[name]} {unit}: {'met' if met else 'not met'}"
        lines.append(f"{label:<80}{shown:>12} {unit:<8}{promised}".rstrip())
    if "run_day_cpu_s" in found and found.get("read_cpu_s"):
        ratio = found["run_day_cpu_s"] / found["read_cpu_s"]
        lines.append(f"{'run_day costs this many times the mere reading of its rows':<80}{ratio:>12.1f} times")
    if found.get("report_rendered_s") and "report_signed_s" in found:
        ratio = found["report_signed_s"] / found["report_rendered_s"]
        lines.append(f"{'a signed report costs this many times rendering alone':<80}{ratio:>12.1f} times")
    for name, base, label in (*bench_statements.RATIOS, *bench_mail.RATIOS):
        if found.get(base):
            lines.append(f"{label:<80}{found[name] / found[base]:>12.1f} times")
    lines += [f"{label:<80}{ratio:>12.1f} times" for label, ratio in bench_chain.ratios(found)]
    for name in bench_licensing.PAGES:
        if f"{name}_ms" in found and found.get("home_ms"):
            ratio = found[f"{name}_ms"] / found["home_ms"]
            lines.append(f"{f'{name} costs this many times the officer home page':<80}{ratio:>12.1f} times")
    if "b_home_ms" in found:
        lines += bench_stress.lines_of(found)
    return "\n".join(lines)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        setting_up()
        steps = {step.__name__: step for step in (*STEPS, bench_reports.reports_worker)} | SHARES
        print(json.dumps(steps[sys.argv[1]]()))
    else:
        with suppress(KeyboardInterrupt):
            main()
