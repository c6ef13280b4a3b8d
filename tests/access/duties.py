"""What the issuer owes, a notice of its saved and one submitted, and a request for consent."""

from __future__ import annotations

from core.access import SYSTEM
from issuers.services.consents import draft_consent, recommend_consent, request_consent
from issuers.services.enclosures import enclose_document
from issuers.services.event_notices import draft_notice, submit_notice
from issuers.services.obligations import plan_obligations
from tests.issuers.duties import MOVED
from tests.issuers.pdfs import pdf_of

PARTS = {
    "api:event_notice": {"reference": "duties_draft"},
    "api:event_notice_submit": {"reference": "duties_draft"},
    "officer:issuer_duties": {"slug": "duties_issuer"},
    "officer:obligation_act": {"pk": "duties_owed"},
    "officer:notice": {"reference": "duties_submitted"},
    "officer:notice_act": {"reference": "duties_submitted"},
    "officer:consent": {"reference": "duties_consent"},
    "officer:consent_act": {"reference": "duties_consent"},
    "portal:notify_event": {"kind": "duties_kind"},
    "portal:event_notice": {"reference": "duties_draft"},
    "portal:event_notice_withdraw": {"reference": "duties_draft"},
    "portal:event_notice_file": {"reference": "duties_draft"},
    "portal:consent_file": {"reference": "duties_consent"},
    "portal:enclosure_remove": {"pk": "duties_enclosure"},
    "portal:consent": {"reference": "duties_consent"},
    "portal:consent_act": {"reference": "duties_consent"},
}


def build(world, request) -> None:
    issuer, ann, ben = (request.getfixturevalue(name) for name in ("issuer", "ann", "ben"))
    plan_obligations(issuer, actor=SYSTEM)
    saved, given = (draft_notice(issuer, kind="change_of_address", actor=ann, **MOVED) for _ in range(2))
    enclosed = enclose_document(saved, raw=pdf_of("Lease"), filename="lease.pdf", actor=ann)
    submit_notice(given, actor=ann)
    consent = draft_consent(issuer, position="controller", new_name="Duties Person", reasons="Fit.", actor=ann)
    consent = request_consent(consent, actor=ann)
    recommend_consent(consent, outcome="grant", note="Fit and proper.", actor=ben)
    world |= {
        "duties_issuer": issuer.organisation.slug,
        "duties_owed": issuer.obligations.order_by("pk")[0].pk,
        "duties_draft": saved.reference,
        "duties_submitted": given.reference,
        "duties_consent": consent.reference,
        "duties_kind": "distress",
        "duties_enclosure": enclosed.pk,
    }
