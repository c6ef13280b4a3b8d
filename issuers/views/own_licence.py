"""The licensee's own licence: where it stands, what it owes, what is proposed against it, and its say on that."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.access import require, visible_or_404
from core.errors import Refused
from core.roles import Can
from issuers.forms.files import say_refusal
from issuers.forms.licences import RepresentForm
from issuers.models import Licence, Proposal
from issuers.selectors.licences import licences_for, own_licence, proposals_for
from issuers.services.proposals import represent
from issuers.views.frame import portal_frame
from issuers.views.licences import licence_context
from issuers.views.proposals import proposal_context


@require_safe
def licence_page(request: HttpRequest) -> HttpResponse:
    """Our licence; an applicant is told that there is none yet."""
    require(request.user, Can.VIEW_LICENCE)
    return _shown(request, own_licence(request.user))


@require_safe
def earlier_licence(request: HttpRequest, number: str) -> HttpResponse:
    """A licence of ours by its number, one that has ended too: all of it stays to be read."""
    return _shown(request, visible_or_404(licences_for(request.user), request.user, number=number))


def _shown(request: HttpRequest, licence: Licence | None) -> HttpResponse:
    context = portal_frame(request.user, owner=licence.issuer.organisation if licence else None)
    if licence:
        require(request.user, Can.VIEW_LICENCE, licence)
        context |= licence_context(licence, request.user)
    return render(request, "portal/licence.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def proposal_page(request: HttpRequest, reference: str) -> HttpResponse:
    """One proposal against our licence; what we say on it."""
    proposal = visible_or_404(proposals_for(request.user), request.user, reference=reference)
    require(request.user, Can.VIEW_LICENCE, proposal)
    form = RepresentForm(*([request.POST, request.FILES] if request.method == "POST" else []))
    if request.method == "POST":
        require(request.user, Can.REPRESENT, proposal)
    if request.method == "POST" and form.is_valid() and _represented(request, proposal, form):
        messages.success(request, _("Your representations are received."))
        return redirect("portal:proposal", reference)
    context: dict[str, Any] = portal_frame(request.user, owner=proposal.licence.issuer.organisation)
    context |= proposal_context(proposal, request.user) | {"form": form}
    return render(request, "portal/proposal.html", context, status=422 if form.errors else 200)


def _represented(request: HttpRequest, proposal: Proposal, form: RepresentForm) -> bool:
    try:
        text, documents = form.cleaned_data["text"], form.read_documents()
        represent(proposal, text=text, documents=documents, actor=request.user)
    except Refused as reason:
        say_refusal(form, reason, "documents")
        return False
    return True
