"""Measures a digest to a thousand people, from the notice to the mail server's answer, beside the same mails sent bare.

Run by ``tests.bench`` in a process of its own.
"""

from __future__ import annotations

import smtplib
import subprocess
import sys
import time
from decimal import Decimal
from typing import Any

PEOPLE, ITEMS = 1_000, 15
TARGETS = {"mail_s": Decimal(60)}
ROWS = [
    (f"digest of {ITEMS} items to {PEOPLE:,} people, to a local SMTP server: wall", "mail_s", "s"),
    ("  of it writing the rows", "mail_rows_s", "s"),
    ("  of it sending them, each committed before and after", "mail_send_s", "s"),
    ("  milliseconds of each message", "mail_each_ms", "ms"),
    ("  processor time of it in this process", "mail_cpu_s", "s"),
    ("  the same bytes handed to the same server and nothing kept: wall", "mail_bare_s", "s"),
    ("  connections that were opened", "mail_lines", "rows"),
    ("  peak memory of the process", "mail_mb", "MB"),
]
RATIOS = [("mail_send_s", "mail_bare_s", "sending a digest costs this many times the bare handing over")]


def _server() -> tuple[subprocess.Popen[bytes], int]:
    """Start a mail server in a process of its own, which takes all and keeps nothing."""
    from tests.servers import free_port, listens

    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "aiosmtpd", "-n", "-c", "aiosmtpd.handlers.Sink", "-l", f"127.0.0.1:{port}"])
    while not listens(port):
        time.sleep(0.05)
    return server, port


def _digest() -> Any:
    from datetime import UTC, date, datetime

    from reports.notices import DueItem, MorningDigest

    due = datetime(2026, 11, 23, 9, tzinfo=UTC)
    items = tuple(DueItem(f"BRC-2026-{number:04d}", "Breach", "LRHKD", due) for number in range(ITEMS))
    return MorningDigest(day=date(2026, 11, 23), total=ITEMS, overdue=1, today=4, items=items, more=0)


def mail_digest() -> dict[str, float]:
    """Write and send the digest, then hand the same bytes over without any of it."""
    from django.conf import settings

    from core import smtp
    from core.models import Message, User
    from core.outbox import deliver_batch, enqueue
    from tests.bench import forget_peak, peak_mb

    languages = [code for code, _name in settings.LANGUAGES]
    people = User.objects.bulk_create(
        User(email=f"reader{number}@bench.example", name=f"Reader {number}", language=languages[number % 3])
        for number in range(PEOPLE))
    server, port = _server()
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.MAIL_PER_MINUTE = "127.0.0.1", port, 0
    opened, was = [], smtp.Line.open
    smtp.Line.open = lambda self: (opened.append(1), was(self))[1]  # type: ignore[method-assign]
    try:
        forget_peak()
        began, busy = time.perf_counter(), time.process_time()
        enqueue(_digest(), to=people, key="bench")
        written = time.perf_counter()
        fates = deliver_batch()
        sent, worked = time.perf_counter(), time.process_time()
        if len(fates) != PEOPLE or set(Message.objects.values_list("status", flat=True)) != {"sent"}:
            raise SystemExit(f"{len(fates)} of {PEOPLE} were handed over")
        memory = peak_mb()
        contents = [(row.address, smtp.content_of(row)) for row in Message.objects.all()]
        bare = time.perf_counter()
        with smtplib.SMTP("127.0.0.1", port) as line:
            for address, content in contents:
                line.sendmail("assay@bench.example", [address], content)
        done = time.perf_counter()
    finally:
        server.terminate()
        server.wait()
    return {"mail_s": sent - began, "mail_rows_s": written - began, "mail_send_s": sent - written,
            "mail_cpu_s": worked - busy, "mail_each_ms": (sent - began) * 1000 / PEOPLE, "mail_bare_s": done - bare, "mail_lines": float(len(opened)),
            "mail_mb": memory}


STEPS = (mail_digest,)
