"""The documents of an application: the checklist of Annex B, filing a version, taking one out, fetching one."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from core.access import visible_or_404
from core.errors import Refused
from core.roles import Can
from core.uploads import refuse_long_body, too_large
from issuers.models import Document
from issuers.selectors.applications import filed_slots
from issuers.services.slots import file_in_slot, remove_from_slot
from issuers.views.applications import application_or_404, framed
from issuers.views.documents import as_attachment

View = Callable[..., HttpResponse]


@require_safe
def documents(request: HttpRequest, reference: str) -> HttpResponse:
    """Every document of Annex B that the applicant files, with its state."""
    row = application_or_404(request, reference)
    slots = filed_slots(row)
    context = framed(row, request.user) | {
        "with_form": [each for each in slots if not each.slot.on_request],
        "on_request": [each for each in slots if each.slot.on_request],
        "filed": sum(each.state == "filed" for each in slots if not each.slot.on_request),
    }
    return render(request, "portal/application_documents.html", context)


def before_reading(view: View) -> View:
    """Let a view refuse a request by its announced length: the check of the form's token would read the whole body."""

    @csrf_exempt
    @require_POST
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        refuse_long_body(request.META.get("CONTENT_LENGTH"))
        return csrf_protect(view)(request, *args, **kwargs)

    return checked


@before_reading
def file_document(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    """File a document in a slot, or the next version of the one that is there."""
    row = application_or_404(request, reference, Can.EDIT_APPLICATION)
    slot = next((each for each in filed_slots(row) if each.slot.number == number), None)
    if slot is None:
        raise Http404
    try:
        name, raw = sent_file(request)
        document = file_in_slot(row, slot.slot, raw=raw, filename=name, actor=request.user)
        messages.success(request, _("“%(file)s” is filed as document %(number)s, version %(version)d.")
                         % {"file": document.filename, "number": number, "version": document.version})
    except Refused as problem:
        messages.error(request, str(problem))
    return back(request, "portal:application_documents", reference)


@require_POST
def remove(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Take a document out of what will be submitted."""
    row = application_or_404(request, reference, Can.EDIT_APPLICATION)
    document = visible_or_404(row.documents.all(), request.user, pk=pk)
    remove_from_slot(document, actor=request.user)
    messages.success(request, _("“%(file)s” is taken out. It stays on record, but will not be submitted.")
                     % {"file": document.filename})
    return back(request, "portal:application_documents", reference)


@require_safe
def download(request: HttpRequest, reference: str, pk: int) -> FileResponse:
    """Fetch one version of one document, always as a file to keep and never as a page."""
    row = application_or_404(request, reference)
    document: Document = visible_or_404(row.documents.all(), request.user, pk=pk)
    return as_attachment(document)


def sent_file(request: HttpRequest) -> tuple[str, bytes]:
    """Return name and bytes of the file that was sent.

    Raises:
        Refused: none was chosen, or it is too large; then it is not read.
    """
    file = request.FILES.get("file")
    if file is None:
        raise Refused(_("Choose a file first."), code="no_file")
    if (file.size or 0) > settings.DOCUMENT_MAX_BYTES:
        raise too_large(file.name or "")
    return file.name or "", file.read()


def back(request: HttpRequest, view: str, *args: object) -> HttpResponse:
    """Return to the page that the form says it stood on, else to the view."""
    place = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(place, allowed_hosts={request.get_host()}):
        return redirect(place)
    return redirect(view, *args)
