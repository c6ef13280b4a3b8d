"""The life of a break: explained by the issuer, queried or accepted by officers, a case if nobody explains it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from core import audit, blobs, cases, clock
from core.access import SYSTEM, Actor, require
from core.errors import Refused
from core.models import Case, User
from core.outbox import enqueue
from core.roles import Can
from core.rulebook import load
from core.uploads import CheckedFile
from core.wording import amount, hk_date
from reserves.models import Break, BreakNote
from reserves.notices import FilingReturned
from reserves.selectors.breaks import unexplained_breaks
from reserves.selectors.day_files import calendar_on
from reserves.workflows import BREAK, takes_two_officers

KIND = "reserves.break"
LONGEST = 4000
ASSIGNED = audit.verb("reserves.break.assigned", gettext_noop("gave break %(target)s to %(officer)s"))


def _words(params: dict[str, Any]) -> dict[str, Any]:
    """Return the amount and the day as they are written in the reader's language."""
    return params | {"amount": amount(params["amount"], signed=True), "opened_on": hk_date(params["opened_on"])}


cases.kind(
    KIND, prefix="BRK", title=gettext_lazy("Unexplained break"),
    summary=gettext_noop(
        "Break %(reference)s of %(subject)s has stood since %(opened_on)s: %(amount)s %(currency)s, not explained"
    ),
    queue="supervision", seen_by_issuer=True, words=_words,
)


@transaction.atomic
def explain_break(standing: Break, *, text: str, actor: Actor, file: CheckedFile | None = None) -> Break:
    """Record the issuer's explanation of a break, with a file that shows it if there is one.

    Raises:
        NotPermitted: the actor does not explain breaks of the issuer.
        Refused: nothing is said, or the break is accepted or resolved.
    """
    row = _moved(standing, "explain", text, actor)
    _note(row, BreakNote.Kind.EXPLANATION, text, actor, file)
    return row


@transaction.atomic
def query_break(standing: Break, *, text: str, actor: Actor) -> Break:
    """Ask the issuer for a better explanation.

    Raises:
        NotPermitted: the actor does not work breaks.
        Refused: nothing is asked, or the break is accepted or resolved.
    """
    row = _moved(standing, "query", text, actor)
    note = _note(row, BreakNote.Kind.QUERY, text, actor)
    enqueue(FilingReturned(row.reference, gettext_lazy("Explanation of break"), row.coin.symbol),
            to=row.coin.issuer.organisation, may=Can.EXPLAIN_BREAK, key=f"{row.reference}:{note.pk}")
    return row


@transaction.atomic
def accept_break(standing: Break, *, reason: str, actor: Actor) -> Break:
    """Accept a break as it stands; one that is larger than the authority's limit is only proposed until another does.

    Raises:
        NotPermitted: the actor does not accept breaks.
        Refused: no reason is given, the actor proposed it, or the break is accepted or resolved.
    """
    current = Break.objects.select_related("latest").get(pk=standing.pk)
    if takes_two_officers(current) and current.status != Break.Status.PROPOSED:
        row = _moved(standing, "propose", reason, actor)
        row.proposed_by = actor if isinstance(actor, User) else None
        row.save(update_fields=["proposed_by"])
        _note(row, BreakNote.Kind.PROPOSAL, reason, actor)
        return row
    row = _moved(standing, "accept", reason, actor)
    _note(row, BreakNote.Kind.ACCEPTANCE, reason, actor)
    if row.case is not None:
        cases.close_case(row.case, outcome="accepted", actor=actor)
    return row


@transaction.atomic
def assign_break(standing: Break, *, to: User | None, actor: Actor) -> Break:
    """Give the break to an officer, or to nobody.

    Raises:
        NotPermitted: the actor does not work breaks.
        Refused: whom it is given to does not either.
    """
    row = Break.objects.select_for_update(no_key=True).get(pk=standing.pk)
    require(actor, Can.ACCEPT_BREAK, row)
    if to is not None and not to.can(Can.ACCEPT_BREAK, row):
        raise Refused(_("%(name)s does not work breaks.") % {"name": to.name})
    row.officer = to
    row.save(update_fields=["officer"])
    audit.record(ASSIGNED, target=row, actor=actor, data={"officer": to.name if to else "-"})
    return row


@transaction.atomic
def open_break_cases(now: datetime | None = None) -> list[Case]:
    """Open a case for each break that has stood unexplained for the authority's number of business days."""
    today = (now or clock.now()).astimezone(clock.HONG_KONG).date()
    calendar = calendar_on(load(), today)
    limit = calendar.add_business_days(today, -settings.SERVICE_CLOCKS["break_explain_business_days"])
    return [_opened(row) for row in unexplained_breaks(until=limit)]


def _opened(row: Break) -> Case:
    latest = row.latest
    case = cases.open_case(
        KIND, subject=row.coin.symbol, owner=row.coin.issuer.organisation, key=row.reference, as_of=row.opened_on,
        actor=SYSTEM, due_at=clock.now(),
        params={"reference": row.reference, "opened_on": row.opened_on.isoformat(),
                "amount": f"{latest.difference:f}" if latest else "0",
                "currency": latest.evidence.get("currency", "") if latest else ""},
    )
    row.case = case
    row.save(update_fields=["case"])
    return case


def _moved(standing: Break, move: str, text: str, actor: Actor) -> Break:
    """Move the break; a move that says nothing is refused after those that the actor may not make."""
    row = BREAK.apply(standing, move, actor=actor, note=text.strip()[:300])
    if not text.strip():
        raise Refused(_("Say why: the note is part of the record."), code="no_reason")
    if len(text) > LONGEST:
        raise Refused(_("Say it in at most %(count)d characters, or enclose a file.") % {"count": LONGEST},
                      code="too_long")
    return row


def _note(row: Break, kind: str, text: str, actor: Actor, file: CheckedFile | None = None) -> BreakNote:
    latest = row.latest
    return BreakNote.objects.create(
        standing=row, kind=kind, text=text.strip(), difference=latest.difference if latest else 0,
        by=actor if isinstance(actor, User) else None, by_label=actor.label,
        document=blobs.store_blob(file.raw) if file else None, filename=file.filename if file else "",
        media_type=file.media_type if file else "",
    )
