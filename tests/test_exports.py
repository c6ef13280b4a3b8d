"""No table that the platform hands out runs anything in the spreadsheet that opens it.

The tables are found by asking every address whose module can make one, so that a new one is among them or fails.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import resolve

from core import blobs, clock
from core.access import SYSTEM
from core.downloads import csv_text, safe_cell
from core.models import FeedFile, Organisation
from core.roles import Role
from issuers.models import PublicWarning, RegisterEntry
from reserves.models import Holding, RedemptionLine, Reperformance, ReserveDaySummary, Sample, WeeklyStatement
from reserves.services.intake import receive_file
from reserves.services.reperformance import document_of
from reserves.services.samples import drawn_again
from tests.access import redemptions
from tests.api.conftest import DAY
from tests.factories import csv_bytes, holding
from tests.test_access_matrix import ADDRESSES, address_of, undone
from tests.test_access_matrix import world as world  # the fixture
from tests.test_architecture import OWN, ROOT
from tests.test_no_address_breaks import content_of

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = ("text/csv", WORKBOOK)
#: By site, who may see most of it.
MEMBERS = {"portal": "ann", "officer": "cy", "public": "visitor", "api": "key"}
#: Every address that answers with a table made of what somebody typed or sent, and what it has to be asked for.
TEXTS = {
    ("api:register", "text/csv"), ("api:entry", "text/csv"), ("api:register_csv", ""),
    ("public:register_csv", ""), ("public:warnings_csv", ""), ("public:statements_file", ""),
    ("officer:system_csv", ""),
} | {
    (f"{site}:{name}", "") for site in ("officer", "portal")
    for name in ("lines_csv", "redemptions_csv", "valuation_csv", "sample_file", "reperformance_file")
}
#: Tables without free text: the columns of a file to be filled in, stress with its codes, days and amounts, and transfers.
WORDS = {("portal:feed_template", ""), ("officer:stress_csv", ""), ("portal:stress_csv", ""),
         ("officer:travel_rule_csv", "")}
#: Files as they were sent: evidence is not rewritten, so these have the very bytes, whatever a spreadsheet makes of them.
ORIGINALS = {("officer:feed_file_original", ""), ("portal:feed_file_original", "")}
TABLES = TEXTS | WORDS | ORIGINALS
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


@pytest.fixture
def stated(world, coin) -> dict[str, Any]:
    """The world of the addresses, with a request to redeem."""
    assert redemptions.state_requests(coin).status == "accepted"
    return world


def new_row(row: Any, value: str, names: tuple[str, ...], **given: Any) -> None:
    """Write a row like the given one with the value for some of its texts: no row of these can be changed."""
    fields = {each.attname: getattr(row, each.attname) for each in row._meta.concrete_fields if not each.primary_key}
    texts = {name: value[: row._meta.get_field(name).max_length] for name in names}
    type(row).objects.create(**fields | texts | given)


def forget_columns(file: int) -> None:
    """Take away what is kept of a file beside its rows: it was written from them once, and a row was added since."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM reserves_linecolumns WHERE file_id = %s", [file])
        cursor.execute("SET LOCAL session_replication_role = origin")


def say_everywhere(value: str, world: dict[str, Any]) -> dict[str, Any]:
    """Put the value wherever a text of the tables of reserves comes from; return what has to be asked for then."""
    line = Holding.objects.filter(file__subject="LRHKD", file__as_of=DAY, file__status="accepted").latest("pk")
    FeedFile.objects.filter(pk=line.file_id).update(filename=value)
    new_row(line, value, ("account_id", "custodian", "instrument_id", "line_ref", "description", "obligor"), line=99)
    forget_columns(line.file_id)
    new_row(RedemptionLine.objects.latest("pk"), value, ("request_id",), line=99)
    Organisation.objects.filter(issuer__coins__symbol="LRHKD").update(name_en=value)
    for kind in ("place", "group"):
        new_row(ReserveDaySummary.objects.filter(kind=kind).latest("day__as_of"), value, ("name",), amount=10**12)
    statement = WeeklyStatement.objects.get(pk=world["statements_filed"])
    said = {"coin": value, "currency": value, "composition": [{"asset_class": value, "market_value": "1.00"}]}
    WeeklyStatement.objects.filter(pk=statement.pk).update(content=statement.content | said)
    run = Reperformance.objects.get(pk=world["statements_run"])
    again = blobs.store_blob(json.dumps(hostile(document_of(run), value)).encode())
    Reperformance.objects.filter(pk=run.pk).update(document=again)
    drawn = Sample.objects.get(pk=world["statements_sample"])
    drawn.pk, drawn.files = None, [{"file": line.file_id}]
    drawn.table = blobs.store_blob(drawn_again(drawn).encode())
    drawn.save(force_insert=True)
    return world | {"statements_sample": drawn.pk}


def the_list_has_every_table(stated, ask_as):
    world = stated
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


