"""Keeping what endpoints agreed on: block ranges with their events, readings, and what had to be taken back.

Each function is one short transaction; nobody is asked anything while it is open.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy, gettext_noop

from core import audit, cases
from core.access import SYSTEM
from core.models import Case
from core.wording import hk_date
from issuers.models import Deployment
from reserves.chain.events import Event
from reserves.chain.failures import NotYet, Unread
from reserves.chain.reading import Span
from reserves.chain.words import MAX_TOKENS, tokens
from reserves.models import ChainCheckpoint, ChainEvent, ChainReading, ChainRollback
from reserves.selectors.chain import accepted_reading, last_checkpoint
from reserves.services.chain_words import reason_sentence

READING = "reserves.chain_reading"
S = ChainReading.Status
READ = audit.verb("reserves.chain.read", gettext_noop("read %(target)s from the chain at block %(block)s"),
                  audience=audit.Audience.ISSUER)
ROLLED_BACK = audit.verb("reserves.chain.rolled_back", gettext_noop("took back what was read of %(target)s"))


def _words(params: dict[str, Any]) -> dict[str, Any]:
    return params | {"as_of": hk_date(params["as_of"]), "reason": reason_sentence(params["reason"], params["detail"])}


cases.kind(
    READING, prefix="CHN", title=gettext_lazy("No reading of the chain"),
    summary=gettext_noop("No reading of %(subject)s on %(chain)s was accepted for %(as_of)s. %(reason)s"),
    queue="supervision", words=_words,
)


def locked(deployment: Deployment) -> None:
    """One reader of a contract at a time keeps something."""
    Deployment.objects.select_for_update(no_key=True).only("pk").get(pk=deployment.pk)


def in_tokens(raw: int, decimals: int) -> Decimal:
    """Return raw units as tokens.

    Raises:
        Unread: more of them than any column holds.
    """
    amount = tokens(raw, decimals)
    if amount >= MAX_TOKENS:
        raise Unread("out_of_range", amount=f"{amount:f}"[:60])
    return amount


def moment(seconds: int) -> datetime:
    """Return the time of a block."""
    return datetime.fromtimestamp(seconds, UTC)


@transaction.atomic
def keep_span(
    deployment: Deployment, span: Span[Event], *, decimals: int, vocabulary: str, endpoints: list[str],
    opening: Decimal | None = None,
) -> ChainCheckpoint:
    """Keep a range of blocks and its events; the first one of a contract comes with its opening supply.

    Raises:
        NotYet: another reader has kept these blocks meanwhile.
        Unread: an amount is larger than any column holds.
    """
    locked(deployment)
    last = last_checkpoint(deployment)
    if (last is None) != (opening is not None) or (last is not None and span.first != last.to_block + 1):
        raise NotYet
    if deployment.decimals != decimals:  # what the contract itself answers counts for whoever scales its units
        deployment.decimals = decimals
        deployment.save(update_fields=["decimals"])
    checkpoint = ChainCheckpoint.objects.create(
        deployment=deployment, from_block=span.first, to_block=span.end.number, block_hash=span.end.hash,
        block_time=moment(span.end.time), opening_supply=opening, event_count=len(span.events),
        vocabulary=vocabulary, endpoints=endpoints,
    )
    ChainEvent.objects.bulk_create(
        ChainEvent(
            deployment=deployment, checkpoint=checkpoint, kind=event.kind.value, name=event.name,
            block_number=event.block, block_hash=event.block_hash, block_time=moment(span.times[event.block]),
            tx_hash=event.transaction, log_index=event.place, account=event.account, other=event.other,
            role=event.role, value=None if event.value is None else _fitting(event.value, decimals, event.kind.value),
        )
        for event in span.events
    )
    return checkpoint


def _fitting(raw: int, decimals: int, kind: str) -> Decimal | None:
    """Return the amount of an event; an allowance without end, which is no amount of coins, is none."""
    if kind not in (ChainEvent.Kind.MINT, ChainEvent.Kind.BURN) and tokens(raw, decimals) >= MAX_TOKENS:
        return None
    return in_tokens(raw, decimals)


@transaction.atomic
def roll_back(
    deployment: Deployment, *, lost: ChainCheckpoint, ancestor: int | None, reason: str
) -> ChainRollback | None:
    """Mark as superseded whatever was read after ``ancestor``; readings only where the chain itself has changed.

    Returns None if another reader has done so meanwhile.
    """
    locked(deployment)
    last = last_checkpoint(deployment)
    if last is None or last.pk != lost.pk:
        return None
    rollback = ChainRollback.objects.create(deployment=deployment, reason=reason, ancestor=ancestor,
                                            lost_block=lost.to_block, lost_hash=lost.block_hash)
    after = -1 if ancestor is None else ancestor
    ChainEvent.objects.standing().filter(deployment=deployment, block_number__gt=after).update(superseded_by=rollback)
    ChainCheckpoint.objects.standing().filter(deployment=deployment, to_block__gt=after).update(superseded_by=rollback)
    if reason == ChainRollback.Reason.REORG:
        ChainReading.objects.standing().filter(deployment=deployment, block_number__gt=after).update(
            superseded_by=rollback)
    audit.record(ROLLED_BACK, target=deployment, organisation=deployment.coin.issuer.organisation, actor=SYSTEM,
                 data={"reason": reason, "ancestor": ancestor, "lost_block": lost.to_block})
    return rollback


@transaction.atomic
def accept_reading(deployment: Deployment, as_of: date, **figures: Any) -> ChainReading:
    """Keep the reading of a day, and close the case that was open for want of it."""
    locked(deployment)
    if standing := accepted_reading(deployment, as_of):
        return standing
    reading = ChainReading.objects.create(deployment=deployment, as_of=as_of, status=S.ACCEPTED, **figures)
    audit.record(READ, target=deployment, organisation=deployment.coin.issuer.organisation, actor=SYSTEM,
                 data={"as_of": as_of.isoformat(), "block": reading.block_number})
    for case in Case.objects.filter(kind=READING, key=_key(deployment, as_of), status=Case.Status.OPEN):
        cases.close_case(case, outcome="read", actor=SYSTEM)
    return reading


@transaction.atomic
def refuse_reading(deployment: Deployment, as_of: date, unread: Unread, *, absent: dict[str, str]) -> ChainReading:
    """Keep that nothing was accepted, with what each endpoint said, and open a case; once for the same answers."""
    last = ChainReading.objects.filter(deployment=deployment, as_of=as_of).order_by("-pk").first()
    coin = deployment.coin
    cases.open_case(
        READING, subject=coin.symbol, owner=coin.issuer.organisation, key=_key(deployment, as_of), as_of=as_of,
        actor=SYSTEM, risk=Case.Risk.MEDIUM if unread.reason == "too_few" else Case.Risk.HIGH,
        params={"chain": deployment.chain, "contract": deployment.contract, "as_of": as_of.isoformat(),
                "reason": unread.reason, "detail": unread.data},
    )
    if last and last.status == S.REFUSED and (last.reason, last.detail) == (unread.reason, unread.data):
        return last
    return ChainReading.objects.create(deployment=deployment, as_of=as_of, status=S.REFUSED, reason=unread.reason,
                                       detail=unread.data, absent=absent)


def _key(deployment: Deployment, as_of: date) -> str:
    return f"{deployment.pk}:{as_of}"
