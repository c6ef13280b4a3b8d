"""What overviews are measured on: daily summaries of 200 issuers over 400 days, written by COPY; and the stress kernel.

Run by ``tests.bench`` in a process of its own.
"""

from __future__ import annotations

import json
import statistics
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

ISSUERS, DAYS, FRAME = 200, 400, 11
LAST = date(2026, 10, 16)
CLASSES = ("demand_deposit", "government_debt", "term_deposit", "reverse_repo")
BANKS = [f"Bank {number}" for number in range(12)]
GROUPS = ["Government of Hong Kong", "", *BANKS[:4]]
#: Name of the figure: address, who reads it, what it is called in the table.
PAGES = {
    "b_home": ("/en/officer/", "bo", "officer home"),
    "b_reserves": ("/en/officer/reserves/", "bo", "reserves of all coins"),
    "b_system": ("/en/officer/system/", "bo", "system view"),
    "b_fails": ("/en/officer/system/?fails=bank+3", "bo", "system view, one bank fails"),
    "b_day": (f"/en/officer/coins/S0HK/days/{LAST}/", "bo", "page of a day"),
    "b_issuer": ("/en/portal/", "ann", "issuer's home"),
}


def fill() -> None:
    """Make issuers with a coin each, one day judged for real, and 400 days of summaries for every coin."""
    from django.db import connection

    from core.access import SYSTEM
    from issuers.models import Coin
    from issuers.services.coins import create_coin
    from issuers.services.issuers import register_issuer
    from issuers.services.licences import record_licence
    from reserves.models import ReserveDay
    from tests.reserves.stress_days import judge

    first = LAST - timedelta(days=DAYS)
    for number in range(ISSUERS):
        issuer = register_issuer(name_en=f"Summed Issuer {number} Limited", actor=SYSTEM)
        record_licence(issuer, number=f"FRS{5000 + number}", effective_on=first, actor=SYSTEM)
        create_coin(issuer, symbol=f"S{number}HK", reference_currency="HKD", launched_on=first, actor=SYSTEM)
    judge(Coin.objects.get(symbol="S0HK"), LAST)
    real = ReserveDay.objects.get(coin__symbol="S0HK", as_of=LAST)
    coins = dict(Coin.objects.filter(symbol__startswith="S").order_by("pk").values_list("pk", "symbol"))
    opened = "2026-10-17T09:00:00+08:00"
    with connection.cursor() as cursor:
        with cursor.copy(
            "COPY reserves_reserveday (coin_id, as_of, version, status, opened_at, judged_at, circulation,"
            " reserve_market_value, eligible_reserve, backing_ratio, surplus, verdict, open_breaks, result, digest)"
            " FROM STDIN"
        ) as copy:
            for coin, symbol in coins.items():
                for back in range(DAYS):
                    day = LAST - timedelta(days=back)
                    if (symbol, day) == ("S0HK", LAST):
                        continue
                    value = 100_000_000 + (coin * 37 + back * 11) % 900_000
                    ratio = (Decimal(value) / 99_000_000).quantize(Decimal("1e-8"))
                    copy.write_row((coin, day, 1, "judged", opened, opened, 99_000_000, value, value, ratio,
                                    value - 99_000_000, "met", 0, json.dumps({"composition": [1]}), real.digest))
        days = list(ReserveDay.objects.filter(coin__in=coins).exclude(pk=real.pk)
                    .values_list("pk", "reserve_market_value"))
        with cursor.copy(
            "COPY reserves_reservedaysummary (day_id, kind, asset_class, bucket, name, amount, lines) FROM STDIN"
        ) as copy:
            for pk, value in days:
                for index, name in enumerate(CLASSES):
                    bucket = "overnight" if index == 0 else "31_90"
                    copy.write_row((pk, "place", name, bucket, BANKS[(pk + index) % len(BANKS)], value / 4, 30))
                    group = GROUPS[(pk + index) % len(GROUPS)]
                    copy.write_row((pk, "group", "", "", group, value / 4, 30))
        cursor.execute("ANALYZE")


def measure() -> dict[str, float]:
    """Return queries and milliseconds (median of five) of each page, the program's peak memory, and the kernel."""
    from allauth.mfa.models import Authenticator
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from core.models import Membership, Organisation, User
    from core.roles import Role
    from tests.bench import measured, peak_mb

    figures = kernel()
    fill()
    if "testserver" not in settings.ALLOWED_HOSTS:
        settings.ALLOWED_HOSTS.append("testserver")
    authority, _made = Organisation.objects.get_or_create(kind="authority", slug="authority", name_en="Authority")
    places = {"bo": (authority, Role.CASE_OFFICER),
              "ann": (Organisation.objects.get(name_en="Summed Issuer 0 Limited"), Role.COMPLIANCE_OFFICER)}
    clients = {}
    for name, (place, role) in places.items():
        user = User.objects.create_user(f"{name}@summed.example", name, "a password for the benchmark")
        Membership.objects.create(user=user, organisation=place, role=role, since=date(2025, 8, 1))
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"})
        clients[name] = Client()
        clients[name].force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    for name, (address, who, _title) in PAGES.items():
        client = clients[who]
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            if (answer := client.get(address)).status_code != 200:
                raise SystemExit(f"{address} answers {answer.status_code}")
        figures[f"{name}_queries"] = float(len(queries) - FRAME)
        figures[f"{name}_ms"] = statistics.median(measured(partial(client.get, address))[2] for _ in range(5)) * 1000
    return figures | {"b_mb": peak_mb()}


def kernel() -> dict[str, float]:
    """Return the CPU of ten scenarios on 5,000 lines, from the lines to the outcomes."""
    from core.calendars import HongKongCalendar
    from reserves.scenarios import shipped
    from reserves.stress import run_scenario, stock_of
    from tests.bench import measured
    from tests.reserves.lines import held

    lines = [held(f"{1000 + n}.00", asset_class=CLASSES[n % 4], custodian=BANKS[n % 12],
                  maturity_date=LAST + timedelta(days=n % 370)) for n in range(5_000)]
    calendar = HongKongCalendar()
    days = [calendar.add_business_days(LAST, count) for count in range(1, 11)]

    def act() -> list[Any]:
        stock = stock_of(lines, as_of=LAST, currency="HKD")
        return [run_scenario(stock, Decimal(6_000_000), each, days) for each in (*shipped(), *shipped()[:4])]

    act()
    return {"b_kernel_cpu_s": measured(act)[1]}


def lines_of(figures: dict[str, float]) -> list[str]:
    """Return the figures as lines of the table."""
    found = [f"{'ten scenarios on 5,000 lines: CPU':<72}{figures['b_kernel_cpu_s']:>12.3f} s       under 0.3 s",
             f"summaries of {ISSUERS} issuers x {DAYS} days:"]
    for name, (_address, _who, title) in PAGES.items():
        times = figures[f"{name}_ms"] / figures["b_home_ms"]
        found.append(f"{f'  {title}: queries beyond the frame':<72}{figures[f'{name}_queries']:>12,.0f}         up to 12")
        found.append(f"{f'  {title}: median of 5, times the officer home':<72}{figures[f'{name}_ms']:>12,.0f} ms"
                     f"      {times:.2f}")
    return [*found, f"{'  peak memory of the process':<72}{figures['b_mb']:>12,.0f} MB"]
