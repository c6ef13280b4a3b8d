"""The parts of a long story that nobody has to watch: links out of mails, codes, the rest of a form, days that pass."""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from config.demo import totp
from core import clock
from core.access import SYSTEM
from core.models import Message, User
from issuers.models import Application, Appointment, Licence
from issuers.selectors.applications import answers_of, filed_slots
from issuers.selectors.persons import people_of
from issuers.selectors.persons_assessed import persons_assessed
from issuers.services.answers import save_answer
from issuers.services.clearances import record_clearance
from issuers.services.findings import record_finding
from issuers.services.persons import add_person, appoint
from issuers.services.slots import file_in_slot
from issuers.workflows.guards import unsatisfied_criteria
from reports.services.licensing import freeze_licensing_documents
from reports.services.rendering import render_report
from tests.browser.conftest import Site
from tests.cast import PASSWORD
from tests.issuers.filled import PDF, good_answers, good_value

COMPANY = "Peak Tokens Limited"
#: What the applicant answers although another value would do as well: the register shows it in the end.
CONTRACT = "0x1f9840a85d5aF5bf1D1762F925BDADdC4201F984"
OWN_ANSWERS: dict[str, Any] = {
    "coin.symbol": "PKHKD", "coin.deployments": [{"chain": "eip155:1", "contract": CONTRACT, "standard": "ERC-20"}],
    "corporate.email": "office@peak.example", "corporate.principal_place": "8 Peak Road, Hong Kong",
}


@dataclass
class Telling:
    """Who sits before which browser, and what the story is about."""

    site: Site
    files: Any
    pages: dict[str, Any] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)

    def page_of(self, person: str) -> Any:
        """Return the page before the person, who is signed in if the world knows them."""
        if person not in self.pages:
            known = person in self.site.world.people
            self.pages[person] = self.site.page_for(person if known else None)
        return self.pages[person]

    @property
    def application(self) -> Application:
        return Application.objects.get(issuer__organisation__name_en=COMPANY)

    @property
    def licence(self) -> Licence:
        return Licence.objects.get(issuer__organisation__name_en=COMPANY)

    def there(self, page: Any, place: str = "") -> Any:
        """Open the application, or a part of it, on the site of whoever looks."""
        side = "officer" if page in [self.pages.get(name) for name in ("bo", "cy", "dee", "hal")] else "portal"
        return page.goto(f"/en/{side}/applications/{self.application.reference}/{place}")


def come_in(telling: Telling, name: str) -> Any:
    """Accept the invitation out of the mail, choose a password and set up the second factor."""
    page, email = telling.page_of(name), f"{name}@peak.example"
    page.goto(link_to(email))
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.get_by_role("button", name="Make my account").click()
    expect(page.get_by_text("Your account is made.")).to_be_visible()
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in with a password").click()
    expect(page.locator("h1")).to_have_text("Sign-in and security")  # nothing before a second factor is set up
    page.get_by_role("link", name="Set up an app").click()
    confirm(page)
    telling.secrets[name] = page.locator("main .mono").inner_text().strip()
    page.locator("input[name=code]").fill(totp(telling.secrets[name], time.time()))
    page.get_by_role("button", name="Activate").click()
    expect(page.locator("main")).to_contain_text("Authenticator app activated.")
    page.goto("/en/portal/")
    return page


def link_to(address: str) -> str:
    """Return the link of the last invitation that went to the address."""
    message = Message.objects.filter(notice="core/invited", address=address).latest("pk")
    found = re.search(r"/en/invitation/[^/\s]+/", message.text)
    assert found is not None
    return found[0]


def mailed(notice: str, address: str) -> bool:
    """Whether the notice went to the address."""
    return Message.objects.filter(notice=notice, address=address).exists()


def sign_in(page: Any, email: str, secret: str) -> None:
    """Sign in with password and code, as the pages ask for them."""
    page.goto("/en/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in with a password").click()
    page.locator("input[name=code]").fill(totp(secret, time.time()))
    page.get_by_role("button", name="Continue").click()


def sign_out(page: Any) -> None:
    page.locator(".usermenu summary").click()
    page.get_by_role("button", name="Sign out").click()


def confirm_if_asked(page: Any) -> None:
    """Show once more who it is, where that was not done within the last minutes."""
    if page.locator("h1").inner_text() == "Confirm that it is you":
        confirm(page)


def confirm(page: Any) -> None:
    """Show once more who it is."""
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()


def move_time(to: str | datetime) -> None:
    """Let it be another moment for every process: an hour of a day of Hong Kong, as ``2026-12-01 09:00``."""
    moment = to if isinstance(to, datetime) else datetime.fromisoformat(to).replace(tzinfo=clock.HONG_KONG)
    assert moment > clock.now(), "time only passes"
    Path(os.environ["ASSAY_CLOCK_FILE"]).write_text(moment.isoformat())


def answer_the_rest(application: Application, *, actor: User) -> None:
    """Answer every question of the modules that has no answer yet."""
    standing = answers_of(application)
    for key, value in (good_answers(application.issuer.kind) | OWN_ANSWERS).items():
        if key not in standing:
            save_answer(application, key=key, value=value, base_version=0, actor=actor)


def enter_the_rest(application: Application, *, actor: User) -> None:
    """Put forward whoever is still wanted, give everybody's particulars and complete everybody's form."""
    issuer = application.issuer
    ben = add_person(issuer, kind="individual", name_en="Ben Lam", birth_date=date(1980, 2, 29), country="HK", actor=actor)
    appoint(ben, position="alternate", actor=actor)
    appoint(ben, position="director", independent=True, actor=actor)
    for affair in Appointment.Affair.values:
        appoint(ben, position="manager", affair=affair, actor=actor)
    for row in people_of(issuer, application).rows:
        for question in row.form.questions:
            key = f"person.{question.key}"
            save_answer(application, key=key, value=good_value(question), base_version=row.form.versions.get(key, 0),
                        person=row.person, question=question, actor=actor)


def file_the_rest(application: Application, *, actor: User) -> None:
    """File every document of the form that is not there yet."""
    for each in filed_slots(application):
        if each.current is None and not each.slot.on_request:
            file_in_slot(application, each.slot, raw=PDF, filename=f"{each.slot.number}.pdf", actor=actor)


def find_the_rest_satisfied(application: Application, *, actor: User) -> None:
    """Find every criterion satisfied on which nothing was found yet."""
    for criterion in unsatisfied_criteria(application):
        record_finding(application, criterion=criterion, finding="satisfied", reasons="Seen.", actor=actor)


def clear_the_rest(application: Application, *, actor: User) -> None:
    """Record that the screening of everybody who was not screened yet found nothing."""
    for row in persons_assessed(application):
        if not row.cleared:
            record_clearance(application.issuer, person=row.person, state="clear", reference="SCR-1", actor=actor)


def make_documents() -> None:
    """Freeze and render what lacks its document, as the worker would within minutes."""
    for run in freeze_licensing_documents(actor=SYSTEM):
        render_report(run.pk)
