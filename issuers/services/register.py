"""Keeping every version of what the register says (ORD s. 21), so that it can be shown as at any day."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from core.findings import digest_of
from issuers.models import Licence, RegisterEntry


def entry_fields(licence: Licence) -> dict[str, Any]:
    """Return what the register says of a licence now: the fields of s. 21, its coins and their contracts."""
    issuer, body = licence.issuer, licence.issuer.organisation
    coins = [
        {
            "symbol": coin.symbol,
            "reference_currency": coin.reference_currency,
            "contracts": [{"chain": each.chain, "contract": each.contract} for each in coin.deployments.all()],
        }
        for coin in issuer.coins.prefetch_related("deployments")
    ]
    return {
        "number": licence.number,
        "effective_on": licence.effective_on.isoformat(),
        "status": licence.status,
        "name_en": body.name_en,
        "name_zh_hant": body.name_zh_hant,
        "name_zh_hans": body.name_zh_hans,
        "address_en": issuer.address_en,
        "address_zh_hant": issuer.address_zh_hant,
        "email": issuer.email,
        "website": issuer.website,
        "coins": coins,
    }


@transaction.atomic
def publish_entry(licence: Licence, *, event: str) -> RegisterEntry | None:
    """Keep the entry as it is from now on; None if it says what it said before.

    Called in the transaction of whatever changed it.
    """
    Licence.objects.select_for_update(no_key=True).get(pk=licence.pk)
    licence = Licence.objects.select_related("issuer__organisation").get(pk=licence.pk)
    fields = entry_fields(licence)
    digest, latest = digest_of(fields), licence.entries.order_by("-version").first()
    if latest and latest.digest == digest:
        return None
    return RegisterEntry.objects.create(
        licence=licence, version=latest.version + 1 if latest else 1, event=event, fields=fields, digest=digest
    )
