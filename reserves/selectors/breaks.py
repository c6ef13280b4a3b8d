"""Reading breaks: those of a coin with what they look like now, one with its days and notes, those nobody explained."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, F, Q, QuerySet, Sum

from core.access import Actor
from core.models import FeedFile
from issuers.models import Coin
from reserves.causes import BALANCES
from reserves.models import Break, BreakDay, BreakNote, Entry, ReserveDay

S = Break.Status
#: What may be asked of the list of breaks.
STATES = ("unexplained", "standing", "accepted", "resolved", "all")


def breaks_for(actor: Actor) -> QuerySet[Break]:
    """Return the breaks that the actor may know of, with their coin, officer, case and latest day."""
    rows = Break.objects.visible_to(actor)
    return rows.select_related("coin__issuer__organisation", "officer", "case", "latest", "latest__day")


def breaks_shown(coin: Coin, actor: Actor, state: str) -> QuerySet[Break]:
    """Return the breaks of a coin in a state, the largest first among those that need an answer, then the others."""
    rows = breaks_for(actor).filter(coin=coin)
    chosen = {
        "unexplained": Q(status__in=[S.OPEN, S.QUERIED], latest__needs_answer=True),
        "standing": Q(resolved_on=None),
        "accepted": Q(status=S.ACCEPTED),
        "resolved": ~Q(resolved_on=None),
    }.get(state, Q())
    return rows.filter(chosen).order_by(F("latest__needs_answer").desc(), "opened_on", "pk")


def break_counts(coin: Coin, actor: Actor) -> dict[str, int]:
    """Return how many breaks the coin has in each state of the list."""
    unexplained = Q(status__in=[S.OPEN, S.QUERIED], latest__needs_answer=True)
    counted = Break.objects.visible_to(actor).filter(coin=coin).aggregate(
        unexplained=Count("pk", filter=unexplained), standing=Count("pk", filter=Q(resolved_on=None)),
        accepted=Count("pk", filter=Q(status=S.ACCEPTED)), resolved=Count("pk", filter=~Q(resolved_on=None)),
        all=Count("pk"),
    )
    return {state: counted[state] for state in STATES}


def by_cause(coin: Coin, actor: Actor) -> list[dict[str, Any]]:
    """Return how many breaks of each cause stand, and what they sum to by currency, the most first."""
    rows = Break.objects.visible_to(actor).filter(coin=coin, resolved_on=None).exclude(latest=None)
    found = rows.values("latest__cause", "latest__evidence__currency").annotate(
        breaks=Count("pk"), difference=Sum("latest__difference"), residual=Sum("latest__residual"))
    return [
        {"cause": row["latest__cause"], "currency": row["latest__evidence__currency"], "breaks": row["breaks"],
         "difference": row["difference"], "residual": row["residual"] or Decimal(0)}
        for row in found.order_by("-breaks", "latest__cause")
    ]


def days_of_break(standing: Break) -> QuerySet[BreakDay]:
    """Return what the break looked like on each day, newest first."""
    return standing.days.select_related("day").order_by("-day__as_of", "-day__version")


def notes_of_break(standing: Break, actor: Actor) -> QuerySet[BreakNote]:
    """Return what was said of the break; what officers only proposed among themselves is theirs."""
    rows = standing.notes.order_by("-pk")
    return rows if actor.is_authority else rows.exclude(kind=BreakNote.Kind.PROPOSAL)


def unexplained_breaks(*, until: date) -> QuerySet[Break]:
    """Return the breaks that have stood since ``until`` or longer, need an answer, have none, and are no case yet."""
    waiting = Break.objects.filter(
        status__in=[S.OPEN, S.QUERIED], latest__needs_answer=True, open_since__lte=until
    ).filter(Q(case=None) | ~Q(case__status="open"))
    rows = waiting.select_related("latest", "coin__issuer__organisation").order_by("pk")
    return rows.select_for_update(of=("self",), no_key=True, skip_locked=True)


def days_moved_by(feed_file: FeedFile, first: date, last: date) -> list[ReserveDay]:
    """Return the judged days with a break on an account that the file has movements of, or the one that it corrects."""
    breaks = BreakDay.objects.filter(
        day__coin__symbol=feed_file.subject, day__as_of__range=(first, last), day__status=ReserveDay.Status.JUDGED,
        evidence__asset_class__in=list(BALANCES),
    )
    accounts: dict[int, set[tuple[str, str]]] = {}
    for day, *account in breaks.values_list("day", "evidence__account_id", "evidence__currency"):
        accounts.setdefault(day, set()).add((account[0], account[1]))
    if not accounts:
        return []
    names = {account for named in accounts.values() for account, _currency in named}
    entries = Entry.objects.filter(file__in=[feed_file.pk, feed_file.supersedes_id], account_id__in=names)
    moved = set(entries.order_by().values_list("account_id", "currency").distinct())
    rows = ReserveDay.objects.filter(pk__in=[day for day, named in accounts.items() if named & moved])
    return list(rows.select_related("coin__issuer__organisation").defer("result").order_by("as_of"))


class Standing(NamedTuple):
    """A break as the account of a day names it."""

    reference: str
    opened_on: date
    resolved_on: date | None


def breaks_on(coin: Coin, as_of: date) -> dict[tuple[str, str], Standing]:
    """Return the breaks that stood when the day began or began on it, by comparison and key."""
    found = Break.objects.filter(coin=coin, opened_on__lte=as_of).filter(
        Q(resolved_on=None) | Q(resolved_on__gte=as_of))
    rows = found.order_by("pk").values_list("comparison", "key", *Standing._fields)
    return {(comparison, key): Standing._make(row) for comparison, key, *row in rows}
