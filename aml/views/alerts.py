"""Alerts as officers work them: the queue by case, one beside what it met, what was decided and is remembered."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from aml.builders import flow_graph, side_by_side
from aml.builders.fired import fired
from aml.forms_alerts import DecisionForm, WordsForm
from aml.models import Alert, AlertDecision, Source
from aml.reasons import TITLES
from aml.selectors import alerts as selectors
from aml.services import decisions
from aml.workflows import ALERT
from core import audit
from core.access import require, visible_or_404
from core.asking import refusal_on
from core.roles import Can
from core.stepup import require_step_up

PER_PAGE, DECISIONS_PER_PAGE, OTHERS = 20, 50, 10
TABS: dict[str, Any] = {
    "open": gettext_lazy("Open"), "unclear": gettext_lazy("Unclear"),
    "proposed": gettext_lazy("For a second officer"), "decided": gettext_lazy("Decided"),
}
ASKED = ("kind", "list", "q")


@require_safe
def alert_list(request: HttpRequest) -> HttpResponse:
    """The queue: the alerts of each subject or wallet folded into its case, what waits longest first."""
    require(request.user, Can.VIEW_ALERTS)
    shown, asked = request.GET.get("view", "open"), {name: request.GET.get(name, "") for name in ASKED}
    if shown not in TABS:
        raise Http404
    rows = selectors.filtered(selectors.alerts_for(request.user), asked)
    counts = selectors.counted(rows)
    rows = rows.filter(status__in=selectors.VIEWS[shown])
    page = Paginator(selectors.folded_cases(rows), PER_PAGE).get_page(request.GET.get("page"))
    kept = urlencode({name: value for name, value in asked.items() if value})
    context = {
        "tabs": [(label, f"?view={name}{'&' if kept else ''}{kept}", counts[name], name == shown)
                 for name, label in TABS.items()],
        "shown": shown, "asked": asked, "page": page, "cases": selectors.fold(rows, list(page.object_list)),
        "kinds": Alert.Kind.choices, "sources": Source.choices, "count": counts[shown],
    }
    return render(request, "officer/alerts.html", context)


@require_safe
def alert_next(request: HttpRequest) -> HttpResponse:
    """Lead to the open alert that has waited longest, or that comes after the one which the address names."""
    require(request.user, Can.VIEW_ALERTS)
    after = request.GET.get("after", "")
    current = selectors.alerts_for(request.user).filter(pk=int(after)).first() if _is_key(after) else None
    if (found := selectors.next_alert(request.user, current)) is None:
        messages.success(request, _("No open alert is left."))
        return redirect("officer:alerts")
    return redirect("officer:alert", found.pk)


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 18


def _alert_or_404(request: HttpRequest, pk: int) -> Alert:
    alert = visible_or_404(Alert.objects.select_related(*selectors.SHOWN), request.user, pk=pk)
    require(request.user, Can.VIEW_ALERTS, alert)
    return alert


@require_safe
def alert_shown(request: HttpRequest, pk: int) -> HttpResponse:
    """One alert: what fired, both sides, what was decided before, and the decision."""
    return _page(request, _alert_or_404(request, pk))


def _page(request: HttpRequest, alert: Alert, form: Form | None = None) -> HttpResponse:
    rows = side_by_side.rows_of(alert)
    moves = {move.name for move in ALERT.available(alert, request.user)}
    works = request.user.can(Can.WORK_ALERTS, alert)
    given = list(alert.decisions.select_related("decided_by", "confirmed_by"))
    context = {
        "alert": alert, "rows": rows, "tokens": side_by_side.tokens_of(alert.explanation),
        "figures": fired(alert), "parts": selectors.parts_of(alert),
        "algorithm": alert.explanation.get("algorithm", ""), "threshold": alert.explanation.get("threshold", ""),
        "graph": flow_graph.graph_of(alert), "screening": selectors.screening_of(alert), "moves": moves, "works": works,
        "form": form if isinstance(form, DecisionForm) else DecisionForm(rows),
        "words_form": form if isinstance(form, WordsForm) else WordsForm(),
        "why_not": ALERT.refusal(alert, ALERT.moves["confirm"], request.user) if works and alert.status == "proposed"
        else "",
        "decisions": given, "titles": TITLES, "remembered": selectors.remembered_of(alert, given),
        "others": selectors.others_of(alert, request.user)[:OTHERS],
        "events": audit.timeline(alert)[:50],
    }
    return render(request, "officer/alert.html", context, status=422 if form and form.errors else 200)


@require_POST
def alert_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Call an alert a false match, unclear or a true match; the next one follows."""
    alert = _alert_or_404(request, pk)
    require(request.user, Can.WORK_ALERTS, alert)
    form = DecisionForm(side_by_side.rows_of(alert), request.POST)
    if form.is_valid():
        considered = form.cleaned_data.pop("considered", [])
        with refusal_on(form):
            decisions.decide_alert(alert, evidence={"considered": considered}, actor=request.user, **form.cleaned_data)
            messages.success(request, _("Decided, and recorded."))
            return redirect(f"{reverse('officer:alert_next')}?after={alert.pk}")
    return _page(request, alert, form)


@require_POST
def alert_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """As second officer, confirm a true match or return it with words."""
    alert = _alert_or_404(request, pk)
    require(request.user, Can.WORK_ALERTS, alert)
    if request.POST.get("action") == "return":
        form = WordsForm(request.POST)
        if not form.is_valid():
            return _page(request, alert, form)
        decisions.return_match(alert, actor=request.user, **form.cleaned_data)
    elif request.POST.get("action") == "confirm":
        require_step_up(request)
        decisions.confirm_match(alert, actor=request.user)
    else:
        raise Http404
    messages.success(request, _("Done, and recorded."))
    return redirect("officer:alert", pk)


@require_safe
def decision_list(request: HttpRequest) -> HttpResponse:
    """What keeps alerts closed: each remembered false match, until when, and how often it was met since."""
    require(request.user, Can.VIEW_ALERTS)
    words = request.GET.get("q", "").replace("\x00", "").strip()
    rows = selectors.remembered(request.user, words)
    page = Paginator(rows, DECISIONS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "q": words, "titles": TITLES, "works": request.user.can(Can.WORK_ALERTS),
               "rows": [(row, selectors.met_again(row), selectors.has_expired(row)) for row in page.object_list]}
    return render(request, "officer/alert_decisions.html", context)


@require_POST
def decision_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a remembered false match: its alert is open again."""
    seen = Alert.objects.visible_to(request.user)
    decision = AlertDecision.objects.filter(pk=pk, alert__in=seen).select_related("alert").first()
    if decision is None:
        raise Http404
    require(request.user, Can.VIEW_ALERTS, decision.alert)
    require(request.user, Can.WORK_ALERTS, decision.alert)
    decisions.revoke_decision(decision, text=request.POST.get("text", ""), actor=request.user)
    messages.success(request, _("Taken back, and recorded. The alert is open again."))
    return redirect("officer:alert", decision.alert_id)
