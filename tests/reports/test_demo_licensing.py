"""The licensing part of the demonstration: each record where the story leaves it, made by the people who may."""

from __future__ import annotations

import io
import json
from collections import Counter
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.core.management import call_command

from core import clock
from core.models import ApiKey, AuditEvent, Case, Invitation, Membership, Team, User
from core.roles import Can
from issuers.models import (
    Answer,
    Application,
    Clearance,
    ComplaintReturn,
    Condition,
    Consent,
    Contact,
    CriterionFinding,
    Document,
    EventNotice,
    Fee,
    Interview,
    IssuerFact,
    Obligation,
    Person,
    Proposal,
    PublicWarning,
    RegisterEntry,
    RequestItem,
    Submission,
)
from issuers.selectors.applications import completeness
from issuers.selectors.persons import people_of
from reports.demo import jade_controls, jade_people, jade_review
from reports.selectors.owed import cases_owed, owed_by
from reports.services.demo import seed_demo
from tests.reports.rolled_back import UNTIL, rolled_back

JADE, PEAK = "jade-harbour-digital-finance-limited", "kowloon-peak-bank-limited"


@pytest.fixture(autouse=True)
def db() -> None:
    """Ask for the test database without a transaction around each test: the world's is around them all."""


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("licensing")
    with rolled_back(folder, django_db_blocker):
        seed_demo(days=2, until=UNTIL, processes=0)
        yield folder


def application_of(slug: str) -> Application:
    return Application.objects.select_related("case", "issuer__organisation").get(issuer__organisation__slug=slug)


def named(name: str) -> User:
    return User.objects.get(email__startswith=f"{name}@")


def counted() -> list[int]:
    models = (Application, Answer, Person, Document, Submission, Clearance, CriterionFinding, RequestItem, Contact,
              Condition, Fee, Obligation, EventNotice, Consent, ComplaintReturn, Proposal, PublicWarning, RegisterEntry,
              Invitation, User, Case, AuditEvent)
    return [model.objects.count() for model in models]


def test_the_applicants_people_came_in_by_invitation_and_can_sign_in(world):
    entries = {entry["name"]: entry for entry in json.loads((world / "demo" / "cast.json").read_text())}
    for name, permission in (("kit", Can.EDIT_APPLICATION), ("kay", Can.SIGN_APPLICATION)):
        user, entry = named(name), entries[name]
        assert user.check_password(entry["password"])
        assert entry["lands_on"] == "/en/portal/"
        assert user.can(permission, application_of(JADE))
        assert Invitation.objects.get(accepted_by=user).approved_by == (named("bo") if name == "kit" else None)
    assert not named("kit").can(Can.SIGN_APPLICATION, application_of(JADE))


def test_jade_harbour_has_submitted_a_complete_application_that_waits_for_answers(world):
    row = application_of(JADE)
    assert (row.status, row.case.assignee, row.case.team.name_en) == (
        "awaiting_information", named("bo"), "Licensing team 1")
    assert [(step.move, step.by.name) for step in row.steps.order_by("at", "pk")] == [
        ("prepare", "Kit Sze"), ("submit", "Kay Tong"), ("begin", "Bo Chan"), ("ask", "Bo Chan"), ("answer", "Kit Sze"),
        ("ask", "Bo Chan"),
    ]
    assert completeness(row).gaps == []
    assert row.submissions.get().prepared_by == named("kit")
    assert row.case.pauses.filter(resumed_at=None).count() == 1
    assert row.case.due_at is None


def test_jade_harbours_people_and_chart_add_up(world):
    row = application_of(JADE)
    people = people_of(row.issuer, row)
    assert Person.objects.filter(issuer=row.issuer).count() == 15
    assert (people.board.directors, people.board.independent) == (5, 2)
    assert sorted((each.person.name_en, each.control, each.votes) for each in people.controllers) == [
        ("Adrian Teo Boon Keng", "minority", "18"), ("Helena Ip Suk Yin", "majority", "74"),
        ("Ip Family Trust Company Limited", "majority", "74"), ("Jade Harbour Holdings Limited", "majority", "74"),
        ("Northpoint Ventures Pte. Ltd.", "minority", "18"),
    ]
    assert all(not each.form.missing for each in people.rows)
    states = Counter(Clearance.objects.filter(issuer=row.issuer).values_list("state", flat=True))
    assert states == {"clear": 15, "pending": 4}  # three of them resemble entries of the authority's own list


