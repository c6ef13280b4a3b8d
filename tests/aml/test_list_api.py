"""Lists over the API: the authority's programs load and read them, an issuer's find nothing."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from aml.models import ListLoad, ListVersion
from aml.services.watchlists import load_watchlist
from core.access import SYSTEM
from core.roles import Role
from tests.aml.lists import UN, many, ofac, un

pytestmark = pytest.mark.django_db
LISTS = "/api/v1/watchlists/"


@pytest.fixture
def program(key_for):
    def new(organisation, role):
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {key_for(organisation, role)}")
        return client
    return new


@pytest.fixture
def analyst(authority, program):
    return program(authority, Role.AML_ANALYST)


def sent(files):
    return {"file": [SimpleUploadedFile(name, raw) for name, raw in files]}


def test_a_program_loads_a_list_of_several_files_once(analyst):
    made = analyst.post(f"{LISTS}ofac/", sent(ofac()) | {"published_on": "2021-07-09"}, format="multipart")
    assert (made.status_code, made.data["outcome"], made.data["version"]) == (201, "loaded", 1)
    assert (made.data["entries"], made.data["names"], made.data["addresses"], made.data["published_on"]) == (
        3, 6, 2, "2021-07-09")
    again = analyst.post(f"{LISTS}ofac/", sent(ofac()), format="multipart")
    assert (again.status_code, again.data["outcome"], ListVersion.objects.count()) == (200, "unchanged", 1)


def test_a_refused_list_answers_422_with_every_problem(analyst):
    answer = analyst.post(f"{LISTS}un/", sent([("un.xml", UN[:700].encode())]), format="multipart")
    assert answer.status_code == 422
    assert answer.data["problems"][0]["rule"] == "list_xml_broken"
    assert analyst.get(f"{LISTS}loads/{answer.data['load']}/").data == answer.data
    assert not ListVersion.objects.exists()


def test_what_is_not_asked_rightly_loads_nothing(analyst):
    assert analyst.post(f"{LISTS}un/", {}, format="multipart").status_code == 400
    assert analyst.post(f"{LISTS}un/", sent(un()) | {"day": "2026-01-01"}, format="multipart").status_code == 400
    assert analyst.post(f"{LISTS}nowhere/", sent(un()), format="multipart").status_code == 404
    assert analyst.get(f"{LISTS}un/versions/?page=2").status_code == 400
    assert not ListLoad.objects.exists()


def test_lists_versions_and_entries_are_read(analyst):
    load_watchlist("un", un(), actor=SYSTEM)
    load_watchlist("hk", many(20), actor=SYSTEM)
    load_watchlist("hk", many(20, first=2), actor=SYSTEM)
    lists = {each["list"]: each for each in analyst.get(LISTS).data}
    assert (lists["un"]["version"]["number"], lists["eu"]["state"], lists["hk"]["version"]["added"]) == (1, "missing", 1)
    assert [each["number"] for each in analyst.get(f"{LISTS}hk/versions/").data["results"]] == [2, 1]
    entries = analyst.get(f"{LISTS}un/versions/1/entries/?q=chan").data
    assert [(each["key"], each["names"][1]) for each in entries["results"]] == [
        ("KPi.901", {"name": "陳大文", "kind": "original"})]
    removed = analyst.get(f"{LISTS}hk/versions/2/entries/?part=removed").data["results"]
    assert [each["key"] for each in removed] == ["M-1"]
    assert analyst.get(f"{LISTS}loads/?list=hk&outcome=loaded").data["count"] == 2
    assert analyst.get(f"{LISTS}hk/versions/3/entries/").status_code == 404


def test_other_programs_may_not_and_an_issuers_find_nothing(authority, issuer, program):
    load_watchlist("un", un(), actor=SYSTEM)
    officer, stranger = program(authority, Role.CASE_OFFICER), program(issuer.organisation, Role.FEED_SENDER)
    head = program(authority, Role.HEAD_OF_LICENSING)
    for address in (LISTS, f"{LISTS}loads/", f"{LISTS}un/versions/", f"{LISTS}un/versions/1/entries/"):
        assert officer.get(address).status_code == 403
        assert head.get(address).status_code == 200
        assert stranger.get(address).status_code == 404
    assert head.post(f"{LISTS}un/", sent(un()), format="multipart").status_code == 403
    assert stranger.post(f"{LISTS}un/", sent(un()), format="multipart").status_code == 404
