"""Tables that are too long to print: attached as CSV and as a workbook, each with what it was made from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from core import wording
from core.downloads import csv_text, figure
from core.workbook import write_workbook

#: So many rows are printed; a longer table is attached and not printed.
PRINTED_ROWS = 500
MEDIA_TYPES = {
    "csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under the names of their columns; ``filters`` say which rows they are, ``sources`` from which files."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    filters: Mapping[str, str] = field(default_factory=dict)
    sources: Sequence[Mapping[str, str]] = ()
    always: bool = False

    @property
    def is_attached(self) -> bool:
        """Whether it stands beside the document: it is too long to print, or else is nowhere as a whole."""
        return self.always or len(self.rows) > PRINTED_ROWS


def verification_address(reference: str) -> str:
    """Return where anybody can have a document with the reference verified."""
    return f"{settings.SITE_URL.rstrip('/')}/en/verify/{reference}/"


def provenance(table: Table, *, reference: str, generated_at: str, rulebook: str) -> list[tuple[str, ...]]:
    """Return what the table was made from and how it can be verified, as rows of two or three cells."""
    return [
        ("provenance", "report", reference), ("provenance", "table", table.name),
        ("provenance", "rows", str(len(table.rows))),
        *(("provenance", f"filter {name}", value) for name, value in table.filters.items()),
        *(("provenance", f"source file {each['filename']}", f"SHA-256 {each['sha256']}") for each in table.sources),
        ("provenance", "rulebook", f"SHA-256 {rulebook}" if rulebook else "none"),
        ("provenance", "generated at", generated_at),
        ("provenance", "verify at", verification_address(reference)),
    ]


def left_out(frozen: Mapping[str, Any]) -> dict[str, str]:
    """Return, by table of the facts, where its rows are that are not printed."""
    files = attached(frozen["annexes"])
    return {
        name: _("%(total)s rows are too many to print. They are attached: %(names)s.") % {
            "total": wording.amount(frozen["tables"][name]["total"], places=0), "names": names
        }
        for name, names in files.items()
    }


def attached(annexes: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Return, by table, the names of the files that it is attached as."""
    found: dict[str, list[str]] = {}
    for each in annexes:
        found.setdefault(each["table"], []).append(each["name"])
    return {table: wording.enumerated(names) for table, names in found.items()}


def annex_rows(table: Table) -> Iterator[list[Any]]:
    """Yield the heading and the rows; figures that are kept as text are numbers again."""
    yield list(table.columns)
    for row in table.rows:
        yield [figure(cell) for cell in row]


def annex_csv(table: Table, said: Sequence[tuple[str, ...]]) -> bytes:
    """Return the table as CSV: first what it was made from, then an empty line, then heading and rows."""
    return csv_text([*said, [], *annex_rows(table)]).encode()


def write_annex_workbook(path: Path, table: Table, said: Sequence[tuple[str, ...]]) -> None:
    """Write the table as a workbook: the rows on its first sheet, what they were made from on its second."""
    write_workbook(path, [(table.name, annex_rows(table)), ("provenance", [row[1:] for row in said])])
