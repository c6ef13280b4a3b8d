"""All applications as a board or a table, and how much work each officer and team has."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe
from django_tables2 import RequestConfig

from core.access import require
from core.errors import Refused
from core.models import Team
from core.roles import Can
from core.teams import create_team, set_team_members, working_officers
from core.templatetags.ui import due_cell, state, tag
from core.wording import due_tone, organisation_name
from issuers.forms.assessment import MembersForm, TeamForm
from issuers.models import Application, Issuer
from issuers.selectors.pipeline import ENDED, STAGES, board, card, pipeline, team_load, workload

STATES = {stage.name: stage.states for stage in (*STAGES, ENDED)}


class ApplicationTable(tables.Table):
    """The pipeline in rows: longest in its stage first."""

    due_at = tables.Column(accessor="case__due_at", verbose_name=gettext_lazy("Due"), empty_values=(),
                           attrs={"td": {"class": lambda value: f"sla {due_tone(value)}"}})
    reference = tables.Column(verbose_name=gettext_lazy("Application"), attrs={"th": {"class": "matter"}})
    status = tables.Column(verbose_name=gettext_lazy("Stage"))
    since = tables.Column(verbose_name=gettext_lazy("In this stage"))
    assignee = tables.Column(accessor="case__assignee", order_by="case__assignee__name", empty_values=(),
                             verbose_name=gettext_lazy("Officer"), attrs={"td": {"class": "nowrap"}})
    satisfied = tables.Column(empty_values=(), orderable=False, verbose_name=gettext_lazy("Criteria satisfied"))

    class Meta:
        attrs = {"caption": gettext_lazy("Applications")}
        order_by = "since"
        empty_text = gettext_lazy("No application here")

    def render_due_at(self, record):
        if record.stands:
            return tag(_("Clock stands"), "line")
        return _("Ended") if record.status in Application.ENDED else due_cell(record.case.due_at)

    def render_reference(self, value, record):
        return format_html(
            '<a class="ref" href="{}">{}</a><span class="sub">{}, {}</span>',
            reverse("officer:application", args=[value]), value,
            organisation_name(record.issuer.organisation), record.issuer.get_kind_display(),
        )

    def render_status(self, record):
        late = format_html(" {}", tag(_("Answer overdue"), "bad")) if card(record).overdue_request else ""
        return format_html("{}{}", state(record), late)

    def render_since(self, record):
        days = card(record).days
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}

    def render_assignee(self, record):
        team = record.case.team
        who = record.case.assignee or _("Nobody yet")
        return format_html('{}<span class="sub">{}</span>', who, team) if team else who

    def render_satisfied(self, record):
        shown = card(record)
        return _("%(some)d of %(all)d") % {"some": shown.satisfied, "all": shown.criteria}


def _filtered(rows: QuerySet[Application], asked: dict[str, str]) -> QuerySet[Application]:
    """Return the applications that fit what the address asks for; what it asks in vain is not asked."""
    rows = rows.filter(status__in=STATES.get(asked["stage"], [s for each in STAGES for s in each.states]))
    if asked["officer"] == "nobody":
        rows = rows.filter(case__assignee=None)
    elif asked["officer"].isdecimal() and len(asked["officer"]) < 18:
        rows = rows.filter(case__assignee=int(asked["officer"]))
    if asked["team"]:
        rows = rows.filter(case__team__slug=asked["team"])
    return rows.filter(issuer__kind=asked["kind"]) if asked["kind"] in Issuer.Kind.values else rows


@require_safe
def applications(request: HttpRequest) -> HttpResponse:
    """The pipeline, as a board of stages or as a table with filters in its address."""
    require(request.user, Can.REVIEW_APPLICATION)
    asked = {name: request.GET.get(name, "").replace("\x00", "") for name in ("stage", "officer", "team", "kind")}
    as_table = request.GET.get("show") == "table"
    rows = _filtered(pipeline(request.user), asked)
    context: dict[str, Any] = {
        "asked": asked, "as_table": as_table, "stages": [*STAGES, ENDED], "officers": working_officers(),
        "teams": Team.objects.all(), "kinds": Issuer.Kind.choices,
    }
    if as_table:
        context["table"] = ApplicationTable(rows)
        RequestConfig(request, paginate={"per_page": 25}).configure(context["table"])
    else:
        context["columns"] = board(rows.exclude(status__in=Application.ENDED))
    return render(request, "officer/applications.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def workload_page(request: HttpRequest) -> HttpResponse:
    """How much every officer and team has to do; who manages people creates teams here."""
    require(request.user, Can.WORK_CASES)
    form = TeamForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require(request.user, Can.MANAGE_PEOPLE)
        if form.is_valid():
            try:
                team = create_team(actor=request.user, **form.cleaned_data)
                return redirect("officer:team", team.slug)
            except Refused as refusal:
                form.add_error("name_en", str(refusal))
    context = {"loads": workload(request.user), "teams": team_load(request.user), "form": form}
    return render(request, "officer/workload.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def team_members(request: HttpRequest, team: str) -> HttpResponse:
    """A team: its load officer by officer, and its members."""
    require(request.user, Can.WORK_CASES)
    row = Team.objects.filter(slug=team).first()
    if row is None:
        raise Http404
    form = MembersForm(working_officers(), row, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require(request.user, Can.MANAGE_PEOPLE)
        if form.is_valid():
            set_team_members(row, members=form.cleaned_data["members"], actor=request.user)
            messages.success(request, _("Done, and recorded."))
            return redirect("officer:workload")
    context = {"team": row, "loads": workload(request.user, row), "form": form}
    return render(request, "officer/team.html", context, status=422 if form.errors else 200)
