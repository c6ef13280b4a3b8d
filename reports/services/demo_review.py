"""Playing the officers who look into Jade Harbour's application: findings, questions, talks and screenings."""

from __future__ import annotations

from core.cases import assign_case
from core.models import CaseNote, Team
from core.teams import assign_case_to_team, create_team, set_team_members
from issuers.models import Application, Clearance, InformationRequest
from issuers.services.clearances import record_clearance
from issuers.services.findings import record_finding, record_interview
from issuers.services.replies import answer_request, reply_to_item
from issuers.services.requests import close_request, send_request
from issuers.services.reviews import begin_review
from reports.demo import jade_people, jade_review
from reports.services.demo_stage import Stage


def form_teams(stage: Stage) -> tuple[Team, Team]:
    """The head of licensing forms two teams."""
    cy, bo, ben = (stage.people[name] for name in ("cy", "bo", "ben"))
    stage.at(200, 9)
    first = create_team(name_en="Licensing team 1", name_zh_hant="發牌第一組", name_zh_hans="发牌第一组", actor=cy)
    second = create_team(name_en="Licensing team 2", name_zh_hant="發牌第二組", name_zh_hans="发牌第二组", actor=cy)
    set_team_members(first, members=[bo, cy], actor=cy)
    set_team_members(second, members=[ben, cy], actor=cy)
    return first, second


def play_review(stage: Stage, application: Application, team: Team) -> None:
    """The review from its first day to a request that waits for answers: 58 to 6 days before the last."""
    bo, cy = stage.people["bo"], stage.people["cy"]
    assert application.case
    stage.at(58, 9, 45)
    assign_case(assign_case_to_team(application.case, team=team, actor=cy), to=bo, actor=cy)
    stage.at(55, 10)
    begin_review(application, actor=bo)
    _screen(stage, application)
    asked = False
    filed = {document.slot: document for document in application.documents.filter(person=None)}
    for found in jade_review.FINDINGS:
        if not asked and found.ago < 35:
            asked = True
            _first_request(stage, application)
        stage.at(found.ago, 14, 30)
        record_finding(application, criterion=found.criterion, finding=found.finding, reasons=found.reasons, actor=bo,
                       evidence=[(filed[found.document], 1)])
    held_at = stage.at(29, 15)
    attendees, summary = jade_review.INTERVIEW
    stage.at(29, 17, 30)
    record_interview(application, held_at=held_at, attendees=attendees, summary=summary, actor=bo,
                     audience=CaseNote.Audience.AUTHORITY)
    stage.at(6, 11)
    send_request(application, actor=bo,
                 items=[{"text": text, "criterion": criterion} for text, criterion in jade_review.SECOND_REQUEST])


def _screen(stage: Stage, application: Application) -> None:
    """The analyst screens the applicant and its people; one match is still looked into."""
    dee, issuer = stage.people["dee"], application.issuer
    stage.at(45, 10)
    record_clearance(issuer, person=None, state=Clearance.State.CLEAR, reference="SCR-JH-00", actor=dee)
    plans = {plan.name_en: plan.key for plan in jade_people.EVERYBODY}
    for number, person in enumerate(issuer.persons.order_by("pk"), start=1):
        stage.at(44, 10, number)
        waits = plans[person.name_en] == jade_review.PENDING
        record_clearance(issuer, person=person, reference=f"SCR-JH-{number:02d}", actor=dee,
                         state=Clearance.State.PENDING if waits else Clearance.State.CLEAR)


def _first_request(stage: Stage, application: Application) -> None:
    """The first request is sent, answered and closed."""
    bo, kit = stage.people["bo"], stage.people["kit"]
    stage.at(35, 10)
    sent = send_request(application, actor=bo,
                        items=[{"text": text, "criterion": criterion} for text, criterion in jade_review.FIRST_REQUEST])
    stage.at(24, 16)
    for item, text in zip(sent.items.order_by("number"), jade_review.FIRST_ANSWERS, strict=True):
        reply_to_item(item, text=text, actor=kit)
    answer_request(sent, actor=kit)
    stage.at(20, 11)
    close_request(InformationRequest.objects.get(pk=sent.pk), actor=bo)
