"""What pages say of alerts: tones of their states, titles of reasons, the screening behind a reference."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from aml.models import Alert, AlertDecision
from aml.reasons import TITLES
from aml.services.standing import screening_of
from core.templatetags.ui import tag

register = template.Library()
register.filter("screening_pk", screening_of)

S, Outcome = Alert.Status, AlertDecision.Outcome
TONES = {
    S.OPEN: "warn", S.UNCLEAR: "info", S.PROPOSED: "bad", S.CLEARED: "good", S.CONFIRMED: "solid",
    Outcome.FALSE: "good", Outcome.TRUE: "bad",
}


@register.simple_tag
def alert_state(alert: Alert) -> SafeString:
    """The tag of an alert's state."""
    return tag(alert.get_status_display(), TONES[S(alert.status)])


@register.simple_tag
def outcome(decision: AlertDecision) -> SafeString:
    """The tag of what was decided."""
    return tag(decision.get_outcome_display(), TONES.get(Outcome(decision.outcome), "info"))


@register.filter
def reason_title(code: str) -> str:
    """What a reason is called."""
    return gettext(TITLES.get(code, code))


@register.filter
def score(value: Any) -> str:
    """A score as people read it: two decimals, or as many as it has, never rounded over the threshold."""
    text = str(value)
    whole, point, decimals = text.partition(".")
    return f"{whole}.{decimals.rstrip('0'):0<2}" if point else text
