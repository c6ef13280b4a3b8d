"""Reading which evidence packs were asked for, and whether anybody is at work on those that wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection

from core import clock
from issuers.models import Issuer
from reports.models import PackOrder

#: The first half of the key of the lock that whoever compiles a pack holds; the second is that of its order.
LOCKS = 0x7061636B
#: So long an order may wait before the page says that no worker has taken it: a sweep looks every minute.
PATIENCE = timedelta(minutes=2)
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Standing:
    """An order, whether a worker is at it this moment, and whether none has come for longer than it should take."""

    order: PackOrder
    is_worked_on: bool
    is_left: bool


def orders_waiting() -> list[int]:
    """Return the keys of the packs that are still to be compiled, the longest asked first."""
    rows = PackOrder.objects.filter(status=PackOrder.Status.WAITING).order_by("asked_at", "pk")
    return list(rows.values_list("pk", flat=True))


def orders_of(issuer: Issuer) -> list[Standing]:
    """Return the packs of the issuer that were asked for last."""
    held = _held()
    rows = PackOrder.objects.filter(issuer=issuer).select_related("asked_by", "run").defer("run__facts")[:SHOWN]
    return [
        Standing(row, row.pk in held, row.status == PackOrder.Status.WAITING and row.pk not in held
                 and (row.started_at or row.asked_at) < clock.now() - PATIENCE)
        for row in rows
    ]


def _held() -> set[int]:
    """The keys of the orders that a worker is at: it holds the lock, which ends with it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND granted AND database ="
            " (SELECT oid FROM pg_database WHERE datname = current_database())", [LOCKS])
        return {int(pk) for (pk,) in cursor.fetchall()}
