"""From the first word of a company to a licence, its suspension and its return, walked by everybody who has a part."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import expect

from core.access import SYSTEM
from core.models import Organisation, User
from core.roles import Role
from issuers.services.issuers import register_issuer
from issuers.services.licence_sweep import sweep_licences
from tests import cast
from tests.browser import story
from tests.browser.story import COMPANY, Telling, come_in
from tests.browser.world import NOW, World
from tests.databases import empty_database
from tests.issuers.filled import PDF

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """An authority with four officers, and an issuer that has nothing to do with it all."""
    place = tmp_path_factory.mktemp("world")
    (place / "clock").write_text(NOW.isoformat())
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setenv("ASSAY_CLOCK_FILE", str(place / "clock"))
        patch.setattr(django_settings, "BLOB_ROOT", place / "blobs")
        made = World()
        made.organisations["authority"] = Organisation.objects.create(
            kind=Organisation.Kind.AUTHORITY, slug="monetary-authority", name_en="Monetary Authority")
        made.organisations["rival"] = register_issuer(name_en="Tidewater Payments Limited", actor=SYSTEM)
        patch.setitem(cast.CAST, "hal", ("Hal Tso", "authority", Role.HEAD_OF_LICENSING))
        made.people = {name: cast.person(name, made) for name in ("ian", "bo", "cy", "dee", "hal")}
        try:
            yield made
        finally:
            empty_database()


def a_company_is_taken_in(telling: Telling) -> None:
    visitor, bo = telling.page_of("pia"), telling.page_of("bo")
    visitor.goto("/en/")
    visitor.get_by_role("link", name="Tell us before you apply").click()
    visitor.get_by_label("Name of the company in English").fill(COMPANY)
    visitor.get_by_label("What you intend to do").fill("A stablecoin that refers to the Hong Kong dollar.")
    visitor.get_by_label("Whom we talk to").fill("Pia Ma")
    visitor.get_by_label("E-mail", exact=True).fill("pia@peak.example")
    visitor.get_by_role("button", name="Send").click()
    expect(visitor.locator("h1")).to_have_text("We received it")

    bo.goto("/en/officer/contacts/")
    bo.get_by_role("row", name=COMPANY).get_by_role("link").click()
    bo.get_by_role("button", name="Invite to apply").click()
    story.confirm(bo)
    expect(bo.locator("main")).to_contain_text(f"Draft {telling.application.reference} is open for it.")

    pia = come_in(telling, "pia")
    expect(pia.locator("main")).to_contain_text("Draft, not submitted")
    pia.get_by_role("link", name="People and access").click()
    expect(pia.locator("main")).to_contain_text("You are the only administrator")
    pia.get_by_label("Full name").fill("Cam Ho")
    pia.get_by_label("E-mail", exact=True).fill("cam@peak.example")
    pia.get_by_label("Role").select_option("compliance_officer")
    pia.get_by_role("button", name="Invite").click()
    expect(pia.locator("main")).to_contain_text("The link is sent once a second person has approved it.")
    assert not story.mailed("core/invited", "cam@peak.example")

    bo.get_by_role("link", name="See its people").click()
    bo.get_by_role("row", name="Cam Ho").get_by_role("button", name="Approve and send").click()
    expect(bo.get_by_role("row", name="Cam Ho")).to_contain_text("Approved by Bo Chan")
    come_in(telling, "cam")


def the_draft_is_filled_in(telling: Telling) -> None:
    cam = telling.page_of("cam")
    cam.get_by_role("link", name="Application for a licence").click()
    cam.get_by_role("link", name="Other business").click()
    for question in ("Does the applicant carry on any other business?", "Is other business planned within three years?"):
        cam.get_by_role("group", name=question).get_by_label("No", exact=True).check()
    cam.get_by_label("Which people, systems and premises serve the licensed business only").fill("All of them.")
    cam.get_by_label("How other business would be kept").fill("In a company of its own.")
    cam.get_by_role("button", name="Save and go to the list").click()
    expect(cam.locator("main")).to_contain_text("“Other business” is saved. The application is not submitted.")
    story.sign_out(cam)

    story.sign_in(cam, "cam@peak.example", telling.secrets["cam"])
    cam.get_by_role("link", name="Application for a licence").click()
    expect(cam.get_by_role("row", name="Other business")).to_contain_text("Complete")
    cam.get_by_role("link", name="Chief executive and alternates").click()
    cam.get_by_label("To whom the chief executive reports").fill("The board.")
    cam.get_by_label("What the chief executive decides alone").fill("Spending up to HK$500,000.")
    cam.get_by_role("group", name="be based in Hong Kong?").get_by_label("Yes", exact=True).check()
    cam.get_by_label("How the alternate takes over").fill("At once, by a standing resolution.")
    cam.get_by_label("Plan of succession").fill("The alternate, then a search.")
    expect(cam.locator("#answer-succession .answer-state")).to_contain_text("by Cam Ho")  # saved without a button
    cam.get_by_role("button", name="Save and continue").last.click()
    expect(cam.locator("main")).to_contain_text("“Chief executive and alternates” is saved.")

    telling.there(cam, "people/")
    cam.get_by_label("Individual").check()
    cam.get_by_label("Name in English").fill("Ada Wong")
    cam.get_by_role("button", name="Enter and go on").click()
    cam.get_by_label("Date of birth").fill("1980-02-29")
    cam.get_by_label("Nationality").select_option("HK")
    cam.get_by_role("button", name="Save").click()
    cam.get_by_role("link", name="Positions").click()
    for position in ("chief_executive", "director"):
        cam.get_by_label("Position", exact=True).select_option(position)
        cam.get_by_role("button", name="Put forward").click()
    cam.get_by_role("link", name="People and bodies").click()
    expect(cam.get_by_role("row", name="Ada Wong")).to_contain_text("Chief executive")
    cam.get_by_role("link", name="Ownership chart").click()
    cam.get_by_label("Holder").select_option(label="Ada Wong")
    cam.get_by_label("Percentage of the votes").fill("100")
    cam.get_by_role("button", name="Save the line").click()
    expect(cam.locator("main")).to_contain_text("Everything is explained")
    expect(cam.get_by_role("row", name="Ada Wong").first).to_contain_text("Majority controller")

    telling.there(cam, "documents/")
    cam.get_by_label("File for document 1", exact=True).set_input_files(telling.files / "form.pdf")
    cam.get_by_role("button", name="File 1", exact=True).click()
    expect(cam.locator("main")).to_contain_text("“form.pdf” is filed as document 1, version 1.")


def the_application_is_signed_by_another(telling: Telling) -> None:
    cam, application = telling.page_of("cam"), telling.application
    colleague = User.objects.get(email="cam@peak.example")
    telling.there(cam, "prepare/")
    expect(cam.locator("main")).to_contain_text("It can be handed over when nothing is missing.")
    story.answer_the_rest(application, actor=colleague)
    story.enter_the_rest(application, actor=colleague)
    story.file_the_rest(application, actor=colleague)
    telling.there(cam, "check/")
    expect(cam.locator("main")).to_contain_text("Nothing is missing. It can be handed over for signature.")
    cam.get_by_role("link", name="Hand over for signature").click()
    cam.get_by_role("button", name="Hand over for signature").click()
    expect(cam.locator("main")).to_contain_text("Somebody else has to sign and submit it.")

    pia = telling.page_of("pia")
    story.sign_out(pia)
    story.sign_in(pia, "pia@peak.example", telling.secrets["pia"])
    telling.there(pia)
    pia.get_by_role("link", name="Read and sign").click()
    expect(pia.locator("main")).to_contain_text("Handed over for signature by Cam Ho")
    for declared in ("I have read the application", "it is true and complete", "I am authorised to sign"):
        pia.get_by_label(declared).check()
    pia.get_by_role("button", name="Sign and submit").click()
    story.confirm(pia)
    expect(pia.locator("h1")).to_have_text("Receipt")
    for part in (application.reference, "Cam Ho", "Pia Ma", application.submissions.get().digest):
        expect(pia.locator(".receipt")).to_contain_text(part)


def a_stranger_finds_nothing(telling: Telling) -> None:
    ian, rivals = telling.page_of("ian"), telling.application
    for place in ("", "status/", "documents/", "people/"):
        assert ian.goto(f"/en/portal/applications/{rivals.reference}/{place}").status == 404
    assert ian.goto(f"/en/portal/documents/{rivals.documents.first().pk}/").status == 404
    assert ian.goto(f"/en/officer/applications/{rivals.reference}/").status == 404
    ian.complaints.clear()  # the console repeats each refusal


def the_review_begins(telling: Telling) -> None:
    bo = telling.page_of("bo")
    story.move_time("2026-11-25 10:00")
    bo.goto("/en/officer/applications/")
    bo.get_by_role("link", name=COMPANY).click()
    expect(bo.locator("main")).to_contain_text("Every required answer, person and document is there.")
    bo.get_by_role("button", name="Begin the review").click()
    expect(bo.locator("main")).to_contain_text("Done, and recorded.")

    bo.get_by_role("link", name="Assessment").click()
    bo.get_by_role("link", name="Corporate status").click()
    bo.get_by_label("Satisfied", exact=True).check()
    bo.get_by_label("Reasons").fill("A company of Hong Kong; seen in its register.")
    bo.get_by_role("combobox", name="Evidence 1").select_option(index=1)
    bo.get_by_label("Page of evidence 1").fill("1")
    bo.get_by_role("button", name="Record the finding").click()
    expect(bo.get_by_role("row", name="Corporate status")).to_contain_text("Bo Chan")
    story.find_the_rest_satisfied(telling.application, actor=telling.site.world.people["bo"])


def information_is_asked_for(telling: Telling, number: int, *, asked: str, replied: str, question: str) -> None:
    bo, cam = telling.page_of("bo"), telling.page_of("cam")
    story.move_time(asked)
    telling.there(bo, "requests/")
    bo.get_by_role("link", name="Ask for information").click()
    bo.get_by_label("Question 1", exact=True).fill(question)
    bo.get_by_role("button", name="Send the request").click()
    expect(bo.locator(".kpis")).to_contain_text("Stands")
    assert story.mailed("issuers/information_requested", "cam@peak.example")
    telling.there(cam, "status/")
    expect(cam.locator("main")).to_contain_text("The authority’s own service clock stands still since")

    story.move_time(replied)
    telling.there(cam)
    cam.get_by_role("link", name="Answer the questions").click()
    expect(cam.locator("#question-1")).to_contain_text(question)
    cam.get_by_label("Your answer to question 1").fill(f"As the paper says, answer {number}.")
    cam.get_by_label("Add a file (optional)").set_input_files(telling.files / "form.pdf")
    cam.get_by_role("button", name="Save this answer").click()
    expect(cam.locator("main")).to_contain_text("The answer to question 1 is saved. It is not sent yet.")
    cam.get_by_role("button", name="Send all answers").click()
    expect(cam.locator("main")).to_contain_text("This is its own service clock; the law sets no time limit.")
    telling.there(bo, f"requests/{number}/")
    expect(bo.locator(".kpis")).not_to_contain_text("Stands")
    expect(bo.locator("main")).to_contain_text(f"As the paper says, answer {number}.")
    bo.get_by_role("button", name="Accept the answers and close").click()
    expect(bo.locator("main")).to_contain_text("Done, and recorded.")


def everybody_is_heard_and_cleared(telling: Telling) -> None:
    bo, dee = telling.page_of("bo"), telling.page_of("dee")
    story.move_time("2026-12-04 15:00")
    telling.there(bo, "record/")
    bo.get_by_label("Held on").fill("2026-12-04T10:00")
    bo.get_by_label("Who took part").fill("Ada Wong, Bo Chan")
    bo.get_by_label("What was said").fill("She explained how keys are kept.")
    bo.get_by_role("button", name="Record the interview").click()
    expect(bo.locator("main")).to_contain_text("She explained how keys are kept.")

    dee.goto(f"/en/officer/cases/{telling.application.case.reference}/")
    dee.get_by_role("link", name="People and bodies").click()
    dee.get_by_role("row", name="Ada Wong").first.get_by_role("link").click()
    dee.get_by_label("Screened, nothing found").check()
    dee.get_by_label("Reference of the screening").fill("SCR-2026-118")
    dee.get_by_role("button", name="Record a screening").click()
    expect(dee.locator("#screening")).to_contain_text("SCR-2026-118")
    story.clear_the_rest(telling.application, actor=telling.site.world.people["dee"])


def one_officer_recommends_and_another_decides(telling: Telling) -> None:
    bo, cy, hal = (telling.page_of(name) for name in ("bo", "cy", "hal"))
    story.move_time("2026-12-08 09:30")
    telling.there(bo)
    bo.get_by_role("button", name="Put before the committee").click()
    expect(bo.locator("main")).to_contain_text("Done, and recorded.")
    telling.there(bo, "decision/")
    expect(bo.locator("main")).to_contain_text("Nothing stands in the way of a grant")

    story.move_time("2026-12-10 11:00")
    telling.there(cy, "recommend/")
    cy.get_by_label("Grant the licence").check()
    cy.get_by_label("Reasons, for the officer who decides").fill("Every criterion is met; the committee agrees.")
    for number, kind, figure in ((1, "buffer_target", "0.02"), (2, "attestation_frequency", "monthly")):
        panel = cy.locator("details", has=cy.locator("summary", has_text=f"Condition {number}"))
        panel.locator("summary").click()
        panel.get_by_label("Kind of condition").select_option(kind)
        panel.get_by_label("Figure").fill(figure)
    cy.get_by_role("button", name="Recommend").click()
    expect(cy.locator("main")).to_contain_text("Recommended. It counts once another officer has decided.")
    telling.there(cy, "decide/")
    expect(cy.locator("main")).to_contain_text("You made the recommendation; another officer has to decide.")
    expect(cy.get_by_role("button", name="Decide")).to_have_count(0)
    telling.there(bo, "decision/")
    expect(bo.locator("main")).to_contain_text("It waits for the decision of an officer who may decide")

    hal.goto("/en/officer/approvals/")
    hal.get_by_role("row", name=COMPANY).get_by_role("link").click()
    hal.get_by_role("link", name="Read and decide").click()
    conditions = hal.get_by_role("table", name="Conditions")
    expect(conditions).to_contain_text("Over-collateralisation target PKHKD")
    expect(conditions.get_by_role("row", name="Over-collateralisation target")).to_contain_text("2.00%")
    expect(conditions.get_by_role("row", name="Frequency of attestation")).to_contain_text("Monthly")
    hal.get_by_label("Decide as recommended").check()
    hal.get_by_role("button", name="Decide").click()
    story.confirm(hal)
    expect(hal.locator("main")).to_contain_text("Decided, and recorded.")
    expect(hal.locator("main")).to_contain_text(telling.licence.number)
    assert story.mailed("issuers/licence_granted", "pia@peak.example")


def the_register_tells(telling: Telling, title: str) -> Any:
    """Ask the register for the contract's address and return the page that answers."""
    page = telling.page_of("visitor")
    page.goto("/en/")
    page.locator("#q").fill(story.CONTRACT)
    page.get_by_role("button", name="Check").click()
    expect(page.locator("main [role=status]")).to_contain_text(title)
    return page


