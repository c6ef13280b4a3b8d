"""Whatever is asked of an address, by whomever: it answers, with a refusal if need be, and never breaks.

The tables of access say who may reach what with sound input. Here the same addresses are asked with nonsense: in the
query, in the parts of the address, in a form and in JSON.
"""

from __future__ import annotations

import re
from typing import Any

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


def broken(client: Client, method: str, address: str, *sent: Any, **more: Any) -> str:
    """Return what broke, or ""; whatever the request changed is undone, and the page after it is asked too."""
    with transaction.atomic():
        answer = getattr(client, method)(address, *sent, **more)
        status = answer.status_code
        if status == 302 and answer["Location"].startswith("/") and "/accounts/" not in answer["Location"]:
            status = client.get(answer["Location"]).status_code
        content_of(answer)
        transaction.set_rollback(True)
    return f"{method} {address[:120]} {str(sent)[:300]}: {status}" if status >= 500 else ""


def content_of(answer: Any) -> bytes:
    """Return what was answered; a file that is read to its end is closed."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def is_let_in(name: str, member: str, method: str) -> bool:
    """Say whether the address reads what the member sends: who is turned away at the door is turned away with anything.

    The tables of access hold every such answer. A method that the table does not have is none of the address.
    """
    row = expected(method).get(name)
    return row is not None and row[member] not in (*TURNED_AWAY, *(("302",) if member == "visitor" else ()))


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
def client_of(request, client_for, key_for, settings):
    """``client_of(member)`` has confirmed who it is, so that what comes after the confirmation is asked too."""
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

    return new


def test_no_query_breaks_a_page(world, client_of, subtests):
    for member in MEMBERS:
        with subtests.test(member=member), undone():
            client, found = client_of(member), []
            for name in (each for each in OURS if is_let_in(each, member, "get")):
                address = address_of(name, world)
                page = client.get(address)
                content_of(page)
                if page.status_code == 200 and not page.streaming:
                    found += [broken(client, "get", address, sent) for sent in rounds(list(QUERY))]
            assert not [each for each in found if each]


def test_no_form_breaks_an_address(world, client_of, subtests):
    for member in MEMBERS:
        with subtests.test(member=member), undone():
            client, found = client_of(member), []
            cookies = client.cookies.copy()
            for name in (each for each in OURS if is_let_in(each, member, "post")):
                address = address_of(name, world)
                seen = fields_of(content_of(client.get(address)))
                found.append(broken(client, "post", address))
                names = sorted(seen | UNSEEN)
                found += [broken(client, "post", address, sent) for sent in rounds(names)]
                client.cookies = cookies.copy()
            assert not [each for each in found if each]


def test_no_field_breaks_a_form_that_is_sound_otherwise(world, client_of):
    table, found = expected("post"), []
    clients = {member: client_of(member) for member in (*MEMBERS, "ann", "bo", "dee")}
    for name in TABLE["form"]:
        member = next((each for each in clients if table[name][each] in ("200", "201", "302")
                       and each != "visitor"), "cy")
        cookies = clients[member].cookies.copy()
        for place, field in enumerate(form_of(name)):
            for junk in (*JUNK[place % 3 :: 3], SimpleUploadedFile("\x00\u202e.pdf", b"%PDF-nothing")):
                found.append(broken(clients[member], "post", address_of(name, world), form_of(name) | {field: junk}))
        clients[member].cookies = cookies
    assert not [each for each in found if each]


def test_no_json_breaks_the_api(world, client_of):
    client, found = client_of("key"), []
    for name in OURS:
        if not name.startswith("api:"):
            continue
        for method in ("post", "put", "patch"):
            for sent in (*SHAPES, "\x00"):
                found.append(broken(client, method, address_of(name, world), sent, content_type="application/json"))
    assert not [each for each in found if each]


def test_no_part_of_an_address_breaks_it(world, client_of, subtests):
    for member in ("amy", "cy", "key"):
        with subtests.test(member=member), undone():
            client, found = client_of(member), []
            for name in (each for each in OURS if is_let_in(each, member, "get") or is_let_in(each, member, "post")):
                for junk in JUNK[::6] if ADDRESSES[name] and name != NO_ADDRESS else ():
                    for part in ADDRESSES[name]:
                        meant = PARTS.get(name, {})
                        sound = {each: world[meant.get(each, each)] for each in ADDRESSES[name]}
                        try:
                            address = reverse(name, kwargs=sound | {part: junk})
                        except NoReverseMatch:
                            continue
                        found += [broken(client, method, address) for method in ("get", "post")]
            assert not [each for each in found if each]
