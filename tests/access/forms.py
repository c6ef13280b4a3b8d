"""The issuer's application as a draft, with a document, a submission of before and an open request."""

from __future__ import annotations

from core import clock
from issuers.manifest import slots_for
from issuers.models import InformationRequest, RequestItem, Submission
from issuers.services.slots import file_in_slot
from tests.issuers.filled import PDF, begin

_OF_APPLICATION = {
    name: {"reference": "forms_application"}
    for name in ("application", "application_status", "application_withdraw", "application_documents",
                 "application_check", "application_prepare", "application_reopen", "application_sign")
}
_MORE = {
    "application_module": {"key": "forms_module"},
    "application_answer": {"key": "forms_key"},
    "application_file": {"number": "forms_slot"},
    "application_document": {"pk": "forms_document"},
    "application_remove": {"pk": "forms_document"},
    "application_receipt": {"number": "forms_number"},
    "application_request": {"number": "forms_number"},
    "application_reply": {"number": "forms_number", "item": "forms_number"},
}
PARTS = {f"portal:{name}": {"reference": "forms_application"} | part for name, part in (_OF_APPLICATION | _MORE).items()}
PARTS |= {
    f"api:{name}": {"reference": "forms_application"} | _MORE.get(name, {})
    for name in ("application", "application_form", "application_completeness", "application_answers",
                 "application_file", "application_requests", "application_reply")
}


def build(world, request) -> None:
    issuer, ann, amy, bo = (request.getfixturevalue(name) for name in ("issuer", "ann", "amy", "bo"))
    application = begin(issuer)
    document = file_in_slot(application, slots_for(issuer.kind)[0], raw=PDF, filename="form.pdf", actor=ann)
    Submission.objects.create(application=application, number=1, form_version="2026-11", content={}, digest="0" * 64,
                              prepared_by=ann, signed_by=amy)
    asked = InformationRequest.objects.create(application=application, number=1, sent_by=bo, due_at=clock.now())
    RequestItem.objects.create(request=asked, number=1, text="Why?")
    world |= {
        "forms_application": application.reference, "forms_module": "coin", "forms_key": "coin.name",
        "forms_slot": "1", "forms_document": document.pk, "forms_number": 1,
    }
