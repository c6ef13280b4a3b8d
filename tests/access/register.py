"""A drafted warning with evidence, one on the list, and the certificate of the issuer's licence."""

from __future__ import annotations

import io
from datetime import date

from PIL import Image

from core import blobs
from issuers.services.warnings import draft_warning, publish_warning
from reports.models import ReportRun

_DRAFT, _TOLD = {"reference": "register_draft"}, {"reference": "register_told"}
PARTS = {
    "public:warning": _TOLD,
    "officer:warning": _TOLD,
    "officer:warning_edit": _DRAFT,
    "officer:warning_act": _DRAFT,
    "officer:warning_evidence": _DRAFT,
}


def build(world, request) -> None:
    bo, ben = request.getfixturevalue("bo"), request.getfixturevalue("ben")
    picture = io.BytesIO()
    Image.new("RGB", (2, 2)).save(picture, "PNG")
    draft = draft_warning(name_en="Moonbeam Dollar", wording_en="It holds no licence.",
                          evidence=(picture.getvalue(), "seen.png"), actor=bo)
    told = draft_warning(name_en="Sunbeam Dollar", wording_en="It holds no licence.", actor=bo)
    publish_warning(told, actor=ben)
    issuer = request.getfixturevalue("issuer")
    ReportRun.objects.create(
        reference="LC-FRS01-1", kind="licence_certificate", subject="FRS01", owner=issuer.organisation,
        as_of=date(2025, 12, 15), version=1, facts={}, digest="0" * 64, status="rendered",
        document=blobs.store_blob(b"%PDF-1.7"),
    )
    world |= {"register_draft": draft.reference, "register_told": told.reference}
