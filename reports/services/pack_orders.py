"""Having evidence packs compiled by a worker: asked for once, begun by one worker at a time, and again if it died.

Whoever compiles a pack holds a lock of the database's session, which ends with the worker: so a page can say whether
anybody is at work, and no time has to pass before another begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.db import connection, transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.access import SYSTEM, require
from core.errors import Refusal
from core.models import User
from core.roles import Can
from issuers.models import Issuer
from reports.models import PackOrder, ReportRun
from reports.selectors.pack_orders import LOCKS
from reports.services.dossiers import authority
from reports.services.packs import check_period, freeze_inspection_pack
from reports.verbs import PACK_ASKED
from reports.workflows import PACK_ORDER

#: A pack that two workers began and neither finished waits for a person: it may be why they died.
MOST_ATTEMPTS = 2


@transaction.atomic
def ask_for_pack(issuer: Issuer, first: date, last: date, *, actor: User) -> PackOrder:
    """Ask for what is on record of the issuer for the period; what is asked for already is returned as it stands.

    Raises:
        NotPermitted: the actor does not make reports.
        Refused: the days are none that a pack can be of.
    """
    require(actor, Can.RENDER_REPORTS, issuer)
    check_period(first, last)
    Issuer.objects.select_for_update(no_key=True).get(pk=issuer.pk)
    row, created = PackOrder.objects.get_or_create(
        issuer=issuer, first=first, last=last, status=PackOrder.Status.WAITING,
        defaults={"owner": authority(), "asked_by": actor},
    )
    if created:
        audit.record(PACK_ASKED, target=row, actor=actor)
    return row


def make_pack(pk: int) -> PackOrder | None:
    """Compile a pack that waits; None if it does not wait, or another worker has it."""
    with _alone(pk) as is_mine:
        orders = PackOrder.objects.select_related("issuer__organisation", "asked_by")
        order = orders.filter(pk=pk, status=PackOrder.Status.WAITING).first() if is_mine else None
        if order is None:
            return None
        if order.attempts >= MOST_ATTEMPTS:
            return _end(order, "fail", reason=_("Two workers began it and neither finished. Ask for fewer days."))
        PackOrder.objects.filter(pk=pk).update(attempts=order.attempts + 1, started_at=clock.now(), done=0)
        try:
            run = freeze_inspection_pack(
                order.issuer, order.first, order.last, actor=order.asked_by, progress=lambda *far: _note(pk, *far))
        except Refusal as refusal:
            return _end(order, "fail", reason=str(refusal))
        return _end(order, "make", run=run)


def _note(pk: int, done: int, total: int) -> None:
    PackOrder.objects.filter(pk=pk).update(done=done, total=total)


@transaction.atomic
def _end(order: PackOrder, move: str, *, run: ReportRun | None = None, reason: str = "") -> PackOrder:
    row = PACK_ORDER.apply(order, move, actor=SYSTEM, note=reason[:500])
    row.run, row.reason, row.finished_at = run, reason[:500], clock.now()
    row.save(update_fields=["run", "reason", "finished_at"])
    return row


@contextmanager
def _alone(pk: int) -> Iterator[bool]:
    """Say whether no other worker is at the order; until the end, or this process's, none can be."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCKS, pk])
        (is_mine,) = cursor.fetchone()
    try:
        yield is_mine
    finally:
        if is_mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCKS, pk])
