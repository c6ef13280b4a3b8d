"""Keeping the transfers of a range of blocks, taking ranges back, and saying that nothing could be read.

Each function is one transaction, in which no endpoint is asked. A range counts only together with its file: if the
intake does not accept the file, the range is read again.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy, gettext_noop

from core import audit, cases, feeds
from core.access import SYSTEM
from core.models import Case, FeedFile
from issuers.models import Deployment
from reserves.chain.failures import NotYet, Unread
from reserves.chain.movements import Moved
from reserves.chain.reading import Span
from reserves.models import ChainRollback, TransferRange
from reserves.selectors.movements import FEED, UNREAD, last_range, times_taken_back, unread_case
from reserves.services.chain_file import reader
from reserves.services.chain_store import ROLLED_BACK, locked, moment
from reserves.services.chain_words import TRANSFER_REASONS, reason_sentence
from reserves.services.intake import receive_file
from reserves.services.transfer_file import transfers_file


def _words(params: dict[str, Any]) -> dict[str, Any]:
    return params | {"reason": reason_sentence(params["reason"], params["detail"], TRANSFER_REASONS)}


cases.kind(
    UNREAD, prefix="CHT", title=gettext_lazy("Transfers are not read"),
    summary=gettext_noop("No transfers of %(subject)s on %(chain)s were accepted after block %(after)s. %(reason)s"),
    queue="supervision", words=_words,
)


def keep_range(
    deployment: Deployment, span: Span[Moved], *, endpoints: list[str], absent: dict[str, str]
) -> TransferRange:
    """Send the range through the intake and keep that it was read; close the case that was open for want of it.

    Raises:
        NotYet: another reader has kept these blocks meanwhile.
        Unread: the intake does not accept the file, which stays as it was judged; nothing else is kept.
    """
    file, kept = _send_and_keep(deployment, span, endpoints, absent)
    if kept is None:
        raise Unread("file_refused", receipt=file.pk)
    return kept


@transaction.atomic
def _send_and_keep(
    deployment: Deployment, span: Span[Moved], endpoints: list[str], absent: dict[str, str]
) -> tuple[FeedFile, TransferRange | None]:
    locked(deployment)
    last = last_range(deployment)
    if last is not None and span.first != last.to_block + 1:
        raise NotYet
    raw = transfers_file(deployment, span, endpoints=endpoints, times_taken_back=times_taken_back(deployment))
    coin = deployment.coin
    file = receive_file(coin, FEED, raw, filename=f"{coin.symbol.lower()}-{span.first}-{span.end.number}.jsonl",
                        actor=SYSTEM, sender=reader())
    if file.status == FeedFile.Status.RECEIVED:  # it is large, and still ours: a worker would judge ranges in any order
        file = feeds.advance(file.pk) or file
    if file.status != FeedFile.Status.ACCEPTED:
        return file, None
    for case in Case.objects.filter(kind=UNREAD, key=str(deployment.pk), status=Case.Status.OPEN):
        cases.close_case(case, outcome="read", actor=SYSTEM)
    kept = TransferRange.objects.create(
        deployment=deployment, from_block=span.first, to_block=span.end.number, block_hash=span.end.hash, file=file,
        block_time=moment(span.end.time), transfer_count=len(span.events), endpoints=endpoints, absent=absent)
    return file, kept


@transaction.atomic
def take_back_ranges(deployment: Deployment, *, lost: TransferRange, ancestor: int | None) -> ChainRollback | None:
    """Mark as superseded the ranges after ``ancestor``, which the chain no longer has; None if somebody has already.

    What became of their transfers is said by the files of the ranges that are read in their place.
    """
    locked(deployment)
    last = last_range(deployment)
    if last is None or last.pk != lost.pk:
        return None
    rollback = ChainRollback.objects.create(deployment=deployment, reason=ChainRollback.Reason.REORG, ancestor=ancestor,
                                            lost_block=lost.to_block, lost_hash=lost.block_hash)
    after = -1 if ancestor is None else ancestor
    TransferRange.objects.standing().filter(deployment=deployment, to_block__gt=after).update(superseded_by=rollback)
    audit.record(ROLLED_BACK, target=deployment, organisation=deployment.coin.issuer.organisation, actor=SYSTEM,
                 data={"reason": rollback.reason, "ancestor": ancestor, "lost_block": lost.to_block})
    return rollback


@transaction.atomic
def say_unread(deployment: Deployment, unread: Unread) -> Case:
    """Open a case that nothing more was accepted, with what each endpoint said; one until something is."""
    if standing := unread_case(deployment):
        return standing
    coin, last = deployment.coin, last_range(deployment)
    return cases.open_case(
        UNREAD, subject=coin.symbol, owner=coin.issuer.organisation, key=str(deployment.pk), actor=SYSTEM,
        risk=Case.Risk.MEDIUM if unread.reason == "too_few" else Case.Risk.HIGH,
        params={"chain": deployment.chain, "contract": deployment.contract, "after": last.to_block if last else 0,
                "reason": unread.reason, "detail": unread.data})
