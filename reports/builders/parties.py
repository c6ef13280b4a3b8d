"""Who stands in a document: the names of bodies and people, frozen in every form that they have."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.calendars import HONG_KONG
from core.models import Organisation, User
from issuers.models import Issuer


def body_of(organisation: Organisation) -> dict[str, str]:
    """Return the names of an organisation."""
    return {name: getattr(organisation, name) for name in ("name_en", "name_zh_hant", "name_zh_hans")}


def issuer_of(issuer: Issuer) -> dict[str, str]:
    """Return the names of an issuer, its kind and its address."""
    return body_of(issuer.organisation) | {
        "kind": issuer.kind, "address_en": issuer.address_en, "address_zh_hant": issuer.address_zh_hant
    }


def name_of(user: User | None) -> str:
    """Return the name of a person who did something, "" where nobody did."""
    return user.label if user else ""


def instant(value: datetime | None) -> str | None:
    """Return an instant as ISO text on the Hong Kong clock."""
    return value.astimezone(HONG_KONG).isoformat() if value else None


def as_reference(*parts: Any) -> str:
    """Join parts to a reference that can stand in an address: ``APP-2026-0007-1``."""
    kept = ("".join(each if each.isalnum() or each in "-._" else "-" for each in str(part)) for part in parts)
    return "-".join(kept)
