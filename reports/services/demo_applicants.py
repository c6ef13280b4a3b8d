"""Playing the applicants: from the first contact to an application that is filled in, signed and submitted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.invitations import approve_invitation, invite_person
from core.models import User
from core.roles import Role
from issuers.manifest import slots_for
from issuers.manifest.persons import PREFIX
from issuers.models import Application, Issuer, Person
from issuers.selectors.persons import people_of
from issuers.services.answers import save_answer
from issuers.services.contacts import invite_applicant, note_talk, record_contact, take_up_talks
from issuers.services.persons import add_person, appoint, set_shareholding
from issuers.services.slots import file_in_slot
from issuers.services.submission import prepare_application, submit_application
from reports.demo import jade_controls, jade_people, jade_plan, jade_review, kowloon_peak
from reports.services.demo_people import sign_in_of
from reports.services.demo_stage import Stage, admit

#: A question for those who manage affairs only, or who hold shares only, is asked of nobody else.
NO = False


def play_jade_harbour(stage: Stage) -> Application:
    """Jade Harbour comes, is invited, fills in the form and submits it: 190 to 61 days before the last."""
    bo = stage.people["bo"]
    stage.at(190, 11, 5)
    contact = record_contact(
        company_en=jade_plan.NAME_EN, company_zh=jade_plan.NAME_ZH, person="Kay Tong", email="kay@jadeharbour.example",
        intention="We plan a Hong Kong dollar coin for the settlement of freight and goods between companies, and would"
                  " like to talk about the application before we file it.",
    )
    stage.at(187, 10, 30)
    take_up_talks(contact, actor=bo)
    stage.at(181, 16)
    note_talk(contact, actor=bo, text="Meeting with Ms Tse and Ms Tong. Purpose, trustee and staffing explained. The"
              " trust deed is at its second draft; they expect to file within four months.")
    stage.at(172, 9, 40)
    invited = invite_applicant(contact, name_zh_hans=jade_plan.NAME_ZH_HANS, actor=bo)
    stage.at(171, 14, 10)
    kay = stage.people["kay"] = _comes_in("kay", invited.invitation)
    stage.at(170, 9, 20)
    asked = invite_person(invited.issuer.organisation, email="kit@jadeharbour.example", name="Kit Sze",
                          role=Role.COMPLIANCE_OFFICER, language="en", actor=kay)
    stage.at(169, 15)
    approve_invitation(asked, actor=bo)
    stage.at(168, 10)
    kit = stage.people["kit"] = _comes_in("kit", asked)
    stage.at(150, 11)
    persons = enter_people(invited.issuer, kit)
    stage.at(120, 17)
    answer(invited.application, jade_controls.ANSWERS, actor=kit)
    stage.at(100, 15)
    _fill_forms(invited.application, persons, kit)
    stage.at(75, 12)
    for slot in slots_for(invited.issuer.kind):
        if not slot.on_request:
            raw, filename = jade_review.document(slot.number)
            file_in_slot(invited.application, slot, raw=raw, filename=filename, actor=kit)
    stage.at(63, 18)
    ready = prepare_application(invited.application, actor=kit)
    stage.at(61, 9, 30)
    submit_application(ready, digest=ready.prepared_digest, actor=kay)
    return Application.objects.select_related("issuer__organisation", "case").get(pk=ready.pk)


def _comes_in(name: str, invitation) -> User:
    entry = sign_in_of(name)
    return admit(invitation, password=entry["password"], totp_secret=entry["totp_secret"])


def answer(application: Application, answers: Mapping[str, Mapping[str, Any]], *, actor: User) -> None:
    """Save each answer of the form, as leaving its field does."""
    for module, given in answers.items():
        for key, value in given.items():
            save_answer(application, key=f"{module}.{key}", value=value, base_version=0, actor=actor)


def enter_people(issuer: Issuer, actor: User) -> dict[str, Person]:
    """Enter people and bodies, their positions and what they hold; return them by their keys."""
    entered: dict[str, Person] = {}
    for body in jade_people.BODIES:
        entered[body.key] = add_person(
            issuer, kind=Person.Kind.BODY_CORPORATE, actor=actor, name_en=body.name_en, name_zh=body.name_zh,
            country=body.country, registration_number=body.number,
        )
    for each in jade_people.INDIVIDUALS:
        person = entered[each.key] = add_person(
            issuer, kind=Person.Kind.INDIVIDUAL, actor=actor, name_en=each.name_en, name_zh=each.name_zh,
            birth_date=each.born, country=each.country,
        )
        for position in each.positions:
            appoint(person, position=position, actor=actor, affair=each.affair if position == "manager" else "",
                    independent=each.independent and position == "director")
    for holder, held, percent in jade_people.HOLDINGS:
        set_shareholding(entered[holder], percent=percent, actor=actor, held=entered[held] if held else None)
    return entered


def _fill_forms(application: Application, persons: dict[str, Person], actor: User) -> None:
    """Fill in each person's form: what the plan says, and no to every question that it says nothing of."""
    plans = {persons[plan.key].pk: plan for plan in jade_people.EVERYBODY}
    for row in people_of(application.issuer, application).rows:
        given = jade_people.form_of(plans[row.person.pk])
        for question in row.form.questions:
            value = given.get(question.key, NO if question.kind == "yes_no" else None)
            save_answer(application, key=f"{PREFIX}{question.key}", value=value, base_version=0, actor=actor,
                        person=row.person, question=question)


def play_kowloon_peak(stage: Stage) -> Application:
    """A bank is half way through its draft; its administrator's first colleague waits for approval."""
    ben = stage.people["ben"]
    stage.at(52, 16, 45)
    contact = record_contact(
        company_en=kowloon_peak.NAME_EN, company_zh=kowloon_peak.NAME_ZH, kind=Issuer.Kind.AUTHORIZED_INSTITUTION,
        person="Una Leung", email=f"una.leung@{kowloon_peak.DOMAIN}", language="zh-hant",
        intention="本行擬發行港元穩定幣，供託管客戶結算代幣化證券。",
    )
    stage.at(49, 10)
    take_up_talks(contact, actor=ben)
    stage.at(41, 11, 30)
    invited = invite_applicant(contact, name_zh_hans=kowloon_peak.NAME_ZH_HANS, actor=ben)
    stage.at(38, 9, 15)
    una = admit(invited.invitation)
    stage.at(12, 17, 20)
    answer(invited.application, kowloon_peak.ANSWERS, actor=una)
    stage.at(3, 18)
    invite_person(invited.issuer.organisation, email=f"gordon.yuen@{kowloon_peak.DOMAIN}", name="Gordon Yuen",
                  role=Role.ISSUER_ADMINISTRATOR, language="zh-hant", actor=una)
    return invited.application


def play_new_contact(stage: Stage) -> None:
    """Somebody wrote on the last day."""
    stage.on(stage.until, 15, 20)
    record_contact(
        company_en="Silver Mine Bay Remittance Limited", company_zh="銀礦灣匯款有限公司", person="Tiffany Kwok",
        email="tiffany.kwok@silverminebay.example", language="zh-hant",
        intention="We send money for 40,000 domestic helpers and would like to issue a coin for it. Before we hire"
                  " people we would like to know whether our capital of HK$26 million is enough.",
    )