#: What writes tables for our own intake, which takes them apart again, or only reads them: nobody is handed these.
FOR_INTAKE = {
    "reports/demo/files.py",  # the files that the issuers of the demonstration send
    "reports/services/demo_held.py",  # one of those with a wrong amount, sent again
    "reserves/services/chain_file.py",  # a supply as it was read from the chains: symbols, addresses and numbers
    "reserves/rereading.py",  # reads stored files a second time, and writes none
}


def test_nothing_else_writes_tables():
    writers = [path for path in OWN if re.search(r"csv\.(Dict)?[wW]riter|openpyxl|xlsxwriter", path.read_text())]
    assert {str(path.relative_to(ROOT)) for path in writers} == {"core/downloads.py"} | FOR_INTAKE
    reading = (ROOT / "reserves/rereading.py").read_text()
    assert not re.search(r"csv\.(Dict)?[wW]riter|Workbook\(|\.save\(", reading)


def no_cell_of_any_table_runs(stated, issuer, ask_as):
    entry, told = RegisterEntry.objects.filter(licence=issuer.licence).last(), PublicWarning.objects.get(status="published")
    fields = entry.fields | {"coins": [{"symbol": "", "reference_currency": "",
                                        "contracts": [{"chain": "", "contract": ""}]}]}
    texts = [each.name for each in PublicWarning._meta.fields
             if each.name.startswith(("name_", "wording_")) or each.name in ("website", "token", "contract")]
    found, missing = {}, {}
    clients = {site: ask_as(member) for site, member in MEMBERS.items()}
    for version, value in enumerate(HOSTILE, entry.version + 1):
        with undone():
            RegisterEntry.objects.create(licence=entry.licence, version=version, event="changed", shown_from=clock.now(),
                                         fields=hostile(fields, value), digest="0" * 64)
            PublicWarning.objects.filter(pk=told.pk).update(**{
                name: value[: PublicWarning._meta.get_field(name).max_length] for name in texts})
            asked_for = say_everywhere(value, stated)
            for name, accepted in TEXTS:
                address = address_of(name, asked_for | {"number": "FRS01"})
                headers = {"Accept": accepted} if accepted else {}
                rows = rows_of(clients[name.partition(":")[0]].get(address, headers=headers))
                cells = [cell for row in rows[1:] for cell in row]
                if safe_cell(value) not in cells:
                    missing[name, value] = cells
                if bad := [cell for cell in cells if runs(cell) and not NUMBER.fullmatch(cell)]:
                    found[name, value] = bad
                assert {len(row) for row in rows} == {len(rows[0])}
    assert (found, missing) == ({}, {})


def a_table_without_free_text_has_none_that_runs(stated, ask_as):
    for name, _accepted in WORDS:
        rows = rows_of(ask_as(MEMBERS[name.partition(":")[0]]).get(address_of(name, stated)))
        cells = [cell for row in rows for cell in row]
        assert cells, name
        assert [cell for cell in cells if runs(cell) and not NUMBER.fullmatch(cell)] == [], name
        assert (len(rows) == 1) is (name == "portal:feed_template")


def an_original_has_the_very_bytes_that_were_sent(stated, coin, ask_as):
    raw = csv_bytes([holding(DAY, description=value, line_ref=f"H{number}") for number, value in enumerate(HOSTILE)])
    sent = receive_file(coin, "holdings", raw, filename="hostile.csv", actor=SYSTEM)
    for name, _accepted in ORIGINALS:
        address = address_of(name, stated | {"pk": sent.pk})
        answer = ask_as(MEMBERS[name.partition(":")[0]]).get(address)
        assert content_of(answer) == raw
        assert answer["Content-Disposition"].startswith("attachment;")


def test_tables(stated, issuer, coin, ask_as, subtests):
    for member in MEMBERS.values():
        ask_as(member)  # who is made inside what is undone would not be there for the next
    for looks in (
        lambda: the_list_has_every_table(stated, ask_as),
        lambda: no_cell_of_any_table_runs(stated, issuer, ask_as),
        lambda: a_table_without_free_text_has_none_that_runs(stated, ask_as),
        lambda: an_original_has_the_very_bytes_that_were_sent(stated, coin, ask_as),
    ):
        with subtests.test(), undone():
            looks()


def test_a_number_stays_a_number_and_a_text_that_looks_like_one_a_text():
    numbers = [-2, Decimal("-2.50"), 0, Decimal("1E-8")]
    assert csv_text([numbers]) == "-2,-2.50,0,0.00000001\r\n"
    assert csv_text([["-2+3", "-2", True, None]]) == "'-2+3,'-2,True,\r\n"


def test_what_is_judged_here_is_not_what_made_it():
    assert [cell for cell in HOSTILE if not runs(cell)] == ['"=1', "a;=1", "Lion Rock, =1"]
    assert not any(runs(safe_cell(cell)) for cell in HOSTILE)
