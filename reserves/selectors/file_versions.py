"""Reading what was sent about a coin, version by version, and what a corrected file changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

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
WITH pairs AS (SELECT unnest(%s::bigint[]) AS file, unnest(%s::bigint[]) AS before),
     old AS (SELECT file, {key} AS k, to_jsonb(t) - '{{id,file_id,line}}'::text[] AS said
             FROM pairs JOIN {table} t ON t.file_id = pairs.before),
     new AS (SELECT file, {key} AS k, to_jsonb(t) - '{{id,file_id,line}}'::text[] AS said
             FROM pairs JOIN {table} t ON t.file_id = pairs.file)
SELECT coalesce(old.file, new.file), count(*) FILTER (WHERE old.k IS NULL), count(*) FILTER (WHERE new.k IS NULL),
       count(*) FILTER (WHERE old.said <> new.said)
FROM old FULL JOIN new ON old.file = new.file AND old.k = new.k
GROUP BY 1
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


def differences(files: Iterable[FeedFile], *, most: int | None = None) -> dict[int, Difference]:
    """Return, by file, what each changed of the one that it replaced: one query for each feed.

    A file is left out that replaced nothing, or if either has no lines on record; or more than ``most`` of them.
    """
    by_feed: dict[str, list[tuple[int, int]]] = {}
    for new in files:
        old = new.supersedes
        if old is None or not (old.row_count and new.row_count) or new.feed not in LINES:
            continue
        if most is None or max(old.row_count, new.row_count) <= most:
            by_feed.setdefault(new.feed, []).append((new.pk, old.pk))
    found: dict[int, Difference] = {}
    quote = connection.ops.quote_name
    for feed, pairs in by_feed.items():
        key = f"jsonb_build_array({', '.join(f't.{quote(name)}' for name in describe(feed).identity)})"
        sql = _COMPARED.format(key=key, table=quote(LINES[feed]._meta.db_table))
        with connection.cursor() as cursor:
            cursor.execute(sql, [list(column) for column in zip(*pairs, strict=True)])
            found |= {file: Difference(*counts) for file, *counts in cursor.fetchall()}
    return found
