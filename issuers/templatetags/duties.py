"""Template words for duties: what an obligation and a notice are called, in the reader's language."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_noop

from core.templatetags.ui import STATE_TONES, tag
from core.wording import hk_date
from issuers.duty_calendar import DUTIES
from issuers.events import EVENTS
from issuers.models import EventNotice, Obligation

register = template.Library()

#: How the period of each kind of duty reads; ``day`` is the day that its key names.
PERIODS = {
    "weekly_statement": gettext_noop("Week after %(day)s"),
    "attestation": gettext_noop("Period to %(day)s"),
    "stress_test": gettext_noop("Quarter from %(day)s"),
    "accounts": gettext_noop("Financial year to %(day)s"),
    "fee": gettext_noop("For the year from %(day)s"),
    "complaints": gettext_noop("Quarter to %(day)s"),
    "aml_return": gettext_noop("Quarter to %(day)s"),
}
CHAINED = gettext_noop("Counted from %(day)s")


@register.filter
def duty_title(row: Obligation) -> str:
    """What is owed."""
    return gettext(DUTIES[row.kind].title)


@register.filter
def duty_period(row: Obligation) -> str:
    """For which period, coin or condition it is owed."""
    if row.condition:
        return gettext("Condition %(number)d: %(wording)s") % {
            "number": row.condition.number, "wording": row.condition.wording
        }
    period = gettext(PERIODS.get(row.kind, CHAINED)) % {"day": hk_date(row.key)}
    if row.coin:
        return gettext("%(coin)s, %(period)s") % {"coin": row.coin.symbol, "period": period}
    return period


@register.filter
def event_title(notice: EventNotice) -> str:
    """What the notice is about."""
    return gettext(EVENTS[notice.kind].title)


@register.filter
def duty_state(row: Obligation) -> SafeString:
    """The tag of a duty: overdue, met late, or its state."""
    if row.is_overdue:
        return tag(gettext("Overdue"), "bad")
    if row.is_met_late:
        return tag(gettext("Met late"), "warn")
    return tag(row.get_status_display(), "" if row.status == "due" else STATE_TONES.get(row.status, ""))


@register.filter
def translated(text: str) -> str:
    """A text of the pure tables in the reader's language."""
    return gettext(text)
