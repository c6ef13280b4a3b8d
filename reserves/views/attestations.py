"""Attestations: the list, one engagement with what may be done on it, and the firms that may be engaged."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import audit
from core.access import require, visible_or_404
from core.errors import Refused
from core.middleware import open_to_auditors
from core.roles import Can
from core.stepup import require_step_up
from issuers.selectors import coins_for
from issuers.views.frame import portal_frame
from reserves.forms_attestation import AuditorForm, EngageForm, FirmForm
from reserves.models import Engagement, EngagementAuditor
from reserves.selectors.attestation import (
    audit_firms,
    auditors_of,
    days_of_period,
    engagements_for,
    evidence_of,
    latest_report,
)
from reserves.services import attestation_reports, engagements
from reserves.services.attestation_reports import differing_figures
from reserves.workflows import ATTESTATION, AUDITOR_ACCESS


def engagement_or_404(request: HttpRequest, reference: str, permission: Can = Can.VIEW_RESERVES) -> Engagement:
    """Return the engagement that the reader may know of, if the reader may do this with it."""
    row = visible_or_404(engagements_for(request.user), request.user, reference=reference)
    require(request.user, permission, row)
    return row


def frame_of(request: HttpRequest, row: Engagement) -> dict[str, Any]:
    """Return the frame of a page about an engagement: the coin's for its issuer, the firm's for its auditors."""
    own = coins_for(request.user).filter(pk=row.coin_id).first()
    return portal_frame(request.user, own) | {"engagement": row, "site": request.resolver_match.namespace}


@open_to_auditors
@require_http_methods(["GET", "HEAD", "POST"])
def engagement_list(request: HttpRequest) -> HttpResponse:
    """The engagements that the reader may know of; an issuer's administrator engages here."""
    coins = coins_for(request.user).filter(issuer__organisation__in=request.user.organisation_ids)
    may_engage = any(request.user.can(Can.ENGAGE_AUDITOR, coin) for coin in coins)
    form = EngageForm(coins, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require(request.user, Can.ENGAGE_AUDITOR, coins.first())
        if form.is_valid() and (row := _engaged(form, request)):
            return redirect("portal:engagement", row.reference)
    context = portal_frame(request.user) | {
        "engagements": engagements_for(request.user), "form": form, "may_engage": may_engage,
    }
    return render(request, "portal/engagements.html", context, status=422 if form.errors else 200)


def _engaged(form: EngageForm, request: HttpRequest) -> Engagement | None:
    try:
        return engagements.engage_auditor(actor=request.user, **form.cleaned_data)
    except Refused as problem:
        form.add_error(None, str(problem))
        return None


def _entered(form: FirmForm, request: HttpRequest) -> bool:
    try:
        engagements.enter_audit_firm(actor=request.user, **form.cleaned_data)
    except Refused as problem:
        form.add_error("name_en", str(problem))
        return False
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def officer_list(request: HttpRequest) -> HttpResponse:
    """All engagements, what waits for an officer first; the firms, and the form that enters one."""
    entering, posted = "name_en" in request.POST, request.method == "POST"
    form = FirmForm(request.POST if entering else None)
    engage = EngageForm(coins_for(request.user), request.POST if posted and not entering else None)
    if posted:
        require(request.user, Can.REGISTER_ISSUERS if entering else Can.ENGAGE_AUDITOR)
        if entering and form.is_valid() and _entered(form, request):
            return redirect("officer:attestations")
        if not entering and engage.is_valid() and (row := _engaged(engage, request)):
            return redirect("officer:engagement", row.reference)
    rows = list(engagements_for(request.user))
    context = {
        "waiting": [row for row in rows if row.status == Engagement.Status.FILED],
        "others": [row for row in rows if row.status != Engagement.Status.FILED],
        "firms": audit_firms(), "form": form, "may_enter": request.user.can(Can.REGISTER_ISSUERS),
        "engage": engage, "may_engage": request.user.can(Can.ENGAGE_AUDITOR),
    }
    return render(request, "officer/attestations.html", context, status=422 if form.errors or engage.errors else 200)


@open_to_auditors
@require_safe
def engagement(request: HttpRequest, reference: str) -> HttpResponse:
    """One engagement: how far it is, its draw, its days, its people, its report."""
    row = engagement_or_404(request, reference)
    return render(request, f"{request.resolver_match.namespace}/engagement.html", _shown(request, row))


def _shown(request: HttpRequest, row: Engagement, form: AuditorForm | None = None) -> dict[str, Any]:
    user, report = request.user, latest_report(row)
    days = list(report.days.all()) if report else []
    return frame_of(request, row) | {
        "moves": {move.name for move in ATTESTATION.available(row, user)},
        "why_not_accept": ATTESTATION.refusal(row, ATTESTATION.moves["accept"], user),
        "evidence": evidence_of(row), "days": days_of_period(row)[:400],
        "auditors": [(each, {move.name for move in AUDITOR_ACCESS.available(each, user)}) for each in auditors_of(row)],
        "report": report, "attested": days, "differing": differing_figures(days),
        "form": form or AuditorForm(row), "may_engage": user.can(Can.ENGAGE_AUDITOR, row),
        "may_file": user.can(Can.FILE_NOTICE, row), "may_review": user.can(Can.REVIEW_NOTICE, row),
        "is_firm": row.firm_id in user.organisation_ids,
        "events": audit.timeline(
            row, audience=audit.Audience.AUTHORITY if user.is_authority else audit.Audience.ISSUER),
    }


#: What is done to an engagement as a whole: permission asked for first, whether with step-up, and the service.
ACTS: dict[str, tuple[Can, bool, Any]] = {
    "end": (Can.ENGAGE_AUDITOR, False,
            lambda row, text, actor: engagements.end_engagement(row, reason=text, actor=actor)),
    "comment": (Can.FILE_NOTICE, False,
                lambda row, text, actor: attestation_reports.comment_on_report(row, text=text, actor=actor)),
    "file": (Can.FILE_NOTICE, True, lambda row, text, actor: attestation_reports.file_report(row, actor=actor)),
    "recommend": (Can.REVIEW_NOTICE, False,
                  lambda row, text, actor: attestation_reports.recommend_acceptance(row, note=text, actor=actor)),
    "accept": (Can.REVIEW_NOTICE, True, lambda row, text, actor: attestation_reports.accept_report(row, actor=actor)),
    "query": (Can.REVIEW_NOTICE, False,
              lambda row, text, actor: attestation_reports.query_report(row, text=text, actor=actor)),
}


@require_POST
def act(request: HttpRequest, reference: str) -> HttpResponse:
    """Make one of the moves on an engagement."""
    name = request.POST.get("action", "")
    if name not in ACTS:
        raise Http404
    permission, confirmed, do = ACTS[name]
    row = engagement_or_404(request, reference, permission)
    if confirmed:
        require_step_up(request)
    try:
        do(row, request.POST.get("text", "").replace("\x00", ""), request.user)
        messages.success(request, _("Done, and recorded."))
    except Refused as problem:
        messages.error(request, str(problem))
    return redirect(f"{request.resolver_match.namespace}:engagement", reference)


@require_POST
def propose(request: HttpRequest, reference: str) -> HttpResponse:
    """Propose one person of the firm for access."""
    row = engagement_or_404(request, reference, Can.ENGAGE_AUDITOR)
    form = AuditorForm(row, request.POST)
    try:
        if form.is_valid():
            engagements.propose_auditor(row, actor=request.user, **form.cleaned_data)
            messages.success(request, _("Proposed. Somebody else has to agree before anything is sent."))
            return redirect(f"{request.resolver_match.namespace}:engagement", reference)
    except Refused as problem:
        form.add_error(None, str(problem))
    site = request.resolver_match.namespace
    return render(request, f"{site}/engagement.html", _shown(request, row, form), status=422)


@require_POST
def auditor_act(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Agree to a person's access, or end it."""
    row = engagement_or_404(request, reference, Can.ENGAGE_AUDITOR)
    auditor = get_object_or_404(EngagementAuditor.objects.select_related("engagement__firm"), engagement=row, pk=pk)
    do = engagements.admit_auditor if request.POST.get("action") == "admit" else engagements.end_auditor
    try:
        do(auditor, actor=request.user)
        messages.success(request, _("Done, and recorded."))
    except Refused as problem:
        messages.error(request, str(problem))
    return redirect(f"{request.resolver_match.namespace}:engagement", reference)
