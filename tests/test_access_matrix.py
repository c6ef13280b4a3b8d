"""Every address, asked by every member of the cast, answers what the tables under tests/access say.

An address that is in no table fails: whoever adds one decides who may reach it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.template import Template
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from core.roles import Role
from tests.access import SLICES, parts, tables
from tests.api.conftest import DAY
from tests.cast import CAST
from tests.conftest import forget
from tests.factories import sound_day

TABLE = tables()
PARTS = parts()
#: The columns of the table: nobody, the cast, and a program with the issuer's key.
EVERYBODY = ["visitor", *CAST, "key"]


def addresses(
    patterns: list[URLPattern | URLResolver], namespace: str = "", before: tuple[str, ...] = ()
) -> Iterator[tuple[str, list[str]]]:
    """Yield the name of every address of the URLconf, and the names of its parts."""
    for pattern in patterns:
        names = (*before, *pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses(pattern.url_patterns, inner, names)
        else:
            yield f"{namespace}{pattern.name}", list(names)


ADDRESSES = dict(addresses(get_resolver().url_patterns))
#: The address of the API that matches whatever no other does.
NO_ADDRESS = "api:no_such_address"


@cache
def expected(method: str) -> dict[str, dict[str, str]]:
    """Return the statuses of the table by address and member."""
    return {name: dict(zip(EVERYBODY, row.split(), strict=True)) for name, row in TABLE[method].items()}


@pytest.fixture
def world(request, db, settings) -> dict[str, object]:
    """What the slices built, in the order of their names; returns the parts of addresses."""
    rates = {"visitor": "1000000/min", "key": "1000000/min"}
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": rates}
    made: dict[str, object] = {}
    for each in SLICES:
        each.build(made, request)
    return made


def address_of(name: str, world: dict[str, object]) -> str:
    """Return the address of something of the issuer's."""
    if name == NO_ADDRESS:
        return "/api/v1/nothing"
    meant = PARTS.get(name, {})
    return reverse(name, kwargs={part: world[meant.get(part, part)] for part in ADDRESSES[name]})


def form_of(name: str) -> dict[str, object]:
    """Return what is posted: the fields of the table, and a sound file where it names a feed."""
    sound = sound_day(DAY)
    return {
        field: SimpleUploadedFile(f"{value}.csv", sound[value]) if value in sound else value
        for field, value in TABLE["form"].get(name, {}).items()
    }


class Drawing:
    """Draws a page once for each role at each address, and the page of a refusal once for each role.

    The tables say who is answered with which status. The words are drawn for everybody who may get others; to draw
    them again for the second officer of a role, or for every address that somebody may not reach, says nothing more.
    """

    REFUSALS = ("403.html", "404.html", "refused.html")

    def __init__(self) -> None:
        self.role, self.method, self.address = "", "", ""
        self.drawn: set[tuple[str, ...]] = set()
        self.inside = False

    def is_new(self, page: str) -> bool:
        if page.startswith(("pdf/", "email/")):
            return True
        key = (self.role, page) if page in self.REFUSALS else (self.role, page, self.method, self.address)
        new = key not in self.drawn
        self.drawn.add(key)
        return new

    def render(self, template: Template, context) -> str:
        if self.inside:
            return template.nodelist.render(context)
        if not self.is_new(template.name or ""):
            return ""
        self.inside = True
        try:
            return template.nodelist.render(context)
        finally:
            self.inside = False


@pytest.fixture
def drawing(monkeypatch) -> Drawing:
    drawing = Drawing()
    monkeypatch.setattr(Template, "_render", lambda template, context: drawing.render(template, context))
    return drawing


def observed(
    method: str, names: Iterable[str], client: Client, world: dict[str, object], drawing: Drawing
) -> dict[str, str]:
    """Return what each address answers; whatever a request changes is undone before the next."""
    answers, cookies = {}, client.cookies.copy()
    for name in names:
        drawing.method, drawing.address = method, name
        with transaction.atomic():
            sent = form_of(name) if method == "post" else {}
            answers[name] = str(getattr(client, method)(address_of(name, world), sent).status_code)
            transaction.set_rollback(True)
        client.cookies = cookies.copy()
    return answers


@contextmanager
def undone() -> Iterator[None]:
    """Share one world among the members, which takes longer to build than to ask: each leaves it as it was found."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    forget()


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


def test_the_tables_have_every_address_and_no_other():
    assert set(TABLE["get"]) == set(ADDRESSES)
    assert set(TABLE["post"]) <= set(ADDRESSES)


def test_every_address_answers_as_the_table_says(world, client_of, drawing, subtests):
    for member in EVERYBODY:
        drawing.role = CAST[member][2] if member in CAST else member
        with subtests.test(member=member), undone():
            for method in ("get", "post"):
                table = expected(method)
                answers = observed(method, table, client_of(member), world, drawing)
                assert answers == {name: row[member] for name, row in table.items()}
