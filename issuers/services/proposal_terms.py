"""What a proposal has to say, kind by kind, and how long the law lets it hear, suspend and punish."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import clock
from core.business_days import check_day
from core.deadlines import Unit
from core.errors import Refused
from core.rulebook.periods import add_months
from core.wording import amount, hk_date
from issuers.conditions import KINDS
from issuers.models import Condition, Licence
from issuers.powers import Effect, Hearing, Power
from issuers.services.conditions import (
    check_condition_terms,
    check_day_is_free,
    check_may_be_set,
    check_same_matter,
)
from issuers.time_limits import statutory_amount, statutory_multiple, time_limit
from issuers.workflows.guards import standing_suspension

#: What a sanction can consist of (ORD s. 131), in the order of the statute's weight.
MEASURES = {
    "caution": gettext_noop("Caution"),
    "warning": gettext_noop("Warning"),
    "reprimand": gettext_noop("Reprimand"),
    "remedial_order": gettext_noop("Order to take remedial action"),
    "penalty": gettext_noop("Pecuniary penalty"),
}
LONGEST_HEARING_DAYS = 366


def check_hearing(power: Power, representation_days: int | None, day: date) -> int | None:
    """Return how many days the licensee is heard; None where the law hears it not.

    Raises:
        Refused: fewer days than the law gives, or none where the notice has to set them.
    """
    if power.hearing is Hearing.NONE:
        return None
    if power.hearing is Hearing.AS_SET:
        if representation_days is None:
            raise Refused(_("Set how many days the licensee has for representations; the law leaves it to the notice."))
        least = 1
    else:
        least = time_limit(power.period, day).count
    days = least if representation_days is None else representation_days
    if days < least:
        raise Refused(_("The licensee has at least %(days)d days for representations (%(cite)s).")
                      % {"days": least, "cite": power.cite})
    if days > LONGEST_HEARING_DAYS:
        raise Refused(_("A time for representations of more than a year is not set here."))
    return days


def check_urgency(power: Power, terms: Mapping[str, Any], urgent_reason: str) -> None:
    """Make sure that the hearing is left out only where the law lets it be (ORD s. 19(3)).

    Raises:
        Refused: the power or the condition is another.
    """
    if urgent_reason and not (power.urgent and terms.get("condition", {}).get("kind") == "cease_activity"):
        raise Refused(_("Only an urgent condition to cease an activity does without representations (ORD s. 19(3))."))


def longest_end(licence: Licence, power: Power, starts_on: date) -> date | None:
    """Return the last day that a suspension from the day on may have; None for other powers.

    The first day counts. A renewal begins the day after the suspension that it renews ends.
    """
    if not power.longest:
        return None
    if power.effect is Effect.EXTEND_SUSPENSION:
        standing = standing_suspension(licence)
        starts_on = standing.ends_on + timedelta(days=1) if standing and standing.ends_on else starts_on
    limit = time_limit(power.longest, starts_on)
    if limit.unit is Unit.DAYS:
        return starts_on + timedelta(days=limit.count - 1)
    return add_months(starts_on, limit.count) - timedelta(days=1)


def check_days(licence: Licence, power: Power, takes_effect_on: date, ends_on: date | None) -> None:
    """Make sure that the act begins today or later, and that a suspension ends within what the law allows.

    Raises:
        Refused: it does not.
    """
    check_day(takes_effect_on, ends_on)
    if takes_effect_on < clock.today():
        raise Refused(_("A decision takes effect today or later."))
    if not power.longest:
        if ends_on is not None:
            raise Refused(_("“%(power)s” has no last day.") % {"power": _(power.title)})
        return
    if ends_on is None:
        raise Refused(_("Say on which day the suspension ends."))
    if power.effect is Effect.EXTEND_SUSPENSION:
        standing = standing_suspension(licence)
        if standing is None or standing.ends_on is None or standing.kind == "temporary_suspension":
            raise Refused(_("Only a suspension under ORD s. 33 is renewed."))
        if takes_effect_on > standing.ends_on + timedelta(days=1) or ends_on <= standing.ends_on:
            raise Refused(_("A renewal takes effect by the day after the suspension's last day, and ends later."))
    if power.follows and licence.status == Licence.Status.SUSPENDED:
        standing = standing_suspension(licence)
        if standing and standing.ends_on and ends_on <= standing.ends_on:
            raise Refused(_("A suspension that follows another one ends later than it."))
    if ends_on < takes_effect_on:
        raise Refused(_("The suspension ends before it begins."))
    latest = longest_end(licence, power, takes_effect_on)
    if latest and ends_on > latest:
        raise Refused(_("The law allows a suspension until %(day)s at the longest (%(cite)s).")
                      % {"day": hk_date(latest), "cite": power.cite})


def check_terms(licence: Licence, power: Power, terms: Mapping[str, Any]) -> dict[str, Any]:
    """Return the terms as they are kept, as data.

    Raises:
        Refused: something that the kind needs is missing or not sound.
    """
    if power.effect is Effect.ADD_CONDITION:
        return {"condition": check_condition_terms(licence.issuer, terms.get("condition") or {})}
    if power.effect is Effect.REPLACE_CONDITION:
        condition = numbered_condition(licence, terms.get("number"))
        checked = check_condition_terms(licence.issuer, terms.get("condition") or {})
        check_same_matter(condition, checked)
        return {"number": condition.number, "condition": checked}
    if power.effect is Effect.CANCEL_CONDITION:
        return {"number": numbered_condition(licence, terms.get("number")).number}
    if power.effect is Effect.REVOKE:
        direction = str(terms.get("reserve_direction") or "").strip()
        if not direction:
            raise Refused(_("Say what is to be done with the reserve assets; it is part of a revocation."))
        return {"reserve_direction": direction}
    if power.effect is Effect.SANCTION:
        return _checked_sanction(terms)
    return {}


def check_effect(licence: Licence, power: Power, terms: Mapping[str, Any], takes_effect_on: date) -> None:
    """Make sure that the conditions named can change from the day on, as far as can be known before it.

    Raises:
        Refused: a condition is no longer in force, or its figure is set otherwise.
    """
    if power.effect is Effect.ADD_CONDITION:
        check_may_be_set(licence, terms["condition"], takes_effect_on)
    elif power.effect in (Effect.REPLACE_CONDITION, Effect.CANCEL_CONDITION):
        condition = numbered_condition(licence, terms["number"])
        if takes_effect_on < condition.in_force_from:
            raise Refused(_("Condition %(number)d is in force from %(day)s only; choose a later day.")
                          % {"number": condition.number, "day": hk_date(condition.in_force_from)})
        check_day_is_free(licence.issuer, KINDS[condition.kind], condition.coin, takes_effect_on)


def numbered_condition(licence: Licence, number: Any) -> Condition:
    """Return the condition in force of that number.

    Raises:
        Refused: there is none.
    """
    condition = licence.conditions.filter(number=number or 0, cancelled_from=None).select_related("coin").first()
    if condition is None:
        raise Refused(_("The licence has no condition %(number)s in force.") % {"number": number or "-"})
    return condition


def greatest_penalty(profit_hkd: Decimal, day: date) -> Decimal:
    """Return the most that a penalty may be: the greater of an amount and a multiple of the profit (ORD s. 131)."""
    multiple = statutory_multiple("sanction_penalty", day)
    return max(statutory_amount("sanction_penalty", day).hkd, multiple.times * profit_hkd)


def _checked_sanction(terms: Mapping[str, Any]) -> dict[str, Any]:
    measures = [name for name in MEASURES if name in (terms.get("measures") or [])]
    if not measures or set(terms.get("measures") or []) - set(MEASURES):
        raise Refused(_("Choose what the sanction consists of."))
    checked: dict[str, Any] = {"measures": measures}
    if "remedial_order" in measures:
        checked["remedial_action"] = str(terms.get("remedial_action") or "").strip()
        if not checked["remedial_action"]:
            raise Refused(_("Say what the licensee is ordered to do."))
    if "penalty" in measures:
        checked |= _checked_penalty(terms)
    return checked


def _checked_penalty(terms: Mapping[str, Any]) -> dict[str, str]:
    penalty, profit = _hkd(terms.get("penalty_hkd")), _hkd(terms.get("profit_hkd") or "0")
    if not penalty:
        raise Refused(_("Give the penalty in Hong Kong dollars."))
    most = greatest_penalty(profit, clock.today())
    if penalty > most:
        raise Refused(_("A penalty is at most HK$%(most)s here (ORD s. 131).") % {"most": amount(most)})
    guideline = str(terms.get("penalty_guideline") or "").strip()
    if not guideline:
        raise Refused(
            _("Name the published guideline on how penalties are set; without one there is none (ORD s. 131(5)).")
        )
    return {"penalty_hkd": f"{penalty:f}", "profit_hkd": f"{profit:f}", "penalty_guideline": guideline}


def _hkd(value: Any) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or not 0 <= number < 10**15 or number != round(number, 2):
        shown = "-" if value is None else value
        raise Refused(_("%(value)s is not an amount in Hong Kong dollars.") % {"value": shown})
    return number
