"""The documents that a licensee files with a notice of an event or a request for consent."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import require, visible_or_404
from core.errors import Refused
from core.roles import Can
from issuers.forms.files import EnclosureForm, say_refusal
from issuers.selectors.documents import documents_for
from issuers.selectors.duties import consents_for, notices_for
from issuers.services.enclosures import Filing, enclose_document, take_out_enclosure
from issuers.views import consents, event_notices

#: By the name of the page that a filing has: which there are, and the page itself.
FILINGS: dict[str, tuple[Any, Any]] = {
    "event_notice": (notices_for, event_notices.with_enclosure), "consent": (consents_for, consents.with_enclosure),
}


@require_POST
def enclose(request: HttpRequest, reference: str, page: str) -> HttpResponse:
    """File a document with a notice or a request."""
    rows, shown = FILINGS[page]
    filing = visible_or_404(rows(request.user), request.user, reference=reference)
    require(request.user, Can.FILE_NOTICE, filing)
    form = EnclosureForm(request.POST, request.FILES)
    if form.is_valid() and _enclosed(request, filing, form):
        return redirect(f"portal:{page}", reference)
    return shown(request, filing, form)


def _enclosed(request: HttpRequest, filing: Filing, form: EnclosureForm) -> bool:
    file, title = form.cleaned_data["file"], form.cleaned_data["title"]
    try:
        document = enclose_document(filing, raw=file.raw, filename=file.filename, title=title, actor=request.user)
    except Refused as problem:
        say_refusal(form, problem)
        return False
    messages.success(request, _("“%(file)s” is filed with it. Nothing is submitted yet.") % {"file": document.filename})
    return True


@require_POST
def take_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a document out of a notice or a request."""
    document = visible_or_404(documents_for(request.user), request.user, pk=pk)
    filing = document.event_notice or document.consent
    if filing is None:
        raise Http404
    take_out_enclosure(document, actor=request.user)
    messages.success(request, _("“%(file)s” is taken out. It stays on record, but will not be submitted.")
                     % {"file": document.filename})
    return redirect("portal:event_notice" if document.event_notice else "portal:consent", filing.reference)
