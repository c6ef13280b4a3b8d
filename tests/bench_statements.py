"""Measures large files from their bytes to their rows: a million entries as CSV, 200,000 as camt.053.

Run by ``tests.bench``; each figure comes from a fresh process.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

# Nothing else is on record for the day: with holdings it would be worked at once, and measured too.
DAY, ACCOUNT = date(2026, 10, 13), "012-345678-001"
LINES, ENTRIES = 1_000_000, 200_000
HEADER = "as_of,account_id,entry_ref,booked_on,value_on,amount,currency,description,counterparty\n"
TARGETS = {"entries_wall_s": Decimal(20), "entries_mb": Decimal(200), "camt_wall_s": Decimal(15),
           "camt_mb": Decimal(200)}
ROWS = [
    (f"receive, {LINES:,} entries as CSV, from bytes to rows: on the wall", "entries_wall_s", "s"),
    ("  CPU of the process", "entries_cpu_s", "s"),
    ("  size of the file", "entries_file_mb", "MB"),
    ("  peak memory of the process", "entries_mb", "MB"),
    ("  before it, with everything imported", "entries_idle_mb", "MB"),
    ("  the csv module alone over the same file: CPU", "entries_base_s", "s"),
    (f"receive, {ENTRIES:,} entries as camt.053, from bytes to rows: on the wall", "camt_wall_s", "s"),
    ("  CPU of the process", "camt_cpu_s", "s"),
    ("  size of the file", "camt_file_mb", "MB"),
    ("  peak memory of the process", "camt_mb", "MB"),
    ("  before it, with everything imported", "camt_idle_mb", "MB"),
    ("  lxml alone over the same file: CPU", "camt_base_s", "s"),
]
RATIOS = [("entries_cpu_s", "entries_base_s", "receiving a CSV costs this many times the csv module alone"),
          ("camt_cpu_s", "camt_base_s", "receiving a camt.053 costs this many times lxml alone")]


def receive_entries() -> dict[str, float]:
    """A million lines of the canonical feed."""
    return _received("entries", "entries", ".csv", _write_csv, _csv_alone, LINES)


def receive_camt() -> dict[str, float]:
    """One statement of 200,000 entries."""
    from issuers.models import Coin
    from reserves.models import PoolAccount

    PoolAccount.objects.get_or_create(
        coin=Coin.objects.get(symbol="BENCH"), account_id=ACCOUNT, custodian="Harbour Bank", currency="HKD",
        asset_class="demand_deposit", valid_from=date(2026, 1, 1), source="bench", status="approved",
    )
    return _received("camt", "camt053", ".xml", _write_camt, _lxml_alone, ENTRIES + 1)


STEPS: tuple[Callable[[], dict[str, float]], ...] = (receive_entries, receive_camt)


def _received(
    name: str, feed: str, suffix: str, write: Callable[[Path], None], alone: Callable[[Path], int], expected: int
) -> dict[str, float]:
    from core import feeds
    from core.access import SYSTEM
    from issuers.models import Coin
    from reserves.services.intake import receive_file
    from tests.bench import forget_peak, measured, peak_mb

    def act() -> int:
        sent = receive_file(coin, feed, path, filename=path.name, actor=SYSTEM)
        judged = feeds.advance(sent.pk)
        if judged is None or judged.status != "accepted":
            raise SystemExit(f"the file was not taken: {judged and judged.problems[:3]}")
        return judged.row_count

    coin = Coin.objects.get(symbol="BENCH")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"large{suffix}"
        write(path)
        _, base_cpu, _ = measured(lambda: alone(path))
        forget_peak()
        idle = peak_mb()
        rows, cpu, wall = measured(act)
        if rows != expected:
            raise SystemExit(f"{rows} rows were kept of {expected}")
        return {f"{name}_cpu_s": cpu, f"{name}_wall_s": wall, f"{name}_mb": peak_mb(), f"{name}_idle_mb": idle,
                f"{name}_base_s": base_cpu, f"{name}_file_mb": path.stat().st_size / 1_000_000}


def _write_csv(path: Path) -> None:
    with path.open("w") as file:
        file.write(HEADER)
        file.writelines(
            f"{DAY},BANK-{n % 9},REF{n:09d},{DAY},{DAY},{'-' if n % 3 == 0 else ''}{n * 37 % 9_999_991}.{n % 100:02d},HKD,"
            f"Payment {n} of order,Customer {n % 5000}\n" for n in range(LINES))


def _csv_alone(path: Path) -> int:
    with path.open(newline="") as file:
        return sum(1 for _ in csv.reader(file))


def _write_camt(path: Path) -> None:
    def balance(code: str, cents: int) -> str:
        return (f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="HKD">{cents // 100}.{cents % 100:02d}</Amt>'
                f"<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{DAY}</Dt></Dt></Bal>\n")

    cents = [n * 3_701 % 999_983 for n in range(ENTRIES)]
    with path.open("w") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:'
                   'camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr><Stmt><Id>S</Id><Acct><Id><Othr>'
                   f"<Id>{ACCOUNT}</Id></Othr></Id><Ccy>HKD</Ccy></Acct>\n")
        file.write(balance("OPBD", 100) + balance("CLBD", 100 + sum(cents)))
        file.writelines(
            f'<Ntry>\n  <Amt Ccy="HKD">{each // 100}.{each % 100:02d}</Amt>\n  <CdtDbtInd>CRDT</CdtDbtInd>\n'
            f"  <Sts><Cd>BOOK</Cd></Sts>\n  <BookgDt><Dt>{DAY}</Dt></BookgDt>\n  <ValDt><Dt>{DAY}</Dt></ValDt>\n"
            f"  <AcctSvcrRef>BANK{n:012d}</AcctSvcrRef>\n  <NtryDtls><TxDtls>\n    <Refs><EndToEndId>E2E-{n}</EndToEndId>"
            f"</Refs>\n    <RltdPties><Dbtr><Pty><Nm>Customer {n % 5000}</Nm></Pty></Dbtr></RltdPties>\n"
            f"    <RmtInf><Ustrd>Subscription {n}</Ustrd></RmtInf>\n  </TxDtls></NtryDtls>\n</Ntry>\n"
            for n, each in enumerate(cents))
        file.write("</Stmt></BkToCstmrStmt></Document>\n")


def _lxml_alone(path: Path) -> int:
    from lxml import etree

    count = 0
    for _, element in etree.iterparse(str(path), tag="{*}Ntry"):
        count += 1
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    return count
