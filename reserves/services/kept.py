"""Keeping the lines of a file as columns beside their rows, so that a day reads one value instead of every row."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from reserves.models import LineColumns
from reserves.selectors.copied import Layout, copied
from reserves.selectors.day_files import DayFiles
from reserves.selectors.kept import as_columns

#: A file of more lines is read from its rows: its columns would take more memory than taking a file in may.
MOST_LINES = 100_000


def keep_columns(layout: Layout, file: int, *, lines: int) -> None:
    """Keep the lines of a file as columns too, made from its rows as they stand in the table, unless they are many."""
    if lines <= MOST_LINES:
        columns = as_columns(copied(layout, [file]))
        LineColumns.objects.create(file_id=file, sha256=hashlib.sha256(columns).hexdigest(), columns=columns)


def keep_lacking(files: DayFiles, lacking: Mapping[int, Layout]) -> None:
    """Keep the columns of those files of the day of which none fitted."""
    for file in files.files:
        if file.pk in lacking:
            keep_columns(lacking[file.pk], file.pk, lines=file.row_count)
