"""The documents that a licensee files with a notice of an event or a request for consent."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import require, visible_or_404
from core.errors import Refused
from core.roles import Can
from issuers.selectors.documents import documents_for
from issuers.selectors.duties import consents_for, notices_for
from issuers.services.enclosures import enclose_document, take_out_enclosure
from issuers.views.filed import before_reading, sent_file

#: By the name of the page that a filing has.
FILINGS = {"event_notice": notices_for, "consent": consents_for}


@before_reading
def enclose(request: HttpRequest, reference: str, page: str) -> HttpResponse:
    """File a document with a notice or a request."""
    filing = visible_or_404(FILINGS[page](request.user), request.user, reference=reference)
    require(request.user, Can.FILE_NOTICE, filing)
    title = request.POST.get("title", "").replace("\x00", "")
    try:
        filename, raw = sent_file(request)
        document = enclose_document(filing, raw=raw, filename=filename, title=title, actor=request.user)
        messages.success(request, _("“%(file)s” is filed with it. Nothing is submitted yet.")
                         % {"file": document.filename})
    except Refused as problem:
        messages.error(request, str(problem))
    return redirect(f"portal:{page}", reference)


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
