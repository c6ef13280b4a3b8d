"""Keeping transfers: each once whoever sends it, what a chain took back marked as such, and what was covered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from aml.addresses import canonical
from aml.models import BlockRange, DetectorRun, Replacement, Transfer
from aml.parsers.transfers import canonical_hash
from aml.services.coverage import review_gaps
from core import audit
from core.access import SYSTEM
from core.errors import FeedRefused
from core.models import FeedFile
from core.problems import MAX_PROBLEMS, Problem
from core.tablerows import NULL
from core.tables import Parsed
from issuers.models import Deployment

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
_SAME_KEY = """
FROM incoming i JOIN aml_transfer t ON t.chain = i.chain AND t.tx_hash = i.tx_hash AND t.log_index = i.log_index
WHERE t.replaced_by_id IS NULL"""
_OTHER = """(t.contract, t.from_address, t.to_address, t.value) IS DISTINCT FROM
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
# A file that states no range speaks, of each contract, of the blocks between its first and last transfer; but not one
# of what the platform read itself, which asks for the events of supply alone.
_RANGES = """
INSERT INTO aml_blockrange (file_id, chain, contract, first_block, last_block, row_count, read_at)
SELECT %s, chain, contract, COALESCE(min(first_block), min(block_number)), COALESCE(max(last_block), max(block_number)),
       count(*), now()
FROM incoming WHERE first_block IS NOT NULL OR last_block IS NOT NULL OR NOT %s GROUP BY chain, contract"""


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
    has under another hash, were taken back by the chain. What the file corrects and does not repeat no longer stands.

    Raises:
        FeedRefused: it says something else of a transfer than another file does.
    """
    with connection.cursor() as cursor:
        _load(cursor, parsed)
        cursor.execute("SELECT DISTINCT chain FROM incoming ORDER BY chain")
        for (chain,) in cursor.fetchall():
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"transfers:{chain}"])
        _replace_corrected(cursor, feed_file)
        _replace_taken_back(cursor, feed_file)
        _refuse_contradictions(cursor)
        cursor.execute(_INSERT, [feed_file.pk])
        cursor.execute(_RANGES, [feed_file.pk, feed_file.sender.kind == feed_file.sender.Kind.READER])
        _cover_own_contracts(cursor, feed_file)
        cursor.execute("DROP TABLE incoming")
    return len(parsed.rows)


def transfers_accepted(feed_file: FeedFile) -> None:
    """Put the file before the detectors, and look whether blocks are missing; workers do the rest in their own time."""
    DetectorRun.objects.get_or_create(reason=DetectorRun.Reason.FILE, file=feed_file, version=None, began_at=None)
    review_gaps(feed_file)


def _load(cursor: Any, parsed: Parsed) -> None:
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


def _replace_corrected(cursor: Any, feed_file: FeedFile) -> None:
    """Mark the lines of the corrected file that this one has not, or has otherwise."""
    if feed_file.supersedes_id is None:
        return
    cursor.execute(f"""
        SELECT t.id FROM aml_transfer t WHERE t.file_id = %s AND t.replaced_by_id IS NULL AND NOT EXISTS (
            SELECT 1 FROM incoming i WHERE i.chain = t.chain AND i.tx_hash = t.tx_hash AND i.log_index = t.log_index
            AND i.block_number = t.block_number AND NOT {_OTHER})""", [feed_file.supersedes_id])  # noqa: S608 - constants
    ids = [pk for (pk,) in cursor.fetchall()]
    if ids:
        chain = Transfer.objects.filter(pk=ids[0]).values_list("chain", flat=True).get()
        _replace(Replacement.Reason.CORRECTION, feed_file, ids, chain=chain)


def _replace_taken_back(cursor: Any, feed_file: FeedFile) -> None:
    cursor.execute(f"""
        SELECT t.chain, t.block_number, max(t.block_hash), max(i.block_hash), array_agg(t.id)
        FROM aml_transfer t JOIN (SELECT DISTINCT chain, block_number, block_hash FROM incoming
                                  WHERE block_hash <> '') i USING (chain, block_number)
        WHERE t.replaced_by_id IS NULL AND t.block_hash <> '' AND t.block_hash <> i.block_hash
        GROUP BY t.chain, t.block_number
        UNION ALL
        SELECT t.chain, t.block_number, max(t.block_hash), max(i.block_hash), array_agg(t.id)
        {_SAME_KEY} AND t.block_number <> i.block_number AND NOT EXISTS (
            SELECT 1 FROM incoming b WHERE b.chain = t.chain AND b.block_number = t.block_number
            AND b.block_hash <> '' AND t.block_hash <> '' AND b.block_hash <> t.block_hash)
        GROUP BY t.chain, t.block_number ORDER BY 1, 2""")  # noqa: S608 - constants
    for chain, number, lost, found, ids in cursor.fetchall():
        _replace(Replacement.Reason.REORG, feed_file, ids, chain=chain, block_number=number, lost_hash=lost,
                 found_hash=found)
        audit.record(REORG, target=feed_file, actor=SYSTEM, data={"chain": chain, "block": number})


def _replace(reason: str, feed_file: FeedFile, ids: Sequence[int], **fields: Any) -> None:
    row = Replacement.objects.create(reason=reason, file=feed_file, row_count=len(ids), **fields)
    Transfer.objects.filter(pk__in=ids).update(replaced_by=row)


def _refuse_contradictions(cursor: Any) -> None:
    cursor.execute(f"""SELECT i.line, i.tx_hash, i.log_index, t.file_id, count(*) OVER () {_SAME_KEY} AND {_OTHER}
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
