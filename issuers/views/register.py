"""The officers' side of the register: what it says, how it came to say so, and correcting it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core import clock
from core.access import require, visible_or_404
from core.roles import Can
from core.stepup import require_step_up
from issuers.forms.register import CorrectionForm
from issuers.models import Licence
from issuers.selectors.register import Entry, history, labelled, latest_entries, versions_of
from issuers.services.register import correct_entry


@require_safe
def officer_register(request: HttpRequest) -> HttpResponse:
    """Every entry with its last version, removed ones too."""
    return render(request, "officer/register.html", {"entries": latest_entries(), "now": clock.now()})


@require_http_methods(["GET", "HEAD", "POST"])
def officer_entry(request: HttpRequest, number: str) -> HttpResponse:
    """One entry as the public sees it and its history; a correction is shown as a difference before it is published."""
    licence = visible_or_404(Licence.objects.select_related("issuer__organisation"), request.user, number=number)
    form, is_sent = CorrectionForm(licence, request.POST or None), request.method == "POST"
    if is_sent:
        require(request.user, Can.REGISTER_ISSUERS, licence)
    if is_sent and form.is_valid() and request.POST.get("step") == "publish":
        require_step_up(request)
        correct_entry(licence, reason=form.cleaned_data["reason"], actor=request.user, **form.particulars)
        messages.success(request, _("Corrected. The public sees it now; what was wrong stays in the history."))
        return redirect("officer:register_entry", number)
    return _shown(request, licence, form, versions_of(number))


def _shown(request: HttpRequest, licence: Licence, form: CorrectionForm, versions: list[Entry]) -> HttpResponse:
    may = request.user.can(Can.REGISTER_ISSUERS, licence) and not licence.has_ended
    context = {
        "licence": licence, "entry": versions[-1] if versions else None, "history": history(versions), "form": form,
        "changes": labelled(form.changes), "may_correct": may, "now": clock.now(),
    }
    return render(request, "officer/register_entry.html", context, status=422 if form.errors else 200)
