"""An application in a real browser: answers save themselves, and outlive a crash, a kill and the end of a session."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import Error, expect

from core.access import SYSTEM
from core.models import Organisation
from issuers.models import (
    Answer,
    Application,
    Appointment,
    Document,
    InformationRequest,
    Person,
    RequestItem,
    Shareholding,
)
from issuers.services.answers import save_answer
from issuers.services.issuers import register_issuer
from tests import cast
from tests.browser.conftest import NARROW, WIDE, photograph
from tests.browser.test_pages import AXE, DRAWN, UNFOLD
from tests.browser.world import NOW, World
from tests.databases import empty_database
from tests.issuers.filled import begin, fill
from tests.servers import ROOT, environment_beside, free_port, listens, wait_until

pytestmark = pytest.mark.browser
COIN = "/en/portal/applications/APP-2026-0001/modules/coin/"
PAGES = {
    "application": "", "application-module": "modules/coin/", "application-capital": "modules/capital/",
    "application-documents": "documents/", "application-check": "check/", "application-status": "status/",
    "application-prepare": "prepare/", "application-withdraw": "withdraw/",
}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """An issuer without a licence, two of its people and their draft; emptied out after the module."""
    place = tmp_path_factory.mktemp("world")
    (place / "clock").write_text(NOW.isoformat())
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setenv("ASSAY_CLOCK_FILE", str(place / "clock"))
        patch.setattr(django_settings, "BLOB_ROOT", place / "blobs")
        made = World()
        made.organisations["authority"] = Organisation.objects.create(
            kind=Organisation.Kind.AUTHORITY, slug="monetary-authority", name_en="Monetary Authority")
        issuer = register_issuer(name_en="Lion Rock Digital Limited", name_zh_hant="獅子山數碼有限公司", actor=SYSTEM)
        made.organisations["issuer"] = issuer
        made.people = {name: cast.person(name, made) for name in ("ann", "amy")}
        begin(issuer)
        try:
            yield made
        finally:
            empty_database()


@pytest.fixture(autouse=True)
def draft(request):
    """The draft, empty before each test."""
    request.getfixturevalue("site")
    Answer.objects.all().delete()
    for rows in (Document, Shareholding, Appointment, Person):
        rows.objects.all().delete()
    return Application.objects.get()


def stored(key: str = "coin.name"):
    return Answer.objects.filter(key=key).values_list("value", flat=True).first()


def saved(page, name: str = "name"):
    expect(page.locator(f"#answer-{name} .answer-state")).to_contain_text("Saved")


def test_what_is_typed_saves_itself_and_outlives_a_crashed_tab(site, complaints_of):
    page = site.page_for("ann")
    page.goto(COIN)
    page.get_by_label("Name of the stablecoin").press_sequentially("Lion Rock Dollar")
    saved(page)
    assert (stored(), complaints_of(page)) == ("Lion Rock Dollar", [])
    page.get_by_label("Name of the stablecoin").press_sequentially(" II")
    wait_until(lambda: stored() == "Lion Rock Dollar II", what="the second save, on top of the first")
    with pytest.raises(Error):
        page.goto("chrome://crash", timeout=5_000)
    again = site.page_for("ann")
    again.goto(COIN)
    expect(again.get_by_label("Name of the stablecoin")).to_have_value("Lion Rock Dollar II")


def test_rows_save_themselves_and_grow_without_script(site):
    page = site.page_for("ann")
    page.goto(COIN)
    page.get_by_label("Row 1, Chain (CAIP-2)").fill("eip155:1")
    saved(page, "deployments")
    page.get_by_role("button", name="Add a row").click()
    expect(page.get_by_label("Row 1, Chain (CAIP-2)")).to_have_value("eip155:1")
    expect(page.get_by_label("Row 2, Chain (CAIP-2)")).to_have_value("")


def test_what_cannot_be_read_is_said_beside_the_field_and_stays_typed(site):
    page = site.page_for("ann")
    page.goto(COIN)
    page.get_by_label("Symbol").fill("lion rock")
    expect(page.locator("#answer-symbol .answer-state")).to_contain_text(
        "Not saved. Enter 2 to 12 capital letters, digits or points, a letter first, such as HKDX.")
    expect(page.get_by_label("Symbol")).to_have_value("lion rock")
    assert stored("coin.symbol") is None


def test_two_who_edit_the_same_answer_both_see_both(site, draft):
    page = site.page_for("ann")
    page.goto(COIN)
    save_answer(draft, key="coin.name", value="Amy's name", base_version=0, actor=site.world.people["amy"])
    page.get_by_label("Name of the stablecoin").fill("Ann's name")
    state = page.locator("#answer-name .answer-state")
    expect(state).to_contain_text("Not saved: Amy Poon changed this answer on")
    expect(state).to_contain_text("Amy's name")
    expect(page.get_by_label("Name of the stablecoin")).to_have_value("Ann's name")
    assert stored() == "Amy's name"
    page.get_by_role("button", name="Save mine instead").click()
    expect(page.get_by_label("Name of the stablecoin")).to_have_value("Ann's name")
    saved(page)
    assert stored() == "Ann's name"


def test_who_was_signed_out_meanwhile_is_told_that_nothing_is_saved(site):
    page = site.page_for("ann")
    page.goto(COIN)
    page.context.clear_cookies()
    page.get_by_label("Name of the stablecoin").fill("Typed in vain")
    expect(page.locator("#answer-name .answer-state")).to_contain_text("Not saved: you are signed out.")
    expect(page.get_by_label("Name of the stablecoin")).to_have_value("Typed in vain")
    assert stored() is None


def test_a_web_process_that_is_killed_takes_no_saved_answer_with_it(site, tmp_path):
    port = free_port()
    environment = environment_beside(Path(django_settings.BLOB_ROOT)) | {
        "ASSAY_WEB_PORT": str(port), "ASSAY_WEB_WORKERS": "1"}
    with (tmp_path / "web.log").open("wb") as out:
        doomed = subprocess.Popen([sys.executable, "-m", "gunicorn", "config.wsgi", "-c", "python:config.gunicorn"],
                                  cwd=ROOT, env=environment, stdout=out, stderr=out, start_new_session=True)
    try:
        wait_until(lambda: listens(port), seconds=60, what="the web server's start")
        page = site.page_for("ann")
        page.goto(f"http://127.0.0.1:{port}{COIN}")
        page.get_by_label("Name of the stablecoin").fill("Kept")
        saved(page)
    finally:
        os.killpg(doomed.pid, signal.SIGKILL)
        doomed.wait(20)
    page.get_by_label("Name of the stablecoin").fill("Typed while nobody listens")
    expect(page.locator("#answer-name .answer-state")).to_contain_text("Not saved: the platform cannot be reached.")
    again = site.page_for("ann")
    again.goto(COIN)
    expect(again.get_by_label("Name of the stablecoin")).to_have_value("Kept")


def test_pages_show_wide_and_narrow_without_barrier_or_complaint(site, draft, axe_source, complaints_of, subtests):
    """One application for all: it takes longer to fill in than to look at."""
    fill(draft, site.world.people["ann"])
    page = site.page_for("amy")
    for name, address in PAGES.items():
        with subtests.test(page=name):
            page.complaints.clear()  # what axe asked for is no complaint of the next page
            assert page.goto(f"/en/portal/applications/APP-2026-0001/{address}").status == 200
            for viewport in (WIDE, NARROW):
                page.set_viewport_size(viewport)
                page.evaluate("document.fonts.ready")
                page.evaluate(DRAWN)
                photograph(page, f"portal-{name}-{viewport['width']}")
                assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
            assert complaints_of(page) == []
            page.evaluate(axe_source)
            for viewport in (NARROW, WIDE):
                page.set_viewport_size(viewport)
                page.evaluate(UNFOLD)
                page.evaluate(DRAWN)
                assert page.evaluate(AXE) == []


def test_a_file_that_is_not_taken_is_said_where_it_was_chosen(site, draft, axe_source, complaints_of):
    people = site.world.people
    asked = InformationRequest.objects.create(application=draft, number=1, due_at=NOW, sent_by=people["amy"])
    RequestItem.objects.create(request=asked, number=1, text="Where is the trust deed?")
    page = site.page_for("ann")
    bad = {"name": "deed.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"}
    for name, address, label, button in (
        ("slot", "documents/", "File for document 2", "File 2"),
        ("reply", "requests/1/", "Add a file (optional)", "Save this answer"),
    ):
        page.goto(f"/en/portal/applications/APP-2026-0001/{address}")
        page.get_by_label(label, exact=True).set_input_files(bad)
        page.get_by_role("button", name=button, exact=True).click()
        field = page.get_by_label(label, exact=True)
        expect(field).to_have_accessible_description(re.compile("“deed.exe” is of a kind that is not accepted"))
        page.get_by_role("alert").get_by_role("link", name=re.compile("“deed.exe”")).click()
        expect(field).to_be_focused()
        page.evaluate(axe_source)
        for viewport in (WIDE, NARROW):
            page.set_viewport_size(viewport)
            page.evaluate(DRAWN)
            photograph(page, f"portal-refused-{name}-{viewport['width']}")
            assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
            assert page.evaluate(AXE) == []
        # The browser notes the status of the page itself, and nothing else.
        assert all("status of 422" in each for each in complaints_of(page))
    RequestItem.objects.all().delete()
    InformationRequest.objects.all().delete()
