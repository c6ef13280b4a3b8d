"""Notices of events: chosen, drafted and submitted by licensees, acknowledged or returned by officers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import audit, clock
from core.access import require, visible_or_404
from core.asking import refusal_on
from core.roles import Can
from core.stepup import require_step_up
from issuers.events import EVENTS, WHEN_LABELS, EventKind, When, events_for
from issuers.forms.duties import EventNoticeForm
from issuers.forms.files import EnclosureForm
from issuers.models import EventNotice
from issuers.selectors.documents import enclosures_of
from issuers.selectors.duties import notices_for, own_issuer
from issuers.services import event_notices
from issuers.views.frame import portal_frame
from issuers.workflows import EVENT_NOTICE


def when_words(event: EventKind) -> str:
    """Return by when the law wants the notice, in words."""
    if event.when is not When.WITHIN:
        return _(WHEN_LABELS[event.when])
    limit = event.limit_on(clock.today())
    if event.from_awareness:
        return _("Within %(count)d days of becoming aware of it") % {"count": limit.count if limit else 0}
    return _("Within %(count)d days of the event") % {"count": limit.count if limit else 0}


@require_safe
def chooser(request: HttpRequest) -> HttpResponse:
    """Every event that the licensee must tell of, with its time limit, and what it told so far."""
    issuer = own_issuer(request.user)
    require(request.user, Can.VIEW_LICENCE, issuer)
    context = portal_frame(request.user, owner=issuer.organisation) | {
        "events": [(event, when_words(event)) for event in events_for(issuer.kind)],
        "notices": notices_for(request.user).filter(issuer=issuer)[:100],
        "may_file": request.user.can(Can.FILE_NOTICE, issuer),
    }
    return render(request, "portal/notify.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, kind: str) -> HttpResponse:
    """Start a notice of one kind; it is saved before anything else happens to it."""
    issuer, event = own_issuer(request.user), EVENTS.get(kind)
    if event is None or issuer.kind not in event.kinds:
        raise Http404
    require(request.user, Can.FILE_NOTICE, issuer)
    form = EventNoticeForm(event, issuer, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusal_on(form):
            notice = event_notices.draft_notice(issuer, kind=kind, actor=request.user, **form.stated())
            messages.success(request, _("Saved, not submitted."))
            return redirect("portal:event_notice", notice.reference)
    context = {"event": event, "when": when_words(event), "form": form, "editable": True}
    frame = portal_frame(request.user, owner=issuer.organisation)
    return render(request, "portal/event_notice.html", frame | context, status=422 if form.errors else 200)


def _shown(request: HttpRequest, notice: EventNotice) -> dict[str, Any]:
    event = EVENTS[notice.kind]
    seen = audit.Audience.AUTHORITY if request.user.is_authority else audit.Audience.ISSUER
    return {
        "notice": notice,
        "event": event,
        "when": when_words(event),
        "answers": [(_(field.label), _answer(event, field.key, notice)) for field in event.fields],
        "enclosed": enclosures_of(notice),
        "events": audit.timeline(*filter(None, (notice, notice.case)), audience=seen)[:50],
    }


def _answer(event: EventKind, key: str, notice: EventNotice) -> str:
    value = notice.statements.get(key, "")
    field = next(each for each in event.fields if each.key == key)
    return _(dict(field.choices)[value]) if value in dict(field.choices) else value


@require_http_methods(["GET", "HEAD", "POST"])
def portal_page(request: HttpRequest, reference: str) -> HttpResponse:
    """One notice: its form while it is the licensee's, its receipt once it is submitted."""
    notice = visible_or_404(notices_for(request.user), request.user, reference=reference)
    require(request.user, Can.FILE_NOTICE if request.method == "POST" else Can.VIEW_LICENCE, notice)
    submitting = request.POST.get("action") == "submit"
    form = EventNoticeForm(EVENTS[notice.kind], notice.issuer, request.POST or None, submitting=submitting,
                           initial=EventNoticeForm.initial_of(notice))
    if request.method == "POST" and form.is_valid():
        with refusal_on(form):
            return _saved(request, notice, form)
    return _portal(request, notice, form, EnclosureForm())


