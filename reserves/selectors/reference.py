"""Reading the reference data that is approved and in force on a day."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
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
    #: Terms of instruments, by instrument as it is written.
    terms: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    #: What officers set for valuation, by kind and class of assets; for all classes where none is named.
    parameters: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def parameter(self, kind: str, asset_class: str = "") -> str | None:
        """Return what is set for the class, or else for all classes; None if nothing is."""
        return self.parameters.get((kind, asset_class), self.parameters.get((kind, "")))


_FIELDS = ("obligors", "custodians", "funds", "instruments", "terms", "parameters")
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
    SELECT 'terms', instrument_id, valid_from, valid_until, status, id, to_jsonb(r) FROM reserves_instrument r
    WHERE instrument_id = ANY(string_to_array(%(instruments)s, chr(10)))
    UNION ALL
    SELECT 'parameters', kind || ' ' || asset_class, valid_from, valid_until, status, id, to_jsonb(r)
    FROM reserves_valuationparameter r
)
SELECT field, named, r::text FROM found
WHERE status = 'approved' AND valid_from <= %(day)s AND (valid_until IS NULL OR valid_until >= %(day)s)
ORDER BY valid_from, id
"""


def spelled(name: str) -> str:
    """Return a name as it is compared: case and spacing do not tell two obligors apart."""
    return " ".join(name.split()).casefold()


def reference_on(day: date, *, instruments: Iterable[str] = ()) -> ReferenceData:
    """Return all reference data in force on the day, in one query; of two rows for one name the later counts.

    Of the terms of instruments, of which there are many, only those of the ``instruments``; these go as one text,
    which is written far sooner than an array of thousands.
    """
    found: dict[str, dict[str, Any]] = {name: {} for name in _FIELDS}
    with connection.cursor() as cursor:
        cursor.execute(_IN_FORCE, {"day": day, "instruments": "\n".join(instruments)})
        for table, name, row in cursor.fetchall():
            found[table][spelled(name)] = json.loads(row, parse_float=Decimal)
    found["terms"] = {row["instrument_id"]: row for row in found["terms"].values()}
    set_by = {(row["kind"], row["asset_class"]): row["value"] for row in found.pop("parameters").values()}
    return ReferenceData(**found, parameters=set_by)
