"""The facts of a daily reserve audit report, frozen as one JSON-able dict whose digest the document prints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from core.findings import digest_of

SCHEMA = "assay.daily_reserve_report/1"
HISTORY_DAYS = 400


def facts(
    result: Mapping[str, Any],
    *,
    issuer_findings: Iterable[Mapping[str, Any]] | None,
    history: Iterable[tuple[date, str | None]],
    judged_at: str | None,
    senders: Mapping[str, Mapping[str, str]],
) -> dict[str, Any]:
    """Return everything the report may say about one coin-day; amounts and ratios are strings.

    ``result`` is a ``assay.reserve_day/1`` account, of a judged day or of a what-if (``version`` None).
    ``issuer_findings`` are those on the issuer for the day, None where they have not been judged.
    ``history`` is one pair of day and backing ratio per day, oldest first. ``judged_at`` is ISO 8601.
    ``senders`` are the names, by slug, of those whose files the account rests on.
    """
    return {
        "schema": SCHEMA,
        "reference": reference_of(result),
        "judged_at": judged_at,
        "result": dict(result),
        "issuer_findings": None if issuer_findings is None else [dict(finding) for finding in issuer_findings],
        "history": [[day.isoformat(), ratio] for day, ratio in history],
        "senders": {slug: dict(names) for slug, names in sorted(senders.items())},
    }


def reference_of(result: Mapping[str, Any]) -> str:
    """Return e.g. ``DRA-FRS001-LRHKD-20261122-2``, or without a licence ``DRA-LRHKD-20261122-2``.

    One licence may cover several coins, so the symbol is always there. An account that is not stored
    (a what-if) has no version: its reference ends in WHATIF.
    """
    number = "".join(each for each in result["issuer"]["licence_number"] or "" if each.isalnum())
    subject = f"{number}-{result['coin']}" if number else result["coin"]
    version = "WHATIF" if result["version"] is None else str(result["version"])
    return f"DRA-{subject}-{result['as_of'].replace('-', '')}-{version}"


def digest(frozen: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the facts' canonical JSON, as ``core.findings`` writes it."""
    return digest_of(frozen)
