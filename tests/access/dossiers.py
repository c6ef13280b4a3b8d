"""The draft of a dossier on a breach of the issuer's, and a comparison of what its auditor attested."""

from __future__ import annotations

from datetime import date

from core import blobs
from core.access import SYSTEM
from core.models import Organisation
from issuers.services.breaches import open_breach
from reports.models import ReportRun
from reports.services.dossiers import freeze_breach_dossier
from reserves.models import Engagement
from tests.api.conftest import DAY
from tests.issuers.pdfs import pdf_of
from tests.reports.drafts import written

_DRAFT = {"reference": "dossiers_draft"}
_ATTESTED = {"reference": "dossiers_engagement"}
PARTS = {
    "officer:report_about": _DRAFT, "officer:report_decide": _DRAFT,
    "officer:report_page": _DRAFT | {"number": "dossiers_page"},
    "officer:breach_dossier": {"reference": "dossiers_case"}, "officer:evidence_pack": {"number": "dossiers_licence"},
    "officer:attestation_comparison": _ATTESTED, "portal:attestation_comparison": _ATTESTED,
}


def build(world, request) -> None:
    coin = request.getfixturevalue("coin")
    slug = coin.issuer.organisation.slug
    breach = open_breach(coin.issuer, rule="HK-REP-07", subject=slug, as_of=DAY, actor=SYSTEM)
    draft = written(freeze_breach_dossier(breach, actor=SYSTEM))
    firm = Organisation.objects.create(kind=Organisation.Kind.AUDITOR, slug="beside-audit", name_en="Beside Audit LLP")
    engagement = Engagement.objects.create(
        reference="ATT-2026-9997", coin=coin, firm=firm, period_start=date(2025, 9, 1), period_end=date(2025, 9, 30),
        access_until=date(2025, 9, 30), status="filed",
    )
    ReportRun.objects.create(
        reference="ATT-2026-9997-COMPARISON-1", kind="attestation_comparison", subject=engagement.reference,
        owner=coin.issuer.organisation, as_of=engagement.period_end, version=1, facts={}, digest="0" * 64,
        status="rendered", document=blobs.store_blob(pdf_of("Comparison")),
    )
    world |= {
        "dossiers_draft": draft.reference, "dossiers_page": 1, "dossiers_case": breach.case.reference,
        "dossiers_licence": coin.issuer.licence.number, "dossiers_engagement": engagement.reference,
    }
