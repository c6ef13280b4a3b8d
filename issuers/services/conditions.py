"""Conditions of a licence (ORD ss. 17-20): checked, attached, varied and cancelled, with the fact that each feeds.

A condition of a kind that sets a figure becomes a fact of the rulebook from its first day. Cancelling records that
nothing is set any more (or that nothing is approved) from that day: facts are history and never taken out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import audit
from core.access import Actor, require
from core.business_days import check_day
from core.errors import Refused
from core.roles import Can
from core.rulebook.facts import Fact, Kind
from issuers.conditions import KINDS, ConditionKind
from issuers.models import Coin, Condition, Issuer, IssuerFact, Licence
from issuers.services.facts import record_fact

ATTACHED = audit.verb("issuers.condition.attached",
                      gettext_noop("attached condition %(number)s to licence %(target)s from %(day)s"),
                      audience=audit.Audience.ISSUER)
CANCELLED = audit.verb("issuers.condition.cancelled",
                       gettext_noop("cancelled condition %(number)s of licence %(target)s from %(day)s"),
                       audience=audit.Audience.ISSUER)

WORDINGS = ("wording_en", "wording_zh_hant", "wording_zh_hans")
KEYS = {"kind", "value", "coin", *WORDINGS, "first_due_on", "every_months"}
MOST_MONTHS = 60


def check_condition_terms(issuer: Issuer, terms: Mapping[str, Any], *, planned: str = "") -> dict[str, Any]:
    """Return the terms of a condition as they are kept: value typed by the fact of its kind, figures and days as text.

    ``terms`` has ``kind``, ``value``, ``coin`` (symbol or None), three wordings, ``first_due_on`` and ``every_months``;
    all but the kind and the English wording may be left out. ``planned`` is the symbol of a coin that is entered before
    the condition is attached.

    Raises:
        Refused: a term is unknown, missing, or not of its type, or the coin is not entered for the issuer.
    """
    if unknown := sorted(set(terms) - KEYS):
        raise Refused(_("A condition has no %(name)s.") % {"name": unknown[0]})
    kind = KINDS.get(str(terms.get("kind")))
    if kind is None:
        raise Refused(_("There is no kind of condition named %(kind)s.") % {"kind": terms.get("kind")})
    wordings = {name: str(terms.get(name) or "").strip() for name in WORDINGS}
    if not wordings["wording_en"]:
        raise Refused(_("Word the condition in English."))
    return {
        "kind": kind.name,
        "value": _checked_value(kind, terms.get("value")),
        "coin": _checked_coin(issuer, kind, terms.get("coin"), planned),
        **wordings,
        **_checked_recurrence(kind, terms),
    }


def _checked_coin(issuer: Issuer, kind: ConditionKind, symbol: Any, planned: str) -> str | None:
    if not kind.of_coin:
        if symbol:
            raise Refused(_("“%(kind)s” is not set for one coin.") % {"kind": _(kind.title)})
        return None
    if not symbol:
        raise Refused(_("Name the coin for which “%(kind)s” is set.") % {"kind": _(kind.title)})
    if symbol != planned and not issuer.coins.filter(symbol=symbol).exists():
        raise Refused(_("%(issuer)s has no coin %(coin)s; enter the coin first.")
                      % {"issuer": issuer.name, "coin": symbol})
    return str(symbol)


def _checked_value(kind: ConditionKind, value: Any) -> Any:
    """Return the value as it is kept; None for a kind that a person watches over."""
    fact = kind.declared
    if fact is None:
        if value not in (None, ""):
            raise Refused(_("“%(kind)s” sets no figure; say it in the wording.") % {"kind": _(kind.title)})
        return None
    if not (value_is_sound(fact, value)):
        raise Refused(_("%(value)s is not a value for “%(kind)s”.")
                      % {"value": "-" if value is None else value, "kind": _(kind.title)})
    return f"{Decimal(str(value)):f}" if fact.kind in (Kind.AMOUNT, Kind.RATIO) else value


def value_is_sound(fact: Fact, value: Any) -> bool:
    """A value that a condition can set: an amount above nothing, a share from 0 to below 1, a choice, an approval."""
    if fact.kind in (Kind.AMOUNT, Kind.RATIO):
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            return False
        if isinstance(value, bool) or not number.is_finite() or abs(number) >= 10**18 or number != round(number, 8):
            return False
        return number > 0 if fact.kind is Kind.AMOUNT else 0 <= number < 1
    if fact.kind is Kind.TRUTH:
        return value is True
    return value is not None and fact.accepts(value)


def _checked_recurrence(kind: ConditionKind, terms: Mapping[str, Any]) -> dict[str, Any]:
    first, every = terms.get("first_due_on"), terms.get("every_months")
    if not kind.recurs and (first or every):
        raise Refused(_("“%(kind)s” does not fall due again and again.") % {"kind": _(kind.title)})
    if every is not None and (not isinstance(every, int) or isinstance(every, bool) or not 1 <= every <= MOST_MONTHS):
        raise Refused(_("The interval is 1 to %(most)d months.") % {"most": MOST_MONTHS})
    if every and not first:
        raise Refused(_("Say on which day it first falls due."))
    check_day(_day(first) if first else None)
    return {"first_due_on": _day(first).isoformat() if first else None, "every_months": every}


def _day(value: Any) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise Refused(_("%(text)s is not a day as YYYY-MM-DD.") % {"text": value})


def check_may_be_set(licence: Licence, terms: Mapping[str, Any], day: date, replaces: Condition | None = None) -> None:
    """Make sure that the condition's figure can be recorded from the day on.

    Raises:
        Refused: another condition in force sets the same figure, or the figure has a value from that very day.
    """
    kind = KINDS[terms["kind"]]
    if not kind.fact:
        return
    coin = licence.issuer.coins.filter(symbol=terms["coin"]).first() if kind.of_coin else None
    rivals = licence.conditions.filter(Q(cancelled_from=None) | Q(cancelled_from__gt=day), kind=kind.name, coin=coin)
    if rival := rivals.exclude(pk=replaces.pk if replaces else 0).first():
        raise Refused(_("Condition %(number)d sets this already; vary that one.") % {"number": rival.number})
    check_day_is_free(licence.issuer, kind, coin, day)


def check_day_is_free(issuer: Issuer, kind: ConditionKind, coin: Coin | None, day: date) -> None:
    """Make sure that no value of the kind's fact is recorded from the very day.

    Raises:
        Refused: one is; a later day has to be chosen, because what was recorded stays.
    """
    if kind.fact and IssuerFact.objects.filter(issuer=issuer, coin=coin, fact=kind.fact, valid_from=day).exists():
        raise Refused(_("“%(kind)s” has a value from %(day)s already; choose a later day.")
                      % {"kind": _(kind.title), "day": day})


def terms_of(condition: Condition) -> dict[str, Any]:
    """Return the terms under which a condition could be attached again."""
    first = condition.first_due_on
    return {
        "kind": condition.kind, "value": condition.value, "coin": condition.coin.symbol if condition.coin else None,
        **{name: getattr(condition, name) for name in WORDINGS},
        "first_due_on": first.isoformat() if first else None, "every_months": condition.every_months,
    }


@transaction.atomic
def attach_condition(
    licence: Licence, *, terms: Mapping[str, Any], in_force_from: date, actor: Actor, replaces: Condition | None = None
) -> Condition:
    """Attach a condition from a day on, and record the fact that it sets; with ``replaces`` that one ends then.

    Raises:
        NotPermitted: the actor does not decide on licences.
        Refused: the terms are not those of a condition, or the figure is set already.
    """
    require(actor, Can.DECIDE_LICENCE_ACTION, licence)
    checked = check_condition_terms(licence.issuer, terms)
    Licence.objects.select_for_update(no_key=True).get(pk=licence.pk)
    check_may_be_set(licence, checked, in_force_from, replaces)
    coin = licence.issuer.coins.filter(symbol=checked.pop("coin")).first() if KINDS[checked["kind"]].of_coin else None
    checked.pop("coin", None)
    first, latest = checked["first_due_on"], licence.conditions.order_by("-number").first()
    condition = Condition.objects.create(
        licence=licence, number=latest.number + 1 if latest else 1, coin=coin, in_force_from=in_force_from,
        replaces=replaces, **checked | {"first_due_on": first and _day(first)},
    )
    audit.record(ATTACHED, target=licence, actor=actor, data=_told(condition, in_force_from))
    _record(condition, _typed(condition), in_force_from, _source(condition), actor)
    return condition


@transaction.atomic
def replace_condition(
    condition: Condition, *, terms: Mapping[str, Any], in_force_from: date, actor: Actor
) -> Condition:
    """Put a condition of the same kind, for the same coin, in the place of one in force; both stay on record.

    Raises:
        NotPermitted: the actor does not decide on licences.
        Refused: it is cancelled or replaced, the kind or the coin differs, or the terms do not hold.
    """
    require(actor, Can.DECIDE_LICENCE_ACTION, condition)
    row = _locked(condition, in_force_from)
    check_same_matter(row, terms)
    row.cancelled_from = in_force_from
    row.save(update_fields=["cancelled_from"])
    return attach_condition(row.licence, terms=terms, in_force_from=in_force_from, actor=actor, replaces=row)


def check_same_matter(condition: Condition, terms: Mapping[str, Any]) -> None:
    """Make sure that a variation keeps the kind and the coin.

    Raises:
        Refused: it does not; that is a new condition.
    """
    symbol = condition.coin.symbol if condition.coin else None
    if (terms.get("kind"), terms.get("coin") or None) != (condition.kind, symbol):
        raise Refused(
            _("A variation keeps the kind and the coin of condition %(number)d; anything else is a new condition.")
            % {"number": condition.number}
        )


@transaction.atomic
def cancel_condition(condition: Condition, *, cancelled_from: date, actor: Actor) -> Condition:
    """End a condition from a day on (ORD s. 20); the figure it set is not set any more, an approval is none.

    Raises:
        NotPermitted: the actor does not decide on licences.
        Refused: it is cancelled or replaced already.
    """
    require(actor, Can.DECIDE_LICENCE_ACTION, condition)
    row = _locked(condition, cancelled_from)
    row.cancelled_from = cancelled_from
    row.save(update_fields=["cancelled_from"])
    audit.record(CANCELLED, target=row.licence, actor=actor, data=_told(row, cancelled_from))
    source = f"Cancellation of condition {row.number} of licence {row.licence}"
    _record(row, _nothing(row), cancelled_from, source, actor)
    return row


def end_earlier_figures(licence: Licence, *, actor: Actor) -> list[IssuerFact]:
    """Record that nothing is set any more by the conditions of earlier licences, from the first day of this one.

    Called by the grant in its transaction, after the conditions of the new licence were attached. A figure that these
    set, or that was recorded on its own since, stays.
    """
    issuer, day, ended = licence.issuer, licence.effective_on, []
    earlier = Condition.objects.filter(licence__issuer=issuer, replaced_by=None).exclude(licence=licence)
    for each in earlier.filter(cancelled_from=None).select_related("licence__issuer__organisation", "coin"):
        latest = issuer.facts.filter(coin=each.coin, fact=KINDS[each.kind].fact, valid_from__lte=day).order_by(
            "valid_from", "pk").last()
        if latest and latest.valid_from < day and latest.source == _source(each):
            ended.append(_record(each, _nothing(each), day, f"Licence {each.licence} has ended", actor))
    return [fact for fact in ended if fact]


def _source(condition: Condition) -> str:
    return f"Condition {condition.number} of licence {condition.licence}"


def _nothing(condition: Condition) -> bool | None:
    """Return what a fact is when no condition sets it: an approval is none, a figure is unknown."""
    fact = KINDS[condition.kind].declared
    return False if fact and fact.kind is Kind.TRUTH else None


def _locked(condition: Condition, ends_from: date) -> Condition:
    row = Condition.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "licence__issuer__organisation", "coin").get(pk=condition.pk)
    if row.cancelled_from is not None:
        raise Refused(_("Condition %(number)d is no longer in force.") % {"number": row.number})
    if ends_from < row.in_force_from:
        raise Refused(_("Condition %(number)d is in force from %(day)s only; choose a later day.")
                      % {"number": row.number, "day": row.in_force_from})
    return row


def _told(condition: Condition, day: date) -> dict[str, Any]:
    return {"number": condition.number, "day": day.isoformat(), "kind": condition.kind}


def _typed(condition: Condition) -> Any:
    fact = KINDS[condition.kind].declared
    return Decimal(str(condition.value)) if fact and fact.kind in (Kind.AMOUNT, Kind.RATIO) else condition.value


def _record(condition: Condition, value: Any, day: date, source: str, actor: Actor) -> IssuerFact | None:
    kind = KINDS[condition.kind]
    if not kind.fact:
        return None
    return record_fact(
        condition.licence.issuer, coin=condition.coin, fact=kind.fact, value=value, valid_from=day, source=source,
        origin=IssuerFact.Origin.SET, actor=actor,
    )
