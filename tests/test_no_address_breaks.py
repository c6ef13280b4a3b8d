"""Whatever is asked of an address, by whomever: it answers, with a refusal if need be, and never breaks.

The tables of access say who may reach what with sound input. Here the same addresses are asked with nonsense: in the
query, in the parts of the address, in a form and in JSON.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Any, TypeAlias

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from core.roles import Role
from tests.cast import confirm_session
from tests.test_access_matrix import ADDRESSES, NO_ADDRESS, PARTS, TABLE, address_of, expected, form_of, undone
from tests.test_access_matrix import world as world  # the fixture

#: What no field, no filter and no part of an address expects.
JUNK = (
    "\x00", "-1", "0", "9" * 40, "٣", "NaN", "1e400", "0001-01-01", "9999-12-31", "2026-02-30", "=1+1", "'\"><script>",
    "%s%(x)s{0}", "\u202e\u0007\r\n", "é" * 3000, "🦁", " ",
)
#: Every name that a page reads from its query.
QUERY = ("page", "q", "view", "show", "stage", "officer", "team", "kind", "state", "as_at", "from", "against", "questions",
         "law_on", "sent", "cursor", "limit", "status", "since", "until", "format", "next", "as_of", "page_size")
#: JSON of which no endpoint takes any.
SHAPES: tuple[Any, ...] = (None, [], {}, "text", 7, [None], {"answers": []}, {"answers": [{"key": 1, "value": {}}]},
                           {"statements": {"x": [1]}, "known_on": 7}, {"text": {}, "seen": []})
#: Who may do most on each side, and who is nobody: what others reach is less, and stands in the tables of access.
MEMBERS = ["visitor", "amy", "cy", "key"]
#: Sign-in is another project's.
OURS = [name for name in ADDRESSES if not name.startswith(("account_", "mfa_", "usersessions_"))]
#: What the scripts of pages send that no form on them names.
UNSEEN = {"action", "act", "decision", "move", "step", "text", "note", "item", "due_on", "file", "add_row", "then"}
#: What the gates answer, before anything is read.
TURNED_AWAY = ("401", "403", "404", "405")
#: How far apart two rounds begin in the junk: each name gets two of the values, each value some names.
STEP = 9
#: How many fields of a name share the junk.
TURN = 6
Clients: TypeAlias = dict[str, Client]


def ask(client: Client, method: str, address: str, *sent: Any, **more: Any) -> tuple[Any, str]:
    """Return the answer and what broke, or ""; whatever the request changed is undone, and the page after it is asked."""
    with transaction.atomic():
        answer = getattr(client, method)(address, *sent, **more)
        status = answer.status_code
        if status == 302 and answer["Location"].startswith("/") and "/accounts/" not in answer["Location"]:
            status = client.get(answer["Location"]).status_code
        content_of(answer)
        transaction.set_rollback(True)
    return answer, f"{method} {address[:120]} {str(sent)[:300]}: {status}" if status >= 500 else ""


def broken(client: Client, method: str, address: str, *sent: Any, **more: Any) -> str:
    """Return what broke, or ""."""
    return ask(client, method, address, *sent, **more)[1]


def content_of(answer: Any) -> bytes:
    """Return what was answered; a file that is read to its end is closed."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def is_let_in(name: str, member: str, method: str) -> bool:
    """Say whether the address reads what the member sends: who is turned away at the door is turned away with anything.

    The tables of access hold every such answer. A method that the table does not have is none of the address.
    """
    row = expected(method).get(name)
    turned_away = (*TURNED_AWAY, "302") if member in ("visitor", "key") else TURNED_AWAY  # they are sent to sign in
    return row is not None and row[member] not in turned_away


def askers(method: str) -> Iterator[tuple[str, str]]:
    """Yield each address with who sends it nonsense: the first that it lets in, for all are read by the same code."""
    for name in OURS:
        member = next((each for each in MEMBERS if is_let_in(name, each, method)), None)
        if member:
            yield name, member


