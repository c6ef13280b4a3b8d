"""What a licensee has published of its reserve: weekly statements, attestation reports, draws of tested days."""

from __future__ import annotations

from typing import Any

from django.db.models import Max, Q

from issuers.models import Issuer
from reserves.selectors.attestation import published_draws, published_reports
from reserves.selectors.statements import PUBLISHED


def disclosures_of(number: str) -> dict[str, Any] | None:
    """Return what the holder of the licence has published, None if no issuer on the platform holds it."""
    issuer = Issuer.objects.filter(licences__number=number).first()
    if issuer is None:
        return None
    filed = Q(weekly_statements__status__in=PUBLISHED)
    return {
        "coins": issuer.coins.annotate(last_as_at=Max("weekly_statements__as_at", filter=filed)).order_by("symbol"),
        "reports": published_reports(issuer),
        "draws": published_draws(issuer),
    }
