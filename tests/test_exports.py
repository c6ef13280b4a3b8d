"""No table that the platform hands out runs anything in the spreadsheet that opens it.

The tables are found by asking every address whose module can make one, so that a new one is among them or fails.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve

from core import clock
from core.downloads import csv_text, safe_cell
from core.roles import Role
from issuers.models import PublicWarning, RegisterEntry
from tests.test_access_matrix import ADDRESSES, address_of
from tests.test_access_matrix import world as world  # the fixture
from tests.test_architecture import OWN, ROOT
from tests.test_no_address_breaks import content_of

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = ("text/csv", WORKBOOK)
#: By site, who may see most of it.
MEMBERS = {"portal": "ann", "officer": "cy", "public": "visitor", "api": "key"}
#: Every address that answers with a table, and what it has to be asked for.
TABLES = {
    ("api:register", "text/csv"), ("api:entry", "text/csv"), ("api:register_csv", ""),
    ("public:register_csv", ""), ("public:warnings_csv", ""),
}
HOSTILE = (
    "=1+1", "+cmd|'/c calc'!A0", "-2+3", "@SUM(1)", "\t=1", "\r=1", "\n=1", "  =1", "\u00a0=1", "\u200b=1", "\ufeff@A1",
    "＝1", "＋1", "－1", "＠A1", '=HYPERLINK("https://x.example","See")', "-1", '"=1', "a;=1", "Lion Rock, =1",
)
#: What of an entry is free text: the rest are days, states and numbers that the platform itself gives.
FIXED = {"number", "status", "effective_on", "ended_on", "suspension"}
NUMBER = re.compile(r"-?\d+(\.\d+)?")


def runs(cell: str) -> bool:
    """Whether a spreadsheet may take the cell for a formula: judged here by itself, and more strictly than it is made."""
    return bool(re.match(r"[\W_]*?[=+\-@＝＋－＠\t\r\n]", re.match(r"[^\w'\"(<]*", cell)[0]))


def hostile(said: Any, value: str, name: str = "") -> Any:
    """Return the fields of an entry with the value for each text."""
    if name in FIXED:
        return said
    if isinstance(said, dict):
        return {key: hostile(each, value, key) for key, each in said.items()}
    if isinstance(said, list):
        return [hostile(each, value) for each in said]
    return value


def rows_of(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content_of(answer).decode(), newline="")))


def module_of(address: str) -> Any:
    """Return the module of the view that answers an address."""
    return sys.modules[resolve(address).func.__module__]


def makes_tables(module: Any) -> bool:
    """Whether something in the module makes tables: the function that does, or a class that renders with it."""
    known = {csv_text, *(each for each in vars(module).values() if getattr(each, "media_type", "") in KINDS)}
    return any(each in known for each in vars(module).values() if callable(each))


@pytest.fixture
def ask_as(request, client_for, key_for, settings):
    def new(member: str) -> Client:
        if member != "key":
            return client_for(request.getfixturevalue(member))
        secret = key_for(request.getfixturevalue("issuer").organisation, Role.COMPLIANCE_OFFICER)
        return Client(headers={"Authorization": f"Bearer {secret}"})

    return new


def test_the_list_has_every_table(world, ask_as):
    found, clients = set(), {site: ask_as(member) for site, member in MEMBERS.items()}
    for name in ADDRESSES:
        site = name.partition(":")[0]
        address = address_of(name, world)
        if site not in clients or not makes_tables(module_of(address)):
            continue
        for accepted in ("", *KINDS):
            answer = clients[site].get(address, headers={"Accept": accepted} if accepted else {})
            content_of(answer)
            if answer.status_code == 200 and answer["Content-Type"].partition(";")[0] in KINDS:
                found.add((name, accepted))
                break
    assert found == TABLES


def test_nothing_else_writes_tables():
    writers = [path for path in OWN if re.search(r"csv\.(Dict)?[wW]riter|openpyxl|xlsxwriter", path.read_text())]
    assert {str(path.relative_to(ROOT)) for path in writers} == {"core/downloads.py", "reports/demo/files.py"}


def test_no_cell_of_any_table_runs(world, issuer, client):
    entry, told = RegisterEntry.objects.filter(licence=issuer.licence).last(), PublicWarning.objects.get(status="published")
    fields = entry.fields | {"coins": [{"symbol": "", "reference_currency": "",
                                        "contracts": [{"chain": "", "contract": ""}]}]}
    texts = [each.name for each in PublicWarning._meta.fields
             if each.name.startswith(("name_", "wording_")) or each.name in ("website", "token", "contract")]
    found, missing = {}, {}
    for version, value in enumerate(HOSTILE, entry.version + 1):
        RegisterEntry.objects.create(licence=entry.licence, version=version, event="changed", shown_from=clock.now(),
                                     fields=hostile(fields, value), digest="0" * 64)
        PublicWarning.objects.filter(pk=told.pk).update(**{
            name: value[: PublicWarning._meta.get_field(name).max_length] for name in texts})
        for name, accepted in TABLES:
            address = address_of(name, world | {"number": "FRS01"})
            rows = rows_of(client.get(address, headers={"Accept": accepted} if accepted else {}))
            cells = [cell for row in rows[1:] for cell in row]
            if safe_cell(value) not in cells:
                missing[name, value] = cells
            if bad := [cell for cell in cells if runs(cell) and not NUMBER.fullmatch(cell)]:
                found[name, value] = bad
            assert {len(row) for row in rows} == {len(rows[0])}
    assert (found, missing) == ({}, {})


def test_a_number_stays_a_number_and_a_text_that_looks_like_one_a_text():
    numbers = [-2, Decimal("-2.50"), 0, Decimal("1E-8")]
    assert csv_text([numbers]) == "-2,-2.50,0,1E-8\r\n"
    assert csv_text([["-2+3", "-2", True, None]]) == "'-2+3,'-2,True,\r\n"


def test_what_is_judged_here_is_not_what_made_it():
    assert [cell for cell in HOSTILE if not runs(cell)] == ['"=1', "a;=1", "Lion Rock, =1"]
    assert not any(runs(safe_cell(cell)) for cell in HOSTILE)
