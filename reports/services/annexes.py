"""Keeping the tables that a report does not print, so that its frozen facts name their very bytes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from core import blobs
from core.models import Blob
from reports.builders.annexes import MEDIA_TYPES, Table, annex_csv, provenance, write_annex_workbook


def keep_annexes(
    tables: Iterable[Table], *, reference: str, generated_at: str, rulebook: str
) -> list[dict[str, Any]]:
    """Keep each table that is to be attached as CSV and as a workbook; return how the facts name them."""
    kept = []
    for table in tables:
        if not table.is_attached:
            continue
        said = provenance(table, reference=reference, generated_at=generated_at, rulebook=rulebook)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "annex.xlsx"
            write_annex_workbook(path, table, said)
            stored = {"csv": blobs.store_blob(annex_csv(table, said)), "xlsx": blobs.store_blob(path)}
        kept += [_named(table, form, blob, reference) for form, blob in stored.items()]
    return kept


def _named(table: Table, form: str, blob: Blob, reference: str) -> dict[str, Any]:
    return {
        "table": table.name, "rows": str(len(table.rows)), "name": f"{reference}-{table.name}.{form}",
        "media_type": MEDIA_TYPES[form], "sha256": blob.sha256, "size": str(blob.size),
    }
