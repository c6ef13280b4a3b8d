"""Callers of the API: programs with a key of the issuer, of its rival, of the authority, and without one."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from core.roles import Role

#: A Friday before the clock of any test run, on which the law of the guideline is in force.
DAY = date(2026, 10, 16)
#: How many operations the API has: one that is lost, or added unseen, fails.
OPERATIONS = 85


class Caller(Client):
    """Sends every request with one key and refuses to raise what the server answered."""

    def __init__(self, secret: str = "") -> None:
        headers = {"HTTP_AUTHORIZATION": f"Bearer {secret}"} if secret else {}
        super().__init__(raise_request_exception=False, **headers)
        self.secret = secret

    def send(self, coin: str, feed: str, raw: bytes, *, filename: str = "", key: str = "", **stated: object):
        """Send bytes as the body, as CSV unless the file name says otherwise."""
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        kind = kind if filename.endswith(".xlsx") else "text/csv"
        # Said as a header too: the test client leaves the content type of an empty body out.
        headers = {"Content-Disposition": f'attachment; filename="{filename or feed + ".csv"}"', "Content-Type": kind}
        if key:
            headers["Idempotency-Key"] = key
        return self.post(
            f"/api/v1/coins/{coin}/feeds/{feed}/",
            raw,
            query_params=stated,
            headers=headers,
            content_type=kind,
        )


@pytest.fixture
def caller(key_for):
    """``caller(organisation, role)`` is a program with a new key."""

    def new(organisation, role: Role) -> Caller:
        return Caller(key_for(organisation, role))

    return new


@pytest.fixture
def program(coin, caller) -> Caller:
    """The issuer's program, with a key that sends files."""
    return caller(coin.issuer.organisation, Role.FEED_SENDER)


@pytest.fixture
def rival_program(rival_coin, caller) -> Caller:
    return caller(rival_coin.issuer.organisation, Role.FEED_SENDER)


@pytest.fixture
def auditor_program(coin, caller) -> Caller:
    """The issuer's key for its auditor: it reads and sends nothing."""
    return caller(coin.issuer.organisation, Role.AUDITOR)


@pytest.fixture
def officer_program(authority, caller) -> Caller:
    return caller(authority, Role.CASE_OFFICER)


@pytest.fixture
def anybody(db) -> Caller:
    return Caller()
