"""Mail that was sent, waits, failed, came back or may have been sent twice, and what officers do about it."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from django_tables2 import RequestConfig

from core import audit, circuit, clock
from core.access import require
from core.bounce_intake import read_bounce
from core.models import Bounce, Membership, Message, Organisation
from core.outbox import NOTICES
from core.roles import Can
from core.stepup import require_step_up
from core.templatetags.ui import state
from core.undelivered import TO_WORK, correct_address, resend, settle, trust_address
from core.wording import hk_datetime
from reports.forms_mail import AddressForm, ResendForm, SettleForm

S = Message.Status


class MessageTable(tables.Table):
    """One row per message and recipient."""

    queued_at = tables.Column(verbose_name=gettext_lazy("Queued"))
    subject = tables.Column(verbose_name=gettext_lazy("Subject"))
    address = tables.Column(verbose_name=gettext_lazy("To"))
    status = tables.Column(verbose_name=gettext_lazy("State"))

    class Meta:
        attrs = {"class": "tight", "caption": gettext_lazy("Messages")}
        order_by = "-queued_at"
        empty_text = gettext_lazy("No mail here")

    def render_queued_at(self, value):
        return hk_datetime(value, "short")

    def render_subject(self, value, record):
        return format_html('<a class="ref" href="{}">{}</a>', reverse("officer:mail_message", args=[record.pk]), value)

    def render_address(self, value, record):
        return format_html('{}<span class="sub">{}</span>', record.recipient or _("Somebody without an account"), value)

    def render_status(self, record):
        return format_html('{}<span class="sub">{}</span>', state(record), what_became(record))


def what_became(message: Message) -> str:
    """Return what the state of a message leaves open: when it is tried next, or what the server said."""
    if message.status == S.QUEUED and message.attempts:
        return _("Next attempt %(at)s. %(error)s") % {
            "at": hk_datetime(message.next_attempt_at, "short"), "error": message.error}
    return message.error


VIEWS = {
    "todo": (gettext_lazy("To do"), Q(status__in=TO_WORK)),
    "waiting": (gettext_lazy("Waiting"), Q(status__in=[S.QUEUED, S.INFLIGHT])),
    "sent": (gettext_lazy("Sent"), Q(status=S.SENT)),
    "settled": (gettext_lazy("Settled by a person"), Q(status=S.SETTLED)),
}


def _chosen(request: HttpRequest) -> tuple[str, QuerySet[Message], dict[str, str]]:
    """Return the view that was chosen, its messages, and what they were narrowed to."""
    view, asked = request.GET.get("view", ""), {name: request.GET.get(name, "").replace("\x00", "").strip()
                                               for name in ("q", "organisation", "notice")}
    rows = Message.objects.select_related("recipient").defer("text", "html")
    if asked["organisation"]:
        rows = rows.filter(organisation__slug=asked["organisation"])
    if asked["notice"] in NOTICES:
        rows = rows.filter(notice=asked["notice"])
    if asked["q"]:
        rows = rows.filter(Q(address__icontains=asked["q"]) | Q(subject__icontains=asked["q"]))
    return view if view in VIEWS else "", rows, asked


@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """All messages, newest first, by what became of them, for one issuer or one address."""
    require(request.user, Can.VIEW_OUTBOX)
    view, rows, asked = _chosen(request)
    by_view = {name: Count("pk", filter=only) for name, (_label, only) in VIEWS.items()}
    counts, down = rows.order_by().aggregate(all=Count("pk"), **by_view), circuit.server_down()
    query = request.GET.copy()
    views = []
    for name, label in [("", _("All")), *((name, str(label)) for name, (label, _only) in VIEWS.items())]:
        query["view"] = name
        query.pop("page", None)
        views.append((label, f"?{query.urlencode()}", counts[name or "all"], name == view))
    table = MessageTable(rows.filter(VIEWS[view][1]) if view else rows)
    RequestConfig(request, paginate={"per_page": 50}).configure(table)
    return render(request, "officer/outbox.html", {
        "table": table, "views": views, "view": view, "asked": asked, "down": down,
        "waiting": Message.objects.filter(status=S.QUEUED).count() if down else 0,
        "organisation": Organisation.objects.filter(slug=asked["organisation"] or None).first(),
        "unread": Bounce.objects.filter(kind=Bounce.Kind.UNKNOWN, read_at=None)[:20],
        "may_work": request.user.can(Can.WORK_MAIL),
    })


def _message(request: HttpRequest, pk: int) -> Message:
    require(request.user, Can.VIEW_OUTBOX)
    return get_object_or_404(Message.objects.select_related("recipient", "organisation", "case", "again_of"), pk=pk)


def _shown(request: HttpRequest, message: Message, **forms: Any) -> HttpResponse:
    user, person = request.user, message.recipient
    organisation = _organisation_of(message)
    to_do = message.status in TO_WORK and user.can(Can.WORK_MAIL)
    context = {
        "message": message, "became": what_became(message), "to_do": to_do, "bounces": message.bounces.all(),
        "again": Message.objects.filter(again_of=message).first(), "events": audit.timeline(message)[:50],
        "dead": person if person and person.undeliverable_since else None, "may_work": user.can(Can.WORK_MAIL),
        "may_correct": bool(person and organisation and user.can(Can.MANAGE_PEOPLE, organisation)),
        "address_form": AddressForm(),
        "resend_form": None if person else ResendForm(initial={"address": message.address}),
        "settle_form": SettleForm(), "down": circuit.server_down(), "now": clock.now(),
    } | forms
    return render(request, "officer/mail_message.html", context, status=422 if forms else 200)


def _organisation_of(message: Message) -> Organisation | None:
    if message.organisation or not message.recipient:
        return message.organisation
    first = Membership.objects.current().filter(user=message.recipient).select_related("organisation").first()
    return first.organisation if first else None


@require_safe
def message_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One message: to whom, what became of it and why, and what a person may do."""
    return _shown(request, _message(request, pk))