def the_certificate_is_made(telling: Telling) -> None:
    story.make_documents()
    page = the_register_tells(telling, f"{COMPANY} is licensed")
    page.get_by_role("link", name="See the entry").click()
    expect(page.locator("main")).to_contain_text(f"Licence number {telling.licence.number}, effective 10 December 2026.")
    expect(page.locator("main")).to_contain_text("8 Peak Road, Hong Kong")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the licence certificate (PDF)").click()
    assert download.value.suggested_filename == f"{telling.licence.number}-certificate.pdf"
    assert download.value.path().read_bytes().startswith(b"%PDF-")


def the_licence_is_suspended(telling: Telling) -> None:
    bo, cy, cam = (telling.page_of(name) for name in ("bo", "cy", "cam"))
    story.move_time("2027-01-11 10:00")
    bo.goto(f"/en/officer/licences/{telling.licence.number}/")
    bo.get_by_role("link", name="Propose an act").click()
    bo.get_by_role("link", name="Suspension", exact=True).click()
    bo.get_by_label("Grounds").fill("The reserve fell below full backing on three days.")
    bo.get_by_label("Intended to take effect on").fill("2027-02-01")
    bo.get_by_label("Last day of the suspension").fill("2027-04-30")
    bo.get_by_role("button", name="Propose").click()
    expect(bo.locator("main")).to_contain_text("Proposed. Another officer decides.")
    expect(bo.locator("main")).to_contain_text("You cannot decide this now")
    proposal = telling.licence.proposals.get()
    assert story.mailed("issuers/action_intended", "cam@peak.example")

    story.move_time("2027-01-14 16:00")
    cy.goto(f"/en/officer/proposals/{proposal.reference}/")
    expect(cy.locator("main")).to_contain_text("You cannot decide this now")
    cam.goto("/en/portal/licence/")
    cam.get_by_role("link", name="Read and answer").click()
    expect(cam.locator("main")).to_contain_text("Until 25 January 2027, 23:59, Hong Kong time (in 11 days). Nothing is decided before.")
    cam.get_by_label("Your representations").fill("The bank credited late; the reserve was whole.")
    cam.get_by_role("button", name="Send").click()
    expect(cam.locator("main")).to_contain_text("Your representations are received.")
    cy.reload()
    expect(cy.locator("main")).to_contain_text("The bank credited late; the reserve was whole.")
    expect(cy.get_by_role("link", name="Decide")).to_have_count(0)

    story.move_time("2027-01-26 09:00")
    decide(telling, "cy", "Heard, and not convinced.")
    sweep_licences()
    the_register_tells(telling, f"{COMPANY} is licensed")  # it takes effect on its day and not before
    story.move_time("2027-02-01 00:05")
    sweep_licences()
    page = the_register_tells(telling, f"The licence of {COMPANY} is suspended")
    expect(page.locator("main [role=status]")).to_contain_text("Suspended from 1 February 2027 until 30 April 2027.")
    page.get_by_role("link", name="See the entry").click()
    expect(page.locator("main")).to_contain_text("Licence suspended")
    expect(page.locator(".versions li")).to_have_count(2)
    cam.goto("/en/portal/licence/")
    expect(cam.locator("main")).to_contain_text("The licensed business has to stop.")


