"""Keeping the lines of a file as columns beside their rows, so that a day reads one value instead of every row."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import pyarrow as pa
from django.db import models
from pyarrow import ipc

from reserves.models import Holding, LedgerLine, LineColumns
from reserves.selectors.copied import BOOKED, HELD, Layout, copied
from reserves.selectors.day_files import DayFiles

LAYOUTS: Mapping[type[models.Model], Layout] = {Holding: HELD, LedgerLine: BOOKED}
#: A file of more lines is read from its rows: its columns would take more memory than taking a file in may.
MOST_LINES = 100_000
_WRITING = ipc.IpcWriteOptions(compression="lz4")


def keep_columns(layout: Layout, file: int, *, lines: int) -> None:
    """Keep the lines of a file as columns too, made from its rows as they stand in the table, unless they are many."""
    if lines <= MOST_LINES:
        columns = _as_columns(copied(layout, [file]))
        LineColumns.objects.create(file_id=file, sha256=hashlib.sha256(columns).hexdigest(), columns=columns)


def keep_lacking(files: DayFiles, lacking: Mapping[int, Layout]) -> None:
    """Keep the columns of those files of the day of which none fitted."""
    for file in files.files:
        if file.pk in lacking:
            keep_columns(lacking[file.pk], file.pk, lines=file.row_count)


def _as_columns(table: pa.Table) -> bytes:
    """Return lines as the bytes in which their columns are kept."""
    sink = pa.BufferOutputStream()
    with ipc.new_stream(sink, table.schema, options=_WRITING) as stream:
        stream.write_table(table)
    found: bytes = sink.getvalue().to_pybytes()
    return found
