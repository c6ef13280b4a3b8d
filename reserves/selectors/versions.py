"""Reading what was sent about a coin, version by version, and what a corrected file changed."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Model, QuerySet

from core.access import Actor
from core.models import FeedFile
from issuers.models import Coin
from reserves import models
from reserves.parsers.description import describe

#: Where the lines of each feed lie.
LINES: dict[str, type[Model]] = {
    "holdings": models.Holding, "ledger": models.LedgerLine, "supply": models.SupplyLine, "entries": models.Entry,
    "prices": models.Price, "redemptions": models.RedemptionLine, "issuance": models.IssuanceLine,
}
#: Beyond so many lines a list leaves the comparison to the file's own page.
LISTED_LINES = 20_000
#: A line is the same where all that tells lines of a file apart is; what else it says may have changed.
_COMPARED = """
WITH old AS (SELECT {key} AS k, to_jsonb(t) - '{{id,file_id,line}}'::text[] AS said FROM {table} t WHERE file_id = %s),
     new AS (SELECT {key} AS k, to_jsonb(t) - '{{id,file_id,line}}'::text[] AS said FROM {table} t WHERE file_id = %s)
SELECT count(*) FILTER (WHERE old.k IS NULL), count(*) FILTER (WHERE new.k IS NULL),
       count(*) FILTER (WHERE old.said <> new.said)
FROM old FULL JOIN new ON old.k = new.k
"""


class Difference(NamedTuple):
    """How many lines a file has that the one before had not, has no more, and has otherwise."""

    added: int
    removed: int
    changed: int


def files_sent(coin: Coin, actor: Actor) -> QuerySet[FeedFile]:
    """Return every file sent about the coin that the actor may see, newest first, whatever became of it."""
    rows = FeedFile.objects.visible_to(actor).filter(subject=coin.symbol)
    return rows.select_related("sender", "sent_by", "sent_with", "supersedes")


def difference(new: FeedFile) -> Difference | None:
    """Return what a file changed of the one that it replaced; None if either has no lines on record."""
    old = new.supersedes
    if old is None or new.feed not in LINES or not (old.row_count or new.row_count):
        return None
    if new.status not in (FeedFile.Status.ACCEPTED, FeedFile.Status.SUPERSEDED) or not new.row_count:
        return None
    quote = connection.ops.quote_name
    table = quote(LINES[new.feed]._meta.db_table)
    key = f"jsonb_build_array({', '.join(f't.{quote(name)}' for name in describe(new.feed).identity)})"
    with connection.cursor() as cursor:
        cursor.execute(_COMPARED.format(key=key, table=table), [old.pk, new.pk])
        return Difference(*cursor.fetchone())


def listed_difference(new: FeedFile) -> Any:
    """Return the same for a list of many files, or None where comparing would take long."""
    old = new.supersedes
    if old is None or max(old.row_count, new.row_count) > LISTED_LINES:
        return None
    return difference(new)
