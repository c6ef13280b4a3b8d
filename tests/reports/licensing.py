"""An application that went the whole way, made by hand, for the documents that say so."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from core import blobs
from core.access import SYSTEM
from core.calendars import HONG_KONG
from core.findings import digest_of
from core.models import Organisation, User
from issuers.criteria import criteria_for
from issuers.manifest import FORM_VERSION
from issuers.models import (
    Application,
    ApplicationStep,
    Appointment,
    Clearance,
    ClearanceOverride,
    CriterionFinding,
    Document,
    Fee,
    InformationRequest,
    Interview,
    Issuer,
    Licence,
    Person,
    Recommendation,
    RequestItem,
    Submission,
)
from issuers.services.issuers import register_issuer

AT = datetime(2026, 9, 14, 16, 5, tzinfo=HONG_KONG)
SECRET = "The chief executive was evasive about the custodian's parent."
CHINESE_ANSWER = "我們以港元發行，儲備資產存放於持牌銀行。"


def content_of(application: Application) -> dict[str, Any]:
    """Return what a submission of the application holds: every kind of answer once, one of them in Chinese."""

    def field(key: str, label: str, value: Any, kind: str = "text", **more: Any) -> dict[str, Any]:
        return {"key": key, "label": label, "kind": kind, "value": value, **more}

    body = application.issuer.organisation
    return {
        "reference": application.reference, "form_version": FORM_VERSION,
        "issuer": {"name_en": body.name_en, "name_zh_hant": body.name_zh_hant, "name_zh_hans": body.name_zh_hans},
        "modules": [
            {"key": "corporate", "title": "Corporate status", "fields": [
                field("incorporated_on", "Day of incorporation", "2024-03-18", "day"),
                field("registration", "Company number", "3381442"),
                field("listed", "Are shares of the applicant listed?", False, "yes_no"),
                field("website", "Website", "", "url"),
            ]},
            {"key": "capital", "title": "Financial resources", "fields": [
                field("paid_up", "Paid-up share capital", "62500000.00", "amount_hkd"),
                field("net_debit", "Net debit balance of profit and loss", "4118250.75", "amount_hkd"),
                field("plan", "How the capital will be kept above the minimum",
                      "The board reviews own funds each month.\nThe parent has committed a further HK$40 million."),
            ]},
            {"key": "reserve", "title": "Reserve assets", "fields": [
                field("policy", "Where and how the reserve is held", CHINESE_ANSWER, "long_text"),
                field("custodians", "Custodians", [
                    {"name": "Victoria Peak Bank Limited", "share": "62.5", "segregated": True},
                    {"name": "太平洋信託有限公司", "share": "37.5", "segregated": True},
                ], "table", columns=[
                    {"key": "name", "label": "Name", "kind": "text"},
                    {"key": "share", "label": "Share of the reserve", "kind": "percent"},
                    {"key": "segregated", "label": "Segregated?", "kind": "yes_no"},
                ]),
            ]},
        ],
        "persons": [
            {"name_en": "Chan Siu Ming", "name_zh": "陳小明", "kind": "individual", "positions": ["manager"],
             "appointments": [{"position": "manager", "affair": "risk_control", "independent": False}],
             "birth_date": "1975-04-02", "country": "CN",
             "fields": [field("bankrupt", "Has the person ever been bankrupt?", False, "yes_no")]},
            {"name_en": "Harbour Holdings Limited", "name_zh": "海港控股有限公司", "kind": "body_corporate",
             "positions": ["controller"], "country": "HK", "registration_number": "1204477", "fields": [],
             "answers": {"person.source_of_funds": "Retained earnings"}},
        ],
        "shareholdings": [{"holder": "Harbour Holdings Limited", "held": "", "votes_percent": "82.5"},
                          {"holder": "Chan Siu Ming", "held": "Harbour Holdings Limited", "votes_percent": "100"}],
        "documents": [
            {"slot": "2", "title": "Business plan for at least three years", "filename": "業務計劃 2026.pdf",
             "sha256": "3c" * 32, "version": 2},
            {"slot": "20", "title": "Terms and conditions for holders", "filename": "terms.pdf", "sha256": "9f" * 32,
             "version": 1, "person": "Chan Siu Ming"},
        ],
    }


def applicant() -> Issuer:
    """Register one who has no licence."""
    return register_issuer(
        name_en="Kowloon Bay Digital Limited", name_zh_hant="九龍灣數碼有限公司", name_zh_hans="九龙湾数码有限公司",
        address_en="8 Wang Chiu Road, Kowloon Bay, Hong Kong", actor=SYSTEM,
    )


def submit(application: Application, *, prepared_by: User, signed_by: User, at: datetime = AT) -> Submission:
    """Keep a submission of the application as signing it does."""
    content = content_of(application)
    return Submission.objects.create(
        application=application, number=application.submissions.count() + 1, form_version=FORM_VERSION, content=content,
        digest=digest_of(content), prepared_by=prepared_by, signed_by=signed_by, submitted_at=at,
    )


def new_application(issuer: Issuer, status: str = "with_committee") -> Application:
    """Open the one application of the issuer, in a state."""
    return Application.objects.create(
        reference="APP-2025-0042", issuer=issuer, form_version=FORM_VERSION, status=status, opened_at=AT - timedelta(days=20)
    )


def assess(application: Application, *, officer: User, second: User, applicant: User) -> None:
    """Put on record everything that officers do: findings, a request, interviews, clearances, a recommendation."""
    issuer = application.issuer
    plan = Document.objects.create(
        issuer=issuer, application=application, slot="2", title="Business plan", filename="plan.pdf",
        media_type="application/pdf", page_count=40, blob=blobs.store_blob(b"%PDF-1.7 plan"),
    )
    wanted = [each.key for each in criteria_for(issuer.kind)]
    for key in wanted[:-1]:
        CriterionFinding.objects.create(
            application=application, criterion=key, finding="query" if key == "s9" else "satisfied", by=officer, at=AT,
            reasons=f"What was filed on {key} was read and compared with the answers.",
            evidence=[{"document": plan.pk, "page": 3}] if key == "s4" else [],
        )
    request = InformationRequest.objects.create(
        application=application, number=1, status="answered", sent_by=officer, sent_at=AT, due_at=AT + timedelta(days=15),
        answered_by=applicant, answered_at=AT + timedelta(days=4),
    )
    RequestItem.objects.create(
        request=request, number=1, criterion="s5", text="Who holds the keys of the custody account?",
        reply="Two directors, together. 兩名董事共同持有。", replied_by=applicant, replied_at=AT + timedelta(days=4),
        accepted_at=AT + timedelta(days=6),
    )
    RequestItem.objects.create(request=request, number=2, criterion="s9", text="File the plan for incidents.")
    chief = Person.objects.create(issuer=issuer, name_en="Chan Siu Ming", name_zh="陳小明")
    Appointment.objects.create(person=chief, position="chief_executive")
    Interview.objects.create(
        application=application, person=chief, held_at=AT + timedelta(days=8), attendees="Bo Chan, Chan Siu Ming",
        summary=SECRET, audience="authority", by=officer,
    )
    Clearance.objects.create(issuer=issuer, state="clear", reference="SCR-2026-0007", recorded_at=AT)
    Clearance.objects.create(issuer=issuer, person=chief, state="pending", reference="SCR-2026-0008", recorded_at=AT)
    ClearanceOverride.objects.create(
        application=application, person=chief, reason="The match is with a namesake born in 1951.", proposed_by=officer,
        proposed_at=AT, confirmed_by=second, confirmed_at=AT + timedelta(days=1),
    )
    Recommendation.objects.create(
        application=application, outcome="grant", reasons="All criteria that are met are met with room.", made_by=officer,
        made_at=AT + timedelta(days=20), effective_on=date(2026, 12, 1),
        conditions=[{"kind": "net_liquid_assets", "coin": None, "value": "31250000.00",
                     "wording_en": "The licensee keeps net liquid assets of at least HK$31,250,000."}],
    )
    for move, source, target in (("submit", "prepared", "submitted"), ("begin", "submitted", "under_review"),
                                 ("refer", "under_review", "with_committee")):
        ApplicationStep.objects.create(
            application=application, move=move, source=source, target=target, by=officer, by_label=officer.label, at=AT
        )


def fee_of(licence: Licence, **changed: Any) -> Fee:
    """Record the first fee of a licence."""
    return Fee.objects.create(**{
        "licence": licence, "invoice": "INV-2025-0003", "occasion": "first", "amount_hkd": Decimal("113020"),
        "cite": "ORD s. 22, Sch. 3", "falls_on": date(2026, 9, 14), "due_at": AT.replace(day=28, hour=23, minute=59),
        "issued_at": AT, **changed,
    })


def the_authority() -> Organisation:
    return Organisation.objects.get(kind=Organisation.Kind.AUTHORITY)
