"""The officers' pages of an application: who reaches them, what they say, what a form does."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core import blobs, clock
from core.models import AuditEvent, Case, CaseNote, Message, Team
from issuers.models import (
    Application,
    ClearanceOverride,
    CriterionFinding,
    Document,
    InformationRequest,
    Interview,
    Licence,
    Recommendation,
)
from issuers.services.decisions import recommend
from issuers.services.replies import answer_request
from issuers.services.requests import send_request
from issuers.services.slots import file_with_reply
from tests.issuers.applications import (
    ANSWERS,
    S,
    answered,
    application_in,
    clear,
    new_issuer,
    people_of,
    satisfy,
    submit,
)
from tests.issuers.pdfs import pdf_of

pytestmark = pytest.mark.django_db
PAGES = ("application", "application_assessment", "application_persons", "application_requests", "application_record",
         "application_versions", "application_decision", "application_recommend", "request_new")


def at(name: str, application: Application, *more) -> str:
    return reverse(f"officer:{name}", args=[application.reference, *more])


@pytest.fixture
def application():
    return application_in(S.UNDER_REVIEW)


def test_every_page_of_every_stage_is_shown_to_who_reviews_and_to_nobody_else(bo, cy, dee, ops, client_for):
    made = [application_in(status, issuer=new_issuer(f"Issuer {status}")) for status in (
        S.SUBMITTED, S.RETURNED, S.UNDER_REVIEW, S.WITH_COMMITTEE, S.GRANTED, S.WITHDRAWN)]
    for user, status in ((bo, 200), (cy, 200), (dee, 403), (ops, 403)):
        client = client_for(user)
        answers = {client.get(at(name, each)).status_code for name in PAGES for each in made}
        answers |= {client.get(at("criterion", each, "s5")).status_code for each in made}
        answers |= {client.get(reverse("officer:applications") + show).status_code for show in ("", "?show=table")}
        assert answers == {status}
    assert client_for(bo).get(at("application_decide", made[3])).status_code == 403
    assert client_for(cy).get(at("application_decide", made[3])).status_code == 200


def test_a_draft_is_nobodys_but_the_applicants(bo, client_for):
    draft = application_in(S.DRAFT)
    assert client_for(bo).get(at("application", draft)).status_code == 404
    assert draft.reference not in client_for(bo).get(reverse("officer:applications")).content.decode()


def test_board_and_table_show_stage_clock_officer_and_what_is_overdue(bo, ben, client_for, monkeypatch, tmp_path):
    file = tmp_path / "clock"
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(file))
    file.write_text("2026-11-26T10:00:00+08:00")
    application = application_in(S.UNDER_REVIEW)
    satisfy(application, bo, but=("s5",))
    send_request(application, items=[{"text": "Where is the deed?"}], actor=bo)
    Case.objects.filter(pk=application.case_id).update(assignee=ben)
    file.write_text("2026-12-18T10:00:00+08:00")
    board = client_for(bo).get(reverse("officer:applications")).content.decode()
    for words in ("Peak Digital Limited", "Request 1 overdue", "13 of 14 criteria", "Ben Ho", "22 days in this stage"):
        assert words in board
    table = client_for(bo).get(reverse("officer:applications") + "?show=table&sort=-status").content.decode()
    for words in ("Answer overdue", "13 of 14", "Clock stands", "22 days"):
        assert words in table


@pytest.mark.parametrize(
    ("query", "shown"),
    [("", {"a", "b"}), ("stage=submitted", {"a"}), ("stage=ended", {"c"}), ("officer=nobody", {"a"}),
     ("team=banks", {"b"}), ("kind=company", {"a", "b"}), ("kind=authorized_institution", set()),
     ("stage=%00&officer=%00x&team=%00&kind=%00", {"a", "b"})],
)
def test_the_table_is_filtered_by_its_address(query, shown, bo, client_for):
    made = {name: application_in(status, issuer=new_issuer(name), reference=f"APP-{name}") for name, status in (
        ("a", S.SUBMITTED), ("b", S.UNDER_REVIEW), ("c", S.REFUSED))}
    team = Team.objects.create(slug="banks", name_en="Banks")
    Case.objects.filter(pk=made["b"].case_id).update(assignee=bo, team=team)
    page = client_for(bo).get(reverse("officer:applications") + f"?show=table&{query}").content.decode()
    assert {name for name in made if f"APP-{name}" in page} == shown


def test_moves_are_made_on_the_overview_and_refused_with_a_reason(bo, ben, client_for):
    application = application_in(S.SUBMITTED)
    client, url = client_for(bo), at("application_act", application)
    assert client.post(url, {"action": "return", "text": ""}).status_code == 409
    assert client.post(url, {"action": "fly"}).status_code == 404
    assert Application.objects.get(pk=application.pk).status == S.SUBMITTED
    assert client.post(url, {"action": "begin"}).status_code == 302
    assert client.post(url, {"action": "take_back", "text": "Mine."}).status_code == 409
    assert "Take the last step back" not in client.get(at("application", application)).content.decode()
    assert "Take the last step back" in client_for(ben).get(at("application", application)).content.decode()
    assert client_for(ben).post(url, {"action": "take_back", "text": "Too early."}).status_code == 302
    assert [each.move for each in application.steps.all()] == ["submit", "begin", "undo_begin"]


def test_an_application_is_given_to_an_officer_and_a_team(application, bo, ben, dee, client_for):
    team = Team.objects.create(slug="banks", name_en="Banks")
    url = at("application_act", application)
    client_for(bo).post(url, {"action": "assign", "officer": ben.pk, "team": "banks"})
    case = Case.objects.get(pk=application.case_id)
    assert (case.assignee, case.team) == (ben, team)
    events = AuditEvent.objects.count()
    client_for(bo).post(url, {"action": "assign", "officer": ben.pk, "team": "banks"})
    assert AuditEvent.objects.count() == events
    client_for(bo).post(url, {"action": "assign", "officer": dee.pk, "team": "\x00"})
    case.refresh_from_db()
    assert (case.assignee, case.team) == (None, None)


def test_a_finding_is_recorded_beside_answers_and_documents(application, bo, client_for):
    document = Document.objects.create(issuer=application.issuer, application=application, slot="15", title="Policy",
                                       filename="p.pdf", media_type="application/pdf", page_count=4,
                                       blob=blobs.store_blob(b"%PDF-1.7"))
    application.answers.create(key="reserve.same_currency", value=True)
    url, client = at("criterion", application, "s5"), client_for(bo)
    page = client.get(url).content.decode()
    for words in ("Reserve assets", "Policy", "Yes"):
        assert words in page
    assert client.post(url, {"finding": "satisfied", "reasons": ""}).status_code == 422
    wrong = {"finding": "satisfied", "reasons": "Seen.", "document_1": document.pk, "page_1": 9}
    answer = client.post(url, wrong)
    assert (answer.status_code, "has no page 9" in answer.content.decode()) == (422, True)
    assert CriterionFinding.objects.count() == 0
    assert client.post(url, wrong | {"page_1": 3}).status_code == 302
    assert CriterionFinding.objects.get().evidence == [{"document": document.pk, "page": 3}]
    page = client.get(url).content.decode()
    assert f'<a href="{reverse("officer:document", args=[document.pk])}#page-3">Policy (1), page 3</a>' in page
    assert client.get(at("criterion", application, "s99")).status_code == 404


def test_a_request_is_written_judged_and_closed(application, bo, client_for):
    client = client_for(bo)
    assert client.post(at("request_new", application), {"text_1": ""}).status_code == 422
    past = client.post(at("request_new", application), {"text_1": "Why?", "due_on": "2020-01-01"})
    assert (past.status_code, InformationRequest.objects.count()) == (422, 0)
    assert client.post(at("request_new", application),
                       {"text_1": "Where is the deed?", "criterion_1": "s5", "text_3": "Who audits?"}).status_code == 302
    sent = InformationRequest.objects.get()
    assert list(sent.items.values_list("number", "text")) == [(1, "Where is the deed?"), (2, "Who audits?")]
    act = at("request_act", application, 1)
    assert client.post(act, {"action": "close"}).status_code == 409
    page = client.get(at("request", application, 1)).content.decode()
    assert ("Not answered yet" in page, "Withdraw the request" in page) == (True, True)

    answered(sent, "In the annex.")
    assert "In the annex." in client.get(at("request", application, 1)).content.decode()
    assert client.post(act, {"action": "return", "item": "2", "text": "Name it."}).status_code == 302
    assert client.post(act, {"action": "reopen", "due_on": "2026-13-40"}).status_code == 409
    assert client.post(act, {"action": "reopen"}).status_code == 302
    assert InformationRequest.objects.get().status == "open"
    answered(sent, "Eli Wu.")
    client.post(act, {"action": "accept", "item": "2"})
    assert client.post(act, {"action": "close"}).status_code == 302
    assert InformationRequest.objects.get().status == "closed"
    assert client.get(at("request", application, 7)).status_code == 404


def test_what_is_being_written_is_not_shown_before_it_is_sent(application, bo, client_for):
    sent = send_request(application, items=[{"text": "Where?"}], actor=bo)
    sent.items.update(reply="A half thought")
    file_with_reply(sent.items.get(), raw=pdf_of("Half"), filename="half.pdf", actor=people_of(application.issuer)[0])
    page = client_for(bo).get(at("request", application, 1)).content.decode()
    assert "A half thought" not in page
    assert "half.pdf" not in page
    answer_request(sent, actor=people_of(application.issuer)[0])
    assert "half.pdf" in client_for(bo).get(at("request", application, 1)).content.decode()


def test_talks_and_notes_say_who_may_read_them(application, bo, client_for):
    client, url = client_for(bo), at("application_record", application)
    talk = {"held_at": (clock.now() - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M"), "attendees": "Pam", "person": "",
            "summary": "On the reserve.", "audience": "issuer"}
    late = talk | {"held_at": (clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")}
    assert client.post(url, late).status_code == 422
    assert client.post(url, talk).status_code == 302
    assert client.post(at("application_note", application), {"note-text": "", "note-audience": "issuer"}).status_code == 422
    client.post(at("application_note", application), {"note-text": "Mind s5.", "note-audience": "authority"})
    assert (Interview.objects.get().audience, CaseNote.objects.get().audience) == ("issuer", "authority")
    page = client.get(url).content.decode()
    for words in ("On the reserve.", "Mind s5.", "Officers and the issuer", "Officers only"):
        assert words in page


def test_who_is_not_screened_is_said_and_two_officers_override(
    application, bo, ben, client_for, confirmed_client_for
):
    person = application.issuer.persons.create(name_en="Kay Wong")
    url = at("application_persons", application)
    page = client_for(bo).get(url).content.decode()
    assert page.count("Not screened") == 2
    assert reverse("officer:person", args=[person.pk]) in page
    assert reverse("officer:persons", args=[application.reference]) in page
    assert client_for(bo).post(url, {"person": person.pk, "reason": "By hand."}).status_code == 302
    override = ClearanceOverride.objects.get()
    confirm = at("override_confirm", application, override.pk)
    assert "reauthenticate" in client_for(ben).post(confirm).url
    assert confirmed_client_for(bo).post(confirm).status_code == 409
    assert ClearanceOverride.objects.get().confirmed_by is None
    assert confirmed_client_for(ben).post(confirm).status_code == 302
    assert ClearanceOverride.objects.get().confirmed_by == ben
    assert client_for(ben).post(at("override_confirm", application, 10**6)).status_code == 404


def test_who_controls_the_applicant_is_said_with_how(application, bo, client_for):
    issuer = application.issuer
    holding, few, named, none = (
        issuer.persons.create(name_en=name, kind=kind)
        for name, kind in (("Peak Holdings", "body_corporate"), ("Few Votes", "individual"),
                           ("No Votes", "individual"), ("Nobody Yet", "individual"))
    )
    for holder, votes in ((holding, 60), (few, 12)):
        issuer.shareholdings.create(holder=holder, votes_percent=votes)
    named.appointments.create(position="controller")
    page = client_for(bo).get(at("application_persons", application)).text
    for person, words in ((holding, "Majority controller"), (few, "Minority controller"),
                          (named, "Indirect controller"), (none, "No position")):
        row = page.split(f">{person.name_en}<")[1].split("</tr>")[0]
        assert words in row


def test_two_versions_are_compared_side_by_side(application, bo, client_for):
    assert "What version" not in client_for(bo).get(at("application_versions", application)).content.decode()
    application.answers.filter(key="coin.symbol").update(value="PKUSD")
    application.answers.filter(key="corporate.email").delete()
    application.answers.create(key="reserve.same_currency", value=False)
    submit(application)
    page = client_for(bo).get(at("application_versions", application)).content.decode()
    for words in ("What version 2 changed against version 1", "3 changes", "PKHKD", "PKUSD", "Added", "Removed",
                  "Changed", "office@peak.example"):
        assert words in page


def test_a_recommendation_with_conditions_is_made_read_and_decided(bo, cy, dee, client_for, confirmed_client_for):
    application = application_in(S.WITH_COMMITTEE)
    satisfy(application, bo)
    clear(application, dee)
    url, client = at("application_recommend", application), client_for(bo)
    form = {"outcome": "grant", "reasons": "All is met.", "kind_1": "buffer_target", "value_1": "a lot"}
    assert (client.post(url, form).status_code, Recommendation.objects.count()) == (422, 0)
    form |= {"value_1": "0.01", "wording_en_1": "Keep 1% above par.", "kind_2": "report",
             "wording_en_2": "A quarterly report.", "first_due_on_2": "2027-03-31", "every_months_2": "3"}
    assert client.post(url, form).status_code == 302
    assert len(Recommendation.objects.get().conditions) == 2

    decide = at("application_decide", application)
    page = client_for(cy).get(decide).content.decode()
    for words in ("All is met.", "Keep 1% above par.", "<td>1.00%</td>", "31 March 2027, then every 3 months", "PKHKD", "eip155:1"):
        assert words in page
    unconfirmed = client_for(cy).post(decide, {"decision": "accept"})
    assert (unconfirmed.status_code, "reauthenticate" in unconfirmed.url) == (302, True)
    assert Application.objects.get(pk=application.pk).status == S.RECOMMENDED
    sure = confirmed_client_for(cy)
    assert sure.post(decide, {"decision": ""}).status_code == 422
    assert sure.post(decide, {"decision": "accept", "digest": "0" * 64}).status_code == 409
    digest = page.split('name="digest" value="')[1][:64]
    assert sure.post(decide, {"decision": "accept", "digest": digest}).status_code == 302
    assert (Application.objects.get(pk=application.pk).status, Licence.objects.count()) == (S.GRANTED, 1)
    assert "FRS01" in client.get(at("application_decision", application)).content.decode()


def test_a_case_officer_does_not_decide(bo, ben, dee, confirmed_client_for):
    application = application_in(S.WITH_COMMITTEE)
    satisfy(application, bo)
    recommend(application, outcome="refuse", reasons="No.", ground="No reserve.", actor=bo)
    before = Message.objects.count()
    answer = confirmed_client_for(ben).post(at("application_decide", application), {"decision": "accept"})
    assert (answer.status_code, Application.objects.get(pk=application.pk).status) == (403, S.RECOMMENDED)
    assert Message.objects.count() == before


def test_workload_counts_and_teams_are_managed_by_who_manages_people(bo, ben, cy, dee, client_for):
    application = application_in(S.UNDER_REVIEW)
    Case.objects.filter(pk=application.case_id).update(
        assignee=ben, due_at=clock.now() - timedelta(days=1))
    page = client_for(bo).get(reverse("officer:workload")).content.decode()
    assert ("Ben Ho" in page, "New team" in page) == (True, False)
    assert client_for(dee).get(reverse("officer:workload")).status_code == 403
    assert client_for(bo).post(reverse("officer:workload"), {"name_en": "Banks"}).status_code == 403
    client = client_for(cy)
    assert client.post(reverse("officer:workload"), {"name_en": "Banks"}).status_code == 302
    assert client.post(reverse("officer:workload"), {"name_en": "Banks"}).status_code == 422
    team = reverse("officer:team", args=["banks"])
    assert client.post(team, {"members": [bo.pk, dee.pk]}).status_code == 422
    assert client_for(ben).post(team, {"members": [bo.pk]}).status_code == 403
    assert client.post(team, {"members": [bo.pk]}).status_code == 302
    assert list(Team.objects.get().members.all()) == [bo]
    assert client.get(reverse("officer:team", args=["nobody"])).status_code == 404


def test_the_rail_counts_open_applications_for_who_reviews(bo, dee, client_for):
    application_in(S.UNDER_REVIEW)
    application_in(S.DRAFT, issuer=new_issuer("Other Limited"), answers=ANSWERS)
    link = reverse("officer:applications")
    assert link in client_for(bo).get(reverse("officer:cases")).content.decode()
    assert link not in client_for(dee).get(reverse("officer:cases")).content.decode()


def test_the_applicant_itself_is_overridden_by_name(application, bo, client_for):
    client, url = client_for(bo), at("application_persons", application)
    assert client.post(url, {"person": "", "reason": "By hand."}).status_code == 422
    assert client.post(url, {"person": "applicant", "reason": "By hand."}).status_code == 302
    assert ClearanceOverride.objects.get().person is None


def test_the_case_leads_to_the_application_or_to_its_people(application, bo, dee, client_for):
    case = reverse("officer:case", args=[application.case.reference])
    link = f'href="{at("application", application)}"'
    assert link in client_for(bo).get(case).content.decode()
    others = client_for(dee).get(case).content.decode()
    assert link not in others
    # Who screens people comes to them from the case.
    assert f'href="{reverse("officer:persons", args=[application.reference])}"' in others
