"""An application of an applicant of its own, recommended by one officer, with a request and a proposal beside it."""

from __future__ import annotations

from core.models import Team
from issuers.services.findings import propose_override
from issuers.services.requests import send_request
from tests.issuers.applications import S, application_in, new_issuer

NAMES = ("application", "application_act", "application_assessment", "criterion", "application_versions",
         "application_persons", "override_confirm", "application_record", "application_note", "application_requests",
         "request_new", "request", "request_act", "application_decision", "application_recommend",
         "application_decide")
PARTS: dict[str, dict[str, str]] = {
    f"officer:{name}": {
        "reference": "assessment_reference", "criterion": "assessment_criterion", "pk": "assessment_override",
        "number": "assessment_number",
    }
    for name in NAMES
} | {"officer:team": {"team": "assessment_team"}}


def build(world, request) -> None:
    ben = request.getfixturevalue("ben")
    application = application_in(S.UNDER_REVIEW, issuer=new_issuer("Assessed Limited"))
    asked = send_request(application, items=[{"text": "Where is the trust deed?"}], actor=ben)
    override = propose_override(application, person=None, reason="Known.", actor=ben)
    Team.objects.create(slug="assessors", name_en="Assessors")
    world |= {
        "assessment_reference": application.reference,
        "assessment_criterion": "s5",
        "assessment_override": override.pk,
        "assessment_number": asked.number,
        "assessment_team": "assessors",
    }
