"""How many questions a page asks of the database: few, and no more when there is more to show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.access import SYSTEM
from core.cases import note_case
from core.models import Case, FeedFile, Message
from core.outbox import enqueue
from core.roles import Can
from issuers.services.breaches import open_breach
from issuers.services.coins import add_deployment, create_coin
from issuers.services.issuers import register_issuer
from issuers.services.licences import record_licence
from reports.notices import DailyReportReady
from reports.services.reports import freeze_report
from reserves.selectors import waiting_days
from reserves.services.days import advance_day
from reserves.services.intake import receive_file
from tests.factories import csv_bytes, holding, ledger_line, par_outstanding, supply_line

pytestmark = pytest.mark.django_db

FIRST = date(2026, 10, 12)
DAY = FIRST + timedelta(days=1)
#: Page: who reads it, its address, the questions that it asks at most, twelve of them for who is asking and the frame.
PAGES: dict[str, tuple[str | None, Callable[[], str], int]] = {
    "register": (None, lambda: reverse("public:register"), 3),
    "register, searched": (None, lambda: reverse("public:register") + "?q=lion", 6),
    "entry": (None, lambda: reverse("public:entry", args=["FRS01"]), 8),
    "officer home": ("bo", lambda: reverse("officer:home"), 28),
    "queues": ("bo", lambda: reverse("officer:cases"), 21),
    "case": ("bo", lambda: reverse("officer:case", args=[_breach_case()]), 24),
    "reserves": ("bo", lambda: reverse("officer:reserves"), 18),
    "day, officer": ("bo", lambda: reverse("officer:coin_day", args=["LRHKD", str(DAY)]), 22),
    "reports, officer": ("bo", lambda: reverse("officer:reports"), 18),
    "mail": ("bo", lambda: reverse("officer:outbox"), 16),
    "calendar": ("bo", lambda: reverse("officer:closures"), 15),
    "receipt, officer": ("bo", lambda: reverse("officer:feed_file", args=[_receipt()]), 18),
    "issuer home": ("ann", lambda: reverse("portal:home"), 25),
    "day, issuer": ("ann", lambda: reverse("portal:coin_day", args=["LRHKD", str(DAY)]), 17),
    "upload": ("ann", lambda: reverse("portal:upload", args=["LRHKD"]), 16),
    "receipt, issuer": ("ann", lambda: reverse("portal:feed_file", args=[_receipt()]), 13),
    "reports, issuer": ("ann", lambda: reverse("portal:reports"), 13),
    "quarantine": ("bo", lambda: reverse("officer:quarantine"), 17),
    "files sent": ("ann", lambda: reverse("portal:upload_history", args=["LRHKD"]), 13),
    "system": ("bo", lambda: reverse("officer:system"), 20),
    "system, one fails": ("bo", lambda: reverse("officer:system") + "?fails=harbour+bank", 22),
    "stress, officer": ("bo", lambda: reverse("officer:stress", args=["LRHKD"]), 25),
    "outlook, officer": ("bo", lambda: reverse("officer:outlook", args=["LRHKD", str(DAY)]), 25),
    "stress, issuer": ("ann", lambda: reverse("portal:stress", args=["LRHKD"]), 21),
    "inbox": ("ann", lambda: reverse("portal:inbox"), 15),
    "inbox, officer": ("bo", lambda: reverse("officer:inbox"), 17),
    "one mail": ("ann", lambda: reverse("portal:inbox_message", args=[_mail("ann")]), 17),
    "case, issuer": ("ann", lambda: reverse("portal:case", args=[_breach_case()]), 19),
}


def _breach_case() -> str:
    return Case.objects.filter(subject="LRHKD", kind="issuers.breach").order_by("pk")[0].reference


def _mail(name: str) -> int:
    return Message.objects.filter(recipient__email__startswith=f"{name}@").earliest("pk").pk


def _receipt() -> int:
    return FeedFile.objects.filter(subject="LRHKD", feed="holdings", status="accepted").order_by("as_of")[0].pk


def _grow(coin, first: date, days: int, lines: int) -> None:
    """Send and judge days of a coin with differing lines, report them, and write to people about them."""
    for day in (first + timedelta(days=count) for count in range(days)):
        # The same total in however many lines: a file that doubles it would be held as implausible.
        held = [holding(day, coin.symbol, line_ref=f"D{n}", account_id=f"{coin.symbol}-{n}",
                        market_value=f"{100_000_000 // lines}.00") for n in range(lines)]
        booked = [ledger_line(day, coin.symbol, line_ref=f"D{n}", account_id=f"{coin.symbol}-{n}", book_value=f"{n}.00")
                  for n in range(lines)]
        files = {
            "holdings": csv_bytes(held), "ledger": csv_bytes([*booked, par_outstanding(day, coin.symbol)]),
            "supply": csv_bytes([supply_line(day, coin.symbol, total_supply=99_000_000)]),
        }
        for feed, raw in files.items():
            sent = receive_file(coin, feed, raw, filename=f"{feed}.csv", actor=SYSTEM)
            assert sent.status == FeedFile.Status.ACCEPTED, sent.problems
        for pk in waiting_days():
            run = freeze_report("daily_reserve", advance_day(pk), actor=SYSTEM)
            enqueue(DailyReportReady(run.reference, coin.symbol, day, 1), to=run.owner, may=Can.VIEW_REPORTS,
                    key=run.reference)
        breach = open_breach(coin.issuer, rule="HK-RES-02", subject=coin.symbol, as_of=day, actor=SYSTEM)
        open_breach(coin.issuer, rule=f"HK-RES-{day.day}", subject=coin.symbol, as_of=day, actor=SYSTEM)
        note_case(breach.case, text=f"On {day}.", audience="issuer", actor=SYSTEM)


def _questions(client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_pages_ask_little_and_no_more_when_there_is_more(
    coin, rival_coin, bo, ann, ian, client_for, monkeypatch, tmp_path
):
    at = tmp_path / "clock"
    at.write_text("2026-10-19T09:30:00+08:00")
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(at))
    assert clock.today() == date(2026, 10, 19)
    _grow(coin, FIRST, 2, 2)
    people = {"bo": client_for(bo), "ann": client_for(ann), None: client_for(None)}
    for who, address, _ in PAGES.values():  # what is remembered between requests is not the matter here
        _questions(people[who], address())
    few = {name: _questions(people[who], address()) for name, (who, address, _) in PAGES.items()}

    _grow(coin, FIRST + timedelta(days=2), 3, 6)
    _grow(rival_coin, FIRST, 2, 3)
    for number in range(3, 8):
        issuer = register_issuer(name_en=f"Issuer {number} Limited", actor=SYSTEM)
        record_licence(issuer, number=f"FRS0{number}", effective_on=FIRST, actor=SYSTEM)
        another = create_coin(issuer, symbol=f"C{number}HK", reference_currency="HKD", launched_on=FIRST, actor=SYSTEM)
        add_deployment(another, chain="eip155:1", contract=f"0x{number:040x}", actor=SYSTEM)
        add_deployment(coin, chain=f"eip155:{number}", contract=f"0x{number:040x}", actor=SYSTEM)
    _questions(people["ann"], PAGES["case, issuer"][1]())  # that somebody has read a message is written once
    many = {name: _questions(people[who], address()) for name, (who, address, _) in PAGES.items()}

    assert {name: (few[name], count) for name, count in many.items() if count > few[name]} == {}
    assert {name: count for name, count in many.items() if count > PAGES[name][2]} == {}