@require_POST
def resend_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the same words again."""
    message = _message(request, pk)
    require(request.user, Can.WORK_MAIL)
    form = ResendForm(request.POST)
    if message.recipient is None and not form.is_valid():
        return _shown(request, message, resend_form=form)
    address = "" if message.recipient else form.cleaned_data["address"]
    again = resend(message, actor=request.user, address=address)
    messages.success(request, _("It is on its way again."))
    return redirect("officer:mail_message", again.pk)


@require_POST
def settle_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Call a message delivered, and say how."""
    message = _message(request, pk)
    require(request.user, Can.WORK_MAIL)
    form = SettleForm(request.POST)
    if not form.is_valid():
        return _shown(request, message, settle_form=form)
    settle(message, note=form.cleaned_data["note"], actor=request.user)
    messages.success(request, _("Done, and recorded."))
    return redirect("officer:mail_message", pk)


@require_POST
def trust(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that the recipient's address works again."""
    message = _message(request, pk)
    require(request.user, Can.WORK_MAIL)
    if message.recipient:
        trust_address(message.recipient, actor=request.user)
        messages.success(request, _("Mail to this address is no longer held back."))
    return redirect("officer:mail_message", pk)


@require_POST
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the recipient of a message the right address."""
    message = _message(request, pk)
    organisation = _organisation_of(message)
    require(request.user, Can.MANAGE_PEOPLE, organisation)
    form = AddressForm(request.POST)
    if not form.is_valid() or message.recipient is None or organisation is None:
        return _shown(request, message, address_form=form)
    require_step_up(request)
    correct_address(message.recipient, email=form.cleaned_data["email"], organisation=organisation, actor=request.user)
    messages.success(request, _("The address is corrected. Now send again what did not arrive."))
    return redirect("officer:mail_message", pk)


@require_POST
def mark_bounce_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that a person looked at mail that came back and was not understood."""
    require(request.user, Can.WORK_MAIL)
    read_bounce(get_object_or_404(Bounce, pk=pk), actor=request.user)
    return redirect("officer:outbox")
