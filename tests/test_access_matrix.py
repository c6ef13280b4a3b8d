"""Every address, asked by every member of the cast, answers what the table beside this file says.

An address that is not in the table fails: whoever adds one decides who may reach it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from core import blobs
from core.access import SYSTEM
from core.roles import Role
from issuers.services.breaches import open_breach
from reports.models import ReportRun
from reserves.models import Obligor
from reserves.services.days import run_day
from reserves.services.intake import parse_now_or_later, receive_file
from reserves.services.reference import propose_reference
from tests.api.conftest import DAY
from tests.cast import CAST
from tests.factories import csv_bytes, holding, sound_day

TABLE = tomllib.loads((Path(__file__).parent / "access_matrix.toml").read_text())
#: The columns of the table: nobody, the cast, and a program with the issuer's key.
EVERYBODY = ["visitor", *CAST, "key"]


def addresses(
    patterns: list[URLPattern | URLResolver], namespace: str = "", before: tuple[str, ...] = ()
) -> Iterator[tuple[str, list[str]]]:
    """Yield the name of every address of the URLconf, and the names of its parts."""
    for pattern in patterns:
        parts = (*before, *pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses(pattern.url_patterns, inner, parts)
        else:
            yield f"{namespace}{pattern.name}", list(parts)


ADDRESSES = dict(addresses(get_resolver().url_patterns))
#: The address of the API that matches whatever no other does.
NO_ADDRESS = "api:no_such_address"


def expected(method: str) -> dict[str, dict[str, str]]:
    """Return the statuses of the table by address and member."""
    return {name: dict(zip(EVERYBODY, row.split(), strict=True)) for name, row in TABLE[method].items()}


@pytest.fixture
def world(coin, rival_coin, request, settings) -> dict[str, object]:
    """A day of the issuer's coin with its files, its report and a breach; returns the parts of addresses."""
    rates = {"visitor": "1000000/min", "key": "1000000/min"}
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": rates}
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
    return {
        "symbol": "LRHKD",
        "as_of": DAY.isoformat(),
        "feed": "holdings",
        "number": "FRS01",
        "table": "obligors",
        "file": files[0].pk,
        "refused": refused.pk,
        "proposed": proposed.pk,
        "case": breach.case.reference,
        "report": report.reference,
        # Of accounts: a link that nobody was sent, a passkey that nobody has.
        "key": "nobody",
        "uidb36": "0",
        "passkey": 1,
    }


def address_of(name: str, world: dict[str, object]) -> str:
    """Return the address of something of the issuer's."""
    if name == NO_ADDRESS:
        return "/api/v1/nothing"
    meant = {
        "reference": "case" if ":case" in name else "report",
        "pk": {
            "portal:feed_file_correct": "refused",
            "officer:reference_decide": "proposed",
            "mfa_remove_webauthn": "passkey",
            "mfa_edit_webauthn": "passkey",
        }.get(name, "file"),
    }
    return reverse(name, kwargs={part: world[meant.get(part, part)] for part in ADDRESSES[name]})


def form_of(name: str) -> dict[str, object]:
    """Return what is posted: the fields of the table, and a sound file where it names a feed."""
    sound = sound_day(DAY)
    return {
        field: SimpleUploadedFile(f"{value}.csv", sound[value]) if value in sound else value
        for field, value in TABLE["form"].get(name, {}).items()
    }


def observed(method: str, names: Iterable[str], client: Client, world: dict[str, object]) -> dict[str, str]:
    """Return what each address answers; whatever a request changes is undone before the next."""
    answers, cookies = {}, client.cookies.copy()
    for name in names:
        with transaction.atomic():
            sent = form_of(name) if method == "post" else {}
            answers[name] = str(getattr(client, method)(address_of(name, world), sent).status_code)
            transaction.set_rollback(True)
        client.cookies = cookies.copy()
    return answers


@pytest.fixture
def client_of(request, client_for, key_for):
    """``client_of(member)`` asks as a member of the cast, or as a program with the issuer's key."""

    def new(member: str) -> Client:
        if member == "key":
            secret = key_for(request.getfixturevalue("issuer").organisation, Role.FEED_SENDER)
            return Client(headers={"Authorization": f"Bearer {secret}"}, raise_request_exception=False)
        client = client_for(request.getfixturevalue(member))
        client.raise_request_exception = False
        return client

    return new


def test_the_table_has_every_address_and_no_other():
    assert set(TABLE["get"]) == set(ADDRESSES)
    assert set(TABLE["post"]) <= set(ADDRESSES)


@pytest.mark.parametrize("member", EVERYBODY)
def test_every_address_answers_as_the_table_says(member, world, client_of):
    for method in ("get", "post"):
        table = expected(method)
        answers = observed(method, table, client_of(member), world)
        assert answers == {name: row[member] for name, row in table.items()}
