"""A custodian's key on every address of the API: what is another's does not exist for it, lists are empty."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client

from core.models import FeedFile, Organisation
from core.roles import Role
from tests.test_access_matrix import TABLE, address_of, world  # noqa: F401 - the world is the fixture

#: Lists that everybody with a key may ask for; they hold nothing of another's.
LISTS = {"api:applications", "api:attestations", "api:coins", "api:files", "api:notices", "api:reports"}


@pytest.fixture
def custodian(world, key_for):  # noqa: F811
    """A program with a key of the custodian that is registered for the issuer's coin and holds one file there."""
    return Client(headers={"Authorization": f"Bearer {key_for(organisation(), Role.FEED_SENDER)}"},
                  raise_request_exception=False)


def organisation() -> Organisation:
    return Organisation.objects.get(slug="intake-custody")


def test_it_reads_its_own_receipts_and_what_is_public_and_nothing_else(world, custodian):  # noqa: F811
    public = {name for name, row in TABLE["get"].items() if row.split()[0] != "401"}
    answers, lists = {}, {}
    for name in sorted(set(TABLE["get"]) - public):
        if not name.startswith("api:") or TABLE["get"][name].split()[-1] == "405" or name == "api:no_such_address":
            continue
        with transaction.atomic():
            answer = custodian.get(address_of(name, world))
            transaction.set_rollback(True)
        answers[name] = answer.status_code
        if answer.status_code == 200:
            lists[name] = answer.json()["results"]
    assert {name for name, status in answers.items() if status not in (200, 403, 404)} == set()
    assert set(lists) <= LISTS
    own = set(FeedFile.objects.filter(sender=organisation()).values_list("pk", flat=True))
    assert {each["id"] for each in lists.pop("api:files")} == own
    assert lists == dict.fromkeys(lists, [])
    assert custodian.get(f"/api/v1/files/{world['held_file']}/").status_code == 200
    # Pages know no keys.
    for name in ("officer:quarantine", "portal:home", "officer:feed_senders"):
        assert custodian.get(address_of(name, world)).status_code == 302
