"""The invoice of a licence fee: what is owed, under which provision, until when, how to pay, and whether it is paid."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from core.calendars import HONG_KONG
from issuers.answer_words import hong_kong_dollars
from issuers.models import Fee
from reports.builders.parties import as_reference, instant, issuer_of
from reports.selectors.licensing import FEE_STATE

SCHEMA = "assay.fee_invoice/1"
TITLE_ZH = "牌照費用繳費單"


def facts(fee: Fee, *, version: int) -> dict[str, Any]:
    """Return the fee as it was issued, and what became of it since: paid, or withdrawn.

    ``payment_lines`` are the authority's own; they are frozen, so that the invoice says what was told at the time.
    """
    return {
        "schema": SCHEMA,
        "reference": as_reference(fee.invoice, version),
        "dated_at": instant(fee.recorded_at or fee.withdrawn_at or fee.issued_at),
        "version": str(version),
        "invoice": fee.invoice,
        "issued_on": _day(fee.issued_at),
        "issuer": issuer_of(fee.licence.issuer),
        "licence": fee.licence.number,
        "licence_effective_on": fee.licence.effective_on.isoformat(),
        "occasion": fee.occasion,
        "amount_hkd": f"{fee.amount_hkd:.2f}",
        "cite": fee.cite,
        "falls_on": fee.falls_on.isoformat(),
        "payment_lines": list(settings.AUTHORITY_PAYMENT_LINES),
        **dict(zip(FEE_STATE, state(fee), strict=True)),
    }


def state(fee: Fee) -> tuple[Any, ...]:
    """Return what may change of a fee, under the names of ``FEE_STATE``."""
    return (
        instant(fee.due_at), fee.paid_on.isoformat() if fee.paid_on else None, fee.payment_reference,
        _day(fee.withdrawn_at),
    )


def _day(value: datetime | None) -> str | None:
    return value.astimezone(HONG_KONG).date().isoformat() if value else None


def printed(frozen: Mapping[str, Any]) -> dict[str, Any]:
    """Return the context of ``pdf/fee_invoice.html``, besides what every document prints."""
    return {
        "title": _("Licence fee invoice"), "title_zh": TITLE_ZH, "subject_line": frozen["invoice"],
        "amount": hong_kong_dollars(frozen["amount_hkd"]), "occasion": Fee.Occasion(frozen["occasion"]).label,
        "payment_lines": frozen["payment_lines"] or [_("Payee and account: as notified by the authority.")],
    }
