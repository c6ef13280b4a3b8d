"""Deciding an application: one officer recommends, another decides, and what follows happens with it (ORD s. 15)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import audit, clock
from core.access import Actor, require
from core.business_days import check_day, hong_kong_calendar
from core.cases import close_case
from core.errors import Refused
from core.models import User
from core.roles import Can
from core.rulebook.facts import Kind
from issuers.conditions import KINDS, ConditionKind
from issuers.models import Application, Issuer, Recommendation
from issuers.notices.assessment import LicenceGranted, LicenceRefused
from issuers.selectors.assessment import answer_values, decision_digest, planned_coin, waiting_recommendation
from issuers.services.coins import add_deployment, create_coin
from issuers.services.conditions import check_condition_terms
from issuers.services.licences import grant_licence
from issuers.services.reviews import tell_applicant
from issuers.services.steps import move_application
from issuers.time_limits import time_limit
from issuers.workflows.guards import criteria_are_satisfied

DECIDED = audit.verb("issuers.recommendation.decided", gettext_noop("decided on %(target)s: %(decision)s"),
                     words=audit.coded(decision=dict(Recommendation.Result.choices)))

Outcome, Result = Recommendation.Outcome, Recommendation.Result


@transaction.atomic
def recommend(
    application: Application, *, outcome: str, reasons: str, actor: User, ground: str = "",
    conditions: Iterable[Mapping[str, Any]] = (), effective_on: date | None = None,
) -> Recommendation:
    """Recommend to grant or to refuse, for another officer to decide.

    Without ``effective_on`` a licence takes effect on the day of the decision.

    Raises:
        NotPermitted: the actor does not review applications.
        Refused: it is not with the committee, no reasons are given, a minimum criterion is not satisfied for a grant,
            a refusal has no ground, a condition is not well-formed, or the effective date is past.
    """
    require(actor, Can.REVIEW_APPLICATION, application)
    row = Application.objects.select_for_update(no_key=True).get(pk=application.pk)
    if outcome not in Outcome.values:
        raise Refused(_("Recommend to grant or to refuse."))
    if not reasons.strip():
        raise Refused(_("Give the reasons: they are part of the record."))
    if row.status != Application.Status.WITH_COMMITTEE:
        raise Refused(_("Application %(reference)s is not with the committee.") % {"reference": row.reference})
    terms = _grant(row, conditions, effective_on) if outcome == Outcome.GRANT else _refusal(ground)
    made = Recommendation.objects.create(
        application=row, outcome=outcome, reasons=reasons.strip(), made_by=actor, **terms
    )
    move_application(row, "recommend", actor=actor)
    return made


def _grant(application: Application, conditions: Iterable[Mapping[str, Any]], effective_on: date | None) -> dict:
    if reason := criteria_are_satisfied(application, None):
        raise Refused(reason)
    check_day(effective_on)
    if effective_on and effective_on < clock.today():
        raise Refused(_("The effective date is past."))
    coin = planned_coin(application)
    symbol = coin.symbol if coin and coin.may_be_entered else ""
    checked = [check_condition_terms(application.issuer, _terms(each, symbol), planned=symbol) for each in conditions]
    return {"conditions": checked, "effective_on": effective_on}


def _terms(condition: Mapping[str, Any], coin: str) -> dict[str, Any]:
    """Return a condition's terms with what follows from the others: its coin, and a wording that says its figure."""
    terms = {name: value for name, value in condition.items() if value not in (None, "")}
    kind = KINDS.get(str(terms.get("kind")))
    if kind is None:
        return terms
    if kind.declared and kind.declared.kind is Kind.TRUTH:
        terms["value"] = terms.get("value") in (True, "true")
    if kind.of_coin and coin:
        terms.setdefault("coin", coin)
    if "value" in terms and "wording_en" not in terms:
        terms |= _wordings(kind, terms["value"])
    return terms


def _wordings(kind: ConditionKind, value: Any) -> dict[str, str]:
    """Return the plain wording of a condition that says its figure, in each language."""
    found = {}
    for language in ("en", "zh_hant", "zh_hans"):
        with translation.override(language.replace("_", "-")):
            title = _(kind.title)
            found[f"wording_{language}"] = (
                title if value is True else _("%(condition)s: %(figure)s") % {
                    "condition": title, "figure": figure_of(kind, value)
                }
            )
    return found


