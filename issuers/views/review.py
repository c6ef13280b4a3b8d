"""One application as officers review it: where it stands, criterion by criterion, version by version, and its moves."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import audit, clock
from core.access import require, visible_or_404
from core.asking import refusal_on
from core.cases import assign_case
from core.deadlines import days_until
from core.models import Team
from core.roles import Can
from core.stepup import require_step_up
from core.teams import assign_case_to_team, working_officers
from issuers.criteria import criteria_for
from issuers.forms.assessment import FindingForm
from issuers.models import Application, CriterionFinding, Document
from issuers.selectors.answers_shown import shown_modules, submitted_changes
from issuers.selectors.applications import completeness, filed_slots
from issuers.selectors.assessment import criterion_rows, last_submissions, submitted_applications_for
from issuers.selectors.documents import page_address
from issuers.selectors.pipeline import stage_of
from issuers.services import reviews
from issuers.services.findings import ASSESSED_IN, record_finding
from issuers.workflows import APPLICATION
from issuers.workflows.guards import UNDONE_BY

TABS = ("application", "application_assessment", "application_persons", "application_requests", "application_record",
        "application_versions", "application_decision")


def reviewed(request: HttpRequest, reference: str) -> Application:
    """Return the application that the officer may review: 404 where there is none, 403 for who does not review."""
    application = visible_or_404(submitted_applications_for(request.user), request.user, reference=reference)
    require(request.user, Can.REVIEW_APPLICATION, application)
    return application


def frame(request: HttpRequest, application: Application, tab: str) -> dict[str, Any]:
    """Return what stands around every page of an application: stage, clock, whom it waits for, tabs."""
    labels = (_("Overview"), _("Assessment"), _("Persons"), _("Requests"), _("Interviews and notes"), _("Versions"),
              _("Decision"))
    since = application.steps.order_by("-at", "-pk").values_list("at", flat=True).first() or application.opened_at
    return {
        "application": application,
        "case": application.case,
        "stage": stage_of(application),
        "days": -days_until(since, clock.now()),
        "paused": application.case.pauses.filter(resumed_at=None).first(),
        "ended": application.status in Application.ENDED,
        "assessed": application.status in ASSESSED_IN,
        "tabs": [(label, reverse(f"officer:{name}", args=[application.reference]), None, name == f"application{tab}")
                 for name, label in zip(TABS, labels, strict=True)],
    }


@require_safe
def overview(request: HttpRequest, reference: str) -> HttpResponse:
    """Where the application stands, whether it is complete, what can be done next, every step so far."""
    application = reviewed(request, reference)
    steps = application.steps.select_related("reverses").order_by("-at", "-pk")
    open_moves = {move.name: move for move in APPLICATION.available(application, request.user)}
    return render(request, "officer/application_overview.html", frame(request, application, "") | {
        "coach": completeness(application),
        "steps": [(step, _move_label(step.move)) for step in steps],
        "moves": [open_moves[name] for name in MOVES if name in open_moves],
        "undo": next((move for name, move in open_moves.items() if name in UNDONE_BY), None),
        "officers": working_officers(),
        "teams": Team.objects.all(),
        "events": audit.timeline(application, application.case)[:30],
    })


def _move_label(name: str) -> Any:
    return APPLICATION.moves[name].label if name in APPLICATION.moves else name


MOVES = {
    "begin": lambda application, note, user: reviews.begin_review(application, actor=user),
    "return": lambda application, note, user: reviews.return_application(application, reason=note, actor=user),
    "refer": lambda application, note, user: reviews.refer_to_committee(application, note=note, actor=user),
    "close": lambda application, note, user: reviews.close_unanswered(application, note=note, actor=user),
}


@require_POST
def act(request: HttpRequest, reference: str) -> HttpResponse:
    """Make a move, take the last one back, or give the application to an officer or a team."""
    application = reviewed(request, reference)
    action, note = request.POST.get("action", ""), request.POST.get("text", "").replace("\x00", "").strip()
    if action == "close" or (action == "take_back" and application.status in Application.ENDED):
        require_step_up(request)
    if action in MOVES:
        MOVES[action](application, note, request.user)
    elif action == "take_back":
        reviews.take_step_back(application, note=note, actor=request.user)
    elif action == "assign":
        _assign(request, application)
    else:
        raise Http404
    messages.success(request, _("Done, and recorded."))
    return redirect("officer:application", reference)


def _assign(request: HttpRequest, application: Application) -> None:
    """Give the case to the officer and the team chosen; what does not change is not recorded anew."""
    chosen, slug = request.POST.get("officer", ""), request.POST.get("team", "").replace("\x00", "")
    officer = working_officers().filter(pk=chosen).first() if chosen.isdecimal() and len(chosen) < 18 else None
    team = Team.objects.filter(slug=slug).first()
    if officer != application.case.assignee:
        assign_case(application.case, to=officer, actor=request.user)
    if team != application.case.team:
        assign_case_to_team(application.case, team=team, actor=request.user)


@require_safe
def assessment(request: HttpRequest, reference: str) -> HttpResponse:
    """Every minimum criterion that applies, with its latest finding."""
    application = reviewed(request, reference)
    rows = criterion_rows(application)
    satisfied = sum(bool(row.finding and row.finding.finding == CriterionFinding.Finding.SATISFIED) for row in rows)
    return render(request, "officer/application_assessment.html", frame(request, application, "_assessment") | {
        "rows": rows, "satisfied": satisfied, "open_rows": len(rows) - satisfied,
        "unseen": sum(row.finding is None for row in rows),
    })


@require_http_methods(["GET", "HEAD", "POST"])
def criterion_page(request: HttpRequest, reference: str, criterion: str) -> HttpResponse:
    """One criterion: its test, what the applicant answered and filed, the findings so far, a new finding."""
    application = reviewed(request, reference)
    test = next((each for each in criteria_for(application.issuer.kind) if each.key == criterion), None)
    if test is None:
        raise Http404
    form = FindingForm(application, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusal_on(form):
            record_finding(application, criterion=criterion, finding=form.cleaned_data["finding"], actor=request.user,
                           reasons=form.cleaned_data["reasons"], evidence=form.evidence)
            messages.success(request, _("Done, and recorded."))
            return redirect("officer:application_assessment", reference)
    context = frame(request, application, "_assessment") | _of_criterion(application, test) | {"form": form}
    return render(request, "officer/criterion.html", context, status=422 if form.errors else 200)


def _of_criterion(application: Application, test: Any) -> dict[str, Any]:
    modules = shown_modules(application, test.modules)
    slots = {number for each in modules for number in each.module.documents}
    findings = list(application.findings.filter(criterion=test.key).select_related("by"))
    named = Document.objects.in_bulk([proof["document"] for each in findings for proof in each.evidence])
    return {
        "criterion": test, "modules": modules,
        "documents": [each for each in filed_slots(application) if each.slot.number in slots],
        "findings": [
            (each, [_proof(named[proof["document"]], proof["page"]) for proof in each.evidence]) for each in findings
        ],
    }


def _proof(document: Document, page: int | None) -> tuple[Document, int | None, str]:
    """Return a document, the page of it that proves a finding, and the address of that very page."""
    return document, page, page_address("officer", document, page or 1)


@require_safe
def versions(request: HttpRequest, reference: str) -> HttpResponse:
    """Every submission, and what the last one changed against the one before it, side by side."""
    application = reviewed(request, reference)
    latest = last_submissions(application)
    return render(request, "officer/application_versions.html", frame(request, application, "_versions") | {
        "submissions": application.submissions.select_related("prepared_by", "signed_by").defer("content")
        .order_by("-number"),
        "pair": latest if len(latest) == 2 else [],
        "changes": submitted_changes(latest[1], latest[0]) if len(latest) == 2 else [],
    })
