"""Subjects and their screenings as officers read them: who is screened, in what, when, and the evidence of each."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from aml.builders import evidence, side_by_side
from aml.models import Subject
from aml.selectors import alerts as alert_selectors
from aml.selectors import subjects as selectors
from aml.selectors.searching import missing_lists
from aml.services.screening import screen_on_request
from core import audit
from core.access import require, visible_or_404
from core.roles import Can

PER_PAGE, SCREENINGS, RUNS = 50, 20, 50
TABS: dict[str, Any] = {
    "current": gettext_lazy("Screened now"), "waiting": gettext_lazy("Waiting"),
    "alerts": gettext_lazy("With alerts"), "ended": gettext_lazy("No longer screened"),
}
ASKED = ("part", "q")


@require_safe
def subject_list(request: HttpRequest) -> HttpResponse:
    """Everybody whom the platform screens, and in which lists."""
    require(request.user, Can.VIEW_ALERTS)
    shown, asked = request.GET.get("view", "current"), {name: request.GET.get(name, "") for name in ASKED}
    if shown not in TABS:
        raise Http404
    views = selectors.subject_views(selectors.subjects_filtered(selectors.subjects_for(request.user), asked))
    page = Paginator(views[shown], PER_PAGE).get_page(request.GET.get("page"))
    kept = urlencode({name: value for name, value in asked.items() if value})
    ages = selectors.ages_of_lists()
    context = {
        "tabs": [(label, f"?view={name}{'&' if kept else ''}{kept}", None, name == shown)
                 for name, label in TABS.items()],
        "shown": shown, "asked": asked, "page": page, "rows": _rows(page.object_list), "parts": Subject.Part.choices,
        "counts": selectors.subject_counts(request.user), "lists": ages,
        "missing": selectors.source_labels(missing_lists({"source": each.version.source} for each in ages)),
    }
    return render(request, "officer/subjects.html", context)


def _rows(page: Any) -> list[tuple[Subject, list[Any]]]:
    return [(row, selectors.part_labels(row.parts)) for row in page]


def _subject_or_404(request: HttpRequest, pk: int) -> Subject:
    subject = visible_or_404(Subject.objects.select_related("owner"), request.user, pk=pk)
    require(request.user, Can.VIEW_ALERTS, subject)
    return subject


@require_safe
def subject_shown(request: HttpRequest, pk: int) -> HttpResponse:
    """One subject: by what it is searched for, its alerts, and every time that it was screened."""
    subject = _subject_or_404(request, pk)
    page = Paginator(selectors.screenings_for(request.user).filter(subject=subject), SCREENINGS).get_page(
        request.GET.get("page"))
    context = {
        "subject": subject, "parts": selectors.part_labels(subject.parts),
        "identifiers": side_by_side.identifiers(subject.identifiers), "page": page,
        "screenings": list(page.object_list),
        "alerts": alert_selectors.alerts_for(request.user).filter(subject=subject).order_by("-opened_at", "-pk")[:50],
        "may_screen": subject.ended_at is None and request.user.can(Can.WORK_ALERTS, subject),
        "events": audit.timeline(subject)[:50],
    }
    return render(request, "officer/subject.html", context)


@require_POST
def subject_screen(request: HttpRequest, pk: int) -> HttpResponse:
    """Screen one subject now."""
    subject = _subject_or_404(request, pk)
    require(request.user, Can.WORK_ALERTS, subject)
    made = screen_on_request(subject, actor=request.user)
    messages.success(request, _("Screened, and recorded."))
    return redirect("officer:screening", made.pk)


@require_safe
def run_list(request: HttpRequest) -> HttpResponse:
    """Every going-through of subjects: why, in which lists, how many were screened and found."""
    require(request.user, Can.VIEW_ALERTS)
    page = Paginator(selectors.runs(), RUNS).get_page(request.GET.get("page"))
    return render(request, "officer/screening_runs.html", {"page": page, "runs": list(page.object_list)})


@require_safe
def screening_shown(request: HttpRequest, pk: int) -> HttpResponse:
    """The evidence of one screening, hit or no hit."""
    screening = visible_or_404(selectors.screenings_for(request.user), request.user, pk=pk)
    require(request.user, Can.VIEW_ALERTS, screening)
    hits = [(hit, side_by_side.tokens_of(hit.explanation), selectors.alert_of(hit))
            for hit in selectors.hits_of(screening)]
    context = {
        "screening": screening, "facts": evidence.facts(screening), "hits": hits,
        "lists": evidence.list_names(screening.run.lists), "kind": evidence.kind_name(screening.query),
        "identifiers": side_by_side.identifiers(screening.query["identifiers"]),
    }
    return render(request, "officer/screening.html", context)
