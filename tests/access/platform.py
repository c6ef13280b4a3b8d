"""A day of the issuer's coin with its files, its report and a breach."""

from __future__ import annotations

from core import blobs
from core.access import SYSTEM
from issuers.services.breaches import open_breach
from reports.models import ReportRun
from reserves.models import Obligor
from reserves.services.days import run_day
from reserves.services.intake import parse_now_or_later, receive_file
from reserves.services.reference import propose_reference
from tests.api.conftest import DAY
from tests.factories import csv_bytes, holding, sound_day

PARTS = {
    "officer:case": {"reference": "case"},
    "officer:case_act": {"reference": "case"},
    "portal:case": {"reference": "case"},
    "portal:case_act": {"reference": "case"},
    "portal:feed_file_correct": {"pk": "refused"},
    "officer:reference_decide": {"pk": "proposed"},
    "mfa_remove_webauthn": {"pk": "passkey"},
    "mfa_edit_webauthn": {"pk": "passkey"},
}


def build(world, request) -> None:
    coin = request.getfixturevalue("coin")
    request.getfixturevalue("rival_coin")
    files = [
        parse_now_or_later(receive_file(coin, feed, raw, filename=f"{feed}.csv", actor=SYSTEM))
        for feed, raw in sound_day(DAY).items()
    ]
    other = csv_bytes([holding(DAY, market_value="100000001.00")])
    refused = parse_now_or_later(receive_file(coin, "holdings", other, filename="holdings.csv", actor=SYSTEM))
    proposed = propose_reference(
        Obligor,
        name="Treasury",
        kind="government",
        country="US",
        valid_from=DAY,
        source="Letter",
        actor=request.getfixturevalue("ben"),
    )
    account = run_day(coin, DAY, actor=SYSTEM)
    report = ReportRun.objects.create(
        reference="DR-LRHKD-20261016-1",
        kind="daily_reserve",
        subject="LRHKD",
        owner=coin.issuer.organisation,
        as_of=DAY,
        version=1,
        facts=account,
        digest=account["digest"],
        status="rendered",
        document=blobs.store_blob(b"%PDF-1.7"),
    )
    breach = open_breach(coin.issuer, rule="HK-RES-01", subject="LRHKD", as_of=DAY, actor=SYSTEM)
    world |= {
        "symbol": "LRHKD",
        "as_of": DAY.isoformat(),
        "feed": "holdings",
        "number": "FRS01",
        "table": "obligors",
        "pk": files[0].pk,
        "refused": refused.pk,
        "proposed": proposed.pk,
        "case": breach.case.reference,
        "reference": report.reference,
        # Of accounts: a link that nobody was sent, a passkey that nobody has.
        "key": "nobody",
        "uidb36": "0",
        "passkey": 1,
    }
