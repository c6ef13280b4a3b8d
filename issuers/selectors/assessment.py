"""Reading applications as officers assess them: what was answered, found, asked and recommended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.access import Actor
from core.currencies import ISO_4217
from core.findings import digest_of
from issuers.criteria import Criterion, criteria_for
from issuers.models import (
    Application,
    Coin,
    CriterionFinding,
    Deployment,
    InformationRequest,
    Recommendation,
    Submission,
)

OPEN_STAGES = tuple(
    stage for stage in Application.Status
    if stage not in (*Application.ENDED, Application.Status.DRAFT, Application.Status.PREPARED)
)


def submitted_applications_for(actor: Actor) -> QuerySet[Application]:
    """Return the applications that the actor may see and that were ever submitted, with issuer, case, officer, team."""
    return Application.objects.visible_to(actor).exclude(case=None).select_related(
        "issuer__organisation", "case__assignee", "case__team"
    )


def open_application_count(actor: Actor) -> int:
    """Return how many applications wait for something, drafts not counted."""
    return Application.objects.visible_to(actor).filter(status__in=OPEN_STAGES).count()


def requests_for(actor: Actor) -> QuerySet[InformationRequest]:
    """Return the requests that the actor may see, with application, officer and items."""
    return InformationRequest.objects.visible_to(actor).select_related(
        "application__issuer__organisation", "application__case", "sent_by", "answered_by"
    ).prefetch_related("items__documents", "items__replied_by")


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """One minimum criterion with its latest finding (None: not assessed) and how many came before."""

    criterion: Criterion
    finding: CriterionFinding | None
    count: int


def criterion_rows(application: Application) -> list[CriterionRow]:
    """Return every minimum criterion that applies, in the order of the schedule, with its latest finding."""
    found: dict[str, list[CriterionFinding]] = {}
    for each in application.findings.select_related("by"):  # newest first
        found.setdefault(each.criterion, []).append(each)
    return [
        CriterionRow(each, found[each.key][0] if each.key in found else None, len(found.get(each.key, ())))
        for each in criteria_for(application.issuer.kind)
    ]


@dataclass(frozen=True, slots=True)
class PlannedCoin:
    """The coin that the application describes, and why parts of it cannot be entered with the grant."""

    symbol: str
    reference_currency: str
    contracts: tuple[tuple[str, str], ...] = ()
    problems: tuple[str, ...] = field(default=())
    may_be_entered: bool = True


def planned_coin(application: Application) -> PlannedCoin | None:
    """Return the coin of the application's answers; None where they name no symbol."""
    answers = answer_values(application, "coin.")
    symbol, currency = (str(answers.get(f"coin.{key}") or "").strip() for key in ("symbol", "reference_currency"))
    if not symbol:
        return None
    rows = [row for row in answers.get("coin.deployments") or [] if isinstance(row, dict)]
    wanted = [(str(row.get("chain") or ""), str(row.get("contract") or "")) for row in rows]
    taken = set(
        Deployment.objects.filter(contract__in=[contract for _chain, contract in wanted]).exclude(
            coin__symbol=symbol, coin__issuer=application.issuer
        ).values_list("chain", "contract")
    )
    contracts = tuple(pair for pair in dict.fromkeys(wanted) if all(pair) and pair not in taken)
    problems = [_("Contract %(contract)s is entered for another coin.") % {"contract": pair[1]}
                for pair in dict.fromkeys(wanted) if pair in taken]
    obstacle = _obstacle(application, symbol, currency)
    return PlannedCoin(symbol, currency, contracts, (*problems, *filter(None, [obstacle])), not obstacle)


def _obstacle(application: Application, symbol: str, currency: str) -> str:
    if Coin.objects.filter(symbol=symbol).exclude(issuer=application.issuer).exists():
        return _("Symbol %(symbol)s is another issuer's.") % {"symbol": symbol}
    if currency not in ISO_4217:
        return _("%(code)s is not a currency of ISO 4217.") % {"code": currency or "-"}
    try:
        Coin(issuer=application.issuer, symbol=symbol, reference_currency=currency).clean_fields()
    except ValidationError as problem:
        return " ".join(problem.messages)
    return ""


def answer_values(application: Application, prefix: str = "") -> dict[str, Any]:
    """Return the applicant's own answers (those about a person not) by key, those that start with ``prefix``."""
    rows = application.answers.filter(person=None, key__startswith=prefix)
    return dict(rows.values_list("key", "value"))


def waiting_recommendation(application: Application) -> Recommendation | None:
    """Return the recommendation that waits for its decision, with who made it."""
    return application.recommendations.select_related("made_by").filter(result=Recommendation.Result.OPEN).first()


def decided_content(recommendation: Recommendation) -> dict[str, Any]:
    """Return exactly what a decision on the recommendation decides, as JSON."""
    application = recommendation.application
    latest = application.submissions.order_by("-number").values("number", "digest").first()
    effective = recommendation.effective_on
    return {
        "application": application.reference,
        "applicant": application.issuer.organisation.slug,
        "submission": latest,
        "recommendation": recommendation.pk,
        "outcome": recommendation.outcome,
        "reasons": recommendation.reasons,
        "ground": recommendation.ground,
        "conditions": recommendation.conditions,
        "effective_on": effective.isoformat() if effective else None,
        "recommended_by": recommendation.made_by_id,
    }


def decision_digest(recommendation: Recommendation) -> str:
    """Return the SHA-256 of what is decided."""
    return digest_of(decided_content(recommendation))


def last_submissions(application: Application) -> list[Submission]:
    """Return the latest submission and the one before it, latest first."""
    return list(application.submissions.select_related("prepared_by", "signed_by").order_by("-number")[:2])
