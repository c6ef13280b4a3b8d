"""The business-day calendar as officers see it, and the closures that they enter."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from core import cases, clock
from core.access import require
from core.asking import DayField, refusal_on
from core.business_days import enter_closure
from core.calendars import coming_holidays
from core.models import Closure
from core.roles import Can
from issuers.services import consents, requests


class ClosureForm(forms.Form):
    """One day that a warning closed."""

    day = DayField(
        label=gettext_lazy("Day"),
        help_text=gettext_lazy("Year-month-day, for example 2026-09-08"),
        widget=forms.DateInput(attrs={"class": "govuk-input--width-10"}),
    )
    warning = forms.ChoiceField(
        label=gettext_lazy("Warning"), choices=Closure.Warning.choices, widget=forms.RadioSelect
    )


@require_http_methods(["GET", "HEAD", "POST"])
def closures(request: HttpRequest) -> HttpResponse:
    """Read closures and coming holidays; enter a closure."""
    form = ClosureForm(request.POST or None)
    if request.method == "POST":
        require(request.user, Can.ENTER_CLOSURE)
    if request.method == "POST" and form.is_valid():
        with refusal_on(form, "day"):
            enter_closure(actor=request.user, **form.cleaned_data)
            cases.refresh_service_clocks()
            requests.refresh_due_days()
            consents.refresh_times()
            messages.success(request, _("The closure is entered."))
            return redirect("officer:closures")
    holidays = coming_holidays(clock.today(), 12)
    context = {"form": form, "closures": Closure.objects.select_related("entered_by")[:50], "holidays": holidays}
    return render(request, "officer/closures.html", context, status=422 if form.errors else 200)
