"""Keeping transfers as issuers send them: each once, what a chain took back marked as such, and what was covered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from aml.addresses import canonical
from aml.models import BlockRange, DetectorRun, Replacement, Transfer
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
)
from core.errors import FeedRefused
from core.models import FeedFile
from core.problems import MAX_PROBLEMS, Problem
from core.tables import Parsed
from issuers.models import Deployment

# A file that states no range speaks, of each contract, of the blocks between its first and last transfer.
_RANGES = """
INSERT INTO aml_blockrange (file_id, chain, contract, first_block, last_block, row_count, read_at)
SELECT %s, chain, contract, COALESCE(min(first_block), min(block_number)), COALESCE(max(last_block), max(block_number)),
       count(*), now()
FROM incoming GROUP BY chain, contract"""
# Of a block that the platform has read, a file can neither add a transfer nor have one elsewhere, nor another hash.
_AGAINST_THE_CHAIN = f"""
SELECT line, rule, value, count(*) OVER () FROM (
    SELECT i.line, 'block_read_otherwise' AS rule, i.tx_hash || ', ' || i.log_index AS value
    FROM incoming i WHERE i.block_hash <> '' AND EXISTS (
        SELECT 1 FROM aml_transfer t WHERE t.chain = i.chain AND t.block_number = i.block_number
        AND t.replaced_by_id IS NULL AND t.block_hash <> '' AND t.block_hash <> i.block_hash AND {is_read("t")})
    UNION
    SELECT i.line, 'block_read_otherwise', i.tx_hash || ', ' || i.log_index
    {SAME_KEY} AND t.block_number <> i.block_number AND {is_read("t")}
    UNION
    SELECT i.line, 'transfer_not_on_chain', i.tx_hash || ', ' || i.log_index
    FROM incoming i WHERE {is_read("i")} AND NOT EXISTS (
        SELECT 1 FROM aml_transfer t WHERE t.chain = i.chain AND t.tx_hash = i.tx_hash AND t.log_index = i.log_index
        AND t.replaced_by_id IS NULL)
) found ORDER BY line, rule LIMIT %s"""  # noqa: S608 - constants


def check_contracts(feed_file: FeedFile, parsed: Parsed) -> Sequence[Problem]:
    """Find lines of a contract that is registered for the coin of another issuer."""
    seen: dict[tuple[str, str], int] = {}
    for line, chain, contract in zip(parsed.rows.lines, parsed.rows.column("chain"), parsed.rows.column("contract"),
                                     strict=True):
        seen.setdefault((chain, contract), line)
    if feed_file.sender.kind == feed_file.sender.Kind.READER:
        return ()
    others = {(each.chain, canonical(each.contract, each.chain)) for each in
              Deployment.objects.filter(chain__in={chain for chain, _contract in seen})
              .exclude(coin__issuer__organisation=feed_file.owner_id)}
    return [Problem("contract_of_another", row=line, column="contract", value=contract)
            for (chain, contract), line in seen.items() if (chain, canonical(contract, chain)) in others]


def store_transfers(feed_file: FeedFile, parsed: Parsed) -> int:
    """Keep the transfers of the file and return the number of its lines.

    A transfer that stands already is kept once. One that the file has in another block, and all of a block that it
    has under another hash, were taken back by the chain. What the file corrects and does not repeat no longer stands,
    unless the platform has read it from the chain.

    Raises:
        FeedRefused: it says something else of a transfer than another file does, or than the chain.
    """
    with connection.cursor() as cursor:
        load_incoming(cursor, parsed)
        lock_chains(cursor)
        _refuse_what_the_chain_has_otherwise(cursor)
        _replace_corrected(cursor, feed_file)
        replace_taken_back(cursor, feed_file)
        _refuse_contradictions(cursor)
        insert_new(cursor, feed_file)
        cursor.execute(_RANGES, [feed_file.pk])
        _cover_own_contracts(cursor, feed_file)
        cursor.execute("DROP TABLE incoming")
    return len(parsed.rows)


def transfers_accepted(feed_file: FeedFile) -> None:
    """Put the file before the detectors, and look whether blocks are missing; workers do the rest in their own time."""
    DetectorRun.objects.get_or_create(reason=DetectorRun.Reason.FILE, file=feed_file, version=None, began_at=None)
    review_gaps(feed_file)


def _refuse_what_the_chain_has_otherwise(cursor: Any) -> None:
    cursor.execute(_AGAINST_THE_CHAIN, [MAX_PROBLEMS])
    found = cursor.fetchall()
    if found:
        problems = tuple(Problem(rule, row=line, column="tx_hash", value=value) for line, rule, value, _count in found)
        raise FeedRefused(_("The file is refused."), problems=problems, problem_count=found[0][3])


def _replace_corrected(cursor: Any, feed_file: FeedFile) -> None:
    """Mark the lines of the corrected file that this one has not, or has otherwise."""
    if feed_file.supersedes_id is None:
        return
    cursor.execute(f"""
        SELECT t.id FROM aml_transfer t WHERE t.file_id = %s AND t.replaced_by_id IS NULL AND NOT EXISTS (
            SELECT 1 FROM incoming i WHERE i.chain = t.chain AND i.tx_hash = t.tx_hash AND i.log_index = t.log_index
            AND i.block_number = t.block_number AND NOT {OTHER}) AND NOT {is_read("t")}""", [feed_file.supersedes_id])  # noqa: S608 - constants
    ids = [pk for (pk,) in cursor.fetchall()]
    if ids:
        chain = Transfer.objects.filter(pk=ids[0]).values_list("chain", flat=True).get()
        replace(Replacement.Reason.CORRECTION, feed_file, ids, chain=chain)


def _refuse_contradictions(cursor: Any) -> None:
    cursor.execute(f"""SELECT i.line, i.tx_hash, i.log_index, t.file_id, count(*) OVER () {SAME_KEY} AND {OTHER}
                       ORDER BY i.line LIMIT %s""", [MAX_PROBLEMS])
    found = cursor.fetchall()
    if found:
        problems = tuple(Problem("transfer_contradicts", row=line, column="value", value=f"{tx_hash}, {index}",
                                 params={"receipt": receipt}) for line, tx_hash, index, receipt, _count in found)
        raise FeedRefused(_("The file is refused."), problems=problems, problem_count=found[0][4])


def _cover_own_contracts(cursor: Any, feed_file: FeedFile) -> None:
    """Note the stated range also for contracts of the coin in which nothing moved."""
    cursor.execute("SELECT chain, min(first_block), max(last_block) FROM incoming GROUP BY chain")
    for chain, first, last in cursor.fetchall():
        if first is None or last is None:
            continue
        for deployment in Deployment.objects.filter(chain=chain, coin__symbol=feed_file.subject):
            BlockRange.objects.get_or_create(
                file=feed_file, chain=chain, contract=canonical(deployment.contract, chain),
                defaults={"first_block": first, "last_block": last, "row_count": 0})
