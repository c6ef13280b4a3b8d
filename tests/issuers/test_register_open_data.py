"""What programs read of the register: tables, JSON and feeds that caches may keep and spreadsheets may open."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

import pytest
from django.test import Client
from lxml import etree

from core import blobs
from core.access import SYSTEM
from core.downloads import safe_cell
from issuers.models import RegisterEntry
from issuers.services.coins import add_deployment
from issuers.services.issuers import register_issuer
from issuers.services.licences import record_licence
from issuers.services.register import change_particulars, publish_entry
from issuers.services.warnings import draft_warning, publish_warning, remove_warning
from issuers.workflows import LICENCE
from reports.models import ReportRun
from tests.issuers.test_register_history import decide

pytestmark = pytest.mark.django_db
ATOM = {"a": "http://www.w3.org/2005/Atom"}
FEEDS = ("register.csv", "register.json", "warnings.csv", "warnings.json", "changes.atom")


@pytest.fixture
def told(issuer, coin, rival, bo, ben, cy):
    """An entry with a coin, a warning on the list, one taken off it."""
    add_deployment(coin, chain="eip155:1", contract="0x8a1f4be05c9d27f3b64e01d2c58a97e3f6b0d4a1", actor=SYSTEM)
    gone = draft_warning(name_en="Gone", wording_en="It holds no licence.", actor=bo)
    publish_warning(gone, actor=ben)
    remove_warning(gone, reason="The site is gone.", actor=cy)
    stays = draft_warning(name_en="=Fake & <b>Co</b>", name_zh_hant="假幣", wording_en="@SUM(1)", actor=bo)
    return publish_warning(stays, actor=ben)


def test_the_table_has_coins_contracts_and_the_suspension(told, rival, bo, cy, client):
    decide(rival.licence, "temporary_suspension", date(2026, 2, 1), until=date(2099, 1, 31), by=bo, and_by=cy)
    LICENCE.apply(rival.licence, "suspend", actor=SYSTEM)
    change_particulars(rival, website="https://tide.example", actor=SYSTEM)
    rows = list(csv.DictReader(io.StringIO(client.get("/en/register.csv").content.decode())))
    assert [(row["number"], row["state"], row["suspended_since"], row["suspended_until"], row["coins"], row["contracts"])
            for row in rows] == [
        ("FRS01", "active", "", "", "LRHKD", "eip155:1:0x8a1f4be05c9d27f3b64e01d2c58a97e3f6b0d4a1"),
        ("FRS02", "suspended", "2026-02-01", "2099-01-31", "", ""),
    ]
    data = client.get("/en/register.json").json()
    assert (data["schema"], data["as_at"], [entry["number"] for entry in data["entries"]]) == (
        "assay.register/1", None, ["FRS01", "FRS02"])
    assert data["entries"] == client.get("/api/v1/register/").json()["results"]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "  =1", "＝1", "\n=1"])
def test_a_cell_that_would_run_has_an_apostrophe_before_it(cell):
    assert safe_cell(cell) == f"'{cell}"
    assert safe_cell("Lion Rock") == "Lion Rock"


def test_the_warnings_are_safe_to_open_in_a_spreadsheet(told, client):
    (row,) = csv.DictReader(io.StringIO(client.get("/en/warnings.csv").content.decode()))
    assert (row["name_en"], row["wording_en"], row["name_zh_hant"]) == ("'=Fake & <b>Co</b>", "'@SUM(1)", "假幣")
    assert [each["name_en"] for each in client.get("/en/warnings.json").json()["warnings"]] == ["=Fake & <b>Co</b>"]
    assert client.get("/api/v1/warnings/").json()["count"] == 1


@pytest.mark.parametrize("name", FEEDS)
def test_caches_may_keep_it_and_ask_whether_it_changed(told, issuer, bo, ben, client, name):
    first = client.get(f"/en/{name}")
    assert first["Cache-Control"] == "public, max-age=300"
    assert first["Last-Modified"].endswith("GMT")
    again = client.get(f"/en/{name}", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    change_particulars(issuer, address_en="7 New Road", actor=SYSTEM)
    publish_warning(draft_warning(name_en="New", wording_en="It holds no licence.", actor=bo), actor=ben)
    changed = client.get(f"/en/{name}", headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]
    past = client.get(f"/en/{name}", {"as_at": "2020-01-01"})
    assert (past.status_code, past["ETag"] == first["ETag"]) == (200, False)


@pytest.mark.parametrize(
    ("language", "title"), [("en", "Lion Rock Digital Limited"), ("zh-hant", "獅子山數碼有限公司"), ("zh-hans", "狮子山数码有限公司")]
)
def test_the_feed_is_atom_and_says_what_changed_in_the_readers_language(told, client, language, title):
    answer = client.get(f"/{language}/changes.atom")
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = etree.fromstring(answer.content)
    assert feed.tag == "{http://www.w3.org/2005/Atom}feed"
    assert feed.xpath("string(@xml:lang)") == language
    ids = feed.xpath("a:entry/a:id/text()", namespaces=ATOM)
    assert len(ids) == len(set(ids)) == RegisterEntry.objects.count() + 3
    for needed in ("a:id", "a:title", "a:updated", "a:author/a:name", "a:link[@rel='self']"):
        assert feed.xpath(needed, namespaces=ATOM), needed
    for entry in feed.xpath("a:entry", namespaces=ATOM):
        assert entry.xpath("a:title/text()", namespaces=ATOM)
        assert entry.xpath("a:link[@rel='alternate']/@href", namespaces=ATOM)[0].startswith("http://testserver/")
        assert re.match(r"\d{4}-\d\d-\d\dT", entry.xpath("string(a:updated)", namespaces=ATOM))
    titles = feed.xpath("a:entry/a:title/text()", namespaces=ATOM)
    assert sum(title in each for each in titles) == 3
    times = feed.xpath("a:entry/a:updated/text()", namespaces=ATOM)
    assert times == sorted(times, reverse=True)


def test_an_entry_has_an_address_for_good_with_a_code_to_scan(told, client, settings):
    page = client.get("/en/register/FRS01/").content.decode()
    assert f"{settings.SITE_URL}/register/FRS01/" in page
    (code,) = re.findall(r'<div class="qr">(.*?)</div>', page, re.DOTALL)
    drawn = etree.fromstring(code)
    assert drawn.get("role") == "img"
    assert not drawn.xpath("//@style")
    answer = client.get("/register/FRS01/", headers={"Accept-Language": "zh-Hant"})
    assert (answer.status_code, answer["Location"]) == (302, "/zh-hant/register/FRS01/")


def test_a_number_with_a_space_has_an_address_without_and_is_found_as_people_type_it(client, settings, db):
    kestrel = register_issuer(name_en="Kestrel Settlement Limited", actor=SYSTEM)
    record_licence(kestrel, number="FRS 901", effective_on=date(2025, 12, 15), actor=SYSTEM)
    page = client.get("/en/register/FRS%20901/").content.decode()
    assert f'href="{settings.SITE_URL}/register/FRS%20901/"' in page
    for typed in ("FRS901", "frs901", "frs%20901", "F%20RS%20901"):
        answer = client.get(f"/en/register/{typed}/")
        assert (answer.status_code, answer["Location"]) == (302, "/en/register/FRS%20901/")
    assert client.get("/en/register/FRS9011/").status_code == 404


def test_no_public_page_has_style_of_its_own(told, client):
    for address in ("/en/", "/en/?q=LRHKD", "/en/register/FRS01/", "/en/warnings/", f"/en/warnings/{told.reference}/"):
        answer = client.get(address)
        assert "style-src 'self'" in answer["Content-Security-Policy"]
        assert " style=" not in answer.content.decode()
        assert "<b>Co</b>" not in answer.content.decode()


def certificate(licence, **given) -> ReportRun:
    fields = {
        "reference": f"LC-{licence.number}-{ReportRun.objects.count() + 1}", "kind": "licence_certificate",
        "subject": licence.number, "owner": licence.issuer.organisation, "as_of": date(2025, 12, 15),
        "version": ReportRun.objects.count() + 1, "facts": {}, "digest": "0" * 64, "status": "rendered",
        "document": blobs.store_blob(b"%PDF-1.7 certificate"),
    }
    return ReportRun.objects.create(**fields | given)


def test_the_certificate_is_served_while_the_licence_is_in_force(issuer, bo, cy):
    client, address = Client(), "/en/register/FRS01/certificate.pdf"
    assert client.get(address).status_code == 404
    certificate(issuer.licence, status="frozen", document=None)
    assert client.get(address).status_code == 404
    certificate(issuer.licence)
    answer = client.get(address)
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 certificate"
    assert answer["Content-Disposition"] == 'attachment; filename="FRS01-certificate.pdf"'
    assert address in client.get("/en/register/FRS01/").content.decode()
    decide(issuer.licence, "temporary_suspension", date(2026, 2, 1), by=bo, and_by=cy)
    LICENCE.apply(issuer.licence, "suspend", actor=SYSTEM)
    publish_entry(issuer.licence, event="suspended")
    assert client.get(address).status_code == 404
    assert client.get("/en/register/FRS99/certificate.pdf").status_code == 404
    assert client.get("/en/register/%00/certificate.pdf").status_code == 404