def test_jade_harbours_23_documents_are_readable_files_of_one_page(world):
    filed = Document.objects.filter(application=application_of(JADE))
    assert sorted(map(int, filed.values_list("slot", flat=True))) == list(range(1, 24))
    assert set(filed.values_list("media_type", "page_count")) == {("application/pdf", 1)}


def test_officers_found_asked_and_heard(world):
    row = application_of(JADE)
    latest = {}
    for found in CriterionFinding.objects.filter(application=row).order_by("pk"):
        latest[found.criterion] = found.finding
    assert Counter(latest.values()) == {"satisfied": 9, "query": 1, "not_satisfied": 1}
    assert set(CriterionFinding.objects.values_list("by__name", flat=True)) == {"Bo Chan"}
    assert [(each.number, each.status, each.items.count()) for each in row.requests.order_by("number")] == [
        (1, "closed", 2), (2, "open", 3)]
    assert Interview.objects.get().application == row


def test_a_bank_is_half_way_and_its_second_administrator_waits_for_approval(world):
    row = application_of(PEAK)
    found = completeness(row)
    answered, total = (sum(getattr(module, name) for module in found.modules) for name in ("answered", "total"))
    assert (row.status, row.issuer.kind) == ("draft", "authorized_institution")
    assert 0.45 < answered / total < 0.6
    waiting = Invitation.objects.get(status="proposed")
    assert (waiting.organisation, waiting.name) == (row.issuer.organisation, "Gordon Yuen")


def test_contacts_are_two_invited_and_one_new_since_the_last_day(world):
    assert Counter(Contact.objects.values_list("status", flat=True)) == {"invited": 2, "new": 1}
    new = Contact.objects.get(status="new")
    assert new.received_at == datetime(2026, 11, 22, 15, 20, tzinfo=clock.HONG_KONG)


def test_conditions_set_their_facts_once(world):
    for condition in Condition.objects.select_related("licence"):
        if condition.kind != "internal_limits":
            fact = IssuerFact.objects.get(source=f"Condition {condition.number} of licence {condition.licence}")
            assert fact.valid_from == condition.in_force_from
    assert Condition.objects.count() == 19
    assert list(Condition.objects.filter(licence__number="FRS 901").order_by("number").values_list("kind", flat=True)) == [
        "attestation_frequency", "immediate_report", "buffer_target", "net_liquid_assets", "internal_limits"]


def test_first_fees_are_paid_and_tidewaters_anniversary_is_overdue(world):
    assert Fee.objects.count() == 10
    unpaid = Fee.objects.get(paid_on=None)
    assert (unpaid.invoice, unpaid.licence.issuer.organisation.slug) == ("INV-FRS 902-2026", "tidewater-payments-limited")
    case = Case.objects.get(kind="issuers.fee_overdue")
    assert (case.status, case.opened_at.astimezone(clock.HONG_KONG).date()) == ("open", date(2026, 9, 7))


def test_one_proposal_is_being_heard_and_one_is_ready_to_be_decided(world):
    heard, ready = Proposal.objects.get(kind="ordinary_suspension"), Proposal.objects.get(kind="new_condition")
    assert (heard.licence.number, heard.status, heard.proposed_by) == ("FRS 905", "open", named("bo"))
    assert (heard.hearing_runs, ready.hearing_runs) == (True, False)
    assert heard.representations_until > clock.now()
    assert (ready.licence.number, ready.status) == ("FRS 902", "represented")
    assert ready.representations_until < clock.now()
    assert ready.representations.get().by == named("ian")


def test_what_the_authority_works_on_is_not_owed_by_the_applicant(world):
    kit = named("kit")
    assert list(cases_owed(kit)) == []
    assert [str(row.title) for row in owed_by(kit)] == ["Answer request 2"]
    owed_by_ann = set(cases_owed(named("ann")).values_list("kind", flat=True))
    assert owed_by_ann == {"issuers.breach"}