def figure_of(kind: ConditionKind, value: Any) -> str:
    """Return a condition's figure as people write it: a ratio as a percentage, an amount with its digits grouped."""
    declared = kind.declared
    try:
        if declared and declared.kind is Kind.RATIO:
            return f"{(Decimal(str(value)) * 100).normalize():f}%"
        if declared and declared.kind is Kind.AMOUNT:
            return f"{Decimal(str(value)):,f}"
    except InvalidOperation:  # what is no number is refused with the other terms
        return str(value)
    return str(value).replace("_", " ")


def _refusal(ground: str) -> dict:
    if not ground.strip():
        raise Refused(_("A refusal needs its ground (ORD s. 15), in words for the applicant."))
    return {"ground": ground.strip()}


@transaction.atomic
def decide_application(
    application: Application, *, decision: str, actor: User, note: str = "", digest: str = ""
) -> Application:
    """Accept what was recommended, which grants or refuses the licence, or decline it, which sends it back.

    ``digest`` is that of what the officer read; what has changed since is not decided.

    Raises:
        NotPermitted: the actor does not decide applications.
        Refused: nothing is recommended, the actor recommended it, it is not what was read, a guard of the grant
            does not hold, the effective date has passed, or a recommendation is declined without a reason.
    """
    require(actor, Can.DECIDE_APPLICATION, application)
    row = Application.objects.select_for_update(no_key=True).get(pk=application.pk)
    recommendation = waiting_recommendation(row)
    if recommendation is None:
        raise Refused(_("There is no recommendation yet."))
    read = decision_digest(recommendation)
    if digest and digest != read:
        raise Refused(_("What is to be decided has changed since you read it. Read it again."))
    if decision == "decline":
        row = _decline(row, actor, note)
    elif decision == "accept":
        row = (_granted if recommendation.outcome == Outcome.GRANT else _refused)(row, recommendation, actor)
    else:
        raise Refused(_("Decide to accept or to decline."))
    recommendation.result = Result.DECLINED if decision == "decline" else Result.ACCEPTED
    recommendation.decided_by, recommendation.decided_at = actor, clock.now()
    recommendation.decision_note = note.strip()
    recommendation.save(update_fields=["result", "decided_by", "decided_at", "decision_note"])
    audit.record(DECIDED, target=row, actor=actor, data={"decision": recommendation.result, "digest": read})
    return row


def _decline(application: Application, actor: User, note: str) -> Application:
    if not note.strip():
        raise Refused(_("Say why: the note is part of the record."))
    return move_application(application, "decline", actor=actor, note=note)


def _granted(application: Application, recommendation: Recommendation, actor: User) -> Application:
    effective_on = recommendation.effective_on or clock.today()
    if effective_on < clock.today():
        raise Refused(_("The recommended effective date has passed; send the recommendation back."))
    row = move_application(application, "grant", actor=actor)
    _enter_in_register(row, actor)
    licence = grant_licence(row, effective_on=effective_on, conditions=recommendation.conditions, actor=actor)
    _end(row, actor, "granted")
    tell_applicant(row, LicenceGranted(row.reference, licence.number, licence.effective_on))
    return row


def _enter_in_register(application: Application, actor: Actor) -> None:
    """Enter what the register shows of the applicant (ORD s. 21), before its entry is published."""
    answers = answer_values(application, "corporate.")
    place, email, website = (
        " ".join(str(answers.get(f"corporate.{key}") or "").split()) for key in ("principal_place", "email", "website")
    )
    issuer = Issuer.objects.select_for_update(no_key=True).get(pk=application.issuer_id)
    issuer.address_en, issuer.email = place[:300] or issuer.address_en, email or issuer.email
    issuer.website = website or issuer.website
    try:
        issuer.clean_fields(exclude=["organisation"])
    except ValidationError as problem:
        raise Refused(" ".join(problem.messages))
    issuer.save(update_fields=["address_en", "email", "website"])
    planned = planned_coin(application)
    if planned is None or not planned.may_be_entered:
        return
    coin = issuer.coins.filter(symbol=planned.symbol).first() or create_coin(
        issuer, symbol=planned.symbol, reference_currency=planned.reference_currency, actor=actor
    )
    for chain, contract in planned.contracts:
        add_deployment(coin, chain=chain, contract=contract, actor=actor)


def _refused(application: Application, recommendation: Recommendation, actor: User) -> Application:
    row = move_application(application, "refuse", actor=actor, note=recommendation.ground)
    _end(row, actor, "refused")
    limit = time_limit("tribunal_referral", clock.today())
    until = limit.due(clock.today(), hong_kong_calendar())
    tell_applicant(row, LicenceRefused(row.reference, recommendation.ground, until, limit.cite))
    return row


def _end(application: Application, actor: Actor, outcome: str) -> None:
    if application.case:
        close_case(application.case, outcome=outcome, actor=actor)
