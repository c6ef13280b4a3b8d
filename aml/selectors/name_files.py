"""Files of names, compared and screened: what ``compare_names`` and ``screen_names`` write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aml.matching import Query, compare, why
from aml.parsers.name_tables import COMPARE, SCREEN, kind_named, read_names
from aml.selectors.name_index import index_in_force
from core.cells import Column
from core.downloads import csv_text
from core.errors import FeedRefused, Refused
from core.tablefile import Raw

COMPARED = ("schema", "name1", "name2", "score", "is_match", "why")
SCREENED = ("id", "score", "list", "entry", "matched_name", "why")


def names_of(raw: Raw, filename: str, columns: Sequence[Column]) -> list[dict[str, str]]:
    """Return the rows of a file of names.

    Raises:
        FeedRefused: something is wrong with the file; it holds every problem.
    """
    table = read_names(raw, filename=filename, columns=columns)
    if table.problems.count:
        count = table.problems.count
        raise FeedRefused(
            ngettext("The file is refused: %(count)s problem.", "The file is refused: %(count)s problems.", count)
            % {"count": count},
            problems=table.problems.in_order(),
            problem_count=count,
        )
    return table.rows


def compared(rows: Sequence[dict[str, str]]) -> Iterator[tuple[str, ...]]:
    """Yield each pair of names with our verdict, row for row."""
    for row in rows:
        found = compare(row["name1"], row["name2"], kind_named(row["schema"]))
        yield row["schema"], row["name1"], row["name2"], found.score, str(found.is_match).lower(), found.why


def screened(rows: Sequence[dict[str, str]]) -> Iterator[tuple[str, ...]]:
    """Yield one row for each entry of the lists in force that is found for a name.

    Raises:
        Refused: no list is loaded.
    """
    index = index_in_force()
    if not index.entries:
        raise Refused(_("No list of names is loaded; load one with load_watchlist."), code="no_list")
    entries = {entry.ref: entry for entry in index.entries}
    queries = [
        Query((row["name"],), kind_named(row["type"]), row["birth_date"], row["country"].upper()) for row in rows
    ]
    for row, found in zip(rows, index.search_many(queries), strict=True):
        for match in found.matches:
            entry = entries[match.ref]
            yield row["id"], match.score, entry.source, entry.key, match.matched_name, why(match.explanation)


def compare_file(raw: Raw, target: Path, *, filename: str) -> dict[str, Any]:
    """Compare the pairs of a file and write what came out."""
    rows = names_of(raw, filename, COMPARE)
    found = list(compared(rows))
    _write(target, COMPARED, found)
    return {"pairs": len(found), "matches": sum(row[4] == "true" for row in found), "written": str(target)}


def screen_file(raw: Raw, target: Path, *, filename: str) -> dict[str, Any]:
    """Screen the names of a file and write the hits."""
    rows = names_of(raw, filename, SCREEN)
    found = list(screened(rows))
    _write(target, SCREENED, found)
    return {"names": len(rows), "hits": len(found), "found": len({row[0] for row in found}), "written": str(target)}


def _write(target: Path, header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    try:
        target.write_text(csv_text([header, *rows]), encoding="utf-8", newline="")
    except OSError as error:
        raise Refused(
            _("%(file)s cannot be written: %(reason)s.") % {"file": target, "reason": error.strerror}, code="unwritable"
        )