def with_enclosure(request: HttpRequest, notice: EventNotice, enclosure: EnclosureForm) -> HttpResponse:
    """The notice as it is saved, with what is wrong with a document that was to go with it."""
    form = EventNoticeForm(EVENTS[notice.kind], notice.issuer, None, initial=EventNoticeForm.initial_of(notice))
    return _portal(request, notice, form, enclosure)


def _portal(
    request: HttpRequest, notice: EventNotice, form: EventNoticeForm, enclosure: EnclosureForm
) -> HttpResponse:
    editable = notice.status in event_notices.OPEN and request.user.can(Can.FILE_NOTICE, notice)
    frame = portal_frame(request.user, owner=notice.issuer.organisation)
    context = frame | _shown(request, notice) | {"form": form, "editable": editable, "enclosure": enclosure}
    wrong = form.errors or enclosure.errors
    return render(request, "portal/event_notice.html", context, status=422 if wrong else 200)


def _saved(request: HttpRequest, notice: EventNotice, form: EventNoticeForm) -> HttpResponse:
    """Save first, so that nothing is lost on the way to confirm who submits."""
    notice = event_notices.save_notice(notice, actor=request.user, **form.stated())
    if form.submitting:
        require_step_up(request)
        notice = event_notices.submit_notice(notice, actor=request.user)
        late = _("Submitted after its last day. It is on record as late.")
        messages.success(request, late if notice.is_late else _("Submitted. The receipt is below."))
    else:
        messages.success(request, _("Saved, not submitted."))
    return redirect("portal:event_notice", notice.reference)


@require_POST
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Drop a notice that was not submitted, or was returned.

    The authority has nothing that this takes away, so nobody is asked to confirm who it is.
    """
    notice = visible_or_404(notices_for(request.user), request.user, reference=reference)
    event_notices.withdraw_notice(notice, actor=request.user)
    messages.success(request, _("Done, and recorded."))
    return redirect("portal:notify")


@require_safe
def officer_list(request: HttpRequest) -> HttpResponse:
    """Every notice that was submitted: those that wait for an answer, then the others."""
    notices = notices_for(request.user).order_by("-submitted_at")
    waiting = list(notices.filter(status=EventNotice.Status.SUBMITTED).order_by("submitted_at")[:200])
    others = notices.exclude(status=EventNotice.Status.SUBMITTED)[:100]
    return render(request, "officer/notices.html", {"waiting": waiting, "others": others})


@require_safe
def officer_page(request: HttpRequest, reference: str) -> HttpResponse:
    """One notice as officers read it, and what they may do about it."""
    notice = visible_or_404(notices_for(request.user), request.user, reference=reference)
    moves = [move for move in EVENT_NOTICE.available(notice, request.user) if move.name in ACTS]
    return render(request, "officer/notice.html", _shown(request, notice) | {"moves": moves})


def _return(request: HttpRequest, notice: EventNotice) -> EventNotice:
    remark = request.POST.get("text", "").replace("\x00", "")
    return event_notices.return_notice(notice, remark=remark, actor=request.user)


def _acknowledge(request: HttpRequest, notice: EventNotice) -> EventNotice:
    return event_notices.acknowledge_notice(notice, actor=request.user)


ACTS = {"acknowledge": _acknowledge, "return": _return}


@require_POST
def officer_act(request: HttpRequest, reference: str) -> HttpResponse:
    """Acknowledge a notice or return it."""
    notice = visible_or_404(notices_for(request.user), request.user, reference=reference)
    act = ACTS.get(request.POST.get("action", ""))
    if act is None:
        raise Http404
    act(request, notice)
    messages.success(request, _("Done, and recorded."))
    return redirect("officer:notice", reference)
