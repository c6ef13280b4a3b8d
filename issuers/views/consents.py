"""Requests for consent: made by licensees, recommended by one officer and decided by another."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import audit
from core.access import require, visible_or_404
from core.asking import refusal_on
from core.models import CaseNote
from core.roles import Can
from core.stepup import require_step_up
from issuers.forms.duties import ConsentForm, RecommendationForm, UseForm
from issuers.forms.files import EnclosureForm
from issuers.models import Consent
from issuers.selectors.documents import enclosures_of
from issuers.selectors.duties import consents_for, own_issuer
from issuers.services import consents
from issuers.views.frame import portal_frame
from issuers.workflows import CONSENT


@require_http_methods(["GET", "HEAD", "POST"])
def portal_list(request: HttpRequest) -> HttpResponse:
    """Every request of the reader's licensee; start another."""
    issuer = own_issuer(request.user)
    require(request.user, Can.FILE_NOTICE if request.method == "POST" else Can.VIEW_LICENCE, issuer)
    form = ConsentForm(issuer, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusal_on(form):
            consent = consents.draft_consent(issuer, actor=request.user, **form.cleaned_data)
            messages.success(request, _("Saved, not submitted."))
            return redirect("portal:consent", consent.reference)
    context = portal_frame(request.user, owner=issuer.organisation) | {
        "consents": consents_for(request.user).filter(issuer=issuer)[:100],
        "form": form,
        "may_file": request.user.can(Can.FILE_NOTICE, issuer),
    }
    return render(request, "portal/consents.html", context, status=422 if form.errors else 200)


def _shown(request: HttpRequest, consent: Consent) -> dict[str, Any]:
    seen = audit.Audience.AUTHORITY if request.user.is_authority else audit.Audience.ISSUER
    notes = consent.case.notes.filter(audience=CaseNote.Audience.ISSUER) if consent.case else []
    return {
        "consent": consent,
        "cite": consents.CITES[consent.position],
        "timed": consents.timed_by_law(consent),
        "moves": {move.name for move in CONSENT.available(consent, request.user)},
        "notes": notes,
        "enclosed": enclosures_of(consent),
        "events": audit.timeline(*filter(None, (consent, consent.case)), audience=seen)[:50],
    }


def _portal(
    request: HttpRequest, consent: Consent, form: UseForm | None = None, enclosure: EnclosureForm | None = None
) -> HttpResponse:
    context = portal_frame(request.user, owner=consent.issuer.organisation) | _shown(request, consent)
    may_file = request.user.can(Can.FILE_NOTICE, consent)
    form, enclosure = form or UseForm(), enclosure or EnclosureForm()
    context |= {"use_form": form, "may_file": may_file, "enclosure": enclosure,
                "may_enclose": may_file and consent.status == Consent.Status.DRAFT}
    wrong = form.errors or enclosure.errors
    return render(request, "portal/consent.html", context, status=422 if wrong else 200)


def with_enclosure(request: HttpRequest, consent: Consent, enclosure: EnclosureForm) -> HttpResponse:
    """The request, with what is wrong with a document that was to go with it."""
    return _portal(request, consent, enclosure=enclosure)


@require_safe
def portal_page(request: HttpRequest, reference: str) -> HttpResponse:
    """One request as its licensee reads it."""
    consent = visible_or_404(consents_for(request.user), request.user, reference=reference)
    require(request.user, Can.VIEW_LICENCE, consent)
    return _portal(request, consent)


@require_POST
def portal_act(request: HttpRequest, reference: str) -> HttpResponse:
    """Submit a request, add to it, take it back, or report its use.

    A draft is dropped without more; what was submitted is taken back only by who confirms who it is.
    """
    consent = visible_or_404(consents_for(request.user), request.user, reference=reference)
    require(request.user, Can.FILE_NOTICE, consent)
    action, text = request.POST.get("action", ""), request.POST.get("text", "").replace("\x00", "")
    if action == "use":
        return _use(request, consent)
    if action == "request" or (action == "withdraw" and consent.status == Consent.Status.REQUESTED):
        require_step_up(request)
    if action == "request":
        consents.request_consent(consent, actor=request.user)
    elif action == "inform":
        consents.record_further_information(consent, text=text, actor=request.user)
    elif action == "withdraw":
        consents.withdraw_consent(consent, actor=request.user)
    else:
        raise Http404
    messages.success(request, _("Done, and recorded."))
    return redirect("portal:consent", reference)


def _use(request: HttpRequest, consent: Consent) -> HttpResponse:
    """Report the day on which the person took up the position; a day that cannot be stands on the form."""
    form = UseForm(request.POST)
    if form.is_valid():
        require_step_up(request)
        with refusal_on(form):
            consents.use_consent(consent, on=form.cleaned_data["on"], actor=request.user)
            messages.success(request, _("Done, and recorded."))
            return redirect("portal:consent", consent.reference)
    return _portal(request, consent, form)


@require_safe
def officer_list(request: HttpRequest) -> HttpResponse:
    """Every request that was submitted: those to be decided, then the others."""
    found = consents_for(request.user)
    waiting = found.filter(status=Consent.Status.REQUESTED).order_by("decide_by", "requested_at")[:200]
    others = found.exclude(status=Consent.Status.REQUESTED)[:100]
    return render(request, "officer/consents.html", {"waiting": waiting, "others": others})


def _officer(request: HttpRequest, consent: Consent, form: RecommendationForm | None = None) -> HttpResponse:
    asked = consent.status == Consent.Status.REQUESTED
    context = _shown(request, consent) | {
        "form": form or RecommendationForm(),
        "may_recommend": asked and request.user.can(Can.REVIEW_NOTICE, consent),
        "why_not": CONSENT.refusal(consent, CONSENT.moves["grant"], request.user) if asked else "",
    }
    return render(request, "officer/consent.html", context, status=422 if form and form.errors else 200)


@require_safe
def officer_page(request: HttpRequest, reference: str) -> HttpResponse:
    """One request as officers read it: who recommends, who decides."""
    return _officer(request, visible_or_404(consents_for(request.user), request.user, reference=reference))


@require_POST
def officer_act(request: HttpRequest, reference: str) -> HttpResponse:
    """Recommend on a request, or decide it."""
    consent = visible_or_404(consents_for(request.user), request.user, reference=reference)
    action = request.POST.get("action", "")
    if action == "recommend":
        require(request.user, Can.REVIEW_NOTICE, consent)
        form = RecommendationForm(request.POST)
        if not form.is_valid():
            return _officer(request, consent, form)
        consents.recommend_consent(consent, actor=request.user, **form.cleaned_data)
    elif action in (consents.GRANT, consents.REFUSE):
        require(request.user, Can.DECIDE_CONSENT, consent)
        require_step_up(request)
        note = request.POST.get("text", "").replace("\x00", "")
        consents.decide_consent(consent, outcome=action, note=note, actor=request.user)
    else:
        raise Http404
    messages.success(request, _("Done, and recorded."))
    return redirect("officer:consent", reference)