def rounds(names: list[str]) -> list[dict[str, str]]:
    """Return a few sets of junk that give each name another value every time."""
    return [
        {name: JUNK[(place + shift) % len(JUNK)] for place, name in enumerate(names)}
        for shift in range(0, len(JUNK), STEP)
    ]


def fields_of(page: bytes) -> set[str]:
    """Return the names of the fields of the forms on a page."""
    return {name.decode() for name in re.findall(rb'<(?:input|select|textarea|button)[^>]*?\sname="([^"]+)"', page)}


@pytest.fixture
def clients(request, client_for, key_for, settings) -> Clients:
    """Everybody has confirmed who they are, so that what comes after the confirmation is asked too."""
    settings.PAGE_RATES = dict.fromkeys(settings.PAGE_RATES, "1000000/min")

    def new(member: str) -> Client:
        if member == "key":
            secret = key_for(request.getfixturevalue("issuer").organisation, Role.COMPLIANCE_OFFICER)
            return Client(headers={"Authorization": f"Bearer {secret}"}, raise_request_exception=False)
        user = request.getfixturevalue(member)
        client = client_for(user)
        if user is not None:
            confirm_session(client, user)
        client.raise_request_exception = False
        return client

    return {member: new(member) for member in (*MEMBERS, "ann", "bo", "dee")}


def queries(world, clients: Clients) -> Iterator[str]:
    """Send every page junk in its query; what a page does not read cannot break it."""
    for name, member in askers("get"):
        for sent in rounds(list(QUERY)):
            answer, found = ask(clients[member], "get", address_of(name, world), sent)
            yield found
            if "GET" not in vars(answer.wsgi_request):
                break


def forms(world, clients: Clients) -> Iterator[str]:
    """Send every address nothing, and junk in all fields that its page has."""
    for name, member in askers("post"):
        client, address = clients[member], address_of(name, world)
        cookies = client.cookies.copy()
        names = sorted(fields_of(content_of(client.get(address))) | UNSEEN)
        for sent in ({}, *rounds(names)):
            yield broken(client, "post", address, sent)
        client.cookies = cookies


def fields(world, clients: Clients) -> Iterator[str]:
    """Send forms that are sound but for one field, which gets a file and some of the junk.

    Fields of the same name take turns with the junk, so that each kind of field gets all of it.
    """
    table, turns = expected("post"), Counter[str]()
    for name in TABLE["form"]:
        member = next((each for each in clients if table[name][each] in ("200", "201", "302")
                       and each != "visitor"), "cy")
        cookies = clients[member].cookies.copy()
        for place, field in enumerate(form_of(name)):
            start = (place + turns[field]) % TURN
            turns[field] += 1
            for junk in (*JUNK[start::TURN], SimpleUploadedFile("\x00\u202e.pdf", b"%PDF-nothing")):
                yield broken(clients[member], "post", address_of(name, world), form_of(name) | {field: junk})
        clients[member].cookies = cookies


def shapes(world, clients: Clients) -> Iterator[str]:
    """Send the API JSON that it does not expect, with every method that an address takes."""
    for name in (each for each in OURS if each.startswith("api:")):
        for method in ("post", "put", "patch"):
            for sent in (*SHAPES, "\x00"):
                answer, found = ask(
                    clients["key"], method, address_of(name, world), sent, content_type="application/json")
                yield found
                if answer.status_code == 405:
                    break


def parts(world, clients: Clients) -> Iterator[str]:
    """Put junk into each part of each address."""
    for method in ("get", "post"):
        for name, member in askers(method):
            meant = PARTS.get(name, {})
            sound = {part: world[meant.get(part, part)] for part in ADDRESSES[name] if name != NO_ADDRESS}
            for part, junk in product(sound, JUNK[::6]):
                try:
                    address = reverse(name, kwargs=sound | {part: junk})
                except NoReverseMatch:
                    continue
                yield broken(clients[member], method, address)


def test_no_nonsense_breaks_an_address(world, clients, subtests):
    """One world for all: it takes longer to build than to ask."""
    for sent in (queries, forms, fields, shapes, parts):
        with subtests.test(sent=sent.__name__), undone():
            assert [found for found in sent(world, clients) if found] == []
