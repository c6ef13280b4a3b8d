"""Measures matching: 200 issuers of 5,000 lines a side from the database to findings, beside ``pandas.merge``, and growth.

Run by ``tests.bench``; each step is a process of its own.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from reserves.causes import Cause

#: What is found where nothing explains a difference: no part has it.
UNEXPLAINED = (Cause.FACE_DIFFERS, Cause.VALUE_DIFFERS, Cause.PAR_SUPPLY)
ISSUERS, LINES, DIFFERING, PROCESSES = 200, 5_000, 50, 2
DAY = date(2026, 10, 15)
FIRST = date(2026, 9, 10)  # of the days in which differences are planted
GROWTH = (10_000, 100_000, 1_000_000, 10_000_000)
TARGETS = {"matching_wall_s": Decimal(5), "matching_idle_s": Decimal(5), "matching_mb": Decimal(500), "planted_wall_s": Decimal(60)}
#: A day is worked in two transactions, and each is measured by itself.
STAGES = {"reconcile": "read, matched, breaks written", "judge": "valued, judged, findings written"}
MEASURED = {"wall": "wall, both processes together", "cpu": "CPU of the processes", "served": "CPU of the sessions"}
FILLED = ("reserves_holding", "reserves_ledgerline", "reserves_linecolumns", "reserves_reserveday", "core_feedfile",
          "core_blob", "core_organisation", "issuers_issuer", "issuers_coin", "issuers_licence")
PLANTED = {"coins": 10, "days": 30, "per_day": 4}
ROWS = [
    (f"{ISSUERS} issuers, {LINES:,} lines a side: read, matched, breaks and findings written, on the wall",
     "matching_wall_s", "s"),
    ("  CPU of the two processes and of their sessions in the database, halved: the wall of two idle cores",
     "matching_idle_s", "s"),
    *((f"  {label}: {what}", f"matching_{stage}_{name}_s", "s")
      for stage, label in STAGES.items() for name, what in MEASURED.items()),
    ("  breaks written by COPY", "matching_breaks", "rows"),
    ("  findings written", "matching_findings", "rows"),
    ("  peak memory of a process", "matching_mb", "MB"),
    ("matching alone, the same lines: CPU", "match_s", "s"),
    ("  pandas.merge of the same lines, keys as text", "merge_text_s", "s"),
    ("  pandas.merge of the same lines, keys as categories", "merge_category_s", "s"),
    ("  pandas.merge costs this many times as much, keys as text", "merge_text_ratio", "times"),
    ("  keys as categories", "merge_category_ratio", "times"),
    *((f"matching {size:,} lines", f"match_{size}_s", "s") for size in GROWTH),
    *((f"  each of {size:,} lines", f"match_{size}_ns", "ns") for size in GROWTH),
    ("planted differences", "planted", "rows"),
    ("  missed", "planted_missed", "rows"),
    ("  invented", "planted_invented", "rows"),
    ("  taken apart otherwise than they were made", "planted_wrong", "rows"),
    ("  parts found that are right", "planted_precision", "%"),
    *((f"    {cause}", f"precision_{cause}", "%") for cause in Cause if cause not in UNEXPLAINED),
    ("  of what has a cause, explained", "planted_explained", "%"),
    ("  10 issuers, 30 days, through intake and judgement, on the wall", "planted_wall_s", "s"),
]


def matching_data() -> dict[str, float]:
    """Enter the coins and their lines, written by COPY in the order in which the intake would have written them."""
    from django.db import connection

    from core.access import SYSTEM
    from core.models import Blob, FeedFile
    from issuers.services.coins import create_coin
    from issuers.services.issuers import register_issuer
    from issuers.services.licences import record_licence
    from reserves.models import Custodian, Obligor, ReserveDay
    from reserves.selectors.copied import BOOKED, HELD
    from reserves.services.kept import keep_columns

    known = {"valid_from": DAY, "source": "register", "status": "approved"}
    Obligor.objects.create(name="Exchange Fund", kind="government", country="HK", risk_weight=0,
                           is_financial_institution=False, domestic_currency="HKD", **known)
    Custodian.objects.create(name="Harbour Bank", is_licensed_bank=True, arrangement_accepted=True, **known)
    for number in range(ISSUERS):
        issuer = register_issuer(name_en=f"Matched Issuer {number} Limited", actor=SYSTEM)
        record_licence(issuer, number=f"FRM{number:03d}", effective_on=DAY, actor=SYSTEM)
        coin = create_coin(issuer, symbol=f"M{number:03d}", reference_currency="HKD", launched_on=DAY, actor=SYSTEM)
        files = {}
        for feed in ("holdings", "ledger", "supply"):
            blob = Blob.objects.create(sha256=hashlib.sha256(f"{number}{feed}".encode()).hexdigest(), size=1)
            owner = issuer.organisation
            files[feed] = FeedFile.objects.create(feed=feed, subject=coin.symbol, as_of=DAY, owner=owner, sender=owner,
                                                  blob=blob, filename=f"{feed}.csv", status="accepted", row_count=LINES)
        with connection.cursor() as cursor:
            with cursor.copy("COPY reserves_holding (file_id, line, account_id, custodian, asset_class, instrument_id,"
                             " line_ref, description, obligor, currency, market_value, price_basis, start_date,"
                             " maturity_date, counterparty, collateral_instrument_id) FROM STDIN") as copy:
                for line, (account, name, value) in enumerate(_lines(number), 2):
                    copy.write_row((files["holdings"].pk, line, account, "Harbour Bank", "government_debt", name, "",
                                    "Bill", "Exchange Fund", "HKD", Decimal(value).scaleb(-2), "bid",
                                    DAY - timedelta(days=90 - line % 90), DAY + timedelta(days=1 + line % 90), "", ""))
            with cursor.copy("COPY reserves_ledgerline (file_id, line, account_id, asset_class, instrument_id, line_ref,"
                             " description, currency, book_value) FROM STDIN") as copy:
                for line, (account, name, value) in enumerate(_lines(number), 2):
                    booked = value + (line * 100_003 if line % (LINES // DIFFERING) == 0 else 0)
                    copy.write_row((files["ledger"].pk, line, account, "government_debt", name, "", "Bill", "HKD",
                                    Decimal(booked).scaleb(-2)))
        for layout, feed in ((HELD, "holdings"), (BOOKED, "ledger")):
            keep_columns(layout, files[feed].pk, lines=LINES)
        ReserveDay.objects.create(coin=coin, as_of=DAY, version=1)
    with connection.cursor() as cursor:
        # Only what has rows: one that is known to be empty has its foreign keys checked by reading all of it, for as
        # long as a session lasts, and the breaks of a platform at work are never empty.
        cursor.execute(f"ANALYZE {', '.join(FILLED)}")
    return {}


def _lines(issuer: int) -> list[tuple[str, str, int]]:
    return [(f"A-{issuer:03d}-{number % 40}", f"HK{issuer:03d}{number:07d}", 100_000_000 + number * 137) for number in range(LINES)]


def matching() -> dict[str, float]:
    """All issuers in two processes: each takes every other day that waits."""
    began = time.perf_counter()
    shares = _shares("matching_share")
    whole = time.perf_counter() - began
    from core.models import Finding
    from reserves.models import BreakDay

    wall = max(share["until"] for share in shares) - min(share["since"] for share in shares)
    stages = {f"matching_{stage}_{name}_s": sum(share[f"{stage}_{name}"] for share in shares)
              for stage in STAGES for name in MEASURED}
    worked = sum(stages[f"matching_{stage}_{name}_s"] for stage in STAGES for name in ("cpu", "served"))
    return {"matching_wall_s": wall, "matching_with_start_s": whole, **stages, "matching_idle_s": worked / PROCESSES,
            "matching_findings": float(Finding.objects.filter(subject__regex="^M[0-9]{3}$").count()),
            "matching_breaks": float(BreakDay.objects.filter(day__coin__symbol__startswith="M").count()),
            "matching_mb": max(share["mb"] for share in shares)}


def share_of_matching(share: int) -> dict[str, float]:
    """Reconcile and judge every other day, once everything is imported; a process of its own."""
    from django.db import connection

    from core.rulebook import load
    from core.shared_reads import shared_reads
    from reserves.models import ReserveDay
    from reserves.selectors.days import coins_of_days
    from reserves.selectors.rounds import rounds_of
    from reserves.services.days import advance_day
    from reserves.services.stages import judge_days, reconcile_days
    from reserves.tasks import BATCH
    from tests.bench import peak_mb

    load()
    # Every day, not those that wait: the other process may have worked its first by now.
    days = list(ReserveDay.objects.filter(coin__symbol__regex="^M[0-9]{3}$").order_by("pk")
                .values_list("pk", flat=True))[share::PROCESSES]
    advance_day(days[0])  # the first of a process still imports
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        session = cursor.fetchone()[0]
    figures = {f"{stage}_{name}": 0.0 for stage in STAGES for name in MEASURED}

    def worked(stage: str, act: Any) -> Any:
        before = time.perf_counter(), time.process_time(), _served(session)
        answer = act()
        after = time.perf_counter(), time.process_time(), _served(session)
        for name, start, end in zip(MEASURED, before, after, strict=True):
            figures[f"{stage}_{name}"] += end - start
        return answer

    began = time.time()
    for start in range(1, len(days), BATCH):  # as the sweep hands them to workers
        for batch in rounds_of(days[start : start + BATCH]):
            with shared_reads(coins_of_days(batch)):
                read = worked("reconcile", lambda batch=batch: reconcile_days(batch))
                judged = worked("judge", lambda batch=batch, read=read: judge_days(batch, read))
            if len(judged) < len(batch):
                raise SystemExit(f"of {len(batch)} days {len(judged)} were judged")
    return {"since": began, "until": time.time(), "mb": peak_mb(), **figures}


def _served(session: int) -> float:
    """Return the seconds of processor time that a session of the database has had; it runs on this machine."""
    return int(Path(f"/proc/{session}/schedstat").read_text().split()[0]) / 1e9


def matching_beside_merge() -> dict[str, float]:
    """The kernel on lines in memory beside the usual way, on the same lines."""
    import numpy as np
    import pandas as pd

    from reserves.columns import Columns
    from reserves.comparing import match

    blocks = [_columns(number, np, Columns) for number in range(ISSUERS)]
    match(blocks[0], {})
    took, found = _timed(lambda: sum(len(match(block, {}).differing) for block in blocks))
    figures = {"match_s": took}
    for kind in ("text", "category"):
        books, held = _frames(kind, np, pd)

        def merged(books: Any = books, held: Any = held) -> int:
            both = books.merge(held, on=["issuer", "account", "instrument", "currency"], how="outer", sort=False)
            return int((both["book"] != both["held"]).sum())

        took, other = _timed(merged)
        if found != other:
            raise SystemExit(f"matching found {found} differences, pandas.merge {other}")
        figures |= {f"merge_{kind}_s": took, f"merge_{kind}_ratio": took / figures["match_s"]}
    return figures


def matching_growth() -> dict[str, float]:
    """The kernel on ever more lines, issuer by issuer as they are worked."""
    import numpy as np

    from reserves.columns import Columns
    from reserves.comparing import match

    blocks = [_columns(number, np, Columns) for number in range(20)]
    match(blocks[0], {})
    figures = {}
    for size in GROWTH:
        took, _ = _timed(lambda size=size: [match(blocks[n % 20], {}) for n in range(size // (2 * LINES))])
        figures |= {f"match_{size}_s": took, f"match_{size}_ns": took / size * 1e9}
    return figures


def planted_differences() -> dict[str, float]:
    """Differences of every cause, sent and judged through the services, beside what was planted; in two processes."""
    from tests.reserves.judged import Found
    from tests.reserves.planted import make_coins

    make_coins(PLANTED["coins"], FIRST)
    began = time.perf_counter()
    found = Found()
    for share in _shares("planted_share"):
        found.join(share)
    took = time.perf_counter() - began
    causes = {f"precision_{cause}": 100 * found.right[cause] / count for cause, count in found.parts.items()}
    right, parts = sum(found.right.values()), sum(found.parts.values())
    return {"planted_wall_s": took, "planted": float(found.planted), "planted_missed": float(found.missed_count),
            "planted_invented": float(found.invented_count), "planted_wrong": float(found.wrong_count),
            **causes, "planted_precision": 100 * right / parts, "planted_explained": float(100 * found.explained / found.total)}


def share_of_planted(share: int) -> dict[str, Any]:
    """Play every other coin; a process of its own."""
    from issuers.models import Coin
    from tests.reserves.judged import play

    coins = list(Coin.objects.filter(symbol__startswith="PL").order_by("symbol"))
    found = play(coins, FIRST, PLANTED["days"], seed=20260910, per_day=PLANTED["per_day"], share=(share, PROCESSES))
    return found.as_data()


def _shares(name: str) -> list[dict[str, Any]]:
    """Run a step in so many processes at once and return what each answers."""
    workers = [
        subprocess.Popen([sys.executable, "-m", "tests.bench", f"{name}_{share}"], stdout=subprocess.PIPE, text=True,
                         cwd=Path(__file__).resolve().parent.parent)
        for share in range(PROCESSES)
    ]
    return [json.loads(worker.communicate()[0].splitlines()[-1]) for worker in workers]


def _timed(act: Any) -> tuple[float, Any]:
    """Return seconds of processor time, which other programs on the machine do not change, and the answer."""
    began = time.process_time()
    answer = act()
    return time.process_time() - began, answer


def _columns(issuer: int, np: Any, columns: Any) -> Any:
    """The lines of an issuer as the database hands them over: numbers for texts, amounts in ten-thousandths."""
    order = np.random.default_rng(issuer).permutation(LINES)
    number = np.concatenate([np.arange(LINES), order])
    value = 10_000_000_000 + number * 13_700
    value[: LINES : LINES // DIFFERING] += 10_000
    blank = np.full(2 * LINES, -1, dtype=np.int64)
    return columns(
        books=LINES, account=number % 40, currency=np.zeros(2 * LINES, dtype=np.int64), instrument=number,
        reference=blank, asset_class=np.zeros(2 * LINES, dtype=np.int64), has_face=np.zeros(2 * LINES, dtype=bool),
        face=np.zeros(2 * LINES, dtype=np.int64), value=value, currencies=["HKD"], classes=["government_debt"],
    )


def _frames(kind: str, np: Any, pd: Any) -> tuple[Any, Any]:
    """The same lines as two frames."""
    number = np.tile(np.arange(LINES), ISSUERS)
    issuer = np.repeat(np.arange(ISSUERS), LINES)
    keys = {
        "issuer": pd.Series(issuer).map("M{:03d}".format), "account": pd.Series(number % 40).map("A-{}".format),
        "instrument": pd.Series(number).map("HK{:010d}".format), "currency": pd.Series(["HKD"] * len(number)),
    }
    if kind == "category":
        keys = {name: column.astype("category") for name, column in keys.items()}
    value = 10_000_000_000 + number * 13_700
    booked = value + np.where(number % (LINES // DIFFERING) == 0, 10_000, 0)
    order = np.random.default_rng(1).permutation(len(number))
    frame = pd.DataFrame(keys)
    return frame.assign(book=booked), frame.assign(held=value).iloc[order].reset_index(drop=True)


#: What was planted comes before the 2 million lines, which are no part of that world.
STEPS = (planted_differences, matching_data, matching, matching_beside_merge, matching_growth)