def test_all_duties_that_fell_due_are_settled_but_one(world):
    due = Obligation.objects.filter(due_at__lt=clock.now())
    assert Counter(due.values_list("status", flat=True))["due"] == 1
    overdue = due.get(status="due")
    assert (overdue.kind, overdue.issuer.organisation.slug) == ("weekly_statement", "outer-channel-finance-limited")
    assert overdue.case.status == "open"
    assert Obligation.objects.values("issuer").distinct().count() == 5


def test_notices_consents_and_returns_are_where_the_story_leaves_them(world):
    assert sorted(EventNotice.objects.values_list("kind", "status")) == [
        ("change_of_address", "acknowledged"), ("material_change", "draft")]
    consent = Consent.objects.get()
    assert (consent.status, consent.recommendation, consent.recommended_by) == ("requested", "grant", named("bo"))
    assert Counter(ComplaintReturn.objects.values_list("period_end", flat=True)) == {
        date(2026, 6, 30): 5, date(2026, 9, 30): 5}


def test_the_register_remembers_each_day_on_which_an_entry_changed(world):
    entries = RegisterEntry.objects.filter(licence__number="FRS 901").order_by("version")
    assert [(each.shown_from.astimezone(clock.HONG_KONG).date(), each.event) for each in entries] == [
        (date(2025, 8, 28), "entered"), (date(2025, 9, 8), "changed"), (date(2025, 9, 8), "changed"),
        (date(2025, 9, 8), "changed"), (date(2026, 10, 9), "changed"),
    ]
    assert entries.last().fields["address_en"] == "21/F, 1 Lion Rock Road, Kowloon"


def test_two_warnings_are_published_and_one_waits_for_a_second_officer(world):
    assert [(each.name_en, each.status, each.proposed_by == each.published_by)
            for each in PublicWarning.objects.order_by("pk")] == [
        ("Lion Rook Digital", "published", False),
        ("LRHKD on a contract that the licensee did not deploy", "published", False),
        ("Harbour Stable Yield", "draft", False),
    ]


def test_two_teams_have_members(world):
    assert {team.name_en: sorted(user.name for user in team.members.all()) for team in Team.objects.all()} == {
        "Licensing team 1": ["Bo Chan", "Cy Leung"], "Licensing team 2": ["Ben Ho", "Cy Leung"]}


def test_each_thing_happened_before_the_present_and_nobody_approved_their_own(world):
    assert AuditEvent.objects.filter(at__gt=clock.now()).count() == 0
    for verb, approval in (("issuers.warning.drafted", "issuers.warning.published"),
                           ("issuers.application.prepared", "issuers.application.submitted")):
        for event in AuditEvent.objects.filter(verb=approval):
            before = AuditEvent.objects.filter(verb=verb, target_type=event.target_type, target_pk=event.target_pk)
            assert event.actor not in [each.actor for each in before]


def test_the_licensees_without_cast_have_an_administrator_each(world):
    spoken = Membership.objects.filter(role="issuer_administrator", user__name__in=["Paul Yeung", "Karen Sin",
                                                                                   "Olive Cheng"])
    assert spoken.values("organisation").distinct().count() == 3
    assert ApiKey.objects.count() == 6


def test_a_second_run_changes_nothing(world):
    before = counted()
    call_command("seed_demo", "--json", stdout=io.StringIO(), stderr=io.StringIO())
    assert counted() == before


def test_the_plan_is_the_same_each_time():
    assert [jade_review.document(number) for number in jade_review.DOCUMENTS] == [
        jade_review.document(number) for number in jade_review.DOCUMENTS]
    assert jade_people.form_of(jade_people.INDIVIDUALS[0]) == jade_people.form_of(jade_people.INDIVIDUALS[0])


def test_jade_harbours_figures_agree_with_each_other():
    capital, plan = jade_controls.ANSWERS["capital"], jade_controls.ANSWERS["business_plan"]
    assert capital["operating_expenses"] == plan["years"][0]["costs"]
    assert sum(percent for _holder, held, percent in jade_people.HOLDINGS if not held) == 100
    assert Decimal(capital["paid_up"]) - Decimal(capital["net_debit"]) > 25_000_000
    assert sum(Decimal(row["usual"]) for row in jade_controls.ANSWERS["reserve"]["assets"]) == 100
