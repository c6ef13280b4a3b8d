"""Reading the reference data that is approved and in force on a day."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from core.shared_reads import shared


@dataclass(frozen=True, slots=True)
class ReferenceData:
    """Approved reference rows in force on a day, by name or instrument as ``spelled`` writes it."""

    obligors: Mapping[str, Mapping[str, Any]]
    custodians: Mapping[str, Mapping[str, Any]]
    funds: Mapping[str, Mapping[str, Any]]
    instruments: Mapping[str, Mapping[str, Any]]
    #: Terms of instruments, by instrument as it is written.
    terms: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    #: What officers set for valuation, by kind and class of assets; for all classes where none is named.
    parameters: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def parameter(self, kind: str, asset_class: str = "") -> str | None:
        """Return what is set for the class, or else for all classes; None if nothing is."""
        return self.parameters.get((kind, asset_class), self.parameters.get((kind, "")))


_FIELDS = ("obligors", "custodians", "funds", "instruments", "parameters")
_IN_FORCE = """
WITH found AS (
    SELECT 'obligors' AS field, name AS named, valid_from, valid_until, status, id, to_jsonb(o) AS r
    FROM reserves_obligor o
    UNION ALL
    SELECT 'custodians', name, valid_from, valid_until, status, id, to_jsonb(r) FROM reserves_custodian r
    UNION ALL
    SELECT 'funds', instrument_id, valid_from, valid_until, status, id, to_jsonb(r) FROM reserves_fund r
    UNION ALL
    SELECT 'instruments', instrument_id, valid_from, valid_until, status, id, to_jsonb(r)
    FROM reserves_acceptedinstrument r
    UNION ALL
    SELECT 'parameters', kind || ' ' || asset_class, valid_from, valid_until, status, id, to_jsonb(r)
    FROM reserves_valuationparameter r
)
SELECT field, named, r::text FROM found
WHERE status = 'approved' AND valid_from <= %(day)s AND (valid_until IS NULL OR valid_until >= %(day)s)
ORDER BY valid_from, id
"""
_TERMS = """
SELECT instrument_id, to_jsonb(r)::text FROM reserves_instrument r
WHERE instrument_id = ANY(string_to_array(%(instruments)s, chr(10)))
  AND status = 'approved' AND valid_from <= %(day)s AND (valid_until IS NULL OR valid_until >= %(day)s)
ORDER BY valid_from, id
"""


def spelled(name: str) -> str:
    """Return a name as it is compared: case and spacing do not tell two obligors apart."""
    return " ".join(name.split()).casefold()


def reference_on(day: date, *, instruments: Iterable[str] = ()) -> ReferenceData:
    """Return all reference data in force on the day; of two rows for one name the later counts.

    Of the terms of instruments, of which there are many, only those of the ``instruments``.
    """
    wanted = list(instruments)
    return replace(_on_record(day), terms=_terms_of(wanted, day)) if wanted else _on_record(day)


@shared
def _on_record(day: date) -> ReferenceData:
    found: dict[str, dict[str, Any]] = {name: {} for name in _FIELDS}
    for table, name, row in _rows(_IN_FORCE, {"day": day}):
        found[table][spelled(name)] = json.loads(row, parse_float=Decimal)
    set_by = {(row["kind"], row["asset_class"]): row["value"] for row in found.pop("parameters").values()}
    return ReferenceData(**found, parameters=set_by)


def _terms_of(instruments: list[str], day: date) -> dict[str, dict[str, Any]]:
    """Return terms by instrument; the names go as one text, which is written far sooner than an array of thousands."""
    rows = _rows(_TERMS, {"day": day, "instruments": "\n".join(instruments)})
    found = {spelled(name): json.loads(row, parse_float=Decimal) for name, row in rows}
    return {row["instrument_id"]: row for row in found.values()}


def _rows(query: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return cursor.fetchall()