def the_licence_comes_back(telling: Telling) -> None:
    bo = telling.page_of("bo")
    story.move_time("2027-03-01 10:00")
    bo.goto(f"/en/officer/licences/{telling.licence.number}/propose/reinstatement/")
    bo.get_by_label("Grounds").fill("The reserve is whole again, as the auditor confirms.")
    bo.get_by_role("button", name="Propose").click()
    expect(bo.locator("main")).to_contain_text("Proposed. Another officer decides.")
    decide(telling, "cy", "Confirmed.")
    sweep_licences()
    page = the_register_tells(telling, f"{COMPANY} is licensed")
    page.get_by_role("link", name="See the entry").click()
    expect(page.locator(".versions li")).to_have_count(3)


def decide(telling: Telling, person: str, note: str) -> None:
    """Decide the proposal that waits, as it reads, after showing who decides."""
    page, proposal = telling.page_of(person), telling.licence.proposals.latest("pk")
    page.goto(f"/en/officer/proposals/{proposal.reference}/")
    page.get_by_role("link", name="Decide").click()
    story.confirm_if_asked(page)
    expect(page.locator("h1")).to_contain_text(proposal.reference)
    page.get_by_label("Say why").fill(note)
    page.get_by_role("button", name="Decide").click()
    expect(page.locator("main")).to_contain_text("Decided, and recorded.")


def test_from_the_first_word_to_the_register_and_back(site, complaints_of, tmp_path):
    (tmp_path / "form.pdf").write_bytes(PDF)
    telling = Telling(site, tmp_path)
    a_company_is_taken_in(telling)
    the_draft_is_filled_in(telling)
    the_application_is_signed_by_another(telling)
    a_stranger_finds_nothing(telling)
    the_review_begins(telling)
    information_is_asked_for(telling, 1, asked="2026-11-26 10:00", replied="2026-11-30 15:00",
                             question="Where are the keys kept?")
    information_is_asked_for(telling, 2, asked="2026-12-01 10:00", replied="2026-12-03 12:00",
                             question="And who may use them?")
    everybody_is_heard_and_cleared(telling)
    one_officer_recommends_and_another_decides(telling)
    the_certificate_is_made(telling)
    the_licence_is_suspended(telling)
    the_licence_comes_back(telling)
    assert {name: complaints_of(page) for name, page in telling.pages.items() if complaints_of(page)} == {}
