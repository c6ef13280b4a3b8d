"""What licensing adds to the small real world: applications in every stage, proposals, and what licensees file."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from allauth.mfa.models import Authenticator

from core import cases, clock, invitations
from core.access import SYSTEM
from core.models import Membership, User
from core.roles import Role
from issuers.manifest import slots_for
from issuers.models import Answer, Application, Person, Shareholding
from issuers.selectors.persons import people_of
from issuers.services.applications import open_application
from issuers.services.clearances import record_clearance
from issuers.services.complaints import file_complaint_return
from issuers.services.consents import draft_consent, recommend_consent, request_consent
from issuers.services.decisions import recommend
from issuers.services.event_notices import draft_notice, submit_notice
from issuers.services.fees import raise_fee
from issuers.services.findings import propose_override, record_finding, record_interview
from issuers.services.issuers import register_issuer
from issuers.services.obligations import plan_obligations
from issuers.services.proposals import propose, represent
from issuers.services.replies import reply_to_item
from issuers.services.requests import send_request
from issuers.services.reviews import begin_review
from issuers.services.slots import file_in_slot, file_with_reply
from issuers.services.submission import prepare_application, submit_application
from tests.cast import PASSWORD, TOTP_SECRET
from tests.issuers.applications import ANSWERS, S, application_in, clear, new_issuer, satisfy
from tests.issuers.duties import MOVED, SOUND_COUNTS
from tests.issuers.filled import fill, good_answers, good_value
from tests.issuers.pdfs import pdf_of

if TYPE_CHECKING:
    from tests.browser.world import World

CONDITION = {"kind": "buffer_target", "value": "0.02", "wording_en": "Keep 2% of reserve above full backing.",
             "wording_zh_hant": "儲備須高於十足支持 2%。", "wording_zh_hans": "储备须高于十足支持 2%。"}
MONTHLY = {"kind": "attestation_frequency", "value": "monthly", "wording_en": "An auditor attests the reserve monthly."}


def add_licensing(world: World) -> None:
    """Add it all; what pages are found by stands in ``world.licensing``."""
    _under_review(world)
    _waiting_for_others(world)
    _proposals(world)
    _duties(world)


def _member(world: World, name: str, full_name: str, issuer: Any, role: Role) -> User:
    """Give the issuer somebody with password and second factor."""
    user = User.objects.create_user(f"{name}@{issuer.organisation.slug}.example", full_name, PASSWORD)
    Membership.objects.create(user=user, organisation=issuer.organisation, role=role, since=date(2026, 9, 1))
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": TOTP_SECRET})
    world.people[name] = user
    return user


def _under_review(world: World) -> None:
    """Harbour Coin: reviewed by Ben, with people, a chart of two floors, findings, a talk and an open request."""
    ben, dee = world.people["ben"], world.people["dee"]
    issuer = register_issuer(name_en="Harbour Coin Limited", name_zh_hant="海港幣有限公司", name_zh_hans="海港币有限公司",
                             actor=SYSTEM)
    kim = _member(world, "kim", "Kim Fong", issuer, Role.COMPLIANCE_OFFICER)
    lee = _member(world, "lee", "Lee Man", issuer, Role.ISSUER_ADMINISTRATOR)
    application = fill(open_application(issuer, actor=SYSTEM), kim)
    _second_floor(application, kim)
    ready = prepare_application(application, actor=kim)
    submit_application(ready, digest=ready.prepared_digest, actor=lee)
    application.refresh_from_db()
    begin_review(application, actor=ben)
    application.refresh_from_db()
    cases.assign_case(application.case, to=ben, actor=ben)
    policy = application.documents.filter(slot="15").latest("version")
    for criterion, finding, reasons in (
        ("s3", "satisfied", "A company of Hong Kong, seen in the register."),
        ("s4", "satisfied", "Paid up; the auditor's certificate agrees."),
        ("s5", "not_satisfied", "The policy on the reserve does not say how the trust is kept apart."),
        ("s7", "satisfied", "Forms complete, no adverse record."),
    ):
        record_finding(application, criterion=criterion, finding=finding, reasons=reasons, actor=ben,
                       evidence=[(policy, 1)] if criterion == "s5" else [])
    record_interview(application, held_at=datetime(2026, 11, 20, 10, tzinfo=clock.HONG_KONG), attendees="Ada Wong, Ben Ho",
                     summary="She explained how the keys are kept.", audience="issuer", actor=ben)
    ada, ben_lam = (issuer.persons.get(name_en=name) for name in ("Ada Wong", "Ben Lam"))
    record_clearance(issuer, person=ada, state="clear", reference="SCR-2026-118", actor=dee)
    record_clearance(issuer, person=ben_lam, state="pending", reference="SCR-2026-119", actor=dee)
    propose_override(application, person=ben_lam, reason="A namesake; the papers of the court show it.", actor=ben)
    asked = send_request(
        application, due_on=date(2026, 12, 4), actor=ben,
        items=[{"text": "Where does the policy say how the trust is kept apart?", "criterion": "s5"},
               {"text": "Who may move assets out of the pool?", "criterion": "s5"}],
    )
    item = asked.items.get(number=1)
    reply_to_item(item, text="In its third chapter; the deed is attached.", actor=kim)
    file_with_reply(item, raw=pdf_of("Trust deed"), filename="deed.pdf", actor=kim)
    world.licensing |= {"application": application.reference, "asked": asked.number, "person": ada.pk, "paper": policy.pk}


def _second_floor(application: Application, actor: User) -> None:
    """Let a company hold two fifths, which Ada holds in turn, and file the second version of a policy."""
    issuer = application.issuer
    ada = issuer.persons.get(name_en="Ada Wong")
    Shareholding.objects.filter(issuer=issuer).update(votes_percent=Decimal(60))
    body = Person.objects.create(issuer=issuer, kind=Person.Kind.BODY_CORPORATE, name_en="Harbour Holdings Limited",
                                 name_zh="海港控股有限公司", country="HK", registration_number="12345678")
    Shareholding.objects.create(issuer=issuer, holder=body, votes_percent=Decimal(40))
    Shareholding.objects.create(issuer=issuer, holder=ada, held=body, votes_percent=Decimal(100))
    row = people_of(issuer, application).row_of(body)
    Answer.objects.bulk_create(
        Answer(application=application, person=body, key=f"person.{question.key}", value=good_value(question),
               changed_by=actor, changed_by_label=actor.label) for question in row.form.questions
    )
    slot = next(each for each in slots_for(issuer.kind) if each.number == "15")
    file_in_slot(application, slot, raw=pdf_of("Policy on the reserve\nThe trust is kept apart.", "Limits"),
                 filename="reserve-policy.pdf", actor=actor)


def _waiting_for_others(world: World) -> None:
    """Applications that wait for a signature, an officer, a committee and a decision, and an invitation that waits."""
    bo = world.people["bo"]
    unsigned = new_issuer("Lantau Coin Limited")
    ivy = _member(world, "ivy", "Ivy Sit", unsigned, Role.ISSUER_ADMINISTRATOR)
    answers = ANSWERS | {key: value for key, value in good_answers("company").items() if key.startswith("declarations.")}
    world.licensing["unsigned"] = application_in(S.PREPARED, issuer=unsigned, answers=answers).reference
    invitations.invite_person(unsigned.organisation, email="nia@lantau.example", name="Nia Wong", role="auditor",
                              language="en", actor=ivy)
    application_in(S.SUBMITTED, issuer=new_issuer("Tolo Payments Limited"))
    application_in(S.WITH_COMMITTEE, issuer=new_issuer("Sai Kung Stable Limited"))
    ready = application_in(S.WITH_COMMITTEE, issuer=new_issuer("Victoria Peak Digital Limited"))
    satisfy(ready, bo)
    clear(ready, world.people["dee"])
    recommend(ready, outcome="grant", reasons="Every criterion is met; the committee agrees.", actor=bo,
              conditions=[CONDITION, MONTHLY], effective_on=date(2027, 1, 4))
    world.licensing["ready"] = ready.reference


def _proposals(world: World) -> None:
    """A suspension of Lion Rock on which it was heard, and an urgent one of Tidewater that may be decided at once."""
    bo, ann = world.people["bo"], world.people["ann"]
    lion, tide = (world.organisations[name].issuer.licence for name in ("issuer", "rival"))
    raise_fee(lion, years=1, actor=SYSTEM)
    heard = propose(lion, kind="ordinary_suspension", terms={}, grounds="The reserve fell below full backing.",
                    takes_effect_on=date(2026, 12, 14), ends_on=date(2027, 3, 31), actor=bo)
    represent(heard, text="The bank credited the money a day late.", documents=[(pdf_of("Letter"), "letter.pdf")], actor=ann)
    urgent = propose(tide, kind="temporary_suspension", terms={}, grounds="Deposits run longer than the law allows.",
                     takes_effect_on=date(2026, 11, 23), ends_on=date(2026, 12, 3), actor=bo)
    world.licensing |= {"heard": heard.reference, "urgent": urgent.reference}


def _duties(world: World) -> None:
    """What Lion Rock owes, a notice that it submitted, a consent that waits, and a return of complaints."""
    issuer, ann, ben = world.organisations["issuer"].issuer, world.people["ann"], world.people["ben"]
    plan_obligations(issuer, actor=SYSTEM)
    draft = draft_notice(issuer, kind="change_of_address", actor=ann, **MOVED)
    given = submit_notice(draft_notice(issuer, kind="change_of_address", actor=ann, **MOVED), actor=ann)
    consent = draft_consent(issuer, position="controller", new_name="Dora Fan", reasons="She buys a fifth.",
                            votes_percent=Decimal(20), actor=ann)
    consent = request_consent(consent, actor=ann)
    recommend_consent(consent, outcome="grant", note="Fit and proper.", actor=ben)
    file_complaint_return(issuer, period_start=date(2026, 7, 1), actor=ann, **SOUND_COUNTS)
    world.licensing |= {"draft": draft.reference, "given": given.reference, "consent": consent.reference,
                        "lion": issuer.organisation.slug}
