"""What is made and sent regularly: the timetable, each schedule with its history, and each occasion as it goes on."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import require
from core.asking import refusal_on
from core.business_days import hong_kong_calendar
from core.roles import Can
from reports.builders import schedule_words as words
from reports.forms_schedules import ScheduleForm
from reports.models import Occasion, Schedule, ScheduleVersion
from reports.selectors import schedules as selectors
from reports.services.occasions import ask_occasion, retry_occasion
from reports.services.production import PRODUCTIONS, Production
from reports.services.schedules import change_schedule
from reports.tasks import do_occasion, send_occasion
from reports.timetable import Cadence
from reserves.tasks import nudge

S = Occasion.Status


def _lines(request: HttpRequest, versions: dict[str, ScheduleVersion]) -> list[words.Line]:
    calendar, may = hong_kong_calendar(), request.user.can(Can.RENDER_REPORTS)
    last = selectors.last_occasions(version.schedule_id for version in versions.values())
    progress = selectors.progress_by_occasion(last.values())
    found = []
    for name, declared in PRODUCTIONS.items():
        if name not in versions:
            continue
        version = versions[name]
        row = last.get(version.schedule_id)
        found.append(words.Line(
            name, declared.title, declared.text, version, words.when(version.rhythm),
            selectors.next_of(version, row, calendar), row, words.period_words(row.period) if row else "",
            words.outcome(row, progress[row.pk]) if row else "", may and version.cadence != Cadence.ON_EVENT,
        ))
    return found


@require_safe
def schedule_list(request: HttpRequest) -> HttpResponse:
    """Everything regular with its next and its last run."""
    require(request.user, Can.SCHEDULE_REPORTS)
    lines = _lines(request, selectors.versions_in_force())
    failed = [line for line in lines if line.last and line.last.status == S.FAILED]
    return render(request, "officer/schedules.html", {"lines": lines, "failed": failed})


def _schedule(request: HttpRequest, name: str) -> tuple[Schedule, Production]:
    require(request.user, Can.SCHEDULE_REPORTS)
    schedule = Schedule.objects.filter(name=name.replace("\x00", "")).first()
    if schedule is None or schedule.name not in PRODUCTIONS:
        raise Http404
    return schedule, PRODUCTIONS[schedule.name]


@require_http_methods(["GET", "HEAD", "POST"])
def schedule_page(request: HttpRequest, name: str) -> HttpResponse:
    """How a schedule is set, was set before, and went; set it anew."""
    schedule, declared = _schedule(request, name)
    version = schedule.versions.select_related("set_by", "schedule").latest("number")
    initial = {field: getattr(version, field) for field in ("number", "active", "cadence", "at", "business_day")}
    form = ScheduleForm(declared, request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        with refusal_on(form):
            change_schedule(schedule, actor=request.user, **(initial | form.cleaned_data))
            messages.success(request, _("The schedule is set."))
            return redirect("officer:schedule", name)
    [line] = _lines(request, {name: version})
    history = [(each, words.when(each.rhythm)) for each in schedule.versions.select_related("set_by")]
    context = {"line": line, "form": form, "history": history, "occasions": _told(selectors.occasions_of(schedule))}
    return render(request, "officer/schedule.html", context, status=422 if form.errors else 200)


def _told(rows: list[tuple[Occasion, selectors.Progress]]) -> list[dict[str, Any]]:
    return [
        {"row": row, "period": words.period_words(row.period), "outcome": words.outcome(row, progress)}
        for row, progress in rows
    ]


@require_POST
def run_now(request: HttpRequest, name: str) -> HttpResponse:
    """Have the last period done now; what is done already is shown as it stands."""
    schedule, declared = _schedule(request, name)
    occasion = ask_occasion(schedule, actor=request.user)
    if occasion.status == S.PRODUCED:
        messages.info(request, _("It is done already; nothing is made or sent twice."))
    else:
        nudge(send_occasion if declared.mails else do_occasion, occasion.pk)
        messages.success(request, _("It is being done."))
    return redirect("officer:occasion", name, occasion.pk)


def _occasion(request: HttpRequest, name: str, pk: int) -> Occasion:
    schedule, _declared = _schedule(request, name)
    rows: QuerySet[Occasion] = schedule.occasions.select_related("schedule", "asked_by")
    occasion = rows.filter(pk=pk).first()
    if occasion is None:
        raise Http404
    return occasion


@require_safe
def occasion_page(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """One occasion: how many of how many reports are made, rendered and signed, and how many mails went out."""
    occasion = _occasion(request, name, pk)
    progress = selectors.progress_of(occasion)
    context = {
        "occasion": occasion, "declared": PRODUCTIONS[name], "period": words.period_words(occasion.period),
        "progress": progress, "parts": selectors.parts_of(occasion)[:500],
        "under_way": occasion.status == S.DUE or progress.is_under_way,
        "asked_outcome": words.asked_outcome(None if PRODUCTIONS[name].mails else selectors.made_anew(occasion)),
        "may_retry": occasion.status == S.FAILED and request.user.can(Can.RENDER_REPORTS),
    }
    return render(request, "officer/occasion.html", context)


@require_POST
def retry(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """Have what failed tried again."""
    occasion = retry_occasion(_occasion(request, name, pk), actor=request.user)
    nudge(send_occasion if PRODUCTIONS[name].mails else do_occasion, occasion.pk)
    messages.success(request, _("It is tried again."))
    return redirect("officer:occasion", name, pk)
