"""Writing the lines of an accepted file: all of them in one COPY, whatever their number."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import repeat
from types import MappingProxyType
from typing import Any

from django.db import connection, models

from core.models import FeedFile
from core.tablerows import NULL
from core.tables import Parsed, Rows
from reserves.models import Entry, Holding, IssuanceLine, LedgerLine, Price, RedemptionLine, SupplyLine

#: Columns of the file that the row of the file itself keeps for all lines.
KEPT_ONCE = frozenset({"as_of", "coin"})
NOTHING: Mapping[str, Any] = MappingProxyType({})
#: Lines that days are compared and judged on.
COMPARED = frozenset({Holding, LedgerLine})


def store_holdings(feed_file: FeedFile, parsed: Parsed) -> int:
    """Write the lines of a custodian's statement and return their number."""
    return copy_rows(Holding, feed_file, parsed.rows)


def store_ledger(feed_file: FeedFile, parsed: Parsed) -> int:
    """Write the lines of the issuer's books and return their number."""
    return copy_rows(LedgerLine, feed_file, parsed.rows)


def store_supply(feed_file: FeedFile, parsed: Parsed) -> int:
    """Write the token counts and return their number."""
    return copy_rows(SupplyLine, feed_file, parsed.rows)


def store_entries(feed_file: FeedFile, parsed: Parsed) -> int:
    """Write the movements on accounts and return their number."""
    return copy_rows(Entry, feed_file, parsed.rows)


def store_prices(feed_file: FeedFile, parsed: Parsed) -> int:
    """Write the quotations and return their number."""
    return copy_rows(Price, feed_file, parsed.rows)


def store_redemptions(feed_file: FeedFile, parsed: Parsed) -> int:
    """Write the requests to redeem and return their number."""
    return copy_rows(RedemptionLine, feed_file, parsed.rows)


def store_issuance(feed_file: FeedFile, parsed: Parsed) -> int:
    """Write the requests to be issued coins and return their number."""
    return copy_rows(IssuanceLine, feed_file, parsed.rows)


def copy_rows(
    model: type[models.Model], feed_file: FeedFile, rows: Rows, *, instead: Mapping[str, Mapping[str, str]] = NOTHING,
) -> int:
    """Write rows as lines of the file and return their number: COPY takes text, so nothing is typed twice.

    ``instead`` gives, by column, what is kept in place of a text that is read.
    """
    names = [name for name in rows.names if name not in KEPT_ONCE]
    fields = {field.name: field for field in model._meta.concrete_fields}
    target = ", ".join(connection.ops.quote_name(str(fields[name].column)) for name in ("file", "line", *names))
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {connection.ops.quote_name(model._meta.db_table)} ({target}) FROM STDIN") as copy:
            for start, columns in rows.texts(names):
                kept = [_kept(texts, fields[name], instead.get(name, NOTHING))
                        for name, texts in zip(names, columns, strict=True)]
                lines = rows.lines[start : start + len(columns[0])]
                file = repeat(str(feed_file.pk), len(lines))
                copy.write("\n".join([*map("\t".join, zip(file, map(str, lines), *kept, strict=True)), ""]))
    if model in COMPARED:
        # Columns take Arrow, which who only receives entries need not have in memory.
        from reserves.services.kept import LAYOUTS, keep_columns

        keep_columns(LAYOUTS[model], feed_file.pk, lines=len(rows))
    return len(rows)


def _kept(texts: list[str], field: models.Field, instead: Mapping[str, str]) -> list[str]:
    """Return the column as the table keeps it: text that is not given is "", the rest NULL."""
    if instead:
        texts = [instead.get(text, text) for text in texts]
    return texts if field.null else ["" if text == NULL else text for text in texts]
