"""AML returns: filed by licensees quarter by quarter, set beside what the platform saw by officers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from aml.forms_oversight import LABELS, AmlReturnForm
from aml.selectors.aml_returns import aml_returns_for, aml_returns_in_force, compared
from aml.services.aml_returns import file_aml_return
from core.access import require, visible_or_404
from core.asking import refusal_on
from core.roles import Can
from issuers.selectors.duties import own_issuer
from issuers.views.frame import portal_frame


@require_http_methods(["GET", "HEAD", "POST"])
def portal_list(request: HttpRequest) -> HttpResponse:
    """The returns of the reader's licensee, and the form of another."""
    issuer = own_issuer(request.user)
    require(request.user, Can.FILE_AML_RETURN if request.method == "POST" else Can.VIEW_LICENCE, issuer)
    form = AmlReturnForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusal_on(form):
            filed = file_aml_return(issuer, actor=request.user, **form.cleaned_data)
            messages.success(request, _("Filed: %(reference)s.") % {"reference": filed.reference})
            return redirect("portal:aml_returns")
    returns = aml_returns_for(request.user).filter(issuer=issuer)
    context = portal_frame(request.user, owner=issuer.organisation) | {
        "returns": returns[:60], "latest": returns.order_by("-filed_at", "-pk").first(), "form": form,
        "may_file": request.user.can(Can.FILE_AML_RETURN, issuer),
    }
    return render(request, "portal/aml_returns.html", context, status=422 if form.errors else 200)


@require_safe
def officer_list(request: HttpRequest) -> HttpResponse:
    """The returns in force of all licensees, the latest quarters first."""
    require(request.user, Can.VIEW_ALERTS)
    return render(request, "officer/aml_returns.html", {"returns": aml_returns_in_force(request.user)[:200]})


@require_safe
def officer_return(request: HttpRequest, pk: int) -> HttpResponse:
    """One return: every count as stated, and as the platform saw it where it could."""
    require(request.user, Can.VIEW_ALERTS)
    filed = visible_or_404(aml_returns_for(request.user), request.user, pk=pk)
    seen = {each.count: each for each in compared(filed)}
    rows = [(label, getattr(filed, name), seen.get(name)) for name, label in LABELS.items()]
    return render(request, "officer/aml_return.html", {"filed": filed, "rows": rows})
