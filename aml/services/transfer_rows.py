"""The lines of a file of transfers beside what is stored: loaded, compared, kept; what no longer stands is marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_noop

from aml.addresses import canonical
from aml.models import Replacement, Transfer
from aml.parsers.transfers import canonical_hash
from aml.parsers.transfers_read import FEED as READ
from core import audit
from core.access import SYSTEM
from core.models import FeedFile
from core.tablerows import NULL
from core.tables import Parsed

REORG = audit.verb("aml.transfers.reorg",
                   gettext_noop("noticed in %(target)s that %(chain)s took back block %(block)s"))
_NAMES = ("chain", "contract", "tx_hash", "log_index", "block_number", "block_time", "from_address", "to_address",
          "value", "block_hash", "first_block", "last_block")
_INCOMING = """
DROP TABLE IF EXISTS incoming;
CREATE TEMP TABLE incoming (
    line int, chain text, contract text, tx_hash text, log_index int, block_number bigint, block_time timestamptz,
    from_address text, to_address text, value numeric(78), block_hash text, first_block bigint, last_block bigint
) ON COMMIT DROP"""
#: Lines ``i`` and the standing transfers ``t`` that they are; and where the two say something else of it.
SAME_KEY = """
FROM incoming i JOIN aml_transfer t ON t.chain = i.chain AND t.tx_hash = i.tx_hash AND t.log_index = i.log_index
WHERE t.replaced_by_id IS NULL"""
OTHER = """(t.contract, t.from_address, t.to_address, t.value) IS DISTINCT FROM
           (i.contract, i.from_address, i.to_address, i.value)"""
_INSERT = """
INSERT INTO aml_transfer (chain, contract, tx_hash, log_index, block_number, block_hash, block_time, from_address,
                          to_address, value, file_id, line)
SELECT i.chain, i.contract, i.tx_hash, i.log_index, i.block_number, i.block_hash, i.block_time, i.from_address,
       i.to_address, i.value, %s, i.line
FROM incoming i
WHERE NOT EXISTS (SELECT 1 FROM aml_transfer t WHERE t.chain = i.chain AND t.tx_hash = i.tx_hash
                  AND t.log_index = i.log_index AND t.replaced_by_id IS NULL)
ORDER BY i.line"""


def is_read(row: str) -> str:
    """Return the condition that the platform has read the block of the row's contract itself, and found all in it."""
    return f"""EXISTS (
        SELECT 1 FROM aml_blockrange b JOIN core_feedfile f ON f.id = b.file_id
        WHERE b.chain = {row}.chain AND b.contract = {row}.contract AND b.first_block <= {row}.block_number
        AND b.last_block >= {row}.block_number AND f.feed = '{READ}' AND f.status = 'accepted')"""  # noqa: S608


def load_incoming(cursor: Any, parsed: Parsed) -> None:
    """Copy the lines into a table of the transaction."""
    cursor.execute(_INCOMING)
    known: dict[tuple[str, str], str] = {}

    def spelled(chain: str, address: str) -> str:
        key = chain, address
        if key not in known:
            known[key] = canonical(address, chain)
        return known[key]

    with cursor.copy(f"COPY incoming (line, {', '.join(_NAMES)}) FROM STDIN") as copy:
        for start, columns in parsed.rows.texts(_NAMES):
            cells = dict(zip(_NAMES, columns, strict=True))
            chains = cells["chain"]
            for name in ("contract", "from_address", "to_address"):
                cells[name] = list(map(spelled, chains, cells[name]))
            cells["tx_hash"] = list(map(canonical_hash, chains, cells["tx_hash"]))
            cells["block_hash"] = ["" if text == NULL else canonical_hash(chain, text)
                                   for chain, text in zip(chains, cells["block_hash"], strict=True)]
            lines = map(str, parsed.rows.lines[start : start + len(chains)])
            copy.write("\n".join([*map("\t".join, zip(lines, *(cells[name] for name in _NAMES), strict=True)), ""]))
    cursor.execute("ANALYZE incoming")


def lock_chains(cursor: Any, *more: str) -> None:
    """Let nobody else change transfers of the chains of the lines, or of those named, until the transaction ends."""
    cursor.execute("SELECT DISTINCT chain FROM incoming")
    for chain in sorted({*more, *(chain for (chain,) in cursor.fetchall())}):
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"transfers:{chain}"])


def replace_taken_back(cursor: Any, feed_file: FeedFile) -> None:
    """Mark what stands in a block that the file has under another hash, or in another block than the file has it."""
    cursor.execute(f"""
        SELECT t.chain, t.block_number, max(t.block_hash), max(i.block_hash), array_agg(t.id)
        FROM aml_transfer t JOIN (SELECT DISTINCT chain, block_number, block_hash FROM incoming
                                  WHERE block_hash <> '') i USING (chain, block_number)
        WHERE t.replaced_by_id IS NULL AND t.block_hash <> '' AND t.block_hash <> i.block_hash
        GROUP BY t.chain, t.block_number
        UNION ALL
        SELECT t.chain, t.block_number, max(t.block_hash), max(i.block_hash), array_agg(t.id)
        {SAME_KEY} AND t.block_number <> i.block_number AND NOT EXISTS (
            SELECT 1 FROM incoming b WHERE b.chain = t.chain AND b.block_number = t.block_number
            AND b.block_hash <> '' AND t.block_hash <> '' AND b.block_hash <> t.block_hash)
        GROUP BY t.chain, t.block_number ORDER BY 1, 2""")  # noqa: S608 - constants
    for chain, number, lost, found, ids in cursor.fetchall():
        take_back(feed_file, ids, chain=chain, number=number, lost=lost, found=found)


def take_back(feed_file: FeedFile, ids: Sequence[int], *, chain: str, number: int, lost: str, found: str = "") -> None:
    """Mark transfers of one block that the chain took back, as the file shows."""
    replace(Replacement.Reason.REORG, feed_file, ids, chain=chain, block_number=number, lost_hash=lost,
            found_hash=found)
    audit.record(REORG, target=feed_file, actor=SYSTEM, data={"chain": chain, "block": number})


def replace(reason: str, feed_file: FeedFile, ids: Sequence[int], **fields: Any) -> Replacement:
    """Mark transfers that no longer stand; they are kept as they were."""
    row = Replacement.objects.create(reason=reason, file=feed_file, row_count=len(ids), **fields)
    Transfer.objects.filter(pk__in=ids).update(replaced_by=row)
    return row


def insert_new(cursor: Any, feed_file: FeedFile) -> None:
    """Keep the lines of which no transfer stands."""
    cursor.execute(_INSERT, [feed_file.pk])
