"""What documents cost: one signed daily report of 300 holdings, and those of 200 issuers on two worker processes.

``ASSAY_BENCH_SHORT=1`` makes 20 of the 200 and says what 200 would take.
"""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
import time
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

LINES, ISSUERS, WORKERS = 300, 200, 2
MADE = 20 if os.environ.get("ASSAY_BENCH_SHORT") else ISSUERS
DAY = date(2026, 10, 15)
SYMBOL = "BNCHR"
TARGETS = {"report_signed_s": Decimal(4), "report_signed_mb": Decimal(300), "reports_all_s": Decimal(480)}
ROWS = [
    (f"daily report of {LINES} holdings, rendered and signed in a fresh process: on the wall", "report_signed_s", "s"),
    ("  the same, CPU", "report_signed_cpu_s", "s"),
    ("  peak memory of the process", "report_signed_mb", "MB"),
    ("  rendering alone: on the wall", "report_rendered_s", "s"),
    ("  peak memory of the process", "report_rendered_mb", "MB"),
    ("  the next one of the same process, signed", "report_next_s", "s"),
    (f"daily reports of {ISSUERS} issuers on {WORKERS} processes, from frozen to signed", "reports_all_s", "s"),
    ("  CPU of each of them", "reports_all_cpu_s", "s"),
    ("  of which made here, the rest projected", "reports_made", "rows"),
    ("  peak memory of the larger process", "reports_mb", "MB"),
]


def reports_data() -> dict[str, float]:
    """Judge a day of so many holdings, and freeze its report for every issuer."""
    from core.access import SYSTEM
    from issuers.services.coins import create_coin
    from issuers.services.issuers import register_issuer
    from issuers.services.licences import record_licence
    from reports.models import ReportRun
    from reports.services.reports import facts_of_day, freeze_report
    from reports.services.runs import keep_run
    from reserves.models import ReserveDay
    from reserves.services.days import run_day
    from reserves.services.intake import receive_file
    from tests.bench import files_of

    issuer = register_issuer(name_en="Reporting Benchmark Limited", actor=SYSTEM)
    record_licence(issuer, number="FRS98", effective_on=DAY, actor=SYSTEM)
    coin = create_coin(issuer, symbol=SYMBOL, reference_currency="HKD", launched_on=DAY, actor=SYSTEM)
    for feed, raw in files_of(DAY, lines=LINES).items():
        sent = receive_file(coin, feed, raw.replace(b"BENCH", SYMBOL.encode()), filename=f"{feed}.csv", actor=SYSTEM)
        if sent.status != "accepted":
            raise SystemExit(f"{feed} is refused: {sent.problems[:3]}")
    run_day(coin, DAY, actor=SYSTEM)
    day = ReserveDay.objects.get(coin=coin, status=ReserveDay.Status.JUDGED)
    facts = facts_of_day(day)
    for number in range(MADE):
        said: dict[str, Any] = copy.deepcopy(facts)
        name = f"Benchmark Issuer {number:03d} Limited"
        said["reference"] = f"{facts['reference']}-{number:03d}"
        said["result"]["issuer"]["name_en"] = name
        owner = register_issuer(name_en=name, actor=SYSTEM).organisation
        key = {"kind": ReportRun.Kind.DAILY_RESERVE, "subject": f"B{number:03d}", "as_of": DAY, "version": 1}
        keep_run(key, lambda said=said: said, owner=owner, actor=SYSTEM)
    return {"reports_pk": freeze_report(ReportRun.Kind.DAILY_RESERVE, day, actor=SYSTEM).pk}


def _signing() -> None:
    from django.conf import settings

    from tests.reports.signing import sign_here

    sign_here(settings)


def report_rendered() -> dict[str, float]:
    """The baseline: the bytes before signing, and no more."""
    from reports.models import ReportRun
    from reports.services.documents import document
    from tests.bench import measured, peak_mb

    facts = ReportRun.objects.get(subject=SYMBOL).facts
    raw, _cpu, wall = measured(lambda: document(facts))
    if not raw.startswith(b"%PDF"):
        raise SystemExit("no document was made")
    return {"report_rendered_s": wall, "report_rendered_mb": peak_mb()}


def report_signed() -> dict[str, float]:
    """The stages of a worker on one report, from frozen facts to signed bytes in the store; then on another."""
    from reports.models import ReportRun
    from tests.bench import measured, peak_mb

    _signing()
    runs = [ReportRun.objects.get(subject=SYMBOL).pk, ReportRun.objects.get(subject="B000").pk]
    _, cpu, wall = measured(lambda: _work(runs[0]))
    peak = peak_mb()
    _, _, again = measured(lambda: _work(runs[1]))
    return {"report_signed_s": wall, "report_signed_cpu_s": cpu, "report_signed_mb": peak, "report_next_s": again}


def _work(pk: int) -> int:
    from reports.services.rendering import render_report
    from reports.services.signing import documents_to_sign, sign_document

    run = render_report(pk)
    return sum(sign_document(waiting) is not None for waiting in documents_to_sign(run)) if run else 0


def reports_worker() -> dict[str, float]:
    """One of the worker processes: it takes what waits until nothing does."""
    from reports.selectors import frozen_runs
    from tests.bench import peak_mb

    _signing()
    waiting = frozen_runs()
    order = waiting if os.environ["ASSAY_BENCH_WORKER"] == "0" else waiting[::-1]
    return {"made": sum(_work(pk) for pk in order), "mb": peak_mb(), "cpu": time.process_time()}


def reports_batch() -> dict[str, float]:
    """All reports that wait, on as many processes as a small worker has."""
    from reports.models import ReportDocument

    before = ReportDocument.objects.exclude(signed=None).count()
    started = time.perf_counter()
    workers = [
        subprocess.Popen([sys.executable, "-m", "tests.bench", "reports_worker"], cwd=Path(__file__).parent.parent,
                         env=os.environ | {"ASSAY_BENCH_WORKER": str(number)}, stdout=subprocess.PIPE, text=True)
        for number in range(WORKERS)
    ]
    said = [json.loads(worker.communicate()[0].splitlines()[-1]) for worker in workers]
    wall = time.perf_counter() - started
    made = sum(int(each["made"]) for each in said)
    if made != ReportDocument.objects.exclude(signed=None).count() - before or not made:
        raise SystemExit(f"{made} reports were signed, and the table says another number")
    cpu = sum(each["cpu"] for each in said) / WORKERS
    return {"reports_all_s": wall * ISSUERS / made, "reports_all_cpu_s": cpu * ISSUERS / made, "reports_made": made,
            "reports_mb": max(each["mb"] for each in said)}


STEPS = (reports_data, report_rendered, report_signed, reports_batch)
