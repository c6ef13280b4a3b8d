"""Whole errands, walked as the person who has them would: by clicking, typing and reading."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import expect

from config.demo import totp
from core.models import AuditEvent, FeedFile
from issuers.models import Breach
from tests.browser.world import FIFTY_FAULTS, FRIDAY, LAST, circulating, files_of
from tests.cast import PASSWORD
from tests.factories import csv_bytes, supply_line

pytestmark = pytest.mark.browser

SECRET = "JBSWY3DPEHPK3PXP"


def test_bo_signs_in_with_password_and_code_and_lands_on_the_work(site, complaints_of):
    page = site.page_for(None)
    page.goto("/en/officer/")
    expect(page.locator("h1")).to_have_text("Sign in")
    page.get_by_label("Email").fill(site.world.people["bo"].email)
    page.get_by_label("Password", exact=True).fill("not the password at all")
    page.get_by_role("button", name="Sign in with a password").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("not correct")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in with a password").click()
    expect(page.locator("h1")).to_have_text("Enter your code")
    assert complaints_of(page) == []
    page.locator("input[name=code]").fill(totp(SECRET, time.time()))
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("h1")).to_have_text("My work")
    page.locator(".usermenu summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator(".topbar")).to_contain_text("Sign in")
    page.goto("/en/officer/")
    expect(page.locator("h1")).to_have_text("Sign in")


def test_ann_sends_a_bad_file_then_a_good_one_then_its_correction(site, complaints_of, tmp_path):
    page = site.page_for("ann")
    page.goto("/en/portal/")
    page.get_by_role("link", name="Upload data, LRHKD").click()

    bad = tmp_path / "bad.csv"
    bad.write_bytes(FIFTY_FAULTS.read_bytes().replace(b"TD-0", b"TD-9"))
    page.get_by_label("Holdings (optional)").set_input_files(bad)
    page.get_by_role("button", name="Send the files").click()
    expect(page.locator(".answer")).to_contain_text("bad.csv is refused, 50 problems")
    faults = page.locator(".answer table tbody tr")
    expect(faults).to_have_count(50)
    assert all(re.match(r"\d+|–", faults.nth(row).locator("td").first.inner_text()) for row in (0, 25, 49))
    assert complaints_of(page) == []

    good = tmp_path / "good.csv"
    today = LAST.replace(day=23)
    good.write_bytes(csv_bytes([supply_line(today, total_supply="4300000000")]))
    page.get_by_label("Supply (optional)").set_input_files(good)
    page.get_by_role("button", name="Send the files").click()
    expect(page.locator(".receipt")).to_contain_text("Accepted")
    sent = FeedFile.objects.get(subject="LRHKD", feed="supply", as_of=today)
    for part in (f"Receipt {sent.pk}", "Ann Lau", sent.sha256[:4]):
        expect(page.locator(".receipt")).to_contain_text(part)

    better = tmp_path / "better.csv"
    better.write_bytes(csv_bytes([supply_line(today, total_supply="4299000000")]))
    page.get_by_label("Supply (optional)").set_input_files(better)
    page.get_by_role("button", name="Send the files").click()
    page.get_by_role("button", name=f"Send it as the correction of receipt {sent.pk}").click()
    expect(page.locator(".receipt")).to_contain_text("Accepted")
    sent.refresh_from_db()
    assert sent.status == FeedFile.Status.SUPERSEDED
    assert FeedFile.objects.get(subject="LRHKD", feed="supply", as_of=today, status="accepted").supersedes_id == sent.pk


def test_the_same_file_again_answers_with_the_first_receipt(site, tmp_path):
    first = site.world.accepted("TWHK", "supply", FRIDAY)
    again = tmp_path / "again.csv"
    again.write_bytes(files_of("TWHK", FRIDAY)["supply"])
    page = site.page_for("ian")
    page.goto("/en/portal/coins/TWHK/upload/")
    page.get_by_label("Supply (optional)").set_input_files(again)
    page.get_by_role("button", name="Send the files").click()
    expect(page.locator(".receipt")).to_contain_text(f"Receipt {first.pk}")
    assert FeedFile.objects.filter(subject="TWHK", feed="supply", as_of=FRIDAY).count() == 1


def test_a_breach_goes_from_alert_to_closure_between_two_people(site, complaints_of):
    case = site.world.breach_of_backing("LRHKD")
    bo = site.page_for("bo")
    bo.goto("/en/officer/")
    bo.get_by_role("link", name="Review the breach").click()
    bo.get_by_label("Officer", exact=True).select_option(label="Bo Chan")
    bo.get_by_role("button", name="Assign").click()
    expect(bo.locator("main")).to_contain_text("Done, and recorded.")
    bo.goto("/en/officer/?view=mine")
    expect(bo.locator("[data-queue] table")).to_contain_text(case.reference)

    ann = site.page_for("ann")
    ann.goto("/en/portal/")
    ann.get_by_role("link", name=case.reference).click()
    ann.get_by_role("button", name="Notify the authority").click()
    expect(ann.get_by_role("button", name="Notify the authority")).to_have_count(0)
    ann.get_by_label("Say why, or what you do about it").fill("66 million were minted before the bank credited them.")
    ann.get_by_role("button", name="Explain").click()
    expect(ann.locator("main")).to_contain_text("66 million were minted")

    bo.goto(f"/en/officer/cases/{case.reference}/")
    expect(bo.locator("main")).to_contain_text("Ann Lau explained breach")
    bo.get_by_role("link", name="See the reserve position of that day").click()
    expect(bo.locator("main")).to_contain_text("Not fully backed")
    bo.go_back()
    bo.get_by_role("button", name="Close", exact=True).click()
    expect(bo.locator("main")).to_contain_text("Say why: the note is part of the record.")  # nothing closes without a word
    bo.goto(f"/en/officer/cases/{case.reference}/")
    bo.get_by_label("Say why, or what you do about it").fill("Credits seen on Monday.")
    bo.get_by_role("button", name="Close", exact=True).click()
    expect(bo.locator("main")).to_contain_text("This case is closed")
    breach = Breach.objects.get(case=case)
    assert breach.status == Breach.Status.CLOSED
    told = AuditEvent.objects.filter(verb__startswith="issuers.breach", target_type="issuers.breach", target_pk=str(breach.pk)).order_by("pk")
    assert [event.verb.rpartition(".")[2] for event in told] == ["opened", "notified", "answered", "closed"]
    assert complaints_of(ann) == []


@pytest.mark.parametrize(
    ("language", "query", "answer"),
    [
        ("en", "lion rock", "Lion Rock Digital Limited is licensed"),
        ("zh-hant", "獅子山", "獅子山數碼有限公司"),
        ("zh-hans", "狮子山", "狮子山数码有限公司"),
    ],
)
def test_a_visitor_asks_the_register_in_three_languages(site, language, query, answer):
    page = site.page_for(None)
    page.goto(f"/{language}/")
    page.locator("#q").fill(query)
    page.locator("#q").press("Enter")
    expect(page.locator("main [role=status]")).to_contain_text(answer)
    page.locator('main [role=status] a[href*="/register/"]').click()  # not the warning of its clone
    expect(page.locator("main")).to_contain_text("FRS01")


def test_a_name_that_nobody_licensed_is_said_not_to_be_in_the_register(site):
    page = site.page_for(None)
    page.goto("/en/")
    page.locator("#q").fill("Moonbeam Dollar")
    page.get_by_role("button", name="Check").click()
    expect(page.locator("main [role=status]")).to_contain_text("No entry found for “Moonbeam Dollar”")


def test_changing_the_language_keeps_the_page_and_its_question(site):
    page = site.page_for("bo")
    page.goto(f"/en/officer/coins/LRHKD/days/{LAST}/?law_on=2025-08-01")
    ratio = page.locator(".kpis, .kpi").first.inner_text()
    page.get_by_role("link", name="繁").click()
    expect(page).to_have_url(f"{site.url}/zh-hant/officer/coins/LRHKD/days/{LAST}/?law_on=2025-08-01")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hant-HK")
    figure = re.search(r"\d+\.\d+%", ratio)
    assert figure is not None
    expect(page.locator("main")).to_contain_text(figure.group())


def test_keys_reach_the_content_the_search_and_the_rows(site):
    page = site.page_for("bo")
    page.goto("/en/officer/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.type("OCHKD")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/?q=OCHKD")
    late = site.world.late("OCHKD").reference
    expect(page.locator("[data-queue] table")).to_contain_text(late)
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url(f"**/cases/{late}/")


def test_a_message_saves_itself_while_it_is_written_and_goes_once_it_is_sent(site, complaints_of):
    page = site.page_for("ann")
    page.goto("/en/portal/")
    page.get_by_role("link", name=re.compile(r"^BRC-\d{4}-\d{4}$")).first.click()
    page.get_by_label("Your message").press_sequentially("We are looking into it.")
    expect(page.locator(".answer-state")).to_contain_text("not sent. Only you see it.")
    page.reload()
    expect(page.get_by_label("Your message")).to_have_value("We are looking into it.")
    page.get_by_role("button", name="Send to the authority").click()
    expect(page.locator(".thread > li")).to_contain_text(["We are looking into it."])
    expect(page.locator(".thread")).to_contain_text("Not read by the authority yet.")
    expect(page.get_by_label("Your message")).to_have_value("")
    assert complaints_of(page) == []


def test_what_was_typed_is_not_lost_without_a_question(site):
    page = site.page_for("bo")
    page.goto(f"/en/officer/cases/{site.world.late('OCHKD').reference}/")
    page.get_by_role("textbox", name="Note").fill("Called the custodian.")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="My work").first.click()
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert page.get_by_role("textbox", name="Note").input_value() == "Called the custodian."


def test_the_figures_of_a_chart_can_be_read_as_a_table(site):
    page = site.page_for("ann")
    page.goto(f"/en/portal/coins/LRHKD/days/{LAST}/")
    page.get_by_text("Show the figures").last.click()
    rows = page.locator("details.chartdata[open] tbody tr")
    expect(rows).to_have_count(13)
    expect(page.locator("main")).to_contain_text(f"{circulating('LRHKD', LAST) / 1_000_000:,.2f}")


def test_a_visitor_drops_a_report_to_have_it_verified(site, complaints_of):
    """Empty, with a file over it, with one chosen: the page names the file and its fault before anything is sent."""
    page = site.page_for(None)
    page.goto("/en/verify/")
    box, said = page.get_by_role("button", name="PDF of a report, or ZIP of an evidence pack"), page.locator("[data-chosen]")
    expect(box).to_have_text(re.compile("No file chosen.*Choose a file.*or drop it here", re.DOTALL))
    expect(box).to_have_accessible_description(re.compile("A PDF of at most 25 MB, or a ZIP of at most 200 MB"))

    def drag(event: str, name: str, size: int) -> None:
        carried = page.evaluate_handle(
            "([name, size]) => { const carried = new DataTransfer();"
            " carried.items.add(new File([new Uint8Array(size)], name)); return carried; }", [name, size])
        box.dispatch_event(event, {"dataTransfer": carried})

    drag("dragenter", "report.pdf", 10)
    expect(box).to_have_class(re.compile("dragging"))
    expect(page.get_by_text("You are over the place to drop the file.")).to_be_attached()
    drag("drop", "notes.docx", 10)
    expect(said).to_have_text("This is neither a PDF nor a ZIP, so it is no report.")
    drag("drop", "report.pdf", 26_000_000)
    expect(said).to_have_text("This file has 26 MB, and at most 25 MB are read here.")
    drag("drop", "report.pdf", 1_500_000)
    expect(box).to_contain_text("report.pdf")
    expect(said).to_have_text("1.5 MB. Nothing is sent before you press the button.")
    page.get_by_role("button", name="Verify", exact=True).click()
    expect(page.get_by_text("This file is not a PDF.").first).to_be_visible()
    with page.expect_file_chooser() as chooser:  # by keyboard alone
        box.focus()
        page.keyboard.press("Enter")
    chooser.value.set_files({"name": "pack.zip", "mimeType": "application/zip", "buffer": b"PK"})
    expect(box).to_contain_text("pack.zip")
    assert complaints_of(page) == []


def test_without_scripts_the_place_to_drop_a_file_is_a_field_for_one(site):
    page = site.browser.new_page(java_script_enabled=False)
    page.goto(f"{site.url}/en/verify/")
    page.get_by_label("PDF of a report, or ZIP of an evidence pack").set_input_files(
        {"name": "report.pdf", "mimeType": "application/pdf", "buffer": b"no"})
    page.get_by_role("button", name="Verify", exact=True).click()
    expect(page.get_by_text("This file is not a PDF.").first).to_be_visible()
    page.close()
