"""How figures, lines and files are written into the account of a reserve day (schema ``assay.reserve_day/1``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from core.calendars import HongKongCalendar
from core.canonical import canonical, canonical_list, canonical_object, digest_of
from core.money import minor_units
from core.rulebook import Circulation
from issuers.models import Coin
from reserves.reconcile import Comparison, Difference
from reserves.selectors.breaks import Standing
from reserves.selectors.day_files import DayFiles, day_of
from reserves.selectors.inputs import SupplyLine
from reserves.solving import Part
from reserves.valuation import Valuation

NOT_DIGESTED = frozenset({"version", "digest"})
SCHEMA = "assay.reserve_day/1"
COUNTS = ("total_supply", "unissued", "frozen", "pending_redemption", "bridged")
Key = tuple[str, str]


def amount(value: Decimal | None, currency: str) -> str | None:
    """Return an amount as text: the currency's decimals, and more only where they are not zero."""
    if value is None:
        return None
    places = minor_units(currency)
    text = f"{value:f}"
    whole, _, decimals = text.partition(".")
    decimals = decimals.rstrip("0").ljust(places, "0")
    return f"{whole}.{decimals}" if decimals else whole


def result_digest(result: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the canonical JSON of a result without its version and digest."""
    return digest_of({name: value for name, value in result.items() if name not in NOT_DIGESTED})


def texts_of(result: Mapping[str, Any], findings: Iterable[Mapping[str, bytes]]) -> dict[str, bytes]:
    """Return the canonical text of each member of a result that its digest is of; of findings it is known already."""
    known = {"findings": canonical_list(map(canonical_object, findings))}
    return {name: known[name] if name in known else canonical(value)
            for name, value in result.items() if name not in NOT_DIGESTED}


def supply_entry(supply: Sequence[SupplyLine], currency: str, *, is_read: bool = False) -> dict[str, Any] | None:
    """Return token counts over all chains and by chain; a count that no line gives is null.

    ``source`` says whether they were read from the chain or stated by the issuer.
    """
    if not supply:
        return None

    def total(name: str) -> Decimal | None:
        given = [value for line in supply if (value := getattr(line, name)) is not None]
        return sum(given, Decimal(0)) if given else None

    return {"source": "chain" if is_read else "statement"} | {
        name: amount(total(name), currency) for name in COUNTS
    } | {
        "by_chain": [
            {"chain": line.chain, "contract": line.contract, "block_number": line.block_number,
             "block_time": instant(line.block_time)}
            | {name: amount(getattr(line, name), currency) for name in COUNTS}
            for line in supply
        ]
    }


def circulation_of(supply: Sequence[SupplyLine], basis: Circulation | None) -> Decimal | None:
    """Return what circulates as the law counts it; a pending count that nobody gave nets nothing."""
    if not supply or basis is None:
        return None
    circulating = Decimal(0)
    for line in supply:
        circulating += line.total_supply - line.unissued - (line.bridged or Decimal(0))
        circulating -= Decimal(0) if basis.include_frozen else line.frozen
        circulating -= Decimal(0) if basis.include_pending else line.pending_redemption or Decimal(0)
    return circulating


def instant(moment: datetime | None) -> str | None:
    """Return a moment as text in UTC."""
    return moment.astimezone(UTC).isoformat() if moment else None


def input_entries(files: DayFiles) -> list[dict[str, Any]]:
    """Return the files that the day rests on, with their age: statements carry over days without business."""
    return [
        {"feed": file.feed, "file": file.pk, "sha256": file.sha256, "filename": file.filename,
         "sender": file.sender.slug, "received_at": instant(file.received_at), "rows": file.row_count,
         "as_of": day_of(file).isoformat(), "age_days": (files.as_of - day_of(file)).days}
        for file in files.files
    ]


def missing_entries(files: DayFiles, calendar: HongKongCalendar, seen_at: datetime | None) -> list[dict[str, Any]]:
    """Return the files that the day lacks, and how late they were when the day was looked at."""
    return [
        {"feed": missing.feed, "sender": missing.sender, "expected_by": missing.expected_by.isoformat(),
         "late_hours": calendar.business_hours_late(missing.expected_by, seen_at) if seen_at else 0}
        for missing in files.missing
    ]


def composition_entries(
    valuation: Valuation, before: Iterable[Mapping[str, Any]] | None, currency: str, *, eligible: bool
) -> list[dict[str, Any]]:
    """Return the pool by asset class, with the change since the day before; a class that is gone shows 0."""
    earlier = None if before is None else {entry["asset_class"]: Decimal(entry["market_value"]) for entry in before}
    now = {part.asset_class: part for part in valuation.composition}
    entries = []
    for name in [*now, *sorted(set(earlier or ()) - set(now))]:
        part = now.get(name)
        value = part.market_value if part else Decimal(0)
        if part is None and not (earlier or {})[name]:
            continue
        entries.append({
            "asset_class": name,
            "market_value": amount(value, currency),
            "eligible_value": amount(part.eligible_value if part else Decimal(0), currency) if eligible else None,
            "share": text(part.share) if part else "0.00000000",
            "lines": part.lines if part else 0,
            "change": None if earlier is None else amount(value - earlier.get(name, Decimal(0)), currency),
        })
    return entries


def text(value: Decimal | None) -> str | None:
    """Return a figure as text, or null."""
    return None if value is None else f"{value:f}"


def ladder_entries(valuation: Valuation, currency: str) -> list[dict[str, Any]]:
    """Return what matures when."""
    return [{"bucket": rung.bucket, "market_value": amount(rung.market_value, currency),
             "cumulative_share": text(rung.cumulative_share)} for rung in valuation.ladder]


def comparison_entries(comparisons: Iterable[Comparison]) -> list[dict[str, Any]]:
    """Return each comparison as a whole."""
    return [
        {"name": found.name, "currency": found.currency, "left": amount(found.left, found.currency),
         "right": amount(found.right, found.currency), "difference": amount(found.difference, found.currency),
         "tolerated": amount(found.tolerated, found.currency), "matched": found.matched,
         "differing": found.differing, "state": found.state,
         "explained": None if found.difference is None else amount(found.explained, found.currency),
         "unexplained": None if found.difference is None else amount(found.unexplained, found.currency)}
        for found in comparisons
    ]


def break_entries(
    differences: Iterable[Difference], standing: Mapping[Key, Standing], files: DayFiles, calendar: HongKongCalendar
) -> list[dict[str, Any]]:
    """Return each difference with the break that carries it; one that was never stored has no reference."""
    entries = []
    for found in differences:
        row = standing.get((found.comparison, found.key))
        opened_on = row.opened_on if row else files.as_of
        entries.append({
            "reference": row.reference if row else None, "comparison": found.comparison, "cause": str(found.cause),
            "account_id": found.account_id, "instrument_id": found.instrument_id, "line_ref": found.line_ref,
            "asset_class": found.asset_class, "currency": found.currency,
            "left": amount(found.left, found.currency), "right": amount(found.right, found.currency),
            "difference": amount(found.difference, found.currency), "opened_on": opened_on.isoformat(),
            "age_business_days": calendar.business_days_between(opened_on, files.as_of),
            "state": "new" if opened_on == files.as_of else "carried", "evidence": _portable(found.evidence),
            "parts": part_entries(found.parts, found.currency),
            "residual": amount(found.residual, found.currency),
        })
    return entries


def part_entries(parts: Iterable[Part], currency: str) -> list[dict[str, Any]]:
    """Return the parts of a difference, each with the rows that show it by file and line."""
    return [
        {"cause": str(part.cause), "amount": amount(part.amount, currency), "rows": [
            {"side": row.side, "file": row.file, "line": row.line, "amount": amount(row.amount, currency),
             "text": row.text} for row in part.rows
        ], "row_count": part.count, "note": part.note}
        for part in parts
    ]


def _portable(evidence: Mapping[str, Any]) -> dict[str, Any]:
    """Return evidence without the keys of its lines in this database: elsewhere the same files give other keys."""
    return {
        name: [{field: value for field, value in line.items() if field != "id"} for line in shown]
        if isinstance(shown, list) and name in ("books", "custodian") else shown
        for name, shown in evidence.items()
    }


def issuer_entry(coin: Coin, licence: Any) -> dict[str, Any]:
    """Return who issues the coin."""
    organisation = coin.issuer.organisation
    return {
        "name_en": organisation.name_en, "name_zh_hant": organisation.name_zh_hant,
        "name_zh_hans": organisation.name_zh_hans, "licence_number": licence.number if licence else None,
    }
