"""First contacts: the public page that takes them in, and what officers make of them (LIC 4.2)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import audit
from core.access import require
from core.limits import limit_visitor
from core.roles import Can
from core.stepup import require_step_up
from issuers.forms.people import ContactForm, TalkForm
from issuers.models import Contact
from issuers.selectors.people import contacts as contacts_in
from issuers.selectors.people import waiting_for_authority
from issuers.services import contacts as services
from issuers.workflows import CONTACT

RECEIPT = "issuers.contact.receipt"


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def tell(request: HttpRequest) -> HttpResponse:
    """Tell the authority that a company intends to apply."""
    form = ContactForm(request.POST or None, initial={"language": get_language()})
    if request.method == "POST":
        limit_visitor(request, "contact")
        if form.is_valid():
            contact = services.record_contact(**form.cleaned_data)
            return redirect("public:contact_receipt", signing.dumps(contact.reference, salt=RECEIPT))
    context = {"form": form, "answer_days": settings.SERVICE_CLOCKS["contact_answer_business_days"]}
    return render(request, "public/contact.html", context, status=422 if form.errors else 200)


@login_not_required
@require_safe
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """Say that it was received, under which reference, and what happens next; only the sender has the address."""
    try:
        reference = signing.loads(token, salt=RECEIPT)
    except signing.BadSignature:
        raise Http404
    return render(request, "public/contact_receipt.html", {
        "contact": get_object_or_404(contacts_in(), reference=reference),
        "answer_days": settings.SERVICE_CLOCKS["contact_answer_business_days"],
    })


@require_safe
def contacts(request: HttpRequest) -> HttpResponse:
    """All first contacts, by state, and the invitations that wait for the authority."""
    chosen = request.GET.get("state", "")
    chosen = chosen if chosen in Contact.Status.values else ""
    views = [(_("All"), "?", None, not chosen)]
    views += [(str(label), f"?state={state}", None, state == chosen) for state, label in Contact.Status.choices]
    return render(request, "officer/contacts.html", {
        "contacts": contacts_in(chosen)[:200], "views": views, "waiting": waiting_for_authority(),
    })


def _shown(contact: Contact, request: HttpRequest, form: TalkForm) -> dict[str, Any]:
    return {
        "contact": contact, "case": contact.case, "form": form, "notes": contact.case.notes.all(),
        "moves": {move.name for move in CONTACT.available(contact, request.user)},
        "may_note": contact.case.status == "open" and request.user.can(Can.WORK_CASES, contact.case),
        "application": contact.issuer.applications.first() if contact.issuer else None,
        "events": audit.timeline(contact, contact.case)[:100],
    }


@require_safe
def contact(request: HttpRequest, reference: str) -> HttpResponse:
    """One first contact: what it says, the talks, what to do next."""
    row = get_object_or_404(contacts_in(), reference=reference)
    return render(request, "officer/contact.html", _shown(row, request, TalkForm()))


@require_POST
def act(request: HttpRequest, reference: str) -> HttpResponse:
    """Take up talks, write down what was said, invite the applicant, or close the contact."""
    row = get_object_or_404(contacts_in(), reference=reference)
    action, text = request.POST.get("action", ""), request.POST.get("text", "").replace("\x00", "")
    if action not in ACTS:
        raise Http404
    if action == "note" and not TalkForm(request.POST).is_valid():
        return render(request, "officer/contact.html", _shown(row, request, TalkForm(request.POST)), status=422)
    ACTS[action](request, row, text[:4000])
    messages.success(request, _("Done, and recorded."))
    return redirect("officer:contact", reference)


def _invite(request: HttpRequest, row: Contact, text: str) -> None:
    require(request.user, Can.INVITE_APPLICANT, row)
    require_step_up(request)
    services.invite_applicant(row, actor=request.user)


ACTS = {
    "talk": lambda request, row, text: services.take_up_talks(row, actor=request.user),
    "note": lambda request, row, text: services.note_talk(row, text=text, actor=request.user),
    "close": lambda request, row, text: services.close_contact(row, note=text, actor=request.user),
    "invite": _invite,
}
