"""Writing the lines of an accepted file: all of them in one COPY, whatever their number."""

from __future__ import annotations

from itertools import repeat

from django.db import connection, models

from core.models import FeedFile
from core.tablerows import NULL
from core.tables import Parsed
from reserves.models import Entry, Holding, IssuanceLine, LedgerLine, Price, RedemptionLine, SupplyLine

#: Columns of the file that the row of the file itself keeps for all lines.
KEPT_ONCE = frozenset({"as_of", "coin"})


def store_holdings(feed_file: FeedFile, parsed: Parsed) -> int:
    """Write the lines of a custodian's statement and return their number."""
    return _copy(Holding, feed_file, parsed)


def store_ledger(feed_file: FeedFile, parsed: Parsed) -> int:
    """Write the lines of the issuer's books and return their number."""
    return _copy(LedgerLine, feed_file, parsed)


def store_supply(feed_file: FeedFile, parsed: Parsed) -> int:
    """Write the token counts and return their number."""
    return _copy(SupplyLine, feed_file, parsed)


def store_entries(feed_file: FeedFile, parsed: Parsed) -> int:
    """Write the movements on accounts and return their number."""
    return _copy(Entry, feed_file, parsed)


def store_prices(feed_file: FeedFile, parsed: Parsed) -> int:
    """Write the quotations and return their number."""
    return _copy(Price, feed_file, parsed)


def store_redemptions(feed_file: FeedFile, parsed: Parsed) -> int:
    """Write the requests to redeem and return their number."""
    return _copy(RedemptionLine, feed_file, parsed)


def store_issuance(feed_file: FeedFile, parsed: Parsed) -> int:
    """Write the requests to be issued coins and return their number."""
    return _copy(IssuanceLine, feed_file, parsed)


def _copy(model: type[models.Model], feed_file: FeedFile, parsed: Parsed) -> int:
    """Write the rows as they lie in the file or in what was kept of it: COPY takes text, so nothing is typed twice."""
    names = [name for name in parsed.rows.names if name not in KEPT_ONCE]
    fields = {field.name: field for field in model._meta.concrete_fields}
    target = ", ".join(connection.ops.quote_name(str(fields[name].column)) for name in ("file", "line", *names))
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {connection.ops.quote_name(model._meta.db_table)} ({target}) FROM STDIN") as copy:
            for start, columns in parsed.rows.texts(names):
                present = [_present(texts, fields[name]) for name, texts in zip(names, columns, strict=True)]
                lines = parsed.rows.lines[start : start + len(columns[0])]
                file = repeat(str(feed_file.pk), len(lines))
                copy.write("\n".join([*map("\t".join, zip(file, map(str, lines), *present, strict=True)), ""]))
    return len(parsed.rows)


def _present(texts: list[str], field: models.Field) -> list[str]:
    """Return the column as the table keeps it: text that is not given is "", the rest NULL."""
    return texts if field.null else ["" if text == NULL else text for text in texts]
