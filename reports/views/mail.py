"""Mail as those who get it see it: what was sent to us, what I want, my certificate, and turning mail off by a link."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_tables2 import RequestConfig

from core import clock, smime
from core.access import require
from core.errors import Refused
from core.limits import limit_visitor
from core.models import Membership, Organisation, User
from core.outbox import NOTICES
from core.preferences import (
    certificate_of,
    choose_mail,
    file_certificate,
    optional_kinds,
    turn_off,
    withdraw_certificate,
)
from core.roles import Can
from core.stepup import require_step_up
from core.templatetags.ui import state
from core.undelivered import correct_address
from core.unsubscribing import read_token
from core.wording import hk_datetime
from issuers.selectors.mail import mail_seen_by, readers_of
from issuers.views.frame import portal_frame
from reports.forms_mail import AddressForm, CertificateForm, WantedForm


class OwnMailTable(tables.Table):
    """What was written to an issuer's people."""

    queued_at = tables.Column(verbose_name=gettext_lazy("Written"))
    subject = tables.Column(verbose_name=gettext_lazy("Subject"))
    address = tables.Column(verbose_name=gettext_lazy("To"))
    status = tables.Column(verbose_name=gettext_lazy("State"))

    class Meta:
        attrs = {"class": "tight", "caption": gettext_lazy("Mail we sent to you")}
        order_by = "-queued_at"
        empty_text = gettext_lazy("No mail yet")

    def render_queued_at(self, value):
        return hk_datetime(value, "short")

    def render_address(self, value, record):
        return format_html('{}<span class="sub">{}</span>', record.recipient or _("Somebody without an account"), value)

    def render_status(self, record):
        return state(record)


def _own_issuer(user: User) -> Organisation:
    own = [each.organisation for each in user.current_memberships if each.organisation.kind == Organisation.Kind.ISSUER]
    if not own:
        raise Http404
    return next((each for each in own if user.can(Can.MANAGE_PEOPLE, each)), own[0])


def _mail_of_issuer(request: HttpRequest, **forms: Any) -> HttpResponse:
    user = request.user
    organisation = _own_issuer(user)
    table = OwnMailTable(mail_seen_by(user, organisation))
    RequestConfig(request, paginate={"per_page": 50}).configure(table)
    context = portal_frame(user, owner=organisation) | {
        "table": table, "readers": readers_of(organisation), "least": settings.MAIL_LEAST_RECIPIENTS,
        "may_manage": user.can(Can.MANAGE_PEOPLE, organisation), "address_form": AddressForm(), "form_for": None,
    } | forms
    return render(request, "portal/mail_log.html", context, status=422 if forms else 200)


@require_safe
def mail_log(request: HttpRequest) -> HttpResponse:
    """Mail we sent to you: to all of the organisation for its administrators, else to the reader."""
    return _mail_of_issuer(request)


@require_POST
def correct_own(request: HttpRequest, pk: int) -> HttpResponse:
    """Give one of our people the right address."""
    organisation = _own_issuer(request.user)
    own = Membership.objects.current().filter(organisation=organisation)
    person = get_object_or_404(User.objects.filter(pk__in=own.values("user")), pk=pk)
    require(request.user, Can.MANAGE_PEOPLE, organisation)
    form = AddressForm(request.POST)
    if form.is_valid():
        require_step_up(request)
        try:
            correct_address(person, email=form.cleaned_data["email"], organisation=organisation, actor=request.user)
        except Refused as reason:
            form.add_error("email", str(reason))
        else:
            messages.success(request, _("The address is corrected. The authority sends again what did not arrive."))
            return redirect("portal:mail_log")
    return _mail_of_issuer(request, address_form=form, form_for=person.pk)


def _own_choices(request: HttpRequest, **forms: Any) -> HttpResponse:
    user = request.user
    context = {
        "wanted_form": WantedForm(None, user=user), "certificate_form": CertificateForm(), "now": clock.now(),
        "certificate": certificate_of(user), "kinds": optional_kinds(), "person": user,
    } | forms
    return render(request, "account/mail.html", context, status=422 if forms else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Which optional mail I want, and why the rest cannot be turned off."""
    form = WantedForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST":
        if not form.is_valid():
            return _own_choices(request, wanted_form=form)
        choose_mail(request.user, wanted=form.cleaned_data["wanted"], actor=request.user)
        messages.success(request, _("Saved."))
        return redirect("public:mail_preferences")
    return _own_choices(request)


@require_POST
def certificate(request: HttpRequest) -> HttpResponse:
    """File the certificate with which mail to me is encrypted, or take it off the file."""
    require_step_up(request)
    if request.POST.get("action") == "withdraw":
        withdraw_certificate(request.user, actor=request.user)
        messages.success(request, _("The certificate is off the file."))
        return redirect("public:mail_preferences")
    form = CertificateForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            raw = form.cleaned_data["certificate"].read(smime.MAX_BYTES + 1)
            file_certificate(request.user, raw, actor=request.user)
        except Refused as reason:
            form.add_error("certificate", str(reason))
        else:
            messages.success(request, _("From now on mail to you is encrypted."))
            return redirect("public:mail_preferences")
    return _own_choices(request, certificate_form=form)


@csrf_exempt  # a mail program posts here without ever having been on a page (RFC 8058); the link is the proof
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Turn one kind of optional mail off by the link in it; looking at the page changes nothing."""
    limit_visitor(request, "unsubscribe")
    meant = read_token(token)
    person = User.objects.filter(pk=meant[0]).first() if meant else None
    kind = NOTICES.get(meant[1]) if meant else None
    if person is None or kind is None or not kind.optional:
        raise Http404
    if request.method == "POST":
        turn_off(person, kind.template)
    return render(request, "public/unsubscribe.html", {"kind": kind, "done": request.method == "POST"})
