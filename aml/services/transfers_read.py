"""Keeping what the platform read of transfers itself: all there is in a range of blocks. It goes before statements.

What an issuer stated of those blocks and the chain does not have, or has otherwise, stays on record and no longer
counts; a case says so.
"""

from __future__ import annotations

from typing import Any, cast

from django.db import connection
from django.utils.translation import gettext_lazy, gettext_noop

from aml.addresses import canonical
from aml.models import BlockRange, DetectorRun, Replacement, Transfer
from aml.parsers.transfers_read import ReadTransfers
from aml.services.coverage import review_gaps
from aml.services.transfer_rows import (
    OTHER,
    SAME_KEY,
    insert_new,
    is_read,
    load_incoming,
    lock_chains,
    replace,
    replace_taken_back,
    take_back,
)
from core import cases
from core.access import SYSTEM
from core.models import Case, FeedFile
from core.roles import Can
from core.tables import Parsed

DISAGREEMENT = cases.kind(
    "transfer_disagreement", prefix="TRD", title=gettext_lazy("Transfers are stated otherwise than the chain has them"),
    summary=gettext_noop("Receipt %(receipt)s states transfers of %(subject)s that %(chain)s does not have, or has"
                         " otherwise, from block %(block)s on; the first is %(transfer)s."),
    queue="aml", risk=Case.Risk.HIGH, worked_with=Can.WORK_ALERTS,
)


def store_read_transfers(feed_file: FeedFile, parsed: Parsed) -> int:
    """Keep the transfers of the range and return their number; one that was stated rightly before stands once."""
    read = cast(ReadTransfers, parsed)
    place = (read.chain, canonical(read.contract, read.chain))
    with connection.cursor() as cursor:
        load_incoming(cursor, parsed)
        lock_chains(cursor, read.chain)
        replace_taken_back(cursor, feed_file)
        _replace_stated_otherwise(cursor, feed_file, read)
        _replace_absent(cursor, feed_file, read, place)
        insert_new(cursor, feed_file)
        cursor.execute("DROP TABLE incoming")
    BlockRange.objects.create(file=feed_file, chain=place[0], contract=place[1], first_block=read.first_block,
                              last_block=read.last_block, row_count=len(parsed.rows))
    return len(parsed.rows)


def read_transfers_accepted(feed_file: FeedFile) -> None:
    """Put before the detectors what is new, or stands no longer, and look whether blocks are missing."""
    if any(model.objects.filter(file=feed_file).exists() for model in (Transfer, Replacement)):
        DetectorRun.objects.get_or_create(reason=DetectorRun.Reason.FILE, file=feed_file, version=None, began_at=None)
    review_gaps(feed_file)


def _replace_stated_otherwise(cursor: Any, feed_file: FeedFile, read: ReadTransfers) -> None:
    cursor.execute(f"""SELECT t.file_id, array_agg(t.id), min(t.block_number), min(t.tx_hash || ', ' || t.log_index)
                       {SAME_KEY} AND {OTHER} GROUP BY t.file_id ORDER BY 1""")
    for stated, ids, block, transfer in cursor.fetchall():
        _say_disagreement(feed_file, read, stated, ids, block, transfer)


def _replace_absent(cursor: Any, feed_file: FeedFile, read: ReadTransfers, place: tuple[str, str]) -> None:
    """Mark what stands in the range and is not in it: taken back if the chain had it once, else never there."""
    cursor.execute(f"""
        SELECT was_read, CASE WHEN was_read THEN block_number ELSE file_id END AS place, array_agg(id),
               min(block_number), max(block_hash), min(tx_hash || ', ' || log_index)
        FROM (
            SELECT t.*, {is_read("t")} AS was_read FROM aml_transfer t
            WHERE t.chain = %s AND t.contract = %s AND t.block_number BETWEEN %s AND %s AND t.replaced_by_id IS NULL
            AND NOT EXISTS (SELECT 1 FROM incoming i WHERE i.tx_hash = t.tx_hash AND i.log_index = t.log_index)
        ) absent GROUP BY 1, 2 ORDER BY 1, 2""",  # noqa: S608 - constants
        [*place, read.first_block, read.last_block])
    for was_read, of, ids, block, lost, transfer in cursor.fetchall():
        if was_read:
            take_back(feed_file, ids, chain=read.chain, number=of, lost=lost)
        else:
            _say_disagreement(feed_file, read, of, ids, block, transfer)


def _say_disagreement(
    feed_file: FeedFile, read: ReadTransfers, stated: int, ids: list[int], block: int, transfer: str
) -> None:
    replace(Replacement.Reason.CHAIN, feed_file, ids, chain=read.chain, block_number=block)
    cases.open_case(
        DISAGREEMENT.name, subject=feed_file.subject, owner=feed_file.owner, key=str(stated), actor=SYSTEM,
        params={"receipt": stated, "chain": read.chain, "block": block, "transfer": transfer})
