"""The documents of an application: the checklist of Annex B, filing a version, taking one out, fetching one."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.access import visible_or_404
from core.errors import Refused
from core.roles import Can
from issuers.forms.files import SlotForm, say_refusal
from issuers.models import Application, Document
from issuers.selectors.applications import FiledSlot, filed_slots
from issuers.services.slots import file_in_slot, remove_from_slot
from issuers.views.applications import application_or_404, framed
from issuers.views.documents import as_attachment
from issuers.views.modules import module_page


@require_safe
def documents(request: HttpRequest, reference: str) -> HttpResponse:
    """Every document of Annex B that the applicant files, with its state."""
    return _documents(request, application_or_404(request, reference))


def _documents(request: HttpRequest, row: Application, refused: SlotForm | None = None) -> HttpResponse:
    slots = filed_slots(row)
    context = framed(row, request.user) | {
        "with_form": [each for each in slots if not each.slot.on_request],
        "on_request": [each for each in slots if each.slot.on_request],
        "filed": sum(each.state == "filed" for each in slots if not each.slot.on_request),
        "refused": refused,
    }
    return render(request, "portal/application_documents.html", context, status=422 if refused else 200)


@require_POST
def file_document(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    """File a document in a slot, or the next version of the one that is there."""
    row = application_or_404(request, reference, Can.EDIT_APPLICATION)
    slot = next((each for each in filed_slots(row) if each.slot.number == number), None)
    if slot is None:
        raise Http404
    form = SlotForm(number, request.POST, request.FILES)
    if form.is_valid() and _filed(request, row, slot, form):
        return back(request, "portal:application_documents", reference)
    if key := request.POST.get("module"):
        return module_page(request, row, key, refused=form)
    return _documents(request, row, form)


def _filed(request: HttpRequest, row: Application, slot: FiledSlot, form: SlotForm) -> bool:
    file = form.cleaned_data["file"]
    try:
        document = file_in_slot(row, slot.slot, raw=file.raw, filename=file.filename, actor=request.user)
    except Refused as problem:
        say_refusal(form, problem)
        return False
    messages.success(request, _("“%(file)s” is filed as document %(number)s, version %(version)d.")
                     % {"file": document.filename, "number": form.number, "version": document.version})
    return True


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


def back(request: HttpRequest, view: str, *args: object) -> HttpResponse:
    """Return to the page that the form says it stood on, else to the view."""
    place = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(place, allowed_hosts={request.get_host()}):
        return redirect(place)
    return redirect(view, *args)
