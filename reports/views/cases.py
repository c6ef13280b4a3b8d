"""The one queue of officers, and one case with everything that happened on it, for officers and issuers."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_POST, require_safe
from django_tables2 import RequestConfig

from core import audit, cases, correspondence
from core.access import require, visible_or_404
from core.models import Case, CaseNote, User
from core.roles import Can
from core.teams import working_officers
from core.templatetags.ui import due_cell, tag
from core.wording import due_tone, hk_datetime
from issuers.models import Breach
from issuers.services import breaches
from issuers.views.frame import portal_frame
from issuers.workflows import BREACH
from reports.builders.outlook import avoided
from reports.forms import MessageForm
from reports.selectors.queue import MESSAGES, queue_counts, queue_views
from reserves.selectors import judged_day


class CaseTable(tables.Table):
    """The queue: oldest due first."""

    due_at = tables.Column(verbose_name=gettext_lazy("Due"), attrs={"td": {"class": lambda value: _due_class(value)}})
    reference = tables.Column(verbose_name=gettext_lazy("Case"), attrs={"th": {"class": "matter"}})
    # A wallet is one long word, which would push the last column out of sight.
    kind = tables.Column(verbose_name=gettext_lazy("What happened"), orderable=False, attrs={"td": {"class": "addr"}})
    assignee = tables.Column(
        verbose_name=gettext_lazy("Officer"),
        order_by="assignee__name",
        empty_values=(),
        attrs={"td": {"class": "nowrap"}},
    )
    risk = tables.Column(verbose_name=gettext_lazy("Risk"), orderable=False)

    class Meta:
        attrs = {"caption": gettext_lazy("Cases")}
        order_by = "due_at"
        empty_text = gettext_lazy("No case here")

    def render_due_at(self, value):
        return due_cell(value)

    def render_reference(self, value, record):
        return format_html(
            '<a class="ref" href="{}">{}</a> <span class="kind">{}</span><span class="sub">{}</span>',
            reverse("officer:case", args=[value]),
            value,
            cases.case_title(record),
            record.owner.name,
        )

    def render_kind(self, record):
        said = cases.case_summary(record)
        if record.status != Case.Status.OPEN or record.unanswered_since is None:
            return said
        waits = _("A message waits for an answer since %(at)s") % {"at": hk_datetime(record.unanswered_since, "short")}
        return format_html('{}<span class="sub waits">{}</span>', said, waits)

    def render_assignee(self, record):
        return record.assignee or _("Nobody yet")

    def render_risk(self, record):
        return tag(record.get_risk_display(), "bad") if record.risk == Case.Risk.HIGH else record.get_risk_display()


def _due_class(value: Any) -> str:
    return f"sla {due_tone(value)}"


def queue(request: HttpRequest, default: str) -> dict[str, Any]:
    """Return what a page needs to show the queue: the table, the saved views with their counts, the search."""
    views = queue_views(request.user)
    chosen = request.GET.get("view", default)
    chosen = chosen if chosen in views else default
    rows, query = views[chosen][1], request.GET.get("q", "").replace("\x00", "").strip()
    if query:
        rows = views["open"][1].filter(
            Q(reference__icontains=query)
            | Q(subject__icontains=query)
            | Q(owner__name_en__icontains=query)
            | Q(owner__name_zh_hant__icontains=query)
            | Q(owner__name_zh_hans__icontains=query)
        )
    # Of messages, the one that waits longest comes first, whatever the case's own clock says.
    table = CaseTable(rows, order_by="unanswered_since" if chosen == MESSAGES and not query else None)
    RequestConfig(request, paginate={"per_page": 25}).configure(table)
    counts = queue_counts(request.user)
    tabs = [
        (label, f"?view={name}", counts[name], name == chosen and not query) for name, (label, _found) in views.items()
    ]
    return {"table": table, "views": tabs, "query": query, "counts": counts}


@require_safe
def case_list(request: HttpRequest) -> HttpResponse:
    """Every case that the officer may see, in saved views."""
    return render(request, "officer/cases.html", queue(request, "open"))


class NoteForm(forms.Form):
    """What somebody says on a case."""

    text = forms.CharField(label=gettext_lazy("Note"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000)


def shown_case(request: HttpRequest, reference: str, *, message_form: MessageForm | None = None) -> dict[str, Any]:
    """Return what the page of a case shows its reader; that it was opened counts as read."""
    case = visible_or_404(cases.cases_for(request.user), request.user, reference=reference)
    breach, user, worked_with = getattr(case, "breach", None), request.user, cases.worked_with(case)
    require(user, Can.VIEW_CASES, case)
    audience = audit.Audience.AUTHORITY if user.is_authority else audit.Audience.ISSUER
    internal = case.notes.filter(audience=CaseNote.Audience.AUTHORITY) if user.is_authority else []
    return portal_frame(user, owner=case.owner) | {
        "case": case,
        "breach": breach,
        "ways": _avoided(breach) if breach else [],
        "notes": internal,
        "form": NoteForm(),
        "moves": BREACH.available(breach, user) if breach else [],
        "events": audit.timeline(*filter(None, (case, breach)), audience=audience)[:100],
        "officers": working_officers(worked_with) if user.can(worked_with, case) else [],
        "may_note": user.can(worked_with, case),
        "paused": case.pauses.filter(resumed_at=None).first(),
        "running": cases.clock_of(case),
    } | _thread(case, user, message_form)


def _thread(case: Case, user: User, form: MessageForm | None) -> dict[str, Any]:
    """Return the messages of the case, and what is to be written, for who may write there now."""
    if not correspondence.may_correspond(case):
        return {"corresponds": False}
    correspondence.read_thread(case, reader=user)
    writes = case.status == Case.Status.OPEN and user.can(Can.WRITE_MESSAGES, case)
    draft = correspondence.draft_of(case, user) if writes else None
    return {
        "corresponds": True,
        "thread": correspondence.thread_of(case),
        "draft": draft,
        "message_form": (form or MessageForm(for_officer=user.is_authority, draft=draft)) if writes else None,
    }


def _avoided(breach: Breach) -> list[dict[str, Any]]:
    """Return what would have avoided the breach on the last day that it stood, if that was a judged day of a coin."""
    day = judged_day(breach.subject, breach.last_as_of)
    ways = avoided(day.result) if day and day.result else []
    return [each for each in ways if each["rule"] == breach.rule]


@require_safe
def case_page(request: HttpRequest, reference: str) -> HttpResponse:
    """One case as its reader may see it."""
    return render(request, f"{request.resolver_match.namespace}/case.html", shown_case(request, reference))


@require_POST
def act(request: HttpRequest, reference: str) -> HttpResponse:
    """Make one move on a case: a breach's move, a note, an assignment, the clock."""
    case = visible_or_404(cases.cases_for(request.user), request.user, reference=reference)
    action, text = request.POST.get("action", ""), request.POST.get("text", "").replace("\x00", "").strip()
    if action in breaches.MOVES and hasattr(case, "breach"):
        breaches.MOVES[action](case.breach, actor=request.user, note=text)
    elif action in CASE_ACTIONS:
        CASE_ACTIONS[action](request, case, text)
    else:
        raise Http404
    messages.success(request, _("Done, and recorded."))
    return redirect(f"{request.resolver_match.namespace}:case", reference)


def _note(request: HttpRequest, case: Case, text: str) -> None:
    """Write for officers only, or, as everything an issuer writes, to the other side."""
    if request.user.is_authority and request.POST.get("audience") != CaseNote.Audience.ISSUER:
        cases.note_case(case, text=text, actor=request.user, audience=CaseNote.Audience.AUTHORITY)
    else:
        correspondence.send_message(case, text=text, actor=request.user)


def _assign(request: HttpRequest, case: Case, text: str) -> None:
    chosen = request.POST.get("assignee", "")
    working = working_officers(cases.worked_with(case))
    officer = working.filter(pk=chosen).first() if chosen.isdecimal() and len(chosen) < 18 else None
    cases.assign_case(case, to=officer, actor=request.user)


def _pause(request: HttpRequest, case: Case, text: str) -> None:
    cases.pause_case(case, reason=text[:200] or gettext_noop("Waiting for the issuer"), actor=request.user)


def _resume(request: HttpRequest, case: Case, text: str) -> None:
    cases.resume_case(case, actor=request.user)


CASE_ACTIONS = {"note": _note, "assign": _assign, "pause": _pause, "resume": _resume}
