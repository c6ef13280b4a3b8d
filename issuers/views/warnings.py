"""The public warning list, and the officers' pages on which warnings are drafted, published and removed."""

from __future__ import annotations

import json
from datetime import date, datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import audit, blobs, clock
from core.access import require
from core.downloads import csv_text, published
from core.roles import Can
from core.stepup import require_step_up
from core.uploads import MEDIA_TYPES
from issuers.builders.open_data import warning_rows, warnings_data
from issuers.forms.register import ReasonForm, WarningForm
from issuers.models import PublicWarning
from issuers.selectors.verdicts import resembled_entries
from issuers.selectors.warnings import published_warnings, told_warnings, warning_digest, warnings_for
from issuers.services.warnings import change_draft, draft_warning, drop_warning, publish_warning, remove_warning
from issuers.views.asked import asked_day, on_a_day
from issuers.workflows import WARNING


def _one(warnings: QuerySet[PublicWarning], reference: str) -> PublicWarning:
    # The database refuses text with a NUL byte, so no record has such a reference.
    warning = None if "\x00" in reference else warnings.filter(reference=reference).first()
    if warning is None:
        raise Http404
    return warning


# --- everybody -------------------------------------------------------------------------------------
@login_not_required
@require_safe
def warning_list(request: HttpRequest) -> HttpResponse:
    """The warning list, now or at the end of a day."""
    day, problem = asked_day(request)
    context = {"warnings": published_warnings(day), "day": day, "problem": problem, "now": clock.now(),
               "today": clock.today()}
    return render(request, "public/warnings.html", context, status=422 if problem else 200)


@login_not_required
@require_safe
def warning(request: HttpRequest, reference: str) -> HttpResponse:
    """One warning; one that was removed says so, and why."""
    return render(request, "public/warning.html", {"warning": _one(told_warnings(), reference), "now": clock.now()})


@login_not_required
@require_safe
@on_a_day
def warnings_csv(request: HttpRequest, as_at: date | None) -> HttpResponse:
    """The warning list as a table to download."""
    text = csv_text(warning_rows(published_warnings(as_at)))
    return published(request, text, "text/csv; charset=utf-8", changed_at=_changed_at(), filename="warnings.csv")


@login_not_required
@require_safe
@on_a_day
def warnings_json(request: HttpRequest, as_at: date | None) -> HttpResponse:
    """The warning list for programs, in a shape that is promised."""
    text = json.dumps(warnings_data(published_warnings(as_at), as_at), ensure_ascii=False, indent=1)
    return published(request, text, "application/json", changed_at=_changed_at())


def _changed_at() -> datetime | None:
    times = told_warnings().values_list("published_at", "removed_at")
    return max((at for pair in times for at in pair if at), default=None)


# --- officers --------------------------------------------------------------------------------------
@require_safe
def officer_warnings(request: HttpRequest) -> HttpResponse:
    """Drafts that wait for a second officer, then the list, then what is over."""
    rows = sorted(warnings_for(request.user), key=lambda each: list(PublicWarning.Status).index(each.status))
    context = {"rows": rows, "may_draft": request.user.can(Can.PROPOSE_WARNING)}
    return render(request, "officer/warnings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_warning(request: HttpRequest) -> HttpResponse:
    """Draft a warning."""
    require(request.user, Can.PROPOSE_WARNING)
    form = WarningForm(*([request.POST, request.FILES] if request.method == "POST" else []))
    if request.method == "POST" and form.is_valid():
        drafted = draft_warning(actor=request.user, evidence=form.evidence, **form.written)
        messages.success(request, _("Drafted. Another officer has to publish it."))
        return redirect("officer:warning", drafted.reference)
    return render(request, "officer/warning_form.html", {"form": form, "warning": None},
                  status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_warning(request: HttpRequest, reference: str) -> HttpResponse:
    """Change a draft."""
    draft = _one(warnings_for(request.user).filter(status=PublicWarning.Status.DRAFT), reference)
    require(request.user, Can.PROPOSE_WARNING)
    form = WarningForm(*([request.POST, request.FILES] if request.method == "POST" else []), instance=draft)
    if request.method == "POST" and form.is_valid():
        change_draft(draft, actor=request.user, evidence=form.evidence, **form.written)
        messages.success(request, _("Changed. Another officer has to publish it."))
        return redirect("officer:warning", reference)
    return render(request, "officer/warning_form.html", {"form": form, "warning": draft},
                  status=422 if form.errors else 200)


@require_safe
def officer_warning(request: HttpRequest, reference: str) -> HttpResponse:
    """One warning with its evidence, what it resembles, and what the officer may do."""
    return _shown(request, _one(warnings_for(request.user), reference), ReasonForm())


def _shown(request: HttpRequest, row: PublicWarning, form: ReasonForm) -> HttpResponse:
    open_moves = {move.name for move in WARNING.available(row, request.user)}
    texts = [row.name_en, row.name_zh_hant, row.name_zh_hans, row.token]
    context = {
        "warning": row, "digest": warning_digest(row), "form": form, "moves": open_moves,
        "alike": resembled_entries(texts),
        "why_not": WARNING.refusal(row, WARNING.moves["publish"], request.user) if row.status == "draft" else "",
        "may_read_evidence": request.user.can(Can.PROPOSE_WARNING), "events": audit.timeline(row),
    }
    return render(request, "officer/warning.html", context, status=422 if form.errors else 200)


@require_POST
def act_on_warning(request: HttpRequest, reference: str) -> HttpResponse:
    """Publish, remove or drop; what the public is told needs the officer to confirm that it is them."""
    row, act = _one(warnings_for(request.user), reference), request.POST.get("act", "")
    if act not in WARNING.moves:
        raise Http404
    require(request.user, WARNING.moves[act].permission)
    form = ReasonForm(request.POST)
    if act != "publish" and not form.is_valid():
        return _shown(request, row, form)
    if act == "drop":
        drop_warning(row, reason=form.cleaned_data["reason"], actor=request.user)
    else:
        require_step_up(request)
        if act == "publish":
            publish_warning(row, actor=request.user, digest=request.POST.get("digest", ""))
        else:
            remove_warning(row, reason=form.cleaned_data["reason"], actor=request.user)
    messages.success(request, _("Done, and recorded."))
    return redirect("officer:warning", reference)


@require_safe
def warning_evidence(request: HttpRequest, reference: str) -> FileResponse:
    """The evidence as it was filed, to save and never to show in the page."""
    row = _one(warnings_for(request.user), reference)
    require(request.user, Can.PROPOSE_WARNING)
    if not row.evidence_id:
        raise Http404
    ending = row.evidence_filename.rpartition(".")[2].lower()
    return FileResponse(
        blobs.path_of(row.evidence_id).open("rb"), as_attachment=True, filename=row.evidence_filename,
        content_type=MEDIA_TYPES.get(f".{ending}", "application/octet-stream"),
    )
