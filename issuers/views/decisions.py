"""Recommending and deciding: what stands in the way, what is recommended, and exactly what another officer decides."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core import clock
from core.access import require
from core.business_days import hong_kong_calendar
from core.errors import Refused
from core.roles import Can
from core.stepup import require_step_up
from issuers.conditions import KINDS
from issuers.criteria import CRITERIA
from issuers.forms.assessment import DecisionForm, RecommendForm
from issuers.models import Application, Condition, Recommendation
from issuers.selectors.assessment import decision_digest, planned_coin, waiting_recommendation
from issuers.selectors.persons_assessed import persons_assessed
from issuers.services.decisions import decide_application, recommend
from issuers.time_limits import time_limit
from issuers.views.licences import figure_in_words
from issuers.views.review import frame, reviewed
from issuers.workflows.guards import unsatisfied_criteria


@require_safe
def decision(request: HttpRequest, reference: str) -> HttpResponse:
    """What is recommended and decided so far, and what stands in the way of a grant."""
    application = reviewed(request, reference)
    return render(request, "officer/application_decision.html", frame(request, application, "_decision") | _obstacles(
        application
    ) | {
        "recommendations": application.recommendations.select_related("made_by", "decided_by"),
        "licence": getattr(application, "licence", None),
        "may_recommend": application.status == Application.Status.WITH_COMMITTEE,
        "may_decide": application.status == Application.Status.RECOMMENDED
        and request.user.can(Can.DECIDE_APPLICATION, application),
    })


def _obstacles(application: Application) -> dict[str, Any]:
    titles = {each.key: each for each in CRITERIA}
    return {
        "unsatisfied": [titles[key] for key in unsatisfied_criteria(application)],
        "uncleared": [row for row in persons_assessed(application) if not row.may_go_on],
    }


@require_http_methods(["GET", "HEAD", "POST"])
def recommend_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Recommend to grant or to refuse."""
    application = reviewed(request, reference)
    form = RecommendForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        named = {name: form.cleaned_data[name] for name in ("outcome", "reasons", "ground", "effective_on")}
        try:
            recommend(application, conditions=form.conditions, actor=request.user, **named)
            messages.success(request, _("Recommended. It counts once another officer has decided."))
            return redirect("officer:application_decision", reference)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = frame(request, application, "_decision") | _obstacles(application) | {
        "form": form, "may_recommend": application.status == Application.Status.WITH_COMMITTEE,
        "planned": planned_coin(application),
    }
    return render(request, "officer/application_recommend.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def decide_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Show exactly what is decided and its digest; decide, after showing once more who decides."""
    application = reviewed(request, reference)
    require(request.user, Can.DECIDE_APPLICATION, application)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require_step_up(request)
        if form.is_valid():
            decide_application(application, actor=request.user, **form.cleaned_data)
            messages.success(request, _("Decided, and recorded."))
            return redirect("officer:application_decision", reference)
    waiting = waiting_recommendation(application)
    context = frame(request, application, "_decision") | _obstacles(application) | _decided(application, waiting) | {
        "form": form, "own": waiting is not None and waiting.made_by_id == request.user.pk}
    return render(request, "officer/application_decide.html", context, status=422 if form.errors else 200)


def _decided(application: Application, waiting: Recommendation | None) -> dict[str, Any]:
    limit = time_limit("tribunal_referral", clock.today())
    return {
        "waiting": waiting,
        "conditions": [
            (_(KINDS[each["kind"]].title), each, figure_in_words(Condition(kind=each["kind"], value=each["value"])))
            for each in (waiting.conditions if waiting else [])
        ],
        "digest": decision_digest(waiting) if waiting else "",
        "submission": application.submissions.defer("content").order_by("-number").first(),
        "planned": planned_coin(application),
        "review_until": limit.due(clock.today(), hong_kong_calendar()),
        "review_cite": limit.cite,
    }
