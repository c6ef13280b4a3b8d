"""Reading the reference data that is approved and in force on a day."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection


@dataclass(frozen=True, slots=True)
class ReferenceData:
    """Approved reference rows in force on a day, by name or instrument as ``spelled`` writes it."""

    obligors: Mapping[str, Mapping[str, Any]]
    custodians: Mapping[str, Mapping[str, Any]]
    funds: Mapping[str, Mapping[str, Any]]
    instruments: Mapping[str, Mapping[str, Any]]


_FIELDS = ("obligors", "custodians", "funds", "instruments")
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
)
SELECT field, named, r::text FROM found
WHERE status = 'approved' AND valid_from <= %(day)s AND (valid_until IS NULL OR valid_until >= %(day)s)
ORDER BY valid_from, id
"""


def spelled(name: str) -> str:
    """Return a name as it is compared: case and spacing do not tell two obligors apart."""
    return " ".join(name.split()).casefold()


def reference_on(day: date) -> ReferenceData:
    """Return all reference data in force on the day, in one query; of two rows for one name the later counts."""
    found: dict[str, dict[str, Any]] = {field: {} for field in _FIELDS}
    with connection.cursor() as cursor:
        cursor.execute(_IN_FORCE, {"day": day})
        for field, name, row in cursor.fetchall():
            found[field][spelled(name)] = json.loads(row, parse_float=Decimal)
    return ReferenceData(**found)
