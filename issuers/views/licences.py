"""Licences as officers work them: the table of all, one with its conditions and fees, payments."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from django_tables2 import RequestConfig

from core import audit, clock
from core.access import require, visible_or_404
from core.errors import Refused
from core.models import User
from core.roles import Can
from core.rulebook.facts import Kind
from core.stepup import require_step_up
from core.templatetags.ui import state
from core.wording import amount, hk_date, organisation_name, share
from issuers.conditions import KINDS
from issuers.forms.licences import NoteForm, PaymentForm
from issuers.models import Condition, Licence
from issuers.powers import POWERS
from issuers.selectors.licences import (
    ended_on,
    fees_for,
    licences_counted,
    licences_for,
    other_licences,
    proposals_for,
)
from issuers.selectors.mail import mail_to, readers_of
from issuers.selectors.standing import standing_of
from issuers.services.fees import record_payment, take_back_payment

FIGURE = {"td": {"class": "num"}, "th": {"class": "num"}}


class LicenceTable(tables.Table):
    """Every licence, with what is open on it."""

    number = tables.Column(verbose_name=gettext_lazy("Licence"))
    status = tables.Column(verbose_name=gettext_lazy("State"))
    effective_on = tables.Column(verbose_name=gettext_lazy("Effective"))
    condition_count = tables.Column(verbose_name=gettext_lazy("Conditions"), attrs=FIGURE)
    fee_count = tables.Column(verbose_name=gettext_lazy("Fees owed"), attrs=FIGURE)
    proposal_count = tables.Column(verbose_name=gettext_lazy("Open proposals"), attrs=FIGURE)

    class Meta:
        attrs = {"caption": gettext_lazy("Licences")}
        order_by = "number"
        empty_text = gettext_lazy("No licence has been granted yet")

    def render_number(self, value, record):
        return format_html(
            '<a class="ref" href="{}">{}</a><span class="sub">{}</span>',
            reverse("officer:licence", args=[value]), value, organisation_name(record.issuer.organisation),
        )

    def render_status(self, record):
        return state(record)

    def render_effective_on(self, value):
        return hk_date(value, "short")


@require_safe
def licence_list(request: HttpRequest) -> HttpResponse:
    """Every licence."""
    table = LicenceTable(licences_counted(request.user))
    RequestConfig(request, paginate={"per_page": 50}).configure(table)
    return render(request, "officer/licences.html", {"table": table})


def licence_context(licence: Licence, user: User) -> dict[str, Any]:
    """Return what both sites show of a licence."""
    conditions = licence.conditions.select_related("coin", "replaced_by")
    fees = list(fees_for(user).filter(licence=licence))
    proposals = list(proposals_for(user).filter(licence=licence))
    audience = audit.Audience.AUTHORITY if user.is_authority else audit.Audience.ISSUER
    return {
        "licence": licence, "standing": standing_of(licence), "fees": fees,
        "ended_on": ended_on(licence), "others": other_licences(licence),
        "conditions": [condition_row(each) for each in conditions],
        "proposals": [{"proposal": each, "title": _(POWERS[each.kind].title)} for each in proposals],
        "owed": [fee for fee in fees if fee.paid_on is None and fee.withdrawn_at is None],
        "events": audit.timeline(licence, *fees, *proposals, audience=audience)[:100],
    }


def condition_row(condition: Condition) -> dict[str, Any]:
    """Return a condition with the name of its kind, the fact that it feeds and whether it holds today."""
    kind, today = KINDS[condition.kind], clock.today()
    ended = condition.cancelled_from is not None and condition.cancelled_from <= today
    return {
        "condition": condition, "title": _(kind.title), "cite": kind.cite, "fact": kind.declared,
        "meaning": _(kind.declared.meaning) if kind.declared else "", "figure": figure_in_words(condition),
        "ended": ended,
        "to_come": condition.in_force_from > today, "replaced_by": getattr(condition, "replaced_by", None),
    }


FREQUENCIES = {
    "monthly": gettext_lazy("Monthly"), "quarterly": gettext_lazy("Quarterly"),
    "half_yearly": gettext_lazy("Half-yearly"), "yearly": gettext_lazy("Yearly"),
}


def figure_in_words(condition: Condition) -> str:
    """Return what a condition sets, with its unit; "" where a person watches over it."""
    fact = KINDS[condition.kind].declared
    if fact is None:
        return ""
    if fact.kind is Kind.RATIO:
        return share(condition.value, places=2)
    if fact.kind is Kind.AMOUNT:
        currency = condition.coin.reference_currency if condition.coin else "HKD"
        if fact.unit == "hours":
            return _("%(count)s hours") % {"count": condition.value}
        return _("%(currency)s %(amount)s") % {"currency": currency, "amount": amount(condition.value)}
    return _("Approved") if condition.value is True else str(FREQUENCIES.get(condition.value, condition.value))


def _shown(request: HttpRequest, licence: Licence, **forms: Any) -> HttpResponse:
    user = request.user
    context = licence_context(licence, user) | {
        "may_propose": user.can(Can.PROPOSE_LICENCE_ACTION, licence), "may_record": user.can(Can.RECORD_FEE, licence),
        "payment_form": PaymentForm(initial={"paid_on": clock.today()}), "note_form": NoteForm(), "form_for": None,
        "readers": readers_of(licence.issuer.organisation), "mail": mail_to(licence.issuer.organisation)[:5],
        "least": settings.MAIL_LEAST_RECIPIENTS,
    } | forms
    return render(request, "officer/licence.html", context, status=422 if forms else 200)


@require_safe
def licence_page(request: HttpRequest, number: str) -> HttpResponse:
    """One licence."""
    return _shown(request, visible_or_404(licences_for(request.user), request.user, number=number))


@require_POST
def pay_fee(request: HttpRequest, invoice: str) -> HttpResponse:
    """Record that a fee was paid."""
    fee = visible_or_404(fees_for(request.user), request.user, invoice=invoice)
    require(request.user, Can.RECORD_FEE, fee)
    require_step_up(request)
    form = PaymentForm(request.POST)
    if form.is_valid():
        try:
            record_payment(fee, actor=request.user, **form.cleaned_data)
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("The payment is recorded."))
            return redirect("officer:licence", fee.licence.number)
    return _shown(request, fee.licence, payment_form=form, form_for=fee.invoice)


@require_POST
def take_back_fee(request: HttpRequest, invoice: str) -> HttpResponse:
    """Take back that a fee was paid."""
    fee = visible_or_404(fees_for(request.user), request.user, invoice=invoice)
    require(request.user, Can.RECORD_FEE, fee)
    require_step_up(request)
    form = NoteForm(request.POST)
    if form.is_valid():
        take_back_payment(fee, actor=request.user, **form.cleaned_data)
        messages.success(request, _("The payment mark is taken back."))
        return redirect("officer:licence", fee.licence.number)
    return _shown(request, fee.licence, note_form=form, form_for=fee.invoice)
