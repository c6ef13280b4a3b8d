"""From the first word of a company to its administrator's page, as people see it: every page searched for barriers."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from core.models import Invitation, Membership, Message, User
from core.roles import Role
from tests.browser.conftest import NARROW, WIDE, photograph
from tests.browser.test_pages import AXE, DRAWN
from tests.cast import PASSWORD

pytestmark = pytest.mark.browser
COMPANY = "Peak Tokens Limited"


@pytest.fixture
def looked_at(axe_source):
    """``looked_at(page, name)`` photographs the page wide and narrow and says what stands in anybody's way there."""

    def look(page: Any, name: str) -> list[str]:
        found = []
        for viewport in (NARROW, WIDE):
            page.set_viewport_size(viewport)
            page.evaluate(DRAWN)
            photograph(page, f"{name}-{viewport['width']}")
            if page.evaluate("document.documentElement.scrollWidth") > viewport["width"]:
                found.append(f"{name} is wider than {viewport['width']}")
        page.evaluate(axe_source)
        return [*found, *page.evaluate(AXE)]

    return look


def link_to(address: str) -> str:
    message = Message.objects.filter(notice="core/invited", address=address).latest("pk")
    return re.search(r"/en/invitation/[^/\s]+/", message.text)[0]


def confirm(page: Any) -> None:
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()


def test_a_company_is_taken_in(site, looked_at):
    barriers = []
    visitor, officer = site.page_for(None), site.page_for("bo")
    visitor.goto("/en/")
    visitor.get_by_role("link", name="Tell us before you apply").click()
    barriers += looked_at(visitor, "contact")
    visitor.get_by_label("Name of the company in English").fill(COMPANY)
    visitor.get_by_label("What you intend to do").fill("A stablecoin that refers to the Hong Kong dollar, from 2027.")
    visitor.get_by_label("Whom we talk to").fill("Pia Ma")
    visitor.get_by_label("E-mail", exact=True).fill("pia@peak.example")
    visitor.get_by_role("button", name="Send").click()
    expect(visitor.get_by_role("heading", name="We received it")).to_be_visible()
    barriers += looked_at(visitor, "contact-receipt")

    officer.goto("/en/officer/contacts/")
    barriers += looked_at(officer, "officer-contacts")
    officer.get_by_role("row", name=COMPANY).get_by_role("link").click()
    officer.get_by_role("button", name="Take up talks").click()
    officer.get_by_role("textbox", name="What was said").fill("They have a bank and look for a custodian.")
    officer.get_by_role("button", name="Add the note").click()
    expect(officer.get_by_text("They have a bank")).to_be_visible()
    barriers += looked_at(officer, "officer-contact")
    officer.get_by_role("button", name="Invite to apply").click()
    confirm(officer)
    expect(officer.get_by_text("is open for it")).to_be_visible()
    barriers += looked_at(officer, "officer-contact-invited")
    officer.get_by_role("link", name="See its people").click()
    barriers += looked_at(officer, "officer-people")

    visitor.goto(link_to("pia@peak.example"))
    barriers += looked_at(visitor, "invitation")
    visitor.get_by_label("Password", exact=True).fill(PASSWORD)
    visitor.get_by_label("The same password again").fill(PASSWORD)
    visitor.get_by_role("button", name="Make my account").click()
    expect(visitor.get_by_text("Your account is made.")).to_be_visible()
    visitor.go_back()
    visitor.reload()
    expect(visitor.get_by_role("heading", name="This link no longer works")).to_be_visible()
    barriers += looked_at(visitor, "invitation-dead")
    visitor.goto("/en/accounts/login/")
    visitor.get_by_label("Email").fill("pia@peak.example")
    visitor.get_by_label("Password", exact=True).fill(PASSWORD)
    visitor.get_by_role("button", name="Sign in with a password").click()
    expect(visitor.get_by_role("heading", name="Sign-in and security")).to_be_visible()  # nothing without a second factor
    assert barriers == []


def test_an_administrator_invites_and_another_approves(site, looked_at):
    body = site.world.organisations["issuer"]
    for name in ("Ada Kwok", "Bea Lam"):
        other = User.objects.create_user(f"{name[:3].lower()}@lion.example", name, PASSWORD)
        Membership.objects.create(user=other, organisation=body, role=Role.ISSUER_ADMINISTRATOR)
    page = site.page_for("amy")
    page.goto("/en/portal/people/")
    page.get_by_label("Full name").fill("Nia Wong")
    page.get_by_label("E-mail", exact=True).fill("nia@lion.example")
    page.get_by_label("Role").select_option("authorised_signatory")
    page.get_by_role("button", name="Invite").click()
    confirm(page)
    expect(page.get_by_text("May approve: Ada Kwok, Bea Lam")).to_be_visible()
    page.set_viewport_size(WIDE)
    page.locator("main details").first.evaluate("(each) => { each.open = true; }")
    assert looked_at(page, "portal-people") == []
    reader = site.page_for("ann")
    reader.goto("/en/portal/people/")
    assert looked_at(reader, "portal-people-read") == []
    assert Invitation.objects.get(email="nia@lion.example").status == "proposed"
