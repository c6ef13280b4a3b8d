"""The issuer's own limits: stated, put on record, measured every day, and told of when a breach lasts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import audit, clock
from core.access import Actor, require
from core.audit import Audience
from core.calendars import HongKongCalendar
from core.errors import Refused
from core.models import User
from core.money import EXACT, ratio, round_down
from core.roles import Can
from core.rulebook import NotInForce, Rulebook
from issuers.models import Coin
from reserves.models import Limit, LimitNotice
from reserves.selectors.limits import latest_limits, limits_in_force, notices_until
from reserves.selectors.reference import spelled
from reserves.workflows import LIMIT

if TYPE_CHECKING:
    from reserves.services.prudence import Measures

STATED = audit.verb("reserves.limit.stated", gettext_noop("stated limit %(target)s"), audience=Audience.ISSUER)
NOTIFIED = audit.verb("reserves.limit.notified", gettext_noop("gave notice of the breach of limit %(target)s"),
                      audience=Audience.ISSUER)
NOTICE_RULE = "HK-RES-15"
UNNOTIFIED = "limits.longest_unnotified_business_days"


@transaction.atomic
def state_limit(coin: Coin, *, valid_from: date, source: str, actor: Actor, **fields: Any) -> Limit:
    """State a limit that the issuer set itself; it counts once an officer has put it on record.

    ``fields`` are those of ``Limit``. An officer may enter it for the issuer, and another puts it on record.

    Raises:
        NotPermitted: the actor states no limits of this coin.
        Refused: a field is missing or is not what it must be.
    """
    if not actor.is_authority:
        require(actor, Can.STATE_LIMITS, coin)
    else:
        require(actor, Can.PROPOSE_REFERENCE)
    row = Limit(coin=coin, valid_from=valid_from, source=source,
                proposed_by=actor if isinstance(actor, User) else None, **fields)
    try:
        row.full_clean()
    except ValidationError as problem:
        raise Refused(" ".join(problem.messages))
    row.save()
    audit.record(STATED, target=row, actor=actor, data={"valid_from": valid_from.isoformat(), "source": source})
    return row


def record_limit(row: Limit, *, actor: Actor) -> Limit:
    """Put a stated limit on record, from when on it is measured every day.

    Raises:
        NotPermitted: the actor does not approve reference data.
        Refused: the actor stated it, or it is decided already.
    """
    return LIMIT.apply(row, "approve", actor=actor)


@transaction.atomic
def decline_limit(row: Limit, *, note: str, actor: Actor) -> Limit:
    """Turn a stated limit down, saying why.

    Raises:
        NotPermitted: the actor does not approve reference data.
        Refused: it is decided already, or nothing is said.
    """
    row = LIMIT.apply(row, "decline", actor=actor, note=note.strip()[:2000])
    if not note.strip():
        raise Refused(_("Say why: the note is part of the record."), code="no_reason")
    return row


@transaction.atomic
def notify_limit(limit: Limit, *, note: str, actor: Actor) -> LimitNotice:
    """Give notice of a breach that stands, as the last judged day has it.

    Raises:
        NotPermitted: the actor gives no notices for the issuer.
        Refused: nothing is said, the limit is not breached, or notice was given already.
    """
    require(actor, Can.NOTIFY_BREACH, limit.coin)
    if not note.strip():
        raise Refused(_("Say what happened and what is done about it."), code="note_needed")
    entry = next((each for each in latest_limits(limit.coin) if each["limit"] == limit.key), None)
    if entry is None or entry["breached_since"] is None:
        raise Refused(_("This limit is not breached."), code="not_breached")
    since = date.fromisoformat(entry["breached_since"])
    try:
        with transaction.atomic():
            notice = LimitNotice.objects.create(
                limit=limit, breached_since=since, notified_on=clock.today(), note=note.strip()[:1000],
                filed_by=actor if isinstance(actor, User) else None,
            )
    except IntegrityError:
        raise Refused(_("Notice of this breach was given already."), code="notified_already")
    audit.record(NOTIFIED, target=limit, actor=actor, data={"breached_since": since.isoformat()})
    return notice


def measure_limits(
    coin: Coin, as_of: date, measures: Measures | None, before: Mapping[str, Any] | None, calendar: HongKongCalendar
) -> list[dict[str, Any]]:
    """Return each limit on record with what was measured, and since when it has been breached without a break.

    A breach ends on the day that the limit is met again: a day that does not tell does not end it.
    """
    limits = limits_in_force(coin, as_of)
    if not limits:
        return []
    standing = {each["limit"]: each["breached_since"] for each in (before or {}).get("limits") or ()}
    notices = notices_until(limits, as_of)
    entries = []
    for limit in limits:
        found = _measured(limit, measures)
        state = "unknown" if found is None else "met" if _keeps(limit, found[1]) else "breached"
        since = None if state == "met" else standing.get(limit.key)
        if state == "breached" and since is None:
            since = as_of.isoformat()
        notified = notices.get((limit.pk, date.fromisoformat(since))) if since else None
        entries.append({
            "limit": limit.key, "kind": limit.kind, "metric": limit.metric, "name": limit.name,
            "measured_name": found[0] if found else "", "measure": limit.measure, "horizon": limit.horizon,
            "figure": _figure(limit, limit.figure), "state": state,
            "measured": _figure(limit, found[1]) if found else None, "breached_since": since,
            "notified_on": notified.isoformat() if notified else None,
            "age_business_days":
                calendar.business_days_between(date.fromisoformat(since), as_of) if since else None,
        })
    return entries


def limit_facts(entries: Sequence[Mapping[str, Any]], rulebook: Rulebook, law_day: date) -> dict[str, Any]:
    """Return for how long the oldest breach has stood without notice; nothing where no limit is on record.

    Where a limit could not be measured, that is known only if another is breached for longer than the law allows.
    """
    if not entries:
        return {}
    open_ = [each["age_business_days"] for each in entries if each["breached_since"] and not each["notified_on"]]
    longest = max(open_, default=0)
    try:
        allowed = rulebook.rule(NOTICE_RULE).on(law_day).params["limit"]
    except (KeyError, NotInForce):
        return {UNNOTIFIED: longest}
    unknown = any(each["state"] == "unknown" for each in entries)
    return {UNNOTIFIED: None if unknown and longest <= allowed else longest}


def _figure(limit: Limit, value: Decimal) -> str:
    """Return a figure without the zeros that its column pads it with; a share to 8 places, rounded down."""
    shown = round_down(value) if limit.measure == Limit.Measure.SHARE else value
    return f"{shown.normalize(EXACT):f}"


def _keeps(limit: Limit, value: Decimal) -> bool:
    return value >= limit.figure if limit.metric == Limit.Metric.CASH_WITHIN else value <= limit.figure


def _measured(limit: Limit, measures: Measures | None) -> tuple[str, Decimal] | None:
    """Return whose figure it is and the figure, as share or amount; None where it is not known."""
    if measures is None or measures.total is None:
        return None
    name, value = "", None
    if limit.metric in measures.exposures:
        found = measures.exposures[limit.metric]
        if limit.name:
            meant = spelled(limit.name)
            found = [each for each in found if meant in {spelled(each.name), *map(spelled, each.members)}]
        name, value = (found[0].name, found[0].amount) if found else ("", Decimal(0))
    elif limit.metric == Limit.Metric.CASH_WITHIN:
        value = next((each.amount for each in measures.liquidity if each.business_days == limit.horizon), None)
    elif limit.metric == Limit.Metric.VALUATION_GAP:
        value = measures.gap
    else:
        value = measures.average_maturity
    if value is not None and limit.measure == Limit.Measure.SHARE:
        value = ratio(value, measures.total)
    return None if value is None else (name, value)
